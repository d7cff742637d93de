extension JSONValue {
  /// The value as JSON (RFC 8259) without blanks, members in the order of their keys; `nil` where a
  /// number is not finite, which JSON cannot say.
  ///
  /// Numbers are the shortest that give the same `Double` back, whole ones up to 2⁵³ without a fraction.
  ///
  /// - Complexity: O(length), and sorting the keys.
  public var jsonText: String? {
    var text: [UInt8] = []
    return append(to: &text) ? String(decoding: text, as: UTF8.self) : nil
  }

  private func append(to text: inout [UInt8]) -> Bool {
    switch self {
    case .null: text += "null".utf8
    case .bool(let value): text += (value ? "true" : "false").utf8
    case .number(let value):
      guard value.isFinite else { return false }
      if let whole = Int64(exactly: value), whole.magnitude <= 1 << 53, whole != 0 || value.sign == .plus {
        text += String(whole).utf8
      } else {
        text += value.description.utf8
      }
    case .string(let value): Self.appendString(value, to: &text)
    case .array(let values):
      text.append(UInt8(ascii: "["))
      for (place, value) in values.enumerated() {
        if place > 0 { text.append(UInt8(ascii: ",")) }
        guard value.append(to: &text) else { return false }
      }
      text.append(UInt8(ascii: "]"))
    case .object(let members):
      text.append(UInt8(ascii: "{"))
      for (place, (key, value)) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if place > 0 { text.append(UInt8(ascii: ",")) }
        Self.appendString(key, to: &text)
        text.append(UInt8(ascii: ":"))
        guard value.append(to: &text) else { return false }
      }
      text.append(UInt8(ascii: "}"))
    }
    return true
  }

  private static func appendString(_ string: String, to text: inout [UInt8]) {
    text.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
      case ..<0x20: text += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
      default: text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\""))
  }
}
