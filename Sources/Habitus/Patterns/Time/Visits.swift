internal import HabitusModel

/// A user's visits, which are the sessions, and when they began.
///
/// Visits, not events, are what is counted when something is said about time: the clicks of one session come in a
/// bunch, and a single long night would pass for a habit.
struct Visits: Sendable {
  static let day = 86_400_000.0

  /// When each began, in milliseconds since 1970, ascending.
  private(set) var starts: [Int64] = []
  /// The same by the clocks of the configured zone, counted as if they were UTC.
  private(set) var localStarts: [Int64] = []
  /// The positions of each visit's events in the timeline.
  private(set) var ranges: [Range<Int>] = []
  /// Whether any began at another time than midnight, of the zone or of UTC. Where none did the source told only dates.
  private(set) var hasTimesOfDay = false

  init(_ timeline: UserTimeline) {
    ranges = timeline.sessions
    starts.reserveCapacity(ranges.count)
    localStarts.reserveCapacity(ranges.count)
    let (times, calendar) = (timeline.times, timeline.plan.calendar)
    for range in ranges {
      let time = times[times.startIndex + range.lowerBound]
      let local = time + calendar.offset(at: Timestamp(milliseconds: time))
      starts.append(time)
      localStarts.append(local)
      if LocalTime(millisecondsSince1970: local).isTimeOfDay(at: time) { hasTimesOfDay = true }
    }
  }

  var count: Int { starts.count }

  /// The day of each by the clocks of the zone, in days since 1970.
  func day(_ visit: Int) -> Int { Int(localStarts[visit].dividedFloor(by: 86_400_000).quotient) }

  /// The hour of the week in which each began, Monday 0:00 first.
  func hourOfWeek(_ visit: Int) -> Int {
    let (day, rest) = localStarts[visit].dividedFloor(by: 86_400_000)
    return CivilDate(daysSince1970: day).weekday * 24 + Int(rest / 3_600_000)
  }

  /// The days with a visit, ascending, each once. Where clocks are put back at midnight, a date that comes again is
  /// left out.
  var days: [Int] {
    var days: [Int] = []
    for visit in 0..<count {
      let day = day(visit)
      if days.last.map({ day > $0 }) ?? true { days.append(day) }
    }
    return days
  }

  /// When the first visit of each of ``days`` began.
  var dayStarts: [Int64] {
    var result: [Int64] = []
    var latest: Int?
    for visit in 0..<count where latest.map({ day(visit) > $0 }) ?? true {
      latest = day(visit)
      result.append(starts[visit])
    }
    return result
  }

  /// From the start of each to that of the next, in days; a minute at least, where a source's sessions begin together.
  var gaps: [Double] { Self.gaps(starts) }

  /// From each moment to the next, in days; a minute at least.
  static func gaps(_ moments: [Int64]) -> [Double] {
    zip(moments.dropFirst(), moments).map { max(1.0 / 1440, Double($0 - $1) / day) }
  }

  /// The visits among `chosen`, ascending, as evidence: the latest first, five at most.
  func evidence(_ chosen: some BidirectionalCollection<Int>, of timeline: UserTimeline, user: UserID)
    -> [PatternOccurrence]
  {
    let times = timeline.times
    return chosen.suffix(5).reversed().map { visit in
      let range = ranges[visit]
      return PatternOccurrence(
        user: user, start: Timestamp(milliseconds: starts[visit]),
        end: Timestamp(milliseconds: times[times.startIndex + range.upperBound - 1]), eventCount: range.count)
    }
  }
}

extension LocalTime {
  /// Whether the moment, `time` milliseconds since 1970, can have come from more than a date: dates become midnights,
  /// of the configured zone or of UTC.
  func isTimeOfDay(at time: Int64) -> Bool { millisecondOfDay > 0 && time % 86_400_000 != 0 }
}
