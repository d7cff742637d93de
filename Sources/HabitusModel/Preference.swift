/// How much a user is drawn to something, with how sure that is.
public struct Preference: Sendable, Equatable, Codable {
  /// What kind of thing is preferred.
  public enum Family: String, Sendable, Codable, CaseIterable {
    /// Categories, items and their properties.
    case content
    /// How the user acts: the ways of acting and the event types.
    case interaction
    /// Hours, parts of the day and days of the week.
    case time
    /// Parts of the product: its pages.
    case feature
  }

  /// Whether the user has lately turned more or less to the value.
  public struct Trend: Sendable, Equatable, Codable {
    /// Where a preference goes.
    public enum Direction: String, Sendable, Codable, CaseIterable {
      /// The value's share of the events is larger lately than before.
      case rising
      /// No difference that chance does not explain.
      case stable
      /// The value's share of the events is smaller lately than before.
      case falling
    }

    /// Rising or falling where the difference is significant.
    public var direction: Direction
    /// The value's share of the user's recent events; `nil` without any.
    public var recentShare: Double?
    /// The value's share of the user's earlier events in the window; `nil` without any.
    public var earlierShare: Double?
    /// The smallest false-discovery rate, over the values told of the dimension, at which it is told as rising or falling.
    public var qValue: Double

    /// Makes a trend from its parts.
    public init(direction: Direction, recentShare: Double?, earlierShare: Double?, qValue: Double) {
      self.direction = direction
      self.recentShare = recentShare
      self.earlierShare = earlierShare
      self.qValue = qValue
    }
  }

  /// What kind of thing is preferred.
  public var family: Family
  /// Which property it is a value of, as in `category` or `part_of_day`.
  public var dimension: String
  /// The preferred value.
  public var value: String
  /// 0…1: the share of the user's taste that the value has: of the decayed evidence in this dimension, drawn to the
  /// population's share by how little there is.
  public var score: Double
  /// A 90 % interval of the score.
  public var interval: ClosedRange<Double>
  /// The evidence for the value in effective events: how many equal events of today would say as much.
  public var evidence: Double
  /// The evidence against the value in effective events.
  public var evidenceAgainst: Double
  /// Number of events for the value.
  public var eventsFor: Int
  /// Number of events against the value.
  public var eventsAgainst: Int
  /// The population's share.
  public var populationShare: Double
  /// Probability, after the evidence, that the user's share is above the population's: near 1 or 0 for a taste of the
  /// user's own.
  public var probabilityAbovePopulation: Double
  /// Where the preference goes.
  public var trend: Trend
  /// How many events of each type there were with the value; empty where it was not asked for, as in stored profiles.
  public var eventTypes: [String: Int]

  /// Makes a preference from its parts.
  public init(
    family: Family, dimension: String, value: String, score: Double, interval: ClosedRange<Double>, evidence: Double,
    evidenceAgainst: Double = 0, eventsFor: Int, eventsAgainst: Int = 0, populationShare: Double,
    probabilityAbovePopulation: Double, trend: Trend, eventTypes: [String: Int] = [:]
  ) {
    self.family = family
    self.dimension = dimension
    self.value = value
    self.score = score
    self.interval = interval
    self.evidence = evidence
    self.evidenceAgainst = evidenceAgainst
    self.eventsFor = eventsFor
    self.eventsAgainst = eventsAgainst
    self.populationShare = populationShare
    self.probabilityAbovePopulation = probabilityAbovePopulation
    self.trend = trend
    self.eventTypes = eventTypes
  }

  /// Novelty: how many times as much as the population the user is drawn to the value; `nil` where the population never
  /// is.
  public var lift: Double? { populationShare > 0 ? score / populationShare : nil }

  /// The interval of ``lift``; `nil` as that is.
  public var liftInterval: ClosedRange<Double>? {
    guard populationShare > 0 else { return nil }
    return interval.lowerBound / populationShare...interval.upperBound / populationShare
  }
}
