internal import HabitusModel

/// How often a user came on each day since the user's first.
///
/// Visits, the beginnings of sessions, and not events: clicks come in bunches, visits nearly do not, so that a long
/// session is no change of habits.
struct VisitDays {
  /// The days, numbered from 0.
  let days: WholeDays
  /// Visits by day.
  private(set) var counts: [Int]
  /// The sessions that begin on one of the days, in order, as positions in the timeline.
  private(set) var sessions: [(day: Int, positions: Range<Int>)] = []

  /// The whole days inside the window; of a user who first came inside it, those after that first day: it has a visit
  /// by definition, and no day before it could have had one.
  init(_ timeline: UserTimeline) {
    var days = WholeDays(timeline.plan.window, timeline.plan.calendar)
    let frame = timeline.frame
    if !timeline.hasEarlierEvents { days = days.dropping(days.index(of: frame.times[timeline.range.lowerBound]) + 1) }
    self.days = days
    counts = Array(repeating: 0, count: days.count)
    for positions in timeline.sessions {
      let day = days.index(of: frame.times[timeline.range.lowerBound + positions.lowerBound])
      guard counts.indices.contains(day) else { continue }
      counts[day] += 1
      sessions.append((day, positions))
    }
  }

  /// The last of the sessions that begin on some days, latest first.
  func evidence(_ range: Range<Int>, of timeline: UserTimeline, user: UserID) -> [PatternOccurrence] {
    sessions.lazy.reversed().filter { range.contains($0.day) }.prefix(Self.evidenceCount).map { session in
      let first = timeline.range.lowerBound + session.positions.lowerBound
      return PatternOccurrence(
        user: user, start: Timestamp(milliseconds: timeline.frame.times[first]),
        end: Timestamp(milliseconds: timeline.frame.times[first + session.positions.count - 1]),
        eventCount: session.positions.count)
    }
  }

  private static let evidenceCount = 5
}

extension UserTimeline {
  /// Whether the frame holds events of the user from before the window.
  var hasEarlierEvents: Bool {
    let first = range.lowerBound
    return frame.offsets.withUnsafeBufferPointer { offsets in
      var (low, high) = (0, offsets.count)
      while low < high {
        let middle = (low + high) / 2
        if offsets[middle] < first { low = middle + 1 } else { high = middle }
      }
      return low >= offsets.count || offsets[low] != first
    }
  }
}
