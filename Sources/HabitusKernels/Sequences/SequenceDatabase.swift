/// Sequences of single items, one after the other in one array.
///
/// An item is any `Int32`; which item is what is the caller's to know. There may be up to 2³¹ − 1 items in all.
public struct SequenceDatabase: Hashable, Sendable {
  /// All items, sequence after sequence.
  public let items: [Int32]
  /// Where each sequence starts in ``items``, and at last where the last one ends: one number more than sequences.
  public let offsets: [Int]

  /// Takes sequences that stand one after the other.
  ///
  /// - Parameter offsets: where each sequence starts, and at last the number of items.
  /// - Precondition: `offsets` starts with 0, never falls, and ends with the number of items, at most 2³¹ − 1.
  public init(items: [Int32], offsets: [Int]) {
    precondition(offsets.first == 0 && offsets.last == items.count, "offsets go from 0 to the number of items")
    precondition(items.count <= Int(Int32.max), "a database holds at most 2³¹ − 1 items")
    precondition(zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }, "offsets never fall")
    self.items = items
    self.offsets = offsets
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

  /// Number of sequences, empty ones too.
  public var sequenceCount: Int { offsets.count - 1 }

  /// The items of sequence `index`. O(1).
  public func sequence(_ index: Int) -> ArraySlice<Int32> { items[offsets[index]..<offsets[index + 1]] }

  /// Number of sequences that contain `pattern` as a subsequence, gaps allowed. O(items).
  public func support(of pattern: [Int32]) -> Int {
    (0..<sequenceCount).count { index in
      var matched = 0
      for item in sequence(index) where matched < pattern.count && item == pattern[matched] { matched += 1 }
      return matched == pattern.count
    }
  }
}
