/// Who belongs to a cohort, and what counts as coming back in which period.
///
/// A user joins the cohort of the calendar period (in the configured time zone) in which the **start event** lies.
/// Period 0 is the one of the start event, period 1 the next. The user **returned** in a period if a return event lies
/// in it, not before the start event in the order of events. The start event itself counts in period 0 where it is a
/// return event too, so that period 0 holds everybody where both are the same.
public struct RetentionDefinition: Hashable, Sendable {
  /// The length of a period.
  public enum Period: String, Sendable, CaseIterable {
    case day
    /// From Monday to Sunday; rolling, 7 times 24 hours.
    case week
    /// Of the calendar; rolling, 30 times 24 hours.
    case month

    /// The length of a rolling period in milliseconds.
    var milliseconds: Int64 {
      switch self {
      case .day: 86_400_000
      case .week: 7 * 86_400_000
      case .month: 30 * 86_400_000
      }
    }
  }

  /// How periods are cut.
  public enum Cut: String, Sendable, CaseIterable {
    /// By the calendar of the configured time zone.
    case calendar
    /// Every so many times 24 hours from the user's own start event.
    case rolling
  }

  /// Which start events count.
  public enum Cohorts: String, Sendable, CaseIterable {
    /// The user's first of all that are stored: who started before the window belongs to no cohort.
    case first
    /// The first in each calendar period of the window: a user may belong to many cohorts.
    case recurring
  }

  /// When a user counts as having returned.
  public enum Counting: String, Sendable, CaseIterable {
    /// With a return event in the period.
    case within
    /// With a return event in the period or any later one.
    case onOrAfter = "on_or_after"
  }

  /// Events that let users join a cohort; every event unless given.
  public var start: EventSelector
  /// Events that count as coming back; every event unless given.
  public var returning: EventSelector
  /// The length of a period.
  public var period: Period
  /// How many periods after period 0 are looked at; 1 to 366.
  public var periodCount: Int
  /// How periods are cut.
  public var cut: Cut
  /// Which start events count.
  public var cohorts: Cohorts
  /// When a user counts as having returned.
  public var counting: Counting

  /// The numbers of periods that are possible.
  public static let periodCounts = 1...366

  /// Makes a definition, which is checked when it is used.
  public init(
    start: EventSelector = EventSelector(), returning: EventSelector = EventSelector(), period: Period = .week,
    periodCount: Int = 8, cut: Cut = .calendar, cohorts: Cohorts = .first, counting: Counting = .within
  ) {
    self.start = start
    self.returning = returning
    self.period = period
    self.periodCount = periodCount
    self.cut = cut
    self.cohorts = cohorts
    self.counting = counting
  }

  /// - Throws: ``HabitusError/invalidRetention(reason:)`` for a number of periods outside 1…366.
  func check() throws(HabitusError) {
    guard Self.periodCounts.contains(periodCount) else {
      throw .invalidRetention(reason: "it looks at \(periodCount) periods; 1 to 366 are possible")
    }
  }
}
