public import HabitusModel

/// What a user is drawn to, what the user turns away from, and how that has changed.
public struct PreferenceReport: Sendable, Equatable {
  /// The person whose preferences they are.
  public let user: UserID
  /// The window that was looked at; its first day counts as a whole.
  public let window: AnalysisWindow
  /// The moment up to which everybody's events were known that the user is compared with.
  public let populationAsOf: Timestamp
  /// By dimension, strongest first.
  public let preferences: [Preference]
  /// Least appealing first.
  public let aversions: [Aversion]
  /// Latest first.
  public let changes: [TasteChange]
}

/// Something that a user turns away from more readily than others do.
public struct Aversion: Sendable, Equatable, Codable {
  /// Which property it is a value of, as in `category`.
  public let dimension: String
  /// The value.
  public let value: String
  /// 0…1: the part for the value of all the user's evidence for and against it, drawn to the population's by how little
  /// there is.
  public let appeal: Double
  /// A 90 % interval of the appeal.
  public let interval: ClosedRange<Double>
  /// The part that is for it in the population, over all values.
  public let populationAppeal: Double
  /// Probability, after the evidence, that the user's part is below the population's.
  public let probabilityBelowPopulation: Double
  /// Number of events for the value.
  public let eventsFor: Int
  /// Number of events against the value.
  public let eventsAgainst: Int
}

/// A day from which on a user's taste is another one.
public struct TasteChange: Sendable, Equatable, Codable {
  /// How the share of a value changed.
  public struct Shift: Sendable, Hashable, Codable {
    /// The value.
    public let value: String
    /// Its share of the events of the phase before.
    public let before: Double
    /// Its share of the events of the phase after.
    public let after: Double
  }

  /// Which property's values changed.
  public let dimension: String
  /// The last day with events of the phase before, as in `2026-03-12`.
  public let lastDayBefore: String
  /// The first day with events of the phase after.
  public let firstDayAfter: String
  /// Number of events of the phase before.
  public let eventsBefore: Int
  /// Number of events of the phase after.
  public let eventsAfter: Int
  /// The values whose shares changed most, the largest change first.
  public let shifts: [Shift]
  /// Probability that a user whose taste stays shows a change as large, controlled over the dimensions looked at.
  public let qValue: Double
  /// What it means, in a sentence.
  public let sentence: LocalizedText
}
