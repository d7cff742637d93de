extension PrefixSpan.Plan {
  /// The frequent patterns. The result does not depend on `threadCount` (`nil`: one a processor).
  ///
  /// Time grows with the patterns and their projections; memory is O(items · depth + patterns).
  public func patterns(threadCount: Int? = nil) -> PrefixSpan.Result {
    let frequent = FrequentItems(database, minimumCount: minimumCount)
    // One thread grows the patterns that start with every n-th item. Each keeps what fits the budget; the union is
    // then cut as one would be, which is the same as one search: a part's own threshold never passes the whole's.
    let workerCount = max(1, min(frequent.items.count, threadCount ?? availableProcessorCount))
    let parts = concurrentMap(count: workerCount, threadCount: threadCount) { worker in
      var search = PatternSearch(
        frequent, parameters: parameters,
        collection: PatternCollection(
          minimumCount: minimumCount, budget: parameters.patternBudget))
      search.growAll(stride(from: worker, to: frequent.items.count, by: workerCount))
      return search.collection
    }
    var whole = PatternCollection(minimumCount: minimumCount, budget: parameters.patternBudget)
    for part in parts { whole.merge(part) }
    return PrefixSpan.Result(
      patterns: whole.patterns.sorted(by: PrefixSpan.Pattern.precedes), sequenceCount: database.sequenceCount,
      requestedMinimumCount: minimumCount, minimumCount: whole.minimumCount)
  }
}

/// Patterns found so far, at most `budget` of them: where more come, the minimum support rises to the least number
/// that keeps them within the budget. Which patterns remain at the end does not depend on the order they came in.
struct PatternCollection: Sendable {
  private(set) var minimumCount: Int
  let budget: Int
  /// Patterns with at least the minimum support, and at most as many again whose support no longer suffices.
  private var found: [PrefixSpan.Pattern] = []
  /// How many patterns with at least the minimum support there are.
  private var count = 0
  private var countBySupport: [Int: Int] = [:]

  init(minimumCount: Int, budget: Int) {
    self.minimumCount = minimumCount
    self.budget = budget
  }

  /// The patterns with at least the minimum support.
  var patterns: [PrefixSpan.Pattern] { found.filter { $0.support >= minimumCount } }

  /// Takes a pattern. O(1) on average, and over all calls one step more for every rise of the minimum support.
  mutating func add(_ pattern: PrefixSpan.Pattern) {
    guard pattern.support >= minimumCount else { return }
    found.append(pattern)
    count += 1
    countBySupport[pattern.support, default: 0] += 1
    raise()
  }

  /// Takes all patterns of `other`, and its minimum support where that is higher.
  mutating func merge(_ other: PatternCollection) {
    while minimumCount < other.minimumCount { drop() }
    for pattern in other.patterns { add(pattern) }
  }

  private mutating func raise() {
    while count > budget { drop() }
    if found.count - count > budget { found.removeAll { $0.support < minimumCount } }
  }

  /// Raises the minimum support by one.
  private mutating func drop() {
    count -= countBySupport.removeValue(forKey: minimumCount) ?? 0
    minimumCount += 1
  }
}

/// The sequences with infrequent items removed and the frequent ones renumbered from 0 by rising item.
struct FrequentItems: Sendable {
  /// The frequent items, ascending; the number of each is its place here.
  let items: [Int32]
  /// Sequences of numbers, one after the other.
  let numbers: [Int32]
  /// Where the sequence of a position ends in ``numbers``.
  let ends: [Int32]
  /// Positions of the first occurrences of each item in every sequence that has it.
  let firstPositions: [[Int32]]

  init(_ database: SequenceDatabase, minimumCount: Int) {
    var support: [Int32: (count: Int, last: Int)] = [:]
    for sequence in 0..<database.sequenceCount {
      for item in database.sequence(sequence) {
        let seen = support[item] ?? (0, -1)
        if seen.last != sequence { support[item] = (seen.count + 1, sequence) }
      }
    }
    items = support.filter { $0.value.count >= minimumCount }.keys.sorted()
    var numberOfItem: [Int32: Int32] = [:]
    for (number, item) in items.enumerated() { numberOfItem[item] = Int32(number) }

    var numbers: [Int32] = []
    var ends: [Int32] = []
    var firstPositions: [[Int32]] = Array(repeating: [], count: items.count)
    var lastSequence = Array(repeating: -1, count: items.count)
    for sequence in 0..<database.sequenceCount {
      let start = numbers.count
      for item in database.sequence(sequence) {
        guard let number = numberOfItem[item] else { continue }
        if lastSequence[Int(number)] != sequence {
          lastSequence[Int(number)] = sequence
          firstPositions[Int(number)].append(Int32(numbers.count))
        }
        numbers.append(number)
      }
      ends.append(contentsOf: repeatElement(Int32(numbers.count), count: numbers.count - start))
    }
    self.numbers = numbers
    self.ends = ends
    self.firstPositions = firstPositions
  }
}

