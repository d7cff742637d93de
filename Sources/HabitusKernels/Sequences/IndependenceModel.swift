/// The null model of order 0: every sequence keeps its length, and its items are drawn independently with the
/// frequencies that items have in all sequences together.
///
/// Tells how many sequences would contain a pattern by chance, so that a pattern is reported for what it says beyond
/// the popularity of its items.
public struct IndependenceModel: Hashable, Sendable {
  /// Every item's share of all items, in 0…1.
  public let itemProbabilities: [Int32: Double]
  /// How many sequences there are of each length that occurs, by rising length.
  public let lengthCounts: [LengthCount]

  /// Number of sequences of one length.
  public struct LengthCount: Hashable, Sendable, Codable {
    /// The length, in items.
    public let length: Int
    /// How many sequences have it.
    public let count: Int
  }

  /// Number of sequences, empty ones too.
  public var sequenceCount: Int { lengthCounts.reduce(0) { $0 + $1.count } }

  /// Learns item frequencies and lengths. O(items).
  public init(fittedTo database: SequenceDatabase) {
    var counts: [Int32: Int] = [:]
    for item in database.items { counts[item, default: 0] += 1 }
    itemProbabilities = counts.mapValues { Double($0) / Double(database.items.count) }
    var lengths: [Int: Int] = [:]
    for sequence in 0..<database.sequenceCount { lengths[database.sequence(sequence).count, default: 0] += 1 }
    lengthCounts = lengths.sorted { $0.key < $1.key }.map { LengthCount(length: $0.key, count: $0.value) }
  }

  /// Probability that a random sequence of `length` items contains `pattern` as a subsequence, gaps allowed.
  ///
  /// Exact: the leftmost match advances past its *i*-th item with that item's probability at every draw, so the number
  /// of matched items is a Markov chain. O(`length` · pattern).
  public func containmentProbability(of pattern: [Int32], length: Int) -> Double {
    containmentProbabilities(of: pattern, upTo: length)[length]
  }

  /// Expected number of sequences that contain `pattern`. O(longest sequence · pattern + distinct lengths).
  public func expectedSupport(of pattern: [Int32]) -> Double {
    let probabilities = containmentProbabilities(of: pattern, upTo: lengthCounts.last?.length ?? 0)
    return lengthCounts.reduce(0) { $0 + Double($1.count) * probabilities[$1.length] }
  }

  /// For every length from 0 to `longest` the probability of containing `pattern`.
  private func containmentProbabilities(of pattern: [Int32], upTo longest: Int) -> [Double] {
    let advance = pattern.map { itemProbabilities[$0] ?? 0 }
    // matched[i]: probability that exactly the first i items are matched so far; the last place absorbs.
    var matched = Array(repeating: 0.0, count: pattern.count + 1)
    matched[0] = 1
    var complete = [matched[pattern.count]]
    complete.reserveCapacity(longest + 1)
    for _ in 0..<longest {
      for index in stride(from: pattern.count - 1, through: 0, by: -1) {
        let moving = matched[index] * advance[index]
        matched[index + 1] += moving
        matched[index] -= moving
      }
      complete.append(min(1, matched[pattern.count]))
    }
    return complete
  }
}
