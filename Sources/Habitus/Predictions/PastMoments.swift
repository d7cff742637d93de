internal import HabitusModel
internal import HabitusStore

/// Moments of the past that lie a horizon apart, each with what users did between it and the next one.
struct PastMoments: Sendable {
  /// The moments, latest first: the first is one horizon before the end.
  let moments: [Timestamp]
  /// The end of the latest stretch.
  let end: Timestamp

  /// The most moments that are looked at.
  static let mostMoments = 6

  /// The moments before `end` that have a horizon of history behind them at least.
  ///
  /// - Parameter firstDay: the day of the first event by the calendar, since 1970.
  init(before end: Timestamp, horizonDays: Int, firstDay: Int, _ calendar: LocalCalendar) throws(FeatureError) {
    var moments: [Timestamp] = []
    for count in 1...Self.mostMoments {
      let moment = try LocalCalendar.moment(count * horizonDays, daysBefore: end, timeZone: calendar.timeZone)
      guard calendar.localTime(of: moment).date.daysSince1970 >= firstDay + horizonDays else { break }
      moments.append(moment)
    }
    self.moments = moments
    self.end = end
  }

  /// Which of the stretches an event lies in; `nil` for none.
  fileprivate func stretch(of time: Int64) -> Int? {
    guard time < end.milliseconds else { return nil }
    return moments.firstIndex { time >= $0.milliseconds }
  }
}

/// Whether each user did each of some things in each stretch between ``PastMoments``.
struct PastOutcomes: Sendable {
  /// By thing, by user code: a bit for each stretch.
  private var bits: [[UInt8]]

  /// Reads the events of everybody. O(events).
  ///
  /// - Parameter things: what is looked for, each a set of types by code; any event where `nil`.
  init(_ snapshot: EventSnapshot, _ moments: PastMoments, things: [Set<UInt32>?], workers: Int) throws {
    let typeCount = snapshot.dictionaries.types.count
    let isWanted = things.map { types in (0..<typeCount).map { types?.contains(UInt32($0)) ?? true } }
    let parts = try snapshot.scan(columns: [], workers: workers, makeState: {}) { (_: inout Void, frame) in
      frame.users.indices.map { index -> (user: UInt32, bits: [UInt8]) in
        var bits = [UInt8](repeating: 0, count: things.count)
        for position in (frame.offsets[index]..<frame.offsets[index + 1]).reversed() {
          guard let stretch = moments.stretch(of: frame.times[position]) else {
            if frame.times[position] < moments.end.milliseconds { break }
            continue
          }
          for thing in things.indices where isWanted[thing][Int(frame.types[position])] {
            bits[thing] |= 1 << UInt8(stretch)
          }
        }
        return (frame.users[index], bits)
      }
    }
    bits = things.map { _ in Array(repeating: 0, count: snapshot.dictionaries.users.count) }
    for (user, own) in parts.joined() {
      for thing in things.indices { bits[thing][Int(user)] = own[thing] }
    }
  }

  /// Whether a user did the thing in the stretch after a moment.
  func did(_ thing: Int, user: UInt32, afterMoment moment: Int) -> Bool {
    bits[thing][Int(user)] & (1 << UInt8(moment)) != 0
  }
}
