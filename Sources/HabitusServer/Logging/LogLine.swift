internal import HabitusModel
internal import Logging

/// One line of the log.
enum LogLine {
  /// How a line is written.
  enum Format: Sendable {
    /// Time, level, message, then `key=value`, for people.
    case text
    /// An object of JSON.
    case json
  }

  /// The line with its end; whatever the values hold, it is one line.
  static func text(
    _ format: Format, time: Timestamp, level: Logger.Level, message: String, metadata: [(key: String, value: String)]
  ) -> String {
    switch format {
    case .text:
      let head = "\(time) \(level.rawValue.uppercased()) \(plain(message))"
      return metadata.reduce(head) { $0 + " \(plain($1.key))=\(quoted($1.value))" } + "\n"
    case .json:
      let fixed: [(key: String, value: String)] = [
        ("time", time.description), ("level", level.rawValue), ("message", message),
      ]
      let names = Set(fixed.map(\.key))
      let members = fixed + metadata.map { (names.contains($0.key) ? $0.key + "_" : $0.key, $0.value) }
      return "{" + members.map { "\(json($0.key)):\(json($0.value))" }.joined(separator: ",") + "}\n"
    }
  }

  /// The value, in quotation marks unless it is one word.
  private static func quoted(_ text: String) -> String {
    let isWord =
      !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && !"\"=\\".unicodeScalars.contains($0) }
    return isWord ? plain(text) : json(text)
  }

  /// The text without control characters.
  private static func plain(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? "\u{FFFD}" : $0 }))
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
  }

  private static func json(_ text: String) -> String {
    var escaped = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": escaped += "\\\""
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\r": escaped += "\\r"
      case "\t": escaped += "\\t"
      case _ where isControl(scalar):
        let digits = String(scalar.value, radix: 16)
        escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped + "\""
  }
}
