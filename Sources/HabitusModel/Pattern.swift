/// Something that a user, or users in general, do again and again, or that has changed.
public struct Pattern: Sendable, Hashable, Codable {
  /// What kind of regularity it is.
  public var kind: Kind
  /// What ``elements`` are; `nil` where they are no part of events.
  public var dimension: EventDimension?
  /// What it is about: the steps of a sequence or path, the things that go together, the hour (`"18"`), the weekday
  /// (`"monday"`), or both; see ``Kind``.
  public var elements: [String]
  /// What ``support`` and ``total`` count.
  public var unit: Unit
  /// How often it was seen.
  public var support: Int
  /// Out of how many.
  public var total: Int
  /// The share that the null model expects, 0…1; `nil` where there is none.
  public var expectedShare: Double?
  /// The p-value of seeing this much under the null model; `nil` where nothing is tested.
  public var pValue: Double?
  /// The p-value after control of the false-discovery rate over all candidates of its kind; `nil` where nothing is
  /// tested.
  public var qValue: Double?
  /// What else was measured, by name; see ``Kind`` for the names.
  public var figures: [String: Double]
  /// When it holds, where it does not hold throughout the window: a burst, a level, an expected visit.
  public var period: ClosedRange<Timestamp>?
  /// How usual it is among others; `nil` for patterns of everybody and where there is nobody to compare with.
  public var comparison: PatternComparison?
  /// What it means, in a sentence.
  public var sentence: LocalizedText
  /// Where it was seen: some of the sessions, latest first.
  public var evidence: [PatternOccurrence]

  /// Makes a pattern from its parts.
  public init(
    kind: Kind, dimension: EventDimension? = nil, elements: [String], unit: Unit, support: Int, total: Int,
    expectedShare: Double? = nil, pValue: Double? = nil, qValue: Double? = nil, figures: [String: Double] = [:],
    period: ClosedRange<Timestamp>? = nil, comparison: PatternComparison? = nil, sentence: LocalizedText,
    evidence: [PatternOccurrence] = []
  ) {
    self.kind = kind
    self.dimension = dimension
    self.elements = elements
    self.unit = unit
    self.support = support
    self.total = total
    self.expectedShare = expectedShare
    self.pValue = pValue
    self.qValue = qValue
    self.figures = figures
    self.period = period
    self.comparison = comparison
    self.sentence = sentence
    self.evidence = evidence
  }

  /// `support` ÷ `total`, 0…1.
  public var share: Double { total > 0 ? Double(support) / Double(total) : 0 }

  /// How many times more often than the null model expects; `nil` where it expects nothing.
  public var lift: Double? {
    guard let expectedShare, expectedShare > 0 else { return nil }
    return share / expectedShare
  }
}

extension Pattern {
  /// What is counted.
  public enum Unit: String, Sendable, Codable, CaseIterable {
    case events, sessions, users, days
    /// Stretches between two visits or two actions.
    case gaps
  }
}
