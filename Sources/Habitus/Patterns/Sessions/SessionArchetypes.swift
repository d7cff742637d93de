public import HabitusModel

/// Kinds of sessions that come again and again, by their shape: how long they are, what is done in them, and when.
public struct SessionArchetypes: Sendable, Equatable {
  /// Over which window.
  public let window: AnalysisWindow
  /// Sessions in the window.
  public let sessionCount: Int
  /// Users in the window.
  public let userCount: Int
  /// Sessions that shares are taken of: all, or a sample where assigning all of them would take too long.
  public let assignedSessionCount: Int
  /// The share of those that are of no archetype, 0…1.
  public let unassignedShare: Double
  /// Why there are so many, or none.
  public let reason: LocalizedText
  /// The archetypes, the most frequent first; empty where sessions differ by degrees only.
  public let archetypes: [SessionArchetype]
}

/// A kind of sessions.
public struct SessionArchetype: Sendable, Equatable, Encodable {
  /// Its number, from 1 for the most frequent.
  public let id: Int
  /// The share of sessions that are of it, 0…1.
  public let sessionShare: Double
  /// The share of users who have such a session, 0…1, of those whose sessions were assigned.
  public let userShare: Double
  /// Mean Jaccard similarity with what bootstrap samples find; from 0.75 on called stable (Hennig 2007).
  public let stability: Double?
  /// What sets it apart, the strongest first.
  public let traits: [Trait]
  /// What sets it apart, in a sentence.
  public let sentence: LocalizedText
  /// The types of events of the session in its middle, repeats left out, at most ``typicalLength``.
  public let typicalSequence: [String]

  /// The most steps of a typical sequence.
  public static let typicalLength = 12

  /// A measure in which it differs from the others.
  public struct Trait: Sendable, Equatable, Encodable {
    /// `event_count`, `duration_s`, `page_count`, `repeat_share`, `type_entropy_bits`, `type:` and a type's name,
    /// `mean_hour`, or `hours_since_last`.
    public let measure: String
    /// Its mean here, in the measure's unit; of counts, durations and gaps the geometric mean.
    public let value: Double
    /// The same in the other sessions.
    public let otherValue: Double
    /// By how many standard deviations the mean here lies above that elsewhere (Hedges' g), of counts, durations and gaps
    /// on the logarithm; `nil` for the hour.
    public let effectSize: Double?
  }
}

/// Which kinds of sessions one user has, beside everybody.
public struct UserSessionArchetypes: Sendable, Equatable {
  /// The user.
  public let user: UserID
  /// Sessions of the user in the window.
  public let sessionCount: Int
  /// One for each archetype, in their order.
  public let shares: [Share]
  /// The archetypes of everybody.
  public let everybody: SessionArchetypes

  /// How often the user has sessions of an archetype.
  public struct Share: Sendable, Equatable, Encodable {
    /// The archetype's number.
    public let id: Int
    /// Sessions of the user that are of it.
    public let sessionCount: Int
    /// The share of the user's sessions, 0…1.
    public let share: Double
    /// The share of everybody's sessions, 0…1.
    public let everybodyShare: Double
  }
}
