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
  /// Sequences or owners by the lengths, as places in ``lengthCounts``.
  let trials: SupportTrials

  /// Number of sequences of one length.
  public struct LengthCount: Hashable, Sendable, Codable {
    /// The length, in items.
    public let length: Int
    /// How many sequences have it.
    public let count: Int
  }

  /// Number of sequences, empty ones too.
  public var sequenceCount: Int { lengthCounts.reduce(0) { $0 + $1.count } }

  /// Learns item frequencies and lengths. O(items + sequences · log sequences).
  public init(fittedTo database: SequenceDatabase) {
    var counts: [Int32: Int] = [:]
    for item in database.items { counts[item, default: 0] += 1 }
    itemProbabilities = counts.mapValues { Double($0) / Double(database.items.count) }
    let lengths = (0..<database.sequenceCount).map { database.sequence($0).count }
    var lengthCounts: [LengthCount] = []
    var places: [Int: Int] = [:]
    for length in lengths { places[length, default: 0] += 1 }
    for (length, count) in places.sorted(by: { $0.key < $1.key }) {
      places[length] = lengthCounts.count
      lengthCounts.append(LengthCount(length: length, count: count))
    }
    self.lengthCounts = lengthCounts
    trials = SupportTrials(classes: lengths.map { places[$0] ?? 0 }, owners: database.owners)
  }

  /// Probability that a random sequence of `length` items contains `pattern` as a subsequence, gaps allowed.
  ///
  /// Exact: the leftmost match advances past its *i*-th item with that item's probability at every draw, so the number
  /// of matched items is a Markov chain. O(`length` · pattern).
  public func containmentProbability(of pattern: [Int32], length: Int) -> Double {
    containmentProbabilities(of: pattern, upTo: length)[length]
  }

  /// Expected number of sequences that contain `pattern`; of owners with such a sequence, where sequences have some.
  /// O(longest sequence · pattern + distinct lengths); with owners O(sequences) more.
  public func expectedSupport(of pattern: [Int32]) -> Double {
    trials.expectedSupport(probabilities: probabilitiesByLength(of: pattern))
  }

  /// The probability of containing `pattern` for every length of ``lengthCounts``.
  func probabilitiesByLength(of pattern: [Int32]) -> [Double] {
    let probabilities = containmentProbabilities(of: pattern, upTo: lengthCounts.last?.length ?? 0)
    return lengthCounts.map { probabilities[$0.length] }
  }

  /// For every length from 0 to `longest` the probability of containing `pattern`.
  private func containmentProbabilities(of pattern: [Int32], upTo longest: Int) -> [Double] {
    Self.containmentProbabilities(itemProbabilities: pattern.map { itemProbabilities[$0] ?? 0 }, upTo: longest)
  }

  /// For every length from 0 to `longest` the probability of containing a pattern of items with these probabilities.
  static func containmentProbabilities(itemProbabilities advance: [Double], upTo longest: Int) -> [Double] {
    // matched[i]: probability that exactly the first i items are matched so far; the last place absorbs.
    var matched = Array(repeating: 0.0, count: advance.count + 1)
    matched[0] = 1
    var complete = [matched[advance.count]]
    complete.reserveCapacity(longest + 1)
    for _ in 0..<longest {
      for index in stride(from: advance.count - 1, through: 0, by: -1) {
        let moving = matched[index] * advance[index]
        matched[index + 1] += moving
        matched[index] -= moving
      }
      complete.append(min(1, matched[advance.count]))
    }
    return complete
  }
}
