/// The null model of order 1: every sequence keeps its length and its first item, and every other item is drawn by the
/// one before it.
///
/// Tells which patterns say something beyond the habit of one item following another. The probability of item *b*
/// after *a* is (n(a, b) + c · p(b)) / (n(a) + c), with the numbers *n* of transitions in all sequences, the share p(b)
/// of all items, and the pseudo-count *c*; where *a* is never followed and *c* is 0, it is p(b).
public struct MarkovModel: Hashable, Sendable {
  /// The items of the sequences, rising; elsewhere an item stands for its place here.
  public let items: [Int32]
  /// Every item's share of all items.
  let shares: [Double]
  /// Every item's share of first items, smoothed as transitions are.
  let startProbabilities: [Double]
  /// The part of every item's transitions that follows the shares.
  let smoothedPart: [Double]
  /// What observed transitions add, row after row: where rows start, to which item, how much.
  let rowStarts: [Int]
  let followers: [Int32]
  let excesses: [Double]
  /// The lengths and first items that sequences have: length, then item; empty sequences have a class without item.
  let classes: [SequenceClass]
  let trials: SupportTrials

  struct SequenceClass: Hashable, Sendable {
    let length: Int
    /// −1 for the empty sequence.
    let first: Int32
  }

  /// Learns transitions and starts. O(items · log items).
  ///
  /// - Parameter pseudoCount: how many transitions by the items' shares are added to every item's own.
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for a pseudo-count that is negative or not finite.
  public init(fittedTo database: SequenceDatabase, pseudoCount: Double = 1) throws(KernelError) {
    guard pseudoCount >= 0, pseudoCount.isFinite else {
      throw .parameter(name: "pseudoCount", value: pseudoCount, allowed: "0 or more, and finite")
    }
    let numbering = ItemNumbering(
      minimumCount: 1,
      owning: SequenceOwners(sequenceCount: database.sequenceCount, owners: nil), items: database.items,
      offsets: database.offsets)
    let numbers = database.items.map { Int32(truncatingIfNeeded: numbering.number(of: $0) ?? 0) }
    let count = numbering.items.count
    var occurrences = Array(repeating: 0.0, count: count)
    for number in numbers { occurrences[Int(number)] += 1 }
    var starts = Array(repeating: 0.0, count: count)
    var outgoing = Array(repeating: 0.0, count: count)
    var transitions: [UInt64: Double] = [:]
    var sequenceClasses: [SequenceClass] = []
    for (start, end) in zip(database.offsets, database.offsets.dropFirst()) {
      sequenceClasses.append(SequenceClass(length: end - start, first: start < end ? numbers[start] : -1))
      guard start < end else { continue }
      starts[Int(numbers[start])] += 1
      for place in start..<end - 1 {
        outgoing[Int(numbers[place])] += 1
        transitions[UInt64(numbers[place]) << 32 | UInt64(numbers[place + 1]), default: 0] += 1
      }
    }
    items = numbering.items
    let shares = occurrences.map { $0 / Double(max(1, numbers.count)) }
    let startCount = starts.reduce(0, +)
    startProbabilities = zip(starts, shares).map { ($0 + pseudoCount * $1) / max(1, startCount + pseudoCount) }
    smoothedPart = outgoing.map { $0 + pseudoCount > 0 ? pseudoCount / ($0 + pseudoCount) : 1 }
    var rowStarts = Array(repeating: 0, count: count + 1)
    let sorted = transitions.sorted { $0.key < $1.key }
    for (pair, _) in sorted { rowStarts[Int(pair >> 32) + 1] += 1 }
    for row in 0..<count { rowStarts[row + 1] += rowStarts[row] }
    self.rowStarts = rowStarts
    followers = sorted.map { Int32(truncatingIfNeeded: $0.key & 0xFFFF_FFFF) }
    excesses = sorted.map { $0.value / (outgoing[Int($0.key >> 32)] + pseudoCount) }
    self.shares = shares
    classes = Set(sequenceClasses).sorted { ($0.length, $0.first) < ($1.length, $1.first) }
    var places: [SequenceClass: Int] = [:]
    for (place, one) in classes.enumerated() { places[one] = place }
    trials = SupportTrials(classes: sequenceClasses.map { places[$0] ?? 0 }, owners: database.owners)
  }

  /// The probability that `second` follows `first`; 0 where either is not an item of the sequences. O(followers).
  public func transitionProbability(from first: Int32, to second: Int32) -> Double {
    guard let row = number(of: first), let column = number(of: second) else { return 0 }
    let excess = (rowStarts[row]..<rowStarts[row + 1]).first { followers[$0] == column }.map { excesses[$0] }
    return smoothedPart[row] * shares[column] + (excess ?? 0)
  }

  /// The probability that a sequence that is not empty starts with `item`; 0 for an unknown one.
  public func startProbability(of item: Int32) -> Double { number(of: item).map { startProbabilities[$0] } ?? 0 }

  func number(of item: Int32) -> Int? {
    var (low, high) = (0, items.count)
    while low < high {
      let middle = (low + high) / 2
      if items[middle] < item { low = middle + 1 } else { high = middle }
    }
    return low < items.count && items[low] == item ? low : nil
  }
}
