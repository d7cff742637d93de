/// Sequences of single items, one after the other in one array.
///
/// An item is any `Int32`; which item is what is the caller's to know. There may be up to 2³¹ − 1 items in all. Every
/// item may have a time, and every sequence an owner, as a user has many sessions.
public struct SequenceDatabase: Hashable, Sendable {
  /// All items, sequence after sequence.
  public let items: [Int32]
  /// Where each sequence starts in ``items``, and at last where the last one ends: one number more than sequences.
  public let offsets: [Int]
  /// The time of every item, in any unit, never falling within a sequence; `nil` without times.
  public let times: [Int64]?
  /// The owner of every sequence; `nil` where each is its own.
  public let owners: [Int32]?

  /// Takes sequences that stand one after the other.
  ///
  /// - Parameter offsets: where each sequence starts, and at last the number of items.
  /// - Precondition: `offsets` starts with 0, never falls, and ends with the number of items, at most 2³¹ − 1.
  public init(items: [Int32], offsets: [Int]) {
    precondition(offsets.first == 0 && offsets.last == items.count, "offsets go from 0 to the number of items")
    precondition(items.count <= Int(Int32.max), "a database holds at most 2³¹ − 1 items")
    precondition(zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }, "offsets never fall")
    self.init(items, offsets, times: nil, owners: nil)
  }

  /// Copies sequences into one array.
  public init(_ sequences: some Sequence<[Int32]>) {
    var items: [Int32] = []
    var offsets = [0]
    for sequence in sequences {
      items.append(contentsOf: sequence)
      offsets.append(items.count)
    }
    self.init(items: items, offsets: offsets)
  }

  private init(_ items: [Int32], _ offsets: [Int], times: [Int64]?, owners: [Int32]?) {
    self.items = items
    self.offsets = offsets
    self.times = times
    self.owners = owners
  }

  /// The same sequences with a time for every item. O(items).
  ///
  /// - Throws: ``KernelError``: `sampleCount` where there are not as many times as items; `parameter` named `times`,
  ///   with the place of the first time that is less than the one before it in its sequence, or that is outside
  ///   ±2⁶², where differences would overflow.
  public func withTimes(_ times: [Int64]) throws(KernelError) -> SequenceDatabase {
    try Self.requireRising(times, count: items.count, offsets: offsets)
    return SequenceDatabase(items, offsets, times: times, owners: owners)
  }

  /// The same sequences with an owner each: supports then count distinct owners, wherever their sequences stand.
  ///
  /// - Throws: ``KernelError/sampleCount(expected:found:)`` where there are not as many owners as sequences.
  public func withOwners(_ owners: [Int32]) throws(KernelError) -> SequenceDatabase {
    guard owners.count == sequenceCount else {
      throw .sampleCount(expected: sequenceCount, found: owners.count)
    }
    return SequenceDatabase(items, offsets, times: times, owners: owners)
  }

  /// Number of sequences, empty ones too.
  public var sequenceCount: Int { offsets.count - 1 }

  /// Number of distinct owners, of empty sequences too; the number of sequences where each is its own. O(sequences).
  public var ownerCount: Int { owners.map { Set($0).count } ?? sequenceCount }

  /// The items of sequence `index`. O(1).
  public func sequence(_ index: Int) -> ArraySlice<Int32> { items[offsets[index]..<offsets[index + 1]] }

  /// Number of sequences, whoever owns them, that contain `pattern` as a subsequence, gaps allowed. O(items).
  public func support(of pattern: [Int32]) -> Int {
    (0..<sequenceCount).count { index in
      var matched = 0
      for item in sequence(index) where matched < pattern.count && item == pattern[matched] { matched += 1 }
      return matched == pattern.count
    }
  }

  /// Checks times for ``withTimes(_:)``, here and of sequences of sets.
  static func requireRising(_ times: [Int64], count: Int, offsets: [Int]) throws(KernelError) {
    guard times.count == count else { throw .sampleCount(expected: count, found: times.count) }
    for (start, end) in zip(offsets, offsets.dropFirst()) {
      for place in start..<end
      where times[place].magnitude > 1 << 62 || (place > start && times[place] < times[place - 1]) {
        throw .parameter(
          name: "times", value: Double(place), allowed: "times that never fall within a sequence, and within ±2⁶²")
      }
    }
  }
}
