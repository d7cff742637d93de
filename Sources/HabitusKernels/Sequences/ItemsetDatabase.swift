/// Sequences of elements that are sets of items: the things bought together, order after order.
///
/// An item is any `Int32`; an element may be empty. There may be up to 2³¹ − 1 items and as many elements. Every
/// element may have a time, and every sequence an owner.
public struct ItemsetDatabase: Hashable, Sendable {
  /// All items, element after element, rising and distinct within an element.
  public let items: [Int32]
  /// Where each element starts in ``items``, and at last where the last one ends.
  public let elementOffsets: [Int]
  /// Where each sequence starts among the elements, and at last where the last one ends.
  public let sequenceOffsets: [Int]
  /// The time of every element, in any unit, never falling within a sequence; `nil` without times.
  public let times: [Int64]?
  /// The owner of every sequence; `nil` where each is its own.
  public let owners: [Int32]?

  /// Copies sequences of elements; items of an element are sorted and repeats in it dropped. O(items log items).
  public init(_ sequences: some Sequence<[[Int32]]>) {
    var items: [Int32] = []
    var elementOffsets = [0]
    var sequenceOffsets = [0]
    for sequence in sequences {
      for element in sequence {
        let start = items.count
        for item in element.sorted() where items.count == start || items[items.count - 1] != item {
          items.append(item)
        }
        elementOffsets.append(items.count)
      }
      sequenceOffsets.append(elementOffsets.count - 1)
    }
    self.init(items, elementOffsets, sequenceOffsets, times: nil, owners: nil)
  }

  /// Every item as an element of its own. O(items).
  init(_ database: SequenceDatabase) {
    self.init(
      database.items, Array(0...database.items.count), database.offsets, times: database.times,
      owners: database.owners)
  }

  private init(
    _ items: [Int32], _ elementOffsets: [Int], _ sequenceOffsets: [Int], times: [Int64]?, owners: [Int32]?
  ) {
    precondition(max(items.count, elementOffsets.count) <= Int(Int32.max), "a database holds at most 2³¹ − 1 items")
    self.items = items
    self.elementOffsets = elementOffsets
    self.sequenceOffsets = sequenceOffsets
    self.times = times
    self.owners = owners
  }

  /// The same sequences with a time for every element; refuses what ``SequenceDatabase/withTimes(_:)`` refuses.
  public func withTimes(_ times: [Int64]) throws(KernelError) -> ItemsetDatabase {
    try SequenceDatabase.requireRising(times, count: elementOffsets.count - 1, offsets: sequenceOffsets)
    return ItemsetDatabase(items, elementOffsets, sequenceOffsets, times: times, owners: owners)
  }

  /// The same sequences with an owner each: supports then count distinct owners, wherever their sequences stand.
  ///
  /// - Throws: ``KernelError/sampleCount(expected:found:)`` where there are not as many owners as sequences.
  public func withOwners(_ owners: [Int32]) throws(KernelError) -> ItemsetDatabase {
    guard owners.count == sequenceCount else {
      throw .sampleCount(expected: sequenceCount, found: owners.count)
    }
    return ItemsetDatabase(items, elementOffsets, sequenceOffsets, times: times, owners: owners)
  }

  /// Number of sequences, empty ones too.
  public var sequenceCount: Int { sequenceOffsets.count - 1 }

  /// Number of distinct owners, of empty sequences too; the number of sequences where each is its own. O(sequences).
  public var ownerCount: Int { owners.map { Set($0).count } ?? sequenceCount }

  /// The elements of sequence `index`. O(items of it).
  public func sequence(_ index: Int) -> [[Int32]] {
    (sequenceOffsets[index]..<sequenceOffsets[index + 1]).map { Array(element($0)) }
  }

  /// The items of one of all elements. O(1).
  func element(_ index: Int) -> ArraySlice<Int32> { items[elementOffsets[index]..<elementOffsets[index + 1]] }
}
