public import HabitusModel

/// Where users are stuck: named signals of friction in sessions, with how usual they are, where, and since when.
public struct FrictionReport: Sendable, Equatable {
  /// Over which window.
  public let window: AnalysisWindow
  /// The one user it is about; `nil` for everybody.
  public let user: UserID?
  /// What places are, as far as moving between them is concerned: pages where at least half of the events have one,
  /// types of events otherwise.
  public let placeDimension: EventDimension
  /// Sessions in the window.
  public let sessionCount: Int
  /// Users in the window.
  public let userCount: Int
  /// One for each signal, in the order of ``FrictionSignal``.
  public let findings: [Finding]

  /// What was found of one signal.
  public struct Finding: Sendable, Equatable, Encodable {
    /// Which one.
    public let signal: FrictionSignal
    /// Sessions that show it.
    public let sessionCount: Int
    /// Users who show it.
    public let userCount: Int
    /// Sessions that show it, of a thousand.
    public let ratePerThousandSessions: Double
    /// How often it is seen, several times in a session perhaps.
    public let occurrenceCount: Int
    /// How often it would be seen if the visits of each session came in random order; `nil` where that is not asked.
    public let expectedOccurrenceCount: Double?
    /// Probability of as many occurrences, or more, in random order; `nil` where that is not asked.
    public let pValue: Double?
    /// Whether it is more than the same visits in random order would show; true where that is not asked, if it was seen.
    public let isMoreThanChance: Bool
    /// The first half of the window against the second; `nil` for one user, and where it was not seen.
    public let trend: Trend?
    /// Where it is seen most: by users, then by sessions.
    public let places: [Place]
    /// What it comes to, in a sentence.
    public let sentence: LocalizedText
    /// Some of one user's sessions that show it, latest first; none for everybody.
    public let evidence: [PatternOccurrence]
  }

  /// How a signal changed.
  public struct Trend: Sendable, Equatable, Encodable {
    /// Sessions that show it, of a thousand that begin in the first half of the window.
    public let firstRate: Double
    /// The same in the second half.
    public let secondRate: Double
    /// Fisher's exact test of the shares of users who show it, of those who came in the half; two-sided. Users who came
    /// in both count in both, which makes it err on the safe side.
    public let pValue: Double
  }

  /// A place where a signal is seen.
  public struct Place: Sendable, Equatable, Encodable {
    /// Its parts: of rage clicks and dead ends the type of event, then item and page as far as there are any; from where,
    /// and to where and back; the steps of a loop.
    public let elements: [String]
    /// Sessions that show it here.
    public let sessionCount: Int
    /// Users who show it here.
    public let userCount: Int
    /// Where users turn round at once more than elsewhere; `nil` for other signals.
    public let turning: Turning?
  }

  /// How often users turn round at the far end of a quick return.
  public struct Turning: Sendable, Equatable, Encodable {
    /// Visits to it that came from another place.
    public let visitCount: Int
    /// The share of them that are quick returns, 0…1.
    public let share: Double
    /// The same share over all places.
    public let overallShare: Double
    /// Probability of as many users, or more, who turn round at once the first time they come, if it were as likely as it
    /// is over all places; after control of the false-discovery rate over all places.
    public let qValue: Double
  }
}
