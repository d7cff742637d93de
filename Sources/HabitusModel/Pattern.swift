/// Something that a user, or users in general, do again and again.
public struct Pattern: Sendable, Equatable, Codable {
  /// What kind of regularity it is.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Event types in this order inside a session, others may stand between.
    case sequence
    /// An hour of the day with more activity than the reference.
    case hourOfDay = "hour_of_day"
    /// A day of the week with more activity than the reference.
    case weekday
    /// An hour of the week with more activity than the reference.
    case hourOfWeek = "hour_of_week"
  }

  /// What kind of regularity it is.
  public var kind: Kind
  /// The event types of a sequence; the hour (`"18"`); the weekday (`"monday"`), or both.
  public var elements: [String]
  /// How often it was seen: sessions (of one user), users (of everybody), or events for hours and weekdays.
  public var support: Int
  /// Out of how many.
  public var total: Int
  /// The share that the null model expects, 0…1; `nil` where there is none.
  public var expectedShare: Double?
  /// One-sided p-value of seeing this much under the null model.
  public var pValue: Double?
  /// The p-value after control of the false-discovery rate (Benjamini and Hochberg 1995) over all candidates of its kind.
  public var qValue: Double?
  /// What it means, in a sentence.
  public var sentence: String

  /// Makes a pattern from its parts.
  public init(
    kind: Kind, elements: [String], support: Int, total: Int, expectedShare: Double? = nil, pValue: Double? = nil,
    qValue: Double? = nil, sentence: String
  ) {
    self.kind = kind
    self.elements = elements
    self.support = support
    self.total = total
    self.expectedShare = expectedShare
    self.pValue = pValue
    self.qValue = qValue
    self.sentence = sentence
  }

  /// `support` ÷ `total`, 0…1.
  public var share: Double { total > 0 ? Double(support) / Double(total) : 0 }

  /// How many times more often than the null model expects; `nil` where it expects nothing.
  public var lift: Double? {
    guard let expectedShare, expectedShare > 0 else { return nil }
    return share / expectedShare
  }
}
