internal import HabitusModel
internal import HabitusStore

/// Everything that is fixed for a scan for retention.
struct RetentionPlan: Sendable {
  let definition: RetentionDefinition
  let window: AnalysisWindow
  let calendar: PeriodCalendar
  /// Bit 0 for start events, bit 1 for return events.
  let masks: EventMasks
  static let start: UInt64 = 1
  static let returning: UInt64 = 2

  /// - Throws: ``HabitusError/invalidRetention(reason:)``, ``FeatureError/unknownTimeZone(_:)``.
  init(
    _ definition: RetentionDefinition, window: AnalysisWindow, timeZone: String, _ dictionaries: EventDictionaries
  ) throws {
    try definition.check()
    self.definition = definition
    self.window = window
    let days = try LocalCalendar(
      timeZone: timeZone, from: Timestamp(milliseconds: window.start.milliseconds - 1), to: window.asOf)
    calendar = PeriodCalendar(definition.period, days)
    masks = EventMasks([definition.start, definition.returning], dictionaries)
  }

  /// Whether the whole calendar period of a cohort lies inside the window.
  func isWhole(_ cohort: Int) -> Bool {
    calendar.index(of: window.start.milliseconds - 1) < cohort && calendar.index(of: window.asOf.milliseconds) > cohort
  }

  /// Whether `period` is over, at the end of the window, for everybody who can be in a cohort.
  func isComplete(_ period: Int, ofCohort cohort: Int) -> Bool {
    switch definition.cut {
    case .calendar: calendar.index(of: window.asOf.milliseconds) > cohort + period
    case .rolling:
      calendar.index(of: window.asOf.milliseconds - Int64(period + 1) * definition.period.milliseconds) > cohort
    }
  }
}

/// Cohorts with those who returned, from a part of a scan.
struct RetentionCounts: Sendable {
  struct Row: Sendable {
    var userCount = 0
    /// By period.
    var returned: [Int]
  }

  /// By the number of the cohort's period.
  private(set) var rows: [Int: Row] = [:]

  /// Counts a user of a cohort, who returned in the periods where `isReturned` says so.
  mutating func add(cohort: Int, _ isReturned: [Bool]) {
    var row = rows[cohort] ?? Row(returned: Array(repeating: 0, count: isReturned.count))
    row.userCount += 1
    for period in isReturned.indices where isReturned[period] { row.returned[period] += 1 }
    rows[cohort] = row
  }

  /// Adds the counts of other users.
  mutating func add(_ other: RetentionCounts) {
    rows.merge(other.rows) { a, b in
      Row(userCount: a.userCount + b.userCount, returned: zip(a.returned, b.returned).map(+))
    }
  }
}
