/// The nearest neighbors of several points, equally many for each.
public struct Neighborhoods: Hashable, Sendable {
  /// Number of points whose neighbors these are.
  public let rowCount: Int
  /// Number of neighbors each has.
  public let count: Int
  /// Rows of the neighbors: `count` for the first point, by rising distance and row, then those of the next.
  public let rows: [Int32]
  /// Euclidean distances of the neighbors, in the same order.
  public let distances: [Double]

  /// Rows of the neighbors of point `row`. O(1).
  public func rows(of row: Int) -> ArraySlice<Int32> { rows[row * count..<(row + 1) * count] }

  /// Distances of the neighbors of point `row`. O(1).
  public func distances(of row: Int) -> ArraySlice<Double> { distances[row * count..<(row + 1) * count] }

  /// No neighbors for anybody.
  init(rowCount: Int) {
    self.rowCount = rowCount
    count = 0
    rows = []
    distances = []
  }

  /// Takes lists, of which that of point `row` stands at `order[row]`, or at `row` without an order.
  init(_ lists: NearestLists, rowCount: Int, order: [Int32]?) {
    self.rowCount = rowCount
    count = lists.count
    guard let order else {
      rows = lists.rows
      distances = lists.squaredDistances.map { $0.squareRoot() }
      return
    }
    var (rows, distances): ([Int32], [Double]) = ([], [])
    rows.reserveCapacity(lists.rows.count)
    distances.reserveCapacity(lists.rows.count)
    for place in order {
      let first = Int(place) * lists.count
      for index in first..<first + lists.count {
        rows.append(lists.rows[index])
        distances.append(lists.squaredDistances[index].squareRoot())
      }
    }
    self.rows = rows
    self.distances = distances
  }
}
