internal import HabitusKernels

/// How many sessions and users there are of each archetype.
struct SessionArchetypeCounts: Sendable, Equatable {
  private(set) var sessions: [Int]
  private(set) var users: [Int]
  private(set) var unassigned = 0
  private(set) var userCount = 0

  init(count: Int) {
    sessions = Array(repeating: 0, count: count)
    users = sessions
  }

  /// Adds the sessions of one user.
  mutating func add(_ labels: some Sequence<ClusterLabel>) {
    var seen: Set<Int> = []
    for label in labels {
      guard let index = label.index, sessions.indices.contains(index) else {
        unassigned += 1
        continue
      }
      sessions[index] += 1
      if seen.insert(index).inserted { users[index] += 1 }
    }
    userCount += 1
  }

  mutating func add(_ other: SessionArchetypeCounts) {
    for index in sessions.indices {
      sessions[index] += other.sessions[index]
      users[index] += other.users[index]
    }
    unassigned += other.unassigned
    userCount += other.userCount
  }

  var sessionCount: Int { sessions.reduce(unassigned, +) }
}
