internal import HabitusModel

/// The figures of days, of some users.
struct MetricCounts: Sendable {
  private(set) var activeUsers: [Int]
  private(set) var newUsers: [Int]
  private(set) var sessions: [Int]
  private(set) var events: [Int]
  private(set) var goals: [Int]
  /// By type of the plan, one day after the other.
  private var byType: [Int]

  init(_ plan: MetricPlan) {
    let zeros = Array(repeating: 0, count: plan.days.count)
    (activeUsers, newUsers, sessions, events, goals) = (zeros, zeros, zeros, zeros, zeros)
    byType = Array(repeating: 0, count: plan.days.count * plan.types.count)
  }

  /// The events of a type of the plan, by day.
  func events(ofType place: Int) -> [Int] { Array(byType[place * events.count..<(place + 1) * events.count]) }

  /// Counts the events of a frame.
  mutating func add(_ frame: borrowing EventFrame, _ plan: MetricPlan) {
    for index in frame.users.indices { add(frame, frame.offsets[index]..<frame.offsets[index + 1], plan) }
  }

  /// Counts one user's events.
  private mutating func add(_ frame: borrowing EventFrame, _ all: Range<Int>, _ plan: MetricPlan) {
    let range = frame.times.withUnsafeBufferPointer {
      plan.features.range(of: $0, from: all.lowerBound, to: all.upperBound)
    }
    let rule = plan.features.sessionRule
    var (day, moments): (Int, Range<Int64>) = (-1, 0..<0)
    var (lastDay, sessionStart, previous): (Int, Int64, Int64) = (-1, 0, 0)
    var previousSession = TermDictionary.missing
    for position in range {
      let time = frame.times[position]
      let session = frame.sessions.isEmpty ? TermDictionary.missing : frame.sessions[position]
      let begins =
        position == range.lowerBound
        || rule.begins(
          at: time, session: session, after: previous, previousSession: previousSession, sessionStart: sessionStart)
      if begins { sessionStart = time }
      (previous, previousSession) = (time, session)
      if !moments.contains(time) { (day, moments) = plan.days.day(of: time) }
      guard events.indices.contains(day) else { continue }
      if begins { sessions[day] += 1 }
      if position == all.lowerBound { newUsers[day] += 1 }
      // Where clocks are put back at midnight, a date can come again after the next one has begun.
      if day > lastDay {
        activeUsers[day] += 1
        lastDay = day
      }
      let type = Int(frame.types[position])
      events[day] += 1
      if plan.isGoal[type] { goals[day] += 1 }
      if plan.places[type] >= 0 { byType[Int(plan.places[type]) * events.count + day] += 1 }
    }
  }

  /// Adds the figures of other users.
  mutating func add(_ other: MetricCounts) {
    for day in events.indices {
      activeUsers[day] += other.activeUsers[day]
      newUsers[day] += other.newUsers[day]
      sessions[day] += other.sessions[day]
      events[day] += other.events[day]
      goals[day] += other.goals[day]
    }
    for place in byType.indices { byType[place] += other.byType[place] }
  }
}
