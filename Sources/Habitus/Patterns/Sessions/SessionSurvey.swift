internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore

/// What a first look at all sessions finds: what there is to measure, and how many there are.
struct SessionSurvey: Sendable {
  private(set) var typeCounts: [Int]
  private(set) var sessionCount = 0
  private(set) var userCount = 0
  private(set) var hasPages = false
  private(set) var hasTimesOfDay = false

  init(typeCount: Int) { typeCounts = Array(repeating: 0, count: typeCount) }

  mutating func add(_ timeline: UserTimeline) {
    for type in timeline.frame.types[timeline.range] { typeCounts[Int(type)] += 1 }
    sessionCount += timeline.sessions.count
    userCount += 1
    if !timeline.frame.pages.isEmpty, !hasPages {
      hasPages = timeline.frame.pages[timeline.range].contains { $0 != TermDictionary.missing }
    }
    if !hasTimesOfDay {
      hasTimesOfDay = timeline.times.contains {
        timeline.plan.calendar.localTime(of: Timestamp(milliseconds: $0)).isTimeOfDay(at: $0)
      }
    }
  }

  mutating func add(_ other: SessionSurvey) {
    for type in typeCounts.indices { typeCounts[type] += other.typeCounts[type] }
    sessionCount += other.sessionCount
    userCount += other.userCount
    hasPages = hasPages || other.hasPages
    hasTimesOfDay = hasTimesOfDay || other.hasTimesOfDay
  }
}

/// Sessions drawn at random, with their measures.
struct SessionSample: Sendable {
  /// A session of the sample.
  struct Key: Sendable {
    /// Its place in a random order that depends on the session alone.
    let rank: UInt64
    let user: UInt32
    let start: Int64
  }

  private(set) var keys: [Key] = []
  private(set) var values: [Double] = []

  /// Adds those of a user's sessions whose rank is at most `limit`.
  mutating func add(_ timeline: UserTimeline, _ shape: SessionShape, limit: UInt64) {
    let sessions = timeline.sessions
    let chosen = sessions.indices.filter { rank(sessions[$0], timeline) <= limit }
    guard !chosen.isEmpty else { return }
    var all: [Double] = []
    shape.append(sessions, of: timeline, to: &all)
    for index in chosen {
      keys.append(
        Key(
          rank: rank(sessions[index], timeline), user: timeline.user,
          start: timeline.frame.times[timeline.range.lowerBound + sessions[index].lowerBound]))
      values += all[index * shape.measures.count..<(index + 1) * shape.measures.count]
    }
  }

  private func rank(_ session: Range<Int>, _ timeline: UserTimeline) -> UInt64 {
    var generator = SplitMix64(
      seed: UInt64(bitPattern: timeline.frame.times[timeline.range.lowerBound + session.lowerBound]))
    return generator.next() ^ SplitMix64(seed: UInt64(timeline.user)).first
  }

  mutating func add(_ other: SessionSample) {
    keys += other.keys
    values += other.values
  }

  /// At most `count` of them, those of the lowest ranks.
  func prefix(_ count: Int, columnCount: Int) -> SessionSample {
    guard keys.count > count else { return self }
    let kept = keys.indices.sorted { keys[$0].rank < keys[$1].rank }.prefix(count).sorted()
    var sample = SessionSample()
    sample.keys = kept.map { keys[$0] }
    sample.values = kept.flatMap { values[$0 * columnCount..<($0 + 1) * columnCount] }
    return sample
  }
}

extension SplitMix64 {
  /// The first number of the sequence.
  fileprivate var first: UInt64 {
    var copy = self
    return copy.next()
  }
}