/// Depth-first growth of patterns. A projection is the list of positions, one a sequence, of the leftmost match's last
/// item; no sequence is copied.
struct PatternSearch {
  private(set) var collection: PatternCollection
  private let frequent: FrequentItems
  private let minimumLength: Int
  private let maximumLength: Int
  private var prefix: [Int32] = []
  /// For every item the last projection entry, over all scans, that it was counted for.
  private var stamps: [Int]
  private var stamp = 0

  init(_ frequent: FrequentItems, parameters: PrefixSpan, collection: PatternCollection) {
    self.frequent = frequent
    self.collection = collection
    minimumLength = parameters.minimumLength
    maximumLength = parameters.maximumLength ?? .max
    stamps = Array(repeating: 0, count: frequent.items.count)
  }

  mutating func growAll(_ firstNumbers: some Sequence<Int>) {
    for number in firstNumbers { grow(by: Int32(number), frequent.firstPositions[number][...]) }
  }

  /// Reports the prefix extended by `number`, whose projection is `positions`, and everything that it grows into.
  private mutating func grow(by number: Int32, _ positions: ArraySlice<Int32>) {
    guard positions.count >= collection.minimumCount else { return }
    prefix.append(frequent.items[Int(number)])
    defer { prefix.removeLast() }
    if prefix.count >= minimumLength {
      collection.add(PrefixSpan.Pattern(items: prefix, support: positions.count))
    }
    guard prefix.count < maximumLength else { return }

    let supports = extensionSupports(positions)
    let extending = supports.indices.filter { supports[$0] >= collection.minimumCount }
    guard !extending.isEmpty else { return }
    guard prefix.count + 1 < maximumLength else {
      // The longest patterns need no projection of their own.
      guard prefix.count + 1 >= minimumLength else { return }
      for number in extending where supports[number] >= collection.minimumCount {
        collection.add(PrefixSpan.Pattern(items: prefix + [frequent.items[number]], support: supports[number]))
      }
      return
    }
    let (projections, starts) = project(positions, supports: supports, extending: extending)
    for (index, number) in extending.enumerated() {
      grow(by: Int32(number), projections[starts[index]..<starts[index + 1]])
    }
  }

  /// For every item the number of suffixes that contain it.
  private mutating func extensionSupports(_ positions: ArraySlice<Int32>) -> [Int] {
    var supports = Array(repeating: 0, count: frequent.items.count)
    for position in positions {
      stamp += 1
      for next in Int(position) + 1..<max(Int(position) + 1, Int(frequent.ends[Int(position)])) {
        let number = Int(frequent.numbers[next])
        if stamps[number] != stamp {
          stamps[number] = stamp
          supports[number] += 1
        }
      }
    }
    return supports
  }

  /// The first occurrences of every extending item in the suffixes, item after item, and where each item's start.
  private mutating func project(
    _ positions: ArraySlice<Int32>, supports: [Int], extending: [Int]
  ) -> (projections: [Int32], starts: [Int]) {
    var starts = [0]
    var cursors = Array(repeating: -1, count: frequent.items.count)
    for number in extending {
      cursors[number] = starts[starts.count - 1]
      starts.append(starts[starts.count - 1] + supports[number])
    }
    var projections = Array(repeating: Int32(0), count: starts[starts.count - 1])
    for position in positions {
      stamp += 1
      for next in Int(position) + 1..<max(Int(position) + 1, Int(frequent.ends[Int(position)])) {
        let number = Int(frequent.numbers[next])
        if cursors[number] >= 0, stamps[number] != stamp {
          stamps[number] = stamp
          projections[cursors[number]] = Int32(next)
          cursors[number] += 1
        }
      }
    }
    return (projections, starts)
  }
}
