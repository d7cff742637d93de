internal import HabitusKernels
internal import HabitusModel

/// What is to be told about when users come: hours and days that stand out, routines, regularity, the next visit, and
/// actions that recur.
struct TimePatterns: Sendable {
  private let settings: HabitusConfiguration.Patterns
  private let dictionaries: EventDictionaries
  /// Clocks from the window's start to as far as visits are expected.
  private let calendar: LocalCalendar

  /// - Parameters:
  ///   - plan: of the scan that the timelines come from.
  ///   - dictionaries: the names of types, items and categories; actions whose names are not there are left out.
  /// - Throws: ``FeatureError/unknownTimeZone(_:)``.
  init(
    _ settings: HabitusConfiguration.Patterns, _ plan: FeaturePlan, _ dictionaries: EventDictionaries
  ) throws(FeatureError) {
    self.settings = settings
    self.dictionaries = dictionaries
    let end = plan.window.asOf.milliseconds + Int64(ExpectedVisitPatterns.farthestDays * Visits.day)
    calendar = try LocalCalendar(
      timeZone: plan.calendar.timeZone, from: plan.window.start, to: Timestamp(milliseconds: end))
  }

  /// The patterns of one user: hours, weekdays and hours of the week, routines, returns, the next visit or slipping
  /// away, recurrent actions. O(*n* log *n*) in events, plus at most 1000 · 500 steps for the period.
  func patterns(
    of timeline: UserTimeline, user: UserID, reference: TimeReference
  ) throws(KernelError) -> [Pattern] {
    let visits = Visits(timeline)
    guard visits.count >= max(3, settings.minimumOccurrences) else { return [] }
    var patterns = RhythmPatterns(settings).patterns(of: WeekRhythm(visits), among: reference) { kind, slot in
      let inside = (0..<visits.count).filter { PatternWords.slot(kind, visits.hourOfWeek($0)) == slot }
      return visits.evidence(inside, of: timeline, user: user)
    }
    patterns += try RoutinePatterns(settings).patterns(of: visits, timeline, user: user, among: reference)
    patterns += try ReturnPatterns(settings).patterns(of: visits, timeline, user: user, among: reference)
    patterns += try ExpectedVisitPatterns(settings, calendar)
      .patterns(of: visits, timeline, user: user, among: reference)
    patterns += try RecurrentActionPatterns(settings, dictionaries, calendar).patterns(of: visits, timeline, user: user)
    return patterns
  }

  /// Benjamini and Hochberg's q-values of the hypotheses about a user of one of the three kinds of habits: routines,
  /// returns and recurrent actions. They count three times, so that who comes by chance has a habit of any kind with a
  /// probability of the false-discovery level at most.
  static func qValues(_ pValues: [Double]) -> [Double] {
    Statistics.falseDiscoveryQValues(pValues, hypothesisCount: Double(pValues.count * 3))
  }

  /// The hours, weekdays and hours of the week that stand out from an even week, over everybody's visits.
  func patterns(ofEverybody reference: TimeReference) -> [Pattern] {
    RhythmPatterns(settings).patterns(ofEverybody: reference)
  }
}
