public import HabitusModel

/// Cells of text tables as the values that they stand for.
enum CellText {
  /// A plain decimal number that a `Double` can hold becomes a number, `true` and `false` Booleans, everything else
  /// stays text: also numbers with leading zeros, a plus or an exponent, which are as often codes.
  static func value(_ text: String) -> JSONValue {
    switch text {
    case "true": .bool(true)
    case "false": .bool(false)
    default: plainNumber(text).map { .number($0) } ?? .string(text)
    }
  }

  /// The elements of a list, without blanks around them; empty ones are left out.
  static func list(_ text: String, separator: Character) -> JSONValue {
    .array(
      text.split(separator: separator).compactMap { part in
        let blanks: Set<Character> = [" ", "\t"]
        let end = part.lastIndex { !blanks.contains($0) }
        return end.map { value(String(part[...$0].drop(while: blanks.contains))) }
      })
  }

  /// A number as JSON writes it; `nil` for whole numbers that a `Double` cannot tell from their neighbours, and for
  /// those beyond its range.
  static func number(_ text: String) -> Double? {
    guard let number = Double(text), number.isFinite else { return nil }
    let isWhole = text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || $0 &- 48 < 10 }
    return isWhole && number.magnitude > 0x1p53 ? nil : number
  }

  private static func plainNumber(_ text: String) -> Double? {
    // What is no digit at either end is no number; so most texts are told at a glance.
    guard let first = text.utf8.first, let last = text.utf8.last, last &- 48 < 10,
      first &- 48 < 10 || first == UInt8(ascii: "-"), text.utf8.count < 32
    else { return nil }
    var copy = text
    let isPlain = copy.withUTF8 { bytes in
      JSONText.isNumber(UnsafeRawBufferPointer(bytes)) && !bytes.contains { $0 | 0x20 == UInt8(ascii: "e") }
    }
    return isPlain ? number(text) : nil
  }
}

extension JSONValue {
  /// A value of a document. Numbers that a `Double` cannot hold (``CellText/number(_:)``) stay the text that they are
  /// written as; of a key that comes twice the last value counts.
  ///
  /// - Complexity: O(length).
  public init(_ node: JSONNode) {
    self =
      switch node.kind {
      case .null: .null
      case .boolean: .bool(node.boolean == true)
      case .number: CellText.number(node.source).map { .number($0) } ?? .string(node.source)
      case .string: .string(node.string ?? "")
      case .array: .array(node.elements.map(JSONValue.init))
      case .object: .object(Dictionary(node.members.map { ($0.key, JSONValue($0.value)) }) { $1 })
      }
  }
}
