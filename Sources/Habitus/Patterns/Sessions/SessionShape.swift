internal import Foundation
internal import HabitusModel

/// What is measured of a session to compare it with others.
enum SessionMeasure: Hashable, Sendable {
  /// Natural logarithm of events.
  case events
  /// Natural logarithm of 1 + seconds from the first event to the last.
  case duration
  /// Natural logarithm of 1 + different pages.
  case pages
  /// Events that repeat a type of the session ÷ events.
  case repeats
  /// Entropy of the events over their types, in bits.
  case entropy
  /// Share of a type, which is one of the most frequent.
  case type(String)
  /// The start on the clock: the cosine and the sine of its angle, midnight first.
  case clockCosine, clockSine
  /// Natural logarithm of 1 + hours since the end of the user's session before; no value for a first one.
  case gap
}

/// How sessions become rows of numbers: the same for all sessions of a window.
struct SessionShape: Sendable {
  let measures: [SessionMeasure]
  /// By code of a type, its place among the most frequent ones; -1 for others.
  private let typePlaces: [Int]
  private let typeCount: Int
  private let hasPages: Bool
  private let hasTimesOfDay: Bool

  /// The most types that have a share of their own.
  static let mostTypes = 8

  /// - Parameters:
  ///   - typeCounts: events of each type, by code.
  ///   - hasPages: whether any event has a page.
  ///   - hasTimesOfDay: whether any event is at another time than midnight.
  init(typeCounts: [Int], types: TermDictionary, hasPages: Bool, hasTimesOfDay: Bool) {
    let frequent = typeCounts.indices.filter { typeCounts[$0] > 0 }
      .sorted { (-typeCounts[$0], types.text(of: UInt32($0))) < (-typeCounts[$1], types.text(of: UInt32($1))) }
      .prefix(Self.mostTypes)
    var places = Array(repeating: -1, count: typeCounts.count)
    for (place, code) in frequent.enumerated() { places[code] = place }
    typePlaces = places
    typeCount = frequent.count
    self.hasPages = hasPages
    self.hasTimesOfDay = hasTimesOfDay
    measures =
      [.events, .duration] + (hasPages ? [.pages] : []) + [.repeats, .entropy]
      + frequent.map { .type(types.text(of: UInt32($0))) } + (hasTimesOfDay ? [.clockCosine, .clockSine] : []) + [.gap]
  }

  /// Appends the measures of a user's sessions, session after session, in the order of ``measures``; NaN for "no value".
  ///
  /// O(events).
  func append(_ sessions: [Range<Int>], of timeline: UserTimeline, to values: inout [Double]) {
    var end: Int64?
    for session in sessions {
      let range = timeline.range.lowerBound + session.lowerBound..<timeline.range.lowerBound + session.upperBound
      let times = (timeline.frame.times[range.lowerBound], timeline.frame.times[range.upperBound - 1])
      values.append(log(Double(range.count)))
      values.append(log1p(Double(times.1 - times.0) / 1000))
      if hasPages { values.append(log1p(Double(distinct(timeline.frame.pages, range)))) }
      appendTypes(timeline.frame.types[range], &values)
      if hasTimesOfDay {
        let time = timeline.plan.calendar.localTime(of: Timestamp(milliseconds: times.0))
        let clock = ClockVector(hour: Double(time.millisecondOfDay) / 3_600_000)
        values += [clock.x, clock.y]
      }
      values.append(end.map { log1p(Double(times.0 - $0) / 3_600_000) } ?? .nan)
      end = times.1
    }
  }

  private func distinct(_ column: [UInt32], _ range: Range<Int>) -> Int {
    guard !column.isEmpty else { return 0 }
    var seen: Set<UInt32> = []
    for place in range where column[place] != TermDictionary.missing { seen.insert(column[place]) }
    return seen.count
  }

  private func appendTypes(_ types: ArraySlice<UInt32>, _ values: inout [Double]) {
    var shares = Array(repeating: 0.0, count: typeCount)
    let sorted = types.sorted()
    let total = Double(sorted.count)
    var (entropy, distinct, start) = (0.0, 0.0, 0)
    while start < sorted.count {
      var end = start + 1
      while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
      let share = Double(end - start) / total
      entropy -= share * log2(share)
      distinct += 1
      if case let place = typePlaces[Int(sorted[start])], place >= 0 { shares[place] = share }
      start = end
    }
    values += [1 - distinct / total, entropy]
    values += shares
  }
}
