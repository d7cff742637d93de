/// A query with values for `$1`, `$2`, …
struct PostgresQuery: Sendable {
  /// A value, sent apart from the text.
  enum Parameter: Sendable {
    /// A text, which takes the type that the query asks for.
    case text(String)
    /// A moment of type `timestamptz`, or of `timestamp` without a zone.
    case moment(PostgresMoment, hasZone: Bool)

    /// What is sent: the type's number, the bytes, and their format (0 text, 1 binary).
    var encoded: (type: UInt32, bytes: [UInt8], format: Int32) {
      switch self {
      case .text(let text): (0, Array(text.utf8), 0)
      case .moment(let moment, let hasZone):
        (hasZone ? 1184 : 1114, withUnsafeBytes(of: moment.microseconds.bigEndian, Array.init), 1)
      }
    }
  }

  private(set) var text: String
  private(set) var parameters: [Parameter] = []

  init(_ text: String, _ parameters: [Parameter] = []) {
    self.text = text
    self.parameters = parameters
  }

  /// Adds text.
  mutating func append(_ text: String) { self.text += text }

  /// Adds a value; returns how the text names it.
  mutating func bind(_ parameter: Parameter) -> String {
    parameters.append(parameter)
    return "$\(parameters.count)"
  }

  /// A name in quotes.
  static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
