internal import HabitusModel

extension LocalTime {
  /// Whether the moment, `time` milliseconds since 1970, can have come from more than a date: dates become midnights, of the
  /// configured zone or of UTC.
  func isTimeOfDay(at time: Int64) -> Bool { millisecondOfDay > 0 && time % 86_400_000 != 0 }
}

/// Counts of events by hour of the week, Monday 0:00 first.
struct Rhythm: Sendable, Codable {
  var countByHourOfWeek = [Int](repeating: 0, count: 168)
  /// Whether any event is at another time than midnight.
  var hasTimesOfDay = false

  /// Adds a user's events.
  mutating func add(_ timeline: UserTimeline) {
    for time in timeline.times {
      let local = timeline.plan.calendar.localTime(of: Timestamp(milliseconds: time))
      countByHourOfWeek[local.weekday * 24 + local.hour] += 1
      if local.isTimeOfDay(at: time) { hasTimesOfDay = true }
    }
  }

  mutating func add(_ other: Rhythm) {
    hasTimesOfDay = hasTimesOfDay || other.hasTimesOfDay
    for slot in countByHourOfWeek.indices { countByHourOfWeek[slot] += other.countByHourOfWeek[slot] }
  }

  var countByHour: [Int] {
    (0..<24).map { hour in stride(from: hour, to: 168, by: 24).reduce(0) { $0 + countByHourOfWeek[$1] } }
  }

  var countByWeekday: [Int] { (0..<7).map { countByHourOfWeek[$0 * 24..<$0 * 24 + 24].reduce(0, +) } }

  var total: Int { countByHourOfWeek.reduce(0, +) }
}
