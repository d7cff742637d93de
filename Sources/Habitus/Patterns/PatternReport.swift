public import HabitusModel

/// What stands out in the behaviour of one user, or of everybody: the patterns, and what to know of them.
public struct PatternReport: Sendable, Equatable, Encodable {
  /// The user, or the person that the user belongs to; `nil` for everybody.
  public let user: UserID?
  /// The window that was looked at.
  public let window: AnalysisWindow
  /// By kind, most surprising first.
  public let patterns: [Pattern]
  /// What is missing, as where a search was stopped by its budget, and what to do about it.
  public let notes: [LocalizedText]

  init(user: UserID?, window: AnalysisWindow, patterns: [Pattern], notes: [LocalizedText] = []) {
    self.user = user
    self.window = window
    // Within a kind the order is that of whoever found them.
    let order = Dictionary(uniqueKeysWithValues: Pattern.Kind.allCases.enumerated().map { ($1, $0) })
    self.patterns = patterns.enumerated()
      .sorted { (order[$0.element.kind] ?? 0, $0.offset) < (order[$1.element.kind] ?? 0, $1.offset) }
      .map(\.element)
    self.notes = notes
  }

  /// The patterns of some kind.
  public subscript(kind: Pattern.Kind) -> [Pattern] { patterns.filter { $0.kind == kind } }
}

extension PatternReport: RandomAccessCollection {
  /// The place of the first pattern.
  public var startIndex: Int { 0 }
  /// The place behind the last pattern.
  public var endIndex: Int { patterns.count }
  /// The pattern at `place`.
  public subscript(place: Int) -> Pattern { patterns[place] }
}
