public import HabitusModel

/// How well an item fits a user, by what the user is drawn to.
public struct ItemFit: Sendable, Equatable {
  /// A value of the item, with what it says.
  public struct Reason: Sendable, Equatable, Codable {
    /// Which property it is a value of.
    public let dimension: String
    /// The item's value; several of one property are one reason each.
    public let value: String
    /// The user's share of the value.
    public let score: Double
    /// The population's share.
    public let populationShare: Double
    /// By how much it raises (positive) or lowers the logarithm of the odds that the user takes the item and not another.
    public let contribution: Double
    /// Number of the user's events for the value.
    public let eventsFor: Int
    /// Number of the user's events against the value.
    public let eventsAgainst: Int
    /// What it means, in a sentence.
    public let sentence: LocalizedText
  }

  /// Whom it is for.
  public let user: UserID
  /// The item's id; `nil` of one that was described only.
  public let item: String?
  /// The moment up to which events are known.
  public let asOf: Timestamp
  /// 0…1: in how many of comparisons with other things that users took to the user would take this; a half is neither
  /// well nor badly.
  public let score: Double
  /// A 90 % interval of the score, from how sure the user's tastes are.
  public let interval: ClosedRange<Double>
  /// What speaks for and against it, the strongest first.
  public let reasons: [Reason]
  /// The properties whose values nobody has been seen with, so that nothing follows from them: `location` …
  public let unknown: [String]
  /// How well such scores foretold choices; `nil` where too few users have made any.
  public let quality: FitQuality?
}

/// How well choices between what a user took to and what others took to were foretold, for users who were not learned
/// from, on days after those that were known.
public struct FitQuality: Sendable, Equatable, Codable {
  /// How many users' choices.
  public let users: Int
  /// The share of comparisons in which what the user took to had the higher score; a half is chance.
  public let concordance: Double
  /// A 95 % interval of it, over users.
  public let interval: ClosedRange<Double>
  /// Mean of −ln of the probability of what was taken; ln 2 = 0.693 is chance.
  public let logLoss: Double
}
