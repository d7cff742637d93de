/// Which items each unit (a session, a user) has: sets of small whole numbers, one after the other in one array.
public struct ItemSets: Hashable, Sendable {
  /// The number of different items; items are 0..<itemCount.
  public let itemCount: Int
  /// All sets, one after the other, each ascending.
  let items: [Int32]
  /// Where each set starts, and at last where the last one ends.
  let offsets: [Int]

  /// Copies sets; order and repetitions within one do not matter. O(*n* log *n*).
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for an item outside 0..<`itemCount`.
  public init(_ sets: some Sequence<[Int32]>, itemCount: Int) throws(KernelError) {
    var items: [Int32] = []
    var offsets = [0]
    for set in sets {
      var last: Int32?
      for item in set.sorted() where item != last {
        guard item >= 0, Int(item) < itemCount else {
          throw .parameter(name: "item", value: Double(item), allowed: "0 to one less than the number of items")
        }
        items.append(item)
        last = item
      }
      offsets.append(items.count)
    }
    self.itemCount = itemCount
    self.items = items
    self.offsets = offsets
  }

  /// Number of sets, empty ones too.
  public var unitCount: Int { offsets.count - 1 }

  /// By item, the number of units that have it. O(*n*).
  public var itemCounts: [Int] {
    var counts = Array(repeating: 0, count: itemCount)
    for item in items { counts[Int(item)] += 1 }
    return counts
  }

  /// By item, the places in ``items`` where it stands, ascending, in one array with the start of every item.
  func places() -> (places: [Int], starts: [Int]) {
    var starts = Array(repeating: 0, count: itemCount + 1)
    for item in items { starts[Int(item) + 1] += 1 }
    for item in 0..<itemCount { starts[item + 1] += starts[item] }
    var next = starts
    var places = Array(repeating: 0, count: items.count)
    for (place, item) in items.enumerated() {
      places[next[Int(item)]] = place
      next[Int(item)] += 1
    }
    return (places, starts)
  }
}
