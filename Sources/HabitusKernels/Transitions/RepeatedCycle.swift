/// A stretch of a sequence that goes round: A A A (period 1), back and forth A B A B (2), A B C A B C (3), and so on.
public struct RepeatedCycle: Hashable, Sendable, Codable {
  /// The sequence.
  public let sequence: Int
  /// Where in the sequence, from its start.
  public let range: Range<Int>
  /// What is repeated, from where the stretch begins; not itself made of repetitions.
  public let cycle: [Int32]

  /// How often the cycle is gone through, the last time perhaps in part; at least 2.
  public var repetitionCount: Double { Double(range.count) / Double(cycle.count) }

  /// All stretches that go through a cycle at least twice in full, each as long as it can be: by sequence, then by
  /// period, then by place. Stretches of different periods may overlap (as A A B A A B has them). O(items · longest
  /// period).
  ///
  /// - Parameter periods: the lengths of cycles, at least 1.
  /// - Precondition: `periods` begins at 1 or above.
  public static func all(in sequences: SequenceDatabase, periods: ClosedRange<Int> = 2...4) -> [RepeatedCycle] {
    precondition(periods.lowerBound >= 1, "a cycle has at least one item")
    var found: [RepeatedCycle] = []
    for index in 0..<sequences.sequenceCount {
      let items = Array(sequences.sequence(index))
      for period in periods where items.count >= 2 * period {
        var start = 0
        for end in period...items.count where end == items.count || items[end] != items[end - period] {
          let cycle = Array(items[start..<min(items.count, start + period)])
          if end - start >= 2 * period, isPrimitive(cycle) {
            found.append(RepeatedCycle(sequence: index, range: start..<end, cycle: cycle))
          }
          start = end - period + 1
        }
      }
    }
    return found
  }

  private static func isPrimitive(_ cycle: [Int32]) -> Bool {
    !(1..<max(1, cycle.count)).contains { period in
      cycle.count.isMultiple(of: period) && (period..<cycle.count).allSatisfy { cycle[$0] == cycle[$0 - period] }
    }
  }
}
