/// Exact nearest neighbors by Euclidean distance.
///
/// A k-d tree (Bentley, Commun. ACM 18, 1975) or brute force, whichever is expected to be quicker; both give the same
/// neighbors. Neighbors come by rising distance, of equally far ones by rising row; identical points are neighbors at
/// distance 0. Differences below 1e-154 count as none. Results do not depend on the number of threads.
public struct NearestNeighbors: Sendable {
  /// How to search.
  public enum Method: Hashable, Sendable, Codable {
    /// By a rule of measured times.
    case automatic
    /// With a k-d tree: as a rule O(log *n*) a query in few columns, O(*n*) in many.
    case tree
    /// Over all points: O(*n*) a query, no time to build.
    case bruteForce
  }

  /// A point of those searched.
  public struct Neighbor: Hashable, Sendable {
    /// Its row.
    public let row: Int
    /// Euclidean distance from it.
    public let distance: Double
  }

  /// The points searched, one a row.
  public let points: Matrix
  let tree: NeighborTree?

  /// Prepares searches. O(*n* log *n* · columns) with a tree, O(*n* · columns) without.
  ///
  /// Points without rows are allowed and nobody's neighbors; without columns all points are identical.
  ///
  /// - Throws: ``KernelError``: `notFinite` for a value that is NaN, infinite or above 1e150 in size.
  public init(_ points: Matrix, method: Method = .automatic) throws(KernelError) {
    try points.requireFiniteSquares()
    self.init(checked: points, method: method)
  }

  /// - Precondition: values are finite and at most 1e150 in size.
  init(checked points: Matrix, method: Method = .automatic) {
    self.points = points
    let usesTree =
      switch method {
      case .automatic: Self.prefersTree(rowCount: points.rowCount, columnCount: points.columnCount)
      case .tree: true
      case .bruteForce: false
      }
    let wholeLength = (points.rowCount + 7) / 8 * 8
    tree = points.rowCount == 0 ? nil : NeighborTree(points, leafLength: usesTree ? 32 : wholeLength)
  }

  /// Measured for ten neighbors of every point: a tree takes 0.2 to 0.9 of the time from 128 points on in up to 8
  /// columns; in 16 to 64 half of it where points form groups and up to 1.4 where they fill space evenly; from there on
  /// as a rule more than brute force.
  static func prefersTree(rowCount: Int, columnCount: Int) -> Bool {
    rowCount > 128 && columnCount <= 64
  }

  /// The `count` points nearest to `point`, or all if there are fewer, `excludedRow` left out.
  ///
  /// - Throws: ``KernelError``: `parameter` if `count` is negative, `columnCount` if `point` has not one value a
  ///   column, `notFinite` for a value that is NaN, infinite or above 1e150 in size.
  public func neighbors(
    of point: some Collection<Double>, count: Int, excludingRow excludedRow: Int? = nil
  ) throws(KernelError) -> [Neighbor] {
    guard count >= 0 else { throw .parameter(name: "count", value: Double(count), allowed: "0 or more") }
    let query = try checkedQuery(point)
    // One more stands in for the row left out.
    let searched = min(points.rowCount, min(count, points.rowCount) + (excludedRow == nil ? 0 : 1))
    guard let tree, searched > 0 else { return [] }
    let lists = tree.nearest(to: query, rowCount: 1, count: searched, threadCount: 1)
    let found = zip(lists.rows, lists.squaredDistances).lazy.filter { row, _ in Int(row) != excludedRow }
    return found.prefix(count).map { Neighbor(row: Int($0), distance: $1.squareRoot()) }
  }

  /// The points within `radius` of `point`, those at that distance included, by rising distance, then row.
  ///
  /// O(*n*) at worst.
  ///
  /// - Throws: ``KernelError``: `parameter` if `radius` is negative or NaN, and as
  ///   ``neighbors(of:count:excludingRow:)``.
  public func neighbors(of point: some Collection<Double>, within radius: Double) throws(KernelError) -> [Neighbor] {
    guard radius >= 0 else { throw .parameter(name: "radius", value: radius, allowed: "0 or more") }
    let query = try checkedQuery(point)
    guard let tree else { return [] }
    let squaredRadius = min(radius * radius, .greatestFiniteMagnitude)
    var found: [(squaredDistance: Double, row: Int32)] = []
    tree.forEachPlace(within: squaredRadius, of: query) { place, distance in
      found.append((distance, tree.rows[place]))
    }
    return found.sorted { $0 < $1 }.map { Neighbor(row: Int($0.row), distance: $0.squaredDistance.squareRoot()) }
  }

  /// For every row its `count` nearest rows, itself left out or, where `includesSelf`, found like any other.
  ///
  /// With fewer other rows every row gets all of them. O(*n* log *n*) as a rule in few columns, O(*n*²) at worst.
  ///
  /// - Throws: ``KernelError``: `parameter` if `count` is negative.
  public func neighborsOfRows(
    count: Int, includesSelf: Bool = false, threadCount: Int? = nil
  ) throws(KernelError) -> Neighborhoods {
    guard count >= 0 else { throw .parameter(name: "count", value: Double(count), allowed: "0 or more") }
    return neighborsOfRows(checkedCount: count, includesSelf: includesSelf, threadCount: threadCount)
  }

  /// - Precondition: `checkedCount` is not negative.
  func neighborsOfRows(checkedCount: Int, includesSelf: Bool, threadCount: Int?) -> Neighborhoods {
    let searched = min(checkedCount, points.rowCount - (includesSelf ? 0 : 1))
    guard let tree, searched > 0 else { return Neighborhoods(rowCount: points.rowCount) }
    let lists = tree.nearestOfAll(count: searched, includesSelf: includesSelf, threadCount: threadCount)
    return Neighborhoods(lists, rowCount: points.rowCount, order: tree.places)
  }

  /// For every query, one a row, its `count` nearest points, or all if there are fewer.
  ///
  /// - Throws: ``KernelError``: `parameter` if `count` is negative, `columnCount` if the number of columns differs,
  ///   `notFinite` for a value that is NaN, infinite or above 1e150 in size.
  public func neighbors(
    of queries: Matrix, count: Int, threadCount: Int? = nil
  ) throws(KernelError) -> Neighborhoods {
    guard count >= 0 else { throw .parameter(name: "count", value: Double(count), allowed: "0 or more") }
    try requireFit(queries)
    let searched = min(count, points.rowCount)
    guard let tree, searched > 0 else { return Neighborhoods(rowCount: queries.rowCount) }
    let lists = tree.nearest(
      to: queries.values, rowCount: queries.rowCount, count: searched, threadCount: threadCount)
    return Neighborhoods(lists, rowCount: queries.rowCount, order: nil)
  }

  func requireFit(_ queries: Matrix) throws(KernelError) {
    guard queries.columnCount == points.columnCount else {
      throw .columnCount(expected: points.columnCount, found: queries.columnCount)
    }
    try queries.requireFiniteSquares()
  }

  private func checkedQuery(_ point: some Collection<Double>) throws(KernelError) -> [Double] {
    let query = Matrix(rowCount: 1, columnCount: point.count, values: Array(point))
    try requireFit(query)
    return query.values
  }
}
