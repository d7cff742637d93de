internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore

/// What some users did, one type after the other: the latest events of each.
struct EventSequences: Sendable {
  /// The most events of one user that are looked at, the latest ones.
  static let mostEvents = 100
  /// The most users that are learned from; of more, those whose ids have the smallest hashes.
  static let mostUsers = 2_000

  /// Users' types by code, in order of time, one sequence a user.
  private(set) var types: [[UInt32]] = []
  /// Their times.
  private(set) var times: [[Int64]] = []

  /// Adds one user of a frame, if there are events before `end`.
  mutating func add(_ frame: borrowing EventFrame, userAt index: Int, before end: Timestamp) {
    let range = Self.latest(frame, userAt: index, before: end)
    guard !range.isEmpty else { return }
    types.append(Array(frame.types[range]))
    times.append(Array(frame.times[range]))
  }

  /// Adds other users.
  mutating func add(_ other: EventSequences) {
    types += other.types
    times += other.times
  }

  /// The latest events of a user before a moment. O(events after it).
  static func latest(_ frame: borrowing EventFrame, userAt index: Int, before end: Timestamp) -> Range<Int> {
    let first = frame.offsets[index]
    var last = frame.offsets[index + 1]
    while last > first, frame.times[last - 1] >= end.milliseconds { last -= 1 }
    return max(first, last - mostEvents)..<last
  }

  /// Of every user, how many events are before a moment.
  func counts(before moment: Int64) -> [Int] { times.map { own in own.count { $0 < moment } } }
}

extension Workspace {
  /// What a sample of users did before a moment. O(events).
  ///
  /// - Parameter users: the codes of everybody with events.
  func eventSequences(_ snapshot: EventSnapshot, of users: [UInt32], before end: Timestamp) throws -> EventSequences {
    var chosen = users
    if users.count > EventSequences.mostUsers {
      // By the ids, so that the sample does not depend on who came first.
      let names = snapshot.dictionaries.users
      let ranked = users.map { (hash: IdentifierHash.hash(of: names.text(of: $0)), code: $0) }
        .sorted { ($0.hash, names.text(of: $0.code)) < ($1.hash, names.text(of: $1.code)) }
      chosen = ranked.prefix(EventSequences.mostUsers).map(\.code)
    }
    let sample = Set(chosen)
    return try snapshot.scan(columns: [], workers: workers, makeState: {}) { (_: inout Void, frame) in
      var sequences = EventSequences()
      for index in frame.users.indices where sample.contains(frame.users[index]) {
        sequences.add(frame, userAt: index, before: end)
      }
      return sequences
    }.reduce(into: EventSequences()) { $0.add($1) }
  }
}
