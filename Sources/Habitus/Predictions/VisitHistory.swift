internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore

/// The local days on which users came, from the first stored event on.
struct VisitHistory: Sendable {
  /// Users' codes, each once.
  private(set) var users: [UInt32] = []
  /// Where the days of each user begin, and where the last one's end.
  private var offsets = [0]
  /// The days since 1970 of each user, ascending.
  private var days: [Int32] = []

  /// The first and the last day on which anybody came; `nil` without an event.
  var span: ClosedRange<Int>? {
    guard let first = days.min(), let last = days.max() else { return nil }
    return Int(first)...Int(last)
  }

  /// Adds the users of a frame whose events are before `end`. O(events).
  mutating func add(_ frame: EventFrame, before end: Timestamp, _ calendar: LocalCalendar) {
    for index in frame.users.indices { add(frame, userAt: index, before: end, calendar) }
  }

  /// Adds one user of a frame, if there are events before `end`. O(events).
  mutating func add(_ frame: borrowing EventFrame, userAt index: Int, before end: Timestamp, _ calendar: LocalCalendar)
  {
    var last: Int32?
    for time in frame.times[frame.offsets[index]..<frame.offsets[index + 1]] {
      guard time < end.milliseconds else { break }
      let day = calendar.day(ofMilliseconds: time)
      // Clocks that are set back over midnight make a day come twice.
      if let last, day <= last { continue }
      days.append(day)
      last = day
    }
    guard last != nil else { return }
    users.append(frame.users[index])
    offsets.append(days.count)
  }

  /// Adds other users.
  mutating func add(_ other: VisitHistory) {
    users += other.users
    offsets += other.offsets.dropFirst().map { $0 + days.count }
    days += other.days
  }

  /// The days of the user at `index`, ascending.
  func days(at index: Int) -> ArraySlice<Int32> { days[offsets[index]..<offsets[index + 1]] }

  /// How often and when the user at `index` came up to a day; `nil` if not yet.
  func customer(at index: Int, upTo lastDay: Int) -> RecencyFrequency? {
    let own = days(at: index).prefix { Int($0) <= lastDay }
    guard let first = own.first, let last = own.last else { return nil }
    return try? RecencyFrequency(
      frequency: own.count - 1, recency: Double(last - first), age: Double(lastDay - Int(first)))
  }

  /// On how many of the `count` days after `day` the user at `index` came.
  func visitCount(at index: Int, in count: Int, after day: Int) -> Int {
    days(at: index).count { (day + 1...day + count).contains(Int($0)) }
  }
}

extension Workspace {
  /// On which days everybody came before a moment. O(events).
  func visitHistory(_ snapshot: EventSnapshot, before end: Timestamp, _ calendar: LocalCalendar) throws -> VisitHistory
  {
    try snapshot.scan(columns: [], workers: workers, makeState: {}) { (_: inout Void, frame) in
      var history = VisitHistory()
      history.add(frame, before: end, calendar)
      return history
    }.reduce(into: VisitHistory()) { $0.add($1) }
  }
}

extension LocalCalendar {
  /// The local day of a moment, since 1970.
  func day(ofMilliseconds time: Int64) -> Int32 {
    Int32(clamping: localTime(of: Timestamp(milliseconds: time)).date.daysSince1970)
  }
}
