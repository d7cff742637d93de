internal import HabitusKernels
internal import HabitusModel

/// What has changed in how often a user comes: lasting levels, and days or short stretches with unusually many visits.
///
/// Whole local days are looked at, from the day after the user's first on. Levels are compared with a constant rate,
/// stretches with the level around them; both with the user's own weekdays and with the spread between neighbouring days,
/// and both with control of the false-discovery rate.
struct ChangePatterns: Sendable {
  /// The fewest visits in which a change can be found.
  static let minimumVisitCount = 8

  private let settings: HabitusConfiguration.Patterns

  init(_ settings: HabitusConfiguration.Patterns) { self.settings = settings }

  /// Levels, then unusual days and bursts, each in the order of time.
  ///
  /// - Complexity: O(events + days²), with at most 400 days or weeks.
  func patterns(of timeline: UserTimeline, user: UserID) throws(KernelError) -> [Pattern] {
    guard timeline.count >= Self.minimumVisitCount else { return [] }
    let visits = VisitDays(timeline)
    guard visits.sessions.count >= Self.minimumVisitCount else { return [] }
    let series = DailyCounts(visits.counts, firstWeekday: visits.days.weekday(0))
    let (changes, stretches) = try Self.found(series, settings)
    let patterns = UserChangeText(visits: visits, series: series, timeline: timeline, user: user)
    return changes.map { patterns.pattern($0, isLast: $0.after.upperBound == series.counts.count) }
      + stretches.map { patterns.pattern($0) }
  }

  /// What has changed in counts of consecutive days.
  static func found(
    _ series: DailyCounts, _ settings: HabitusConfiguration.Patterns
  ) throws(KernelError) -> (changes: [LevelSearch.Change], stretches: [StretchSearch.Stretch]) {
    let changes = try LevelSearch(level: settings.falseDiscoveryLevel).changes(series)
    let starts = [0] + changes.map(\.after.lowerBound)
    let segments = zip(starts, starts.dropFirst() + [series.counts.count]).map { $0..<$1 }
    let stretches = StretchSearch(
      level: settings.falseDiscoveryLevel, minimumCount: settings.minimumOccurrences
    ).stretches(series, segments: segments)
    return (changes, stretches)
  }
}
