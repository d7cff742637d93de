internal import HabitusModel

/// When in the week users come: visits by hour of the day and of the week, and days with a visit by weekday.
///
/// Of the visits that begin in one hour of one day only one counts, and of those of a day one for the weekday: what a
/// user does twice within the hour is hardly two decisions.
struct WeekRhythm: Codable, Sendable {
  /// Visits by hour of the day, of users whose times are more than dates.
  private(set) var byHour = SlotCounts(Array(repeating: 0, count: 24))
  /// Visits by hour of the week, Monday 0:00 first, of the same users.
  private(set) var byHourOfWeek = SlotCounts(Array(repeating: 0, count: 168))
  /// Days with a visit by weekday, Monday first.
  private(set) var byWeekday = SlotCounts(Array(repeating: 0, count: 7))

  init() {}

  /// The rhythm of one user.
  init(_ visits: Visits) {
    var (hours, hoursOfWeek) = (Array(repeating: 0, count: 24), Array(repeating: 0, count: 168))
    var weekdays = Array(repeating: 0, count: 7)
    var (lastDay, lastHour) = (Int.min, -1)
    for visit in 0..<visits.count {
      let (day, hourOfWeek) = (visits.day(visit), visits.hourOfWeek(visit))
      if day != lastDay { weekdays[hourOfWeek / 24] += 1 }
      if visits.hasTimesOfDay, day != lastDay || hourOfWeek != lastHour {
        hours[hourOfWeek % 24] += 1
        hoursOfWeek[hourOfWeek] += 1
      }
      (lastDay, lastHour) = (day, hourOfWeek)
    }
    byHour = SlotCounts(hours)
    byHourOfWeek = SlotCounts(hoursOfWeek)
    byWeekday = SlotCounts(weekdays)
  }

  /// Adds other users.
  mutating func add(_ other: WeekRhythm) {
    byHour.add(other.byHour)
    byHourOfWeek.add(other.byHourOfWeek)
    byWeekday.add(other.byWeekday)
  }

  var hasTimesOfDay: Bool { byHour.total > 0 }
}

/// How much of a window falls into each hour of the week.
struct WindowCoverage: Sendable {
  /// Hours of the window by hour of the week, Monday 0:00 first.
  private(set) var hours = Array(repeating: 0.0, count: 168)

  /// Beyond so many hours the weeks that are not whole weigh nothing.
  private static let hourLimit: Int64 = 100_000

  init(_ window: AnalysisWindow, _ calendar: LocalCalendar) {
    let hour: Int64 = 3_600_000
    let (start, end) = (window.start.milliseconds, window.asOf.milliseconds)
    guard (end - start) / hour < Self.hourLimit else {
      hours = hours.map { _ in 1 }
      return
    }
    for moment in stride(from: start, to: end, by: Int64.Stride(hour)) {
      let local = calendar.localTime(of: Timestamp(milliseconds: moment))
      hours[local.weekday * 24 + local.hour] += Double(min(hour, end - moment)) / Double(hour)
    }
  }

  var weekdays: [Double] { (0..<7).map { hours[$0 * 24..<$0 * 24 + 24].reduce(0, +) } }
  var hoursOfDay: [Double] { (0..<24).map { hour in stride(from: hour, to: 168, by: 24).reduce(0) { $0 + hours[$1] } } }
}
