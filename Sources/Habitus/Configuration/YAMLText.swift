/// Values as YAML on one line.
enum YAMLText {
  private static let words: Set<String> = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "none", "~"]

  /// A text, in double quotes unless it reads as the same text without.
  static func scalar(_ text: String) -> String {
    isPlain(text) ? text : "\"" + text.unicodeScalars.map(escaped).joined() + "\""
  }

  /// A list of texts.
  static func list(_ texts: [String]) -> String { "[" + texts.map(scalar).joined(separator: ", ") + "]" }

  /// A map of texts, in alphabetical order of the names.
  static func map(_ map: [String: String]) -> String {
    "{" + map.sorted { $0.key < $1.key }.map { scalar($0.key) + ": " + scalar($0.value) }.joined(separator: ", ") + "}"
  }

  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.first, first.isASCII, first.isLetter || first == "_" || first == "/" || text.hasPrefix("./")
    else { return false }
    let isSimple = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_./-".contains($0)) }
    return isSimple && !words.contains(text.lowercased())
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": "\\\""
    case "\\": "\\\\"
    case "\n": "\\n"
    case "\t": "\\t"
    case "\r": "\\r"
    case _ where !isPrintable(scalar): "\\U" + hexadecimal(scalar)
    default: String(Character(scalar))
    }
  }

  /// Whether YAML lets the character stand as it is and no reader takes it for a line break or a byte order mark.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
