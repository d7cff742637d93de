/// Writes the properties of an event as the text of one JSON object, in the order in which they are added.
///
/// Addresses are left out wherever they stand under one of the usual names: what is stored of an address is written by
/// the intake, truncated.
public struct PropertyText: Sendable {
  private var bytes: [UInt8] = [UInt8(ascii: "{")]

  /// Begins an object.
  public init() {}

  /// The object as text; `nil` where nothing was added.
  public var text: String? {
    bytes.count == 1 ? nil : String(decoding: bytes + [UInt8(ascii: "}")], as: UTF8.self)
  }

  /// Adds a member with a value as it is written in its document.
  public mutating func append(_ key: String, _ value: JSONNode) {
    guard !Self.isAddress(key) else { return }
    appendKey(key)
    appendValue(value)
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
    for (key, value) in object.members where !names.contains(key) { append(key, value) }
  }

  /// The names under which trackers send addresses, in lower case.
  static let addressNames: Set<String> = [
    "ip", "$ip", "cip", "ip_address", "ipaddress", "user_ipaddress", "remote_addr", "remoteaddress", "client_ip",
    "clientip",
  ]

  private static func isAddress(_ key: String) -> Bool {
    key.utf8.count <= 14 && addressNames.contains(key.lowercased())
  }

  private mutating func appendKey(_ key: String) {
    if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
    JSONText.appendString(key.utf8, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
  }

  private mutating func appendValue(_ value: JSONNode) {
    switch value.kind {
    case .object where Self.holdsAddress(value):
      bytes.append(UInt8(ascii: "{"))
      for (key, value) in value.members { append(key, value) }
      bytes.append(UInt8(ascii: "}"))
    case .array where Self.holdsAddress(value):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in value.elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        appendValue(element)
      }
      bytes.append(UInt8(ascii: "]"))
    default: bytes.append(contentsOf: value.sourceBytes)
    }
  }

  /// Whether an address stands anywhere inside a value; without one, the value is copied as it is.
  private static func holdsAddress(_ value: JSONNode) -> Bool {
    value.members.contains { isAddress($0.key) || holdsAddress($0.value) }
      || value.elements.contains(where: holdsAddress)
  }
}
