/// Sets of items 0, 1, … that can be joined.
///
/// Tarjan, "Efficiency of a good but not linear set union algorithm", J. ACM 22 (1975); by size, with paths halved.
struct DisjointSets: Sendable {
  private var parents: [Int32]
  private var sizes: [Int32]

  /// Puts every item into a set of its own.
  init(count: Int) {
    parents = (0..<Int32(count)).map { $0 }
    sizes = Array(repeating: 1, count: count)
  }

  /// The item that stands for the set of `item`.
  mutating func find(_ item: Int) -> Int {
    var item = item
    while parents[item] != item {
      parents[item] = parents[Int(parents[item])]
      item = Int(parents[item])
    }
    return item
  }

  /// Joins the sets of two items; `nil` if they are one already, else the item that now stands for both.
  @discardableResult
  mutating func join(_ first: Int, _ second: Int) -> Int? {
    var (large, small) = (find(first), find(second))
    guard large != small else { return nil }
    if sizes[large] < sizes[small] { (large, small) = (small, large) }
    parents[small] = Int32(large)
    sizes[large] += sizes[small]
    return large
  }
}
