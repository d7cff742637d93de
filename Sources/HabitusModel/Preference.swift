/// How much a user is drawn to something, with how sure that is.
public struct Preference: Sendable, Equatable, Codable {
  /// What kind of thing is preferred.
  public enum Family: String, Sendable, Codable, CaseIterable {
    /// Categories and items.
    case content
    /// Ways of acting: the event types.
    case interaction
    /// Parts of the day and days of the week.
    case time
    /// Parts of the product: its pages.
    case feature
  }

  /// What kind of thing is preferred.
  public var family: Family
  /// Which property it is a value of, as in `category` or `part_of_day`.
  public var dimension: String
  /// The preferred value.
  public var value: String
  /// 0…1: the share of the user's decayed evidence in this dimension, shrunk to the population's by how little there is.
  public var score: Double
  /// A 90 % interval of the score.
  public var interval: ClosedRange<Double>
  /// Decayed, weighted events behind the score.
  public var evidence: Double
  /// The population's share.
  public var populationShare: Double

  /// Makes a preference from its parts.
  public init(
    family: Family, dimension: String, value: String, score: Double, interval: ClosedRange<Double>, evidence: Double,
    populationShare: Double
  ) {
    self.family = family
    self.dimension = dimension
    self.value = value
    self.score = score
    self.interval = interval
    self.evidence = evidence
    self.populationShare = populationShare
  }

  /// Score ÷ population share; `nil` where the population never does it.
  public var lift: Double? { populationShare > 0 ? score / populationShare : nil }
}
