public import HabitusModel

/// Reads times as trackers write them: ISO 8601 with any offset (none is UTC), or numbers since 1970 in seconds,
/// milliseconds, microseconds or nanoseconds, which are told by their size. What is finer than a millisecond is cut.
public enum TrackerTime {
  /// The time that a text or number is; `nil` for anything else, and for times outside the years 1 to 9999.
  public static func parse(_ node: JSONNode) -> Timestamp? {
    guard case .milliseconds(let moment) = outcome(node) else { return nil }
    return Timestamp(milliseconds: moment)
  }

  /// The time that a text is; `nil` for anything else, and for times outside the years 1 to 9999.
  public static func parse(_ text: String) -> Timestamp? {
    guard case .milliseconds(let moment) = outcome(text) else { return nil }
    return Timestamp(milliseconds: moment)
  }

  /// What a value is as a time.
  static func outcome(_ node: JSONNode) -> TimestampParser.Outcome {
    node.document.withView { view in
      switch view.nodes[node.index].kind {
      case .number: outcome(view.source(node.index))
      case .string where view.nodes[node.index].hasEscapes: outcome(view.string(node.index))
      case .string: outcome(view.inside(node.index))
      case .null, .boolean, .array, .object: .invalid
      }
    }
  }

  private static func outcome(_ text: String) -> TimestampParser.Outcome {
    var text = text
    return text.withUTF8 { outcome(UnsafeRawBufferPointer($0)) }
  }

  private static func outcome(_ bytes: UnsafeRawBufferPointer) -> TimestampParser.Outcome {
    var parser = TimestampParser(zone: .utc, format: nil)
    return parser.parse(bytes)
  }
}
