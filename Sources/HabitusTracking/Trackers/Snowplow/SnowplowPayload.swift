/// The fields of one payload: an object whose values are texts, or numbers where a tracker is lenient.
struct SnowplowPayload {
  /// The payload as it came.
  let node: JSONNode
  private let isAnonymous: Bool

  /// Identifiers that a collector's cookie gives: its own, and the one that a tracker sends in its place.
  private static let networkIdentifiers = ["tnuid", "nuid"]

  /// Takes a payload; of an anonymous one neither address nor network identifier can be had.
  init(_ node: JSONNode, isAnonymous: Bool) {
    self.node = node
    self.isAnonymous = isAnonymous
  }

  /// The fields of a query as an object. A field that comes twice counts as it came last.
  static func node(ofQuery query: String) throws(SnowplowFault) -> JSONNode {
    var bytes = [UInt8(ascii: "{")]
    for (name, value) in FormFields.parse(query) {
      if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
      JSONText.appendString(name.utf8, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      JSONText.appendString(value.utf8, to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
    do throws(JSONTextError) {
      return try JSONDocument(bytes).root
    } catch {
      throw SnowplowFault("invalid_query", "the query cannot be read: \(error)")
    }
  }

  /// A field that is there and not empty, numbers and truth values as they are written.
  func text(_ name: String) -> String? {
    guard !isHidden(name), let text = node.member(name)?.scalarText, !text.isEmpty else { return nil }
    return text
  }

  /// JSON that came in Base64 in the field `encoded`, or else as a text, or as it is, in the field `plain`.
  ///
  /// - Throws: A fault that names the field, where neither can be read.
  func json(plain: String, encoded: String) throws(SnowplowFault) -> JSONNode? {
    if let value = node.member(plain), value.kind == .object || value.kind == .array { return value }
    if let text = text(plain) { return try Self.parse(Array(text.utf8), field: plain) }
    guard let text = text(encoded) else { return nil }
    guard let bytes = Base64Text.decoded(text) else {
      throw SnowplowFault("invalid_base64", "the field '\(encoded)' is no Base64: '\(SnowplowText.excerpt(text))'")
    }
    return try Self.parse(bytes, field: encoded)
  }

  private static func parse(_ bytes: [UInt8], field: String) throws(SnowplowFault) -> JSONNode {
    do throws(JSONTextError) {
      return try JSONDocument(bytes).root
    } catch {
      throw SnowplowFault(.invalidJSON, "the field '\(field)' is \(error)")
    }
  }

  /// The fields that are kept, each once, in their order: all but the empty ones, `names`, and what must not be kept.
  func fields(except names: Set<String>) -> [(key: String, value: JSONNode)] {
    Self.distinct(node.members).filter { key, value in
      !names.contains(key) && !isHidden(key) && !value.isNull && value.string != ""
    }
  }

  /// The names of all fields.
  var names: Set<String> { Set(node.members.map(\.key)) }

  /// The members of an object, each once: the last of its name.
  static func distinct(_ members: [(key: String, value: JSONNode)]) -> [(key: String, value: JSONNode)] {
    var last: [String: Int] = [:]
    for (index, member) in members.enumerated() { last[member.key] = index }
    guard last.count < members.count else { return members }
    return members.enumerated().filter { last[$0.element.key] == $0.offset }.map(\.element)
  }

  /// The payload as JSON without what an anonymous one must not leave behind.
  var anonymousBytes: [UInt8] {
    var text = PropertyText()
    for (key, value) in fields(except: []) { text.append(key, value) }
    return Array((text.text ?? "{}").utf8)
  }

  private func isHidden(_ name: String) -> Bool {
    isAnonymous && (name == "ip" || Self.networkIdentifiers.contains(name))
  }
}
