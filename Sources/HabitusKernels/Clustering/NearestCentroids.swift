internal import CKernels

/// Comparisons of points with centroids in C; see nearest_centroids.h for what they add up and in which order.
///
/// Every function works on a range of rows and writes only what belongs to them, so that ranges may run side by side.
/// Points and centroids are row-major; buffers of points begin at row 0 of the points.
struct NearestCentroids {
  /// Number of columns.
  let dimension: Int
  /// Number of centroids.
  let clusterCount: Int
  /// Centroids, `clusterCount × dimension`.
  let centroids: UnsafeBufferPointer<Double>

  /// What an assignment of a range of rows adds up.
  struct Sums: Sendable {
    /// By cluster the sum of its points, less the origin; `clusterCount × dimension`.
    var points: [Double]
    /// By cluster the number of its points.
    var counts: [Int]

    init(clusterCount: Int, dimension: Int) {
      points = Array(repeating: 0, count: clusterCount * dimension)
      counts = Array(repeating: 0, count: clusterCount)
    }

    mutating func add(_ other: Sums) {
      for index in points.indices { points[index] += other.points[index] }
      for index in counts.indices { counts[index] += other.counts[index] }
    }
  }

  /// Writes the index of the nearest centroid of `rows` into `labels`, of equally near ones the first.
  ///
  /// Where they are given, `nearest` and `second` get the squared distances from the nearest and from the next centroid,
  /// and `sums` the points less `origin`.
  ///
  /// - Returns: the sum of the squared distances from them, and the number of labels that were others before.
  /// - Complexity: O(`rows.count` · `clusterCount` · `dimension`).
  func assign(
    _ rows: Range<Int>, of points: UnsafePointer<Double>?, labels: UnsafeMutablePointer<Int32>?,
    nearest: UnsafeMutablePointer<Double>? = nil, second: UnsafeMutablePointer<Double>? = nil,
    origin: UnsafePointer<Double>?, sums: inout Sums
  ) -> (inertia: Double, changedCount: Int) {
    assign(
      rows, of: points, labels: labels, nearest: nearest, second: second, origin: origin, sums: &sums.points,
      counts: &sums.counts)
  }

  /// ``assign(_:of:labels:nearest:second:origin:sums:)`` without sums.
  func assign(
    _ rows: Range<Int>, of points: UnsafePointer<Double>?, labels: UnsafeMutablePointer<Int32>?,
    nearest: UnsafeMutablePointer<Double>? = nil
  ) -> (inertia: Double, changedCount: Int) {
    assign(rows, of: points, labels: labels, nearest: nearest, second: nil, origin: nil, sums: nil, counts: nil)
  }

  private func assign(
    _ rows: Range<Int>, of points: UnsafePointer<Double>?, labels: UnsafeMutablePointer<Int32>?,
    nearest: UnsafeMutablePointer<Double>?, second: UnsafeMutablePointer<Double>?, origin: UnsafePointer<Double>?,
    sums: UnsafeMutablePointer<Double>?, counts: UnsafeMutablePointer<Int>?
  ) -> (inertia: Double, changedCount: Int) {
    let first = rows.lowerBound
    var changed = 0
    let inertia = withUnsafeTemporaryAllocation(of: Double.self, capacity: 8 * dimension + 1) { tile in
      habitus_assign(
        points.map { $0 + first * dimension }, rows.count, dimension, centroids.baseAddress, clusterCount, origin,
        labels.map { $0 + first }, nearest.map { $0 + first }, second.map { $0 + first }, sums, counts, &changed,
        tile.baseAddress)
    }
    return (inertia, changed)
  }

  /// Calls `body` with these centroids in place.
  static func with<Result>(_ centroids: Matrix, _ body: (NearestCentroids) -> Result) -> Result {
    centroids.values.withUnsafeBufferPointer { values in
      body(
        NearestCentroids(
          dimension: centroids.columnCount, clusterCount: centroids.rowCount, centroids: values))
    }
  }
}

/// The index of every point's nearest centroid, of equally near ones the first, its squared distance from it, and the
/// sum of these distances.
///
/// - Precondition: both have equally many columns, and there is a centroid.
/// - Complexity: O(rows · centroids · columns).
func nearestCentroids(
  of points: Matrix, in centroids: Matrix, chunks: Chunks, threadCount: Int?
) -> (labels: [Int32], distances: [Double], inertia: Double) {
  precondition(points.columnCount == centroids.columnCount, "distances need equally many columns")
  var labels = Array(repeating: Int32(0), count: points.rowCount)
  var distances = Array(repeating: 0.0, count: points.rowCount)
  let inertia = labels.withUnsafeMutableBufferPointer { labels in
    distances.withUnsafeMutableBufferPointer { distances in
      points.values.withUnsafeBufferPointer { values in
        NearestCentroids.with(centroids) { kernel in
          // Every chunk writes its own rows.
          nonisolated(unsafe) let (kernel, values) = (kernel, values.baseAddress)
          nonisolated(unsafe) let (labels, distances) = (labels.baseAddress, distances.baseAddress)
          return chunks.map(threadCount: threadCount) { rows in
            kernel.assign(rows, of: values, labels: labels, nearest: distances).inertia
          }.reduce(0, +)
        }
      }
    }
  }
  return (labels, distances, inertia)
}

/// Squared distances of the rows of `points` from each of those of `targets`; a row of `points.rowCount` numbers a
/// target.
///
/// - Precondition: both have equally many columns.
/// - Complexity: O(rows · targets · columns).
func squaredDistanceTable(of points: Matrix, from targets: Matrix) -> [Double] {
  precondition(points.columnCount == targets.columnCount, "distances need equally many columns")
  return Array(unsafeUninitializedCapacity: points.rowCount * targets.rowCount) { buffer, initializedCount in
    initializedCount = points.rowCount * targets.rowCount
    buffer.initialize(repeating: 0)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 8 * points.columnCount + 1) { tile in
      habitus_squared_distance_table(
        points.values, points.rowCount, points.columnCount, targets.values, targets.rowCount, buffer.baseAddress,
        tile.baseAddress)
    }
  }
}
