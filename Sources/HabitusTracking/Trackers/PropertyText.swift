/// Writes the properties of an event as the text of one JSON object, in the order in which they are added.
///
/// Addresses are left out wherever they stand under one of the usual names: what is stored of an address is written by
/// the intake, truncated.
public struct PropertyText: Sendable {
  private var bytes: [UInt8] = []

  /// Begins an object.
  public init() {
    bytes.reserveCapacity(512)
    bytes.append(UInt8(ascii: "{"))
  }

  /// The object as text; `nil` where nothing was added.
  public var text: String? {
    guard bytes.count > 1 else { return nil }
    return String(unsafeUninitializedCapacity: bytes.count + 1) { buffer in
      _ = buffer.update(fromContentsOf: bytes)
      buffer[bytes.count] = UInt8(ascii: "}")
      return bytes.count + 1
    }
  }

  /// Adds a member with a value as it is written in its document.
  public mutating func append(_ key: String, _ value: JSONNode) {
    guard !Self.isAddress(key) else { return }
    appendKey(key)
    value.document.withView { appendValue(value.index, of: $0) }
  }

  /// Adds a member as it is written.
  mutating func append(key: Int, value: Int, of view: JSONView) {
    if Self.isAddress(key, of: view) { return }
    if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
    bytes.append(contentsOf: view.source(key))
    bytes.append(UInt8(ascii: ":"))
    appendValue(value, of: view)
  }

  /// Adds a member whose value is an object with the members that `body` adds.
  mutating func append(_ key: String, object body: (inout PropertyText) -> Void) {
    appendKey(key)
    bytes.append(UInt8(ascii: "{"))
    body(&self)
    bytes.append(UInt8(ascii: "}"))
  }

  /// Adds a member whose value is a text.
  public mutating func append(_ key: String, _ text: String) {
    guard !Self.isAddress(key) else { return }
    appendKey(key)
    JSONText.appendString(text.utf8, to: &bytes)
  }

  /// Adds a member whose value is a number; one that is not finite is left out.
  public mutating func append(_ key: String, _ number: Double) {
    guard number.isFinite else { return }
    appendKey(key)
    let isWhole = number == number.rounded() && abs(number) < 1e15
    bytes.append(contentsOf: (isWhole ? String(Int64(number)) : String(number)).utf8)
  }

  /// Adds a member that is true or false.
  public mutating func append(_ key: String, _ boolean: Bool) {
    appendKey(key)
    bytes.append(contentsOf: (boolean ? "true" : "false").utf8)
  }

  /// Adds the members of an object, those called like one of `names` excepted.
  public mutating func append(membersOf object: JSONNode, except names: Set<String> = []) {
    object.document.withView { view in
      for member in view.members(of: object.index) where names.isEmpty || !names.contains(view.string(member.key)) {
        append(key: member.key, value: member.value, of: view)
      }
    }
  }

  /// The names under which trackers send addresses, in lower case.
  static let addressNames: Set<String> = [
    "ip", "$ip", "cip", "ip_address", "ipaddress", "user_ipaddress", "remote_addr", "remoteaddr", "remoteaddress",
    "remote_ip", "client_ip", "clientip", "user_ip",
  ]

  private static let longestAddressName = 14

  private static func isAddress(_ key: String) -> Bool {
    key.utf8.count <= longestAddressName && addressNames.contains(key.lowercased())
  }

  private static func isAddress(_ key: Int, of view: JSONView) -> Bool {
    if view.nodes[key].hasEscapes { return isAddress(view.string(key)) }
    let name = view.inside(key)
    guard (2...longestAddressName).contains(name.count) else { return false }
    // Only names that begin like one of those, in either case, are looked up.
    switch name[0] {
    case 0x24, 0x63, 0x43, 0x69, 0x49, 0x72, 0x52, 0x75, 0x55: return isAddress(String(decoding: name, as: UTF8.self))
    default: return false
    }
  }

  private mutating func appendKey(_ key: String) {
    if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
    JSONText.appendString(key.utf8, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
  }

  private mutating func appendValue(_ value: Int, of view: JSONView) {
    let node = view.nodes[value]
    guard Int(node.next) > value + 1, Self.mayHoldAddress(value, of: view) else {
      bytes.append(contentsOf: view.source(value))
      return
    }
    if node.kind == .object {
      bytes.append(UInt8(ascii: "{"))
      for member in view.members(of: value) { append(key: member.key, value: member.value, of: view) }
      bytes.append(UInt8(ascii: "}"))
    } else {
      bytes.append(UInt8(ascii: "["))
      var element = value + 1
      while element < Int(node.next) {
        if element > value + 1 { bytes.append(UInt8(ascii: ",")) }
        appendValue(element, of: view)
        element = Int(view.nodes[element].next)
      }
      bytes.append(UInt8(ascii: "]"))
    }
  }

  /// Whether a key, or for all this knows a text, inside a value is called like an address; without one, the value is
  /// copied as it is.
  private static func mayHoldAddress(_ value: Int, of view: JSONView) -> Bool {
    (value + 1..<Int(view.nodes[value].next)).contains { view.nodes[$0].kind == .string && isAddress($0, of: view) }
  }
}
