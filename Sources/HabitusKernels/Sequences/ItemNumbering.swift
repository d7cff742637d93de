/// Numbers for the items that enough owners have.
struct ItemNumbering {
  /// The frequent items, rising.
  let items: [Int32]
  /// Their supports.
  let supports: [Int32]
  /// Numbers by item where the items are close together, else by search.
  private let table: [Int32]
  private let least: Int

  /// - Parameter offsets: where the items of each sequence start, and at last where they end.
  init(minimumCount: Int, owning: SequenceOwners, items all: [Int32], offsets: [Int]) {
    let distinct = Self.distinct(all)
    let lookup = Self.table(distinct, count: all.count)
    var counts = Array(repeating: Int32(0), count: distinct.count)
    var lastOwner = Array(repeating: Int32(-1), count: distinct.count)
    for sequence in owning.order {
      let owner = owning.numbers[sequence]
      for place in offsets[sequence]..<offsets[sequence + 1] {
        guard let index = Self.number(of: all[place], distinct, lookup.table, lookup.least) else { continue }
        if lastOwner[index] != owner {
          lastOwner[index] = owner
          counts[index] += 1
        }
      }
    }
    let frequent = distinct.indices.filter { Int(counts[$0]) >= minimumCount }
    items = frequent.map { distinct[$0] }
    supports = frequent.map { counts[$0] }
    (table, least) = Self.table(items, count: all.count)
  }

  /// The number of an item, `nil` for an infrequent one.
  func number(of item: Int32) -> Int? { Self.number(of: item, items, table, least) }

  private static func distinct(_ items: [Int32]) -> [Int32] {
    guard let least = items.min(), let greatest = items.max() else { return [] }
    let width = Int(greatest) - Int(least) + 1
    guard width <= 4 * items.count + 1024 else { return Set(items).sorted() }
    var occurs = Array(repeating: false, count: width)
    for item in items { occurs[Int(item) - Int(least)] = true }
    return occurs.indices.filter { occurs[$0] }.map { Int32($0 + Int(least)) }
  }

  private static func table(_ items: [Int32], count: Int) -> (table: [Int32], least: Int) {
    guard let first = items.first, let last = items.last else { return ([], 0) }
    let (least, width) = (Int(first), Int(last) - Int(first) + 1)
    guard width <= 4 * count + 1024 else { return ([], least) }
    var table = Array(repeating: Int32(-1), count: width)
    for (number, item) in items.enumerated() { table[Int(item) - least] = Int32(number) }
    return (table, least)
  }

  private static func number(of item: Int32, _ items: [Int32], _ table: [Int32], _ least: Int) -> Int? {
    guard table.isEmpty else {
      let place = Int(item) - least
      return table.indices.contains(place) && table[place] >= 0 ? Int(table[place]) : nil
    }
    var (low, high) = (0, items.count)
    while low < high {
      let middle = (low + high) / 2
      if items[middle] < item { low = middle + 1 } else { high = middle }
    }
    return low < items.count && items[low] == item ? low : nil
  }
}
