/// What feeds one field of an event.
public enum FieldMapping: Sendable, Hashable {
  /// A column of a CSV file; in JSON a key, or a path of keys joined by dots (a key that holds the dots itself wins).
  case column(String)
  /// The same text for every event.
  case constant(String)
  /// Texts and columns joined. Missing where all of its columns are empty.
  case template([Piece])

  /// A part of a template.
  public enum Piece: Sendable, Hashable {
    /// Text as it is.
    case text(String)
    /// The content of a column.
    case column(String)
  }

  /// Reads `NAME` (a column), `=TEXT` (a constant) or a text with `{NAME}` in it (a template; `{{` and `}}` stand for
  /// braces).
  ///
  /// - Throws: ``TrackingError/invalidMapping(_:reason:)`` for an empty text, unbalanced braces, an empty name.
  public init(parsing text: String) throws(TrackingError) {
    if text.isEmpty { throw .invalidMapping(text, reason: "it is empty; use NAME, =TEXT or a template with {NAME}") }
    if text.hasPrefix("=") {
      self = .constant(String(text.dropFirst()))
      return
    }
    guard text.contains(where: { $0 == "{" || $0 == "}" }) else {
      self = .column(text)
      return
    }
    var pieces: [Piece] = []
    var literal = ""
    var rest = Substring(text)
    while let character = rest.popFirst() {
      if (character == "{" || character == "}") && rest.first == character {
        literal.append(character)
        rest.removeFirst()
      } else if character == "{" {
        guard let end = rest.firstIndex(of: "}") else { throw .invalidMapping(text, reason: "a { is not closed") }
        let name = String(rest[..<end])
        if name.isEmpty { throw .invalidMapping(text, reason: "{} names no column") }
        if !literal.isEmpty { pieces.append(.text(literal)) }
        literal = ""
        pieces.append(.column(name))
        rest = rest[rest.index(after: end)...]
      } else if character == "}" {
        throw .invalidMapping(text, reason: "a } without a {; write }} for a brace")
      } else {
        literal.append(character)
      }
    }
    if !literal.isEmpty { pieces.append(.text(literal)) }
    self = .template(pieces)
  }

  /// The columns that it names, in order.
  public var columns: [String] {
    switch self {
    case .column(let name): [name]
    case .constant: []
    case .template(let pieces):
      pieces.compactMap { piece in
        if case .column(let name) = piece { name } else { nil }
      }
    }
  }
}
