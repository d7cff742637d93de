/// How often each state follows each other one in sequences: a Markov chain of order 1, with where sequences begin and
/// end.
public struct TransitionCounts: Hashable, Sendable, Codable {
  /// The number of states; states are 0..<stateCount.
  public let stateCount: Int
  /// Row by row, one row a state: how often the column's state comes right after the row's.
  public let counts: [Int]
  /// By state, the sequences that begin with it.
  public let entryCounts: [Int]
  /// By state, the sequences that end with it.
  public let exitCounts: [Int]
  /// Whether a state that follows itself was counted as a transition.
  public let countsRepeats: Bool

  /// Counts. O(items + states²).
  ///
  /// - Parameters:
  ///   - sequences: of states; empty ones count nowhere.
  ///   - stateCount: at least 1, at most 20,000.
  ///   - countsRepeats: `false` takes a run of one state for a single visit.
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for a state or a number of states out of range.
  public init(
    of sequences: SequenceDatabase, stateCount: Int, countsRepeats: Bool = true
  ) throws(KernelError) {
    guard (1...20_000).contains(stateCount) else {
      throw .parameter(name: "stateCount", value: Double(stateCount), allowed: "1 to 20,000")
    }
    if let wrong = sequences.items.first(where: { $0 < 0 || Int($0) >= stateCount }) {
      throw .parameter(name: "state", value: Double(wrong), allowed: "0 to one less than the number of states")
    }
    var counts = Array(repeating: 0, count: stateCount * stateCount)
    var entries = Array(repeating: 0, count: stateCount)
    var exits = entries
    for index in 0..<sequences.sequenceCount {
      let sequence = sequences.sequence(index)
      guard let first = sequence.first, let last = sequence.last else { continue }
      entries[Int(first)] += 1
      exits[Int(last)] += 1
      var before = first
      for state in sequence.dropFirst() {
        if countsRepeats || state != before { counts[Int(before) * stateCount + Int(state)] += 1 }
        before = state
      }
    }
    self.stateCount = stateCount
    self.counts = counts
    entryCounts = entries
    exitCounts = exits
    self.countsRepeats = countsRepeats
  }

  /// How often `second` comes right after `first`. O(1).
  public func count(from first: Int, to second: Int) -> Int { counts[first * stateCount + second] }

  /// By state, how often it was visited: its transitions away and its exits. O(states²).
  public var visitCounts: [Int] {
    (0..<stateCount).map { state in
      counts[state * stateCount..<(state + 1) * stateCount].reduce(exitCounts[state], +)
    }
  }

  /// By state, the share of all sequences that begin with it; all 0 without sequences.
  public var entryShares: [Double] {
    let total = Double(max(1, entryCounts.reduce(0, +)))
    return entryCounts.map { Double($0) / total }
  }

  /// By state, the share of its visits with which a sequence ends, its drop-off; `nil` where it was never visited.
  public var exitShares: [Double?] {
    zip(exitCounts, visitCounts).map { $1 > 0 ? Double($0) / Double($1) : nil }
  }

  /// Probabilities of the next state given that there is one, a row a state, each summing to 1. O(states²).
  ///
  /// The mean of the posterior under a Dirichlet prior that weighs as much as `strength` transitions, in the
  /// proportions in which states are entered from anywhere (all alike without any transition). A state that was never
  /// left has the prior alone. Without repeats the diagonal stays 0; a single state then has a row of 0.
  ///
  /// - Parameter strength: not negative; 0 gives the shares as they are, and 0 throughout for a state never left.
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for a strength out of range.
  public func probabilities(strength: Double = 1) throws(KernelError) -> Matrix {
    guard strength >= 0, strength.isFinite else {
      throw .parameter(name: "strength", value: strength, allowed: "a finite number of 0 or more")
    }
    let arrivals = (0..<stateCount).map { state in
      (0..<stateCount).reduce(0.0) { $0 + Double(count(from: $1, to: state)) }
    }
    let isSilent = !arrivals.contains { $0 > 0 }
    var matrix = Matrix(rowCount: stateCount, columnCount: stateCount, repeating: 0)
    for row in 0..<stateCount {
      let weights = (0..<stateCount).map { column in
        !countsRepeats && column == row ? 0 : (isSilent ? 1 : arrivals[column])
      }
      let weight = weights.reduce(0, +)
      let left = (0..<stateCount).reduce(0.0) { $0 + Double(count(from: row, to: $1)) }
      let total = left + (weight > 0 ? strength : 0)
      guard total > 0 else { continue }
      for column in 0..<stateCount {
        let prior = weight > 0 ? strength * weights[column] / weight : 0
        matrix[row, column] = (Double(count(from: row, to: column)) + prior) / total
      }
    }
    return matrix
  }
}
