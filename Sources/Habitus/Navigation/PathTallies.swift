internal import HabitusKernels
internal import HabitusModel
internal import Synchronization

/// How many sessions and users came to each state, and from each to each other one; how long they needed.
struct PathTallies: Sendable {
  private let stateCount: Int
  /// By state.
  private(set) var sessionCounts: [Int]
  /// By state.
  private(set) var userCounts: [Int]
  /// Row by row as in `TransitionCounts`.
  private(set) var transitionSessionCounts: [Int]
  private(set) var transitionUserCounts: [Int]
  /// The median time in seconds, `nil` where there is no transition.
  private(set) var medianSeconds: [Double?]

  /// Counts. O(visits · log visits + states²).
  ///
  /// - Parameter counts: of the same sequences, with repeats.
  init(_ sequences: PathSequences, _ counts: TransitionCounts, workers: Int) throws {
    stateCount = counts.stateCount
    let cells = stateCount * stateCount
    var (states, transitions) = (OwnerTally(count: stateCount), OwnerTally(count: cells))
    for session in 0..<sequences.sessionCount {
      let (places, user) = (sequences.places(session), sequences.users[session])
      var before: Int?
      for place in places {
        let state = Int(sequences.states[place])
        states.add(state, session: session, user: user)
        if let before { transitions.add(before * stateCount + state, session: session, user: user) }
        before = state
      }
    }
    (sessionCounts, userCounts) = (states.sessionCounts, states.userCounts)
    (transitionSessionCounts, transitionUserCounts) = (transitions.sessionCounts, transitions.userCounts)
    medianSeconds = try Self.medians(sequences, counts, workers)
  }

  /// The median of the times of each transition.
  private static func medians(
    _ sequences: PathSequences, _ counts: TransitionCounts, _ workers: Int
  ) throws -> [Double?] {
    let stateCount = counts.stateCount
    var ends = [0]
    for count in counts.counts { ends.append(ends[ends.count - 1] + count) }
    let starts = ends
    var gaps = [UInt32](repeating: 0, count: starts[counts.counts.count])
    // The first free place of each transition.
    var free = starts
    for session in 0..<sequences.sessionCount {
      for place in sequences.places(session).dropLast() {
        let cell = Int(sequences.states[place]) * stateCount + Int(sequences.states[place + 1])
        gaps[free[cell]] = sequences.gaps[place]
        free[cell] += 1
      }
    }
    let grouped = gaps
    let medians = Mutex([Double?](repeating: nil, count: counts.counts.count))
    try Parallel.forEach(stateCount, workers: workers) { row in
      let cells = row * stateCount..<(row + 1) * stateCount
      let found = cells.map { cell in median(Array(grouped[starts[cell]..<starts[cell + 1]])) }
      medians.withLock { $0.replaceSubrange(cells, with: found) }
    }
    return medians.withLock { $0 }
  }

  /// The median of milliseconds in seconds; the mean of the middle two of an even number.
  private static func median(_ milliseconds: [UInt32]) -> Double? {
    guard !milliseconds.isEmpty else { return nil }
    let sorted = milliseconds.sorted()
    let middle = sorted.count / 2
    let upper = Double(sorted[middle])
    return (sorted.count.isMultiple(of: 2) ? (upper + Double(sorted[middle - 1])) / 2 : upper) / 1000
  }
}

/// Counts the sessions and users of things that come session by session and user by user.
struct OwnerTally {
  private(set) var sessionCounts: [Int]
  private(set) var userCounts: [Int]
  private var lastSessions: [Int32]
  private var lastUsers: [UInt32]

  init(count: Int) {
    sessionCounts = Array(repeating: 0, count: count)
    userCounts = sessionCounts
    lastSessions = Array(repeating: -1, count: count)
    lastUsers = Array(repeating: TermDictionary.missing, count: count)
  }

  /// Takes note of thing number `index`.
  @inline(__always) mutating func add(_ index: Int, session: Int, user: UInt32) {
    guard lastSessions[index] != Int32(truncatingIfNeeded: session) else { return }
    lastSessions[index] = Int32(truncatingIfNeeded: session)
    sessionCounts[index] += 1
    guard lastUsers[index] != user else { return }
    lastUsers[index] = user
    userCounts[index] += 1
  }
}
