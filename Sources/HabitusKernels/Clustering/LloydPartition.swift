internal import CKernels

/// Which cluster every point is in while Lloyd's iterations run, and the sums of the clusters.
///
/// The first assignment compares every point with every centroid. Later ones keep, for every point, an upper bound on
/// the distance from its centroid and a lower bound on that from all others, and look again only where these do not
/// decide; sums then change by the points that change cluster. Where such changes come to outweigh what a cluster
/// holds, all is added up anew, so that rounding does not gather.
struct LloydPartition {
  /// One cluster a point.
  private(set) var labels: [Int32]
  /// Sums and sizes of the clusters.
  private(set) var sums: NearestCentroids.Sums
  private let points: Matrix
  private let origin: [Double]
  private let chunks: Chunks
  private let threadCount: Int?
  private var upper: [Double] = []
  private var lower: [Double] = []
  /// Points that entered or left every cluster since its sum was added up.
  private var traffic: [Int] = []
  /// The centroids that bounds are about; `nil` where there are no bounds.
  private var bounded: Matrix?

  /// Makes a partition without clusters; see ``Chunks`` for `threadCount`.
  init(points: Matrix, origin: [Double], chunks: Chunks, threadCount: Int?) {
    self.points = points
    self.origin = origin
    self.chunks = chunks
    self.threadCount = threadCount
    labels = Array(repeating: -1, count: points.rowCount)
    sums = NearestCentroids.Sums(clusterCount: 0, dimension: points.columnCount)
  }

  /// Forgets labels, for another restart.
  mutating func reset() {
    for row in labels.indices { labels[row] = -1 }
    bounded = nil
  }

  /// Moves every point to its nearest centroid, of equally near ones the first.
  ///
  /// - Returns: the number of points that changed cluster.
  /// - Complexity: O(rows · clusters · columns) at most.
  mutating func assign(to centroids: Matrix) -> Int {
    defer { bounded = usesBounds(centroids) ? centroids : nil }
    if let former = bounded, former.rowCount == centroids.rowCount, !hasGatheredRounding {
      return assign(to: centroids, from: former)
    }
    return assignAll(to: centroids)
  }

  /// The means of the clusters; clusters without points are left out.
  var means: Matrix {
    let dimension = points.columnCount
    let filled = sums.counts.indices.filter { sums.counts[$0] > 0 }
    let values = filled.flatMap { cluster in
      (0..<dimension).map { column in
        origin[column] + sums.points[cluster * dimension + column] / Double(sums.counts[cluster])
      }
    }
    return Matrix(rowCount: filled.count, columnCount: dimension, values: values)
  }

  /// Gives every empty cluster the point farthest from its centroid, of equals the first, from a cluster that keeps
  /// another point. A cluster stays empty only where no such point lies off its centroid. O(rows · log rows).
  mutating func fillEmptyClusters(_ centroids: Matrix) {
    let empty = sums.counts.indices.filter { sums.counts[$0] == 0 }
    guard !empty.isEmpty else { return }
    let distances = nearestCentroids(of: points, in: centroids, chunks: chunks, threadCount: threadCount).distances
    let farthest = distances.indices.sorted { (-distances[$0], $0) < (-distances[$1], $1) }
    var remaining = empty[...]
    for row in farthest where distances[row] > 0 {
      guard let cluster = remaining.first else { return }
      let donor = Int(labels[row])
      guard sums.counts[donor] > 1 else { continue }
      move(row, from: donor, to: cluster)
      remaining.removeFirst()
    }
  }

  /// Centroids of which those marked are replaced by the means of their clusters, where these have points. O(clusters ·
  /// columns).
  func centroids(replacing isReplaced: [Bool], in centroids: Matrix) -> Matrix {
    var centroids = centroids
    let dimension = points.columnCount
    for cluster in isReplaced.indices where isReplaced[cluster] && sums.counts[cluster] > 0 {
      for column in 0..<dimension {
        centroids[cluster, column] =
          origin[column] + sums.points[cluster * dimension + column] / Double(sums.counts[cluster])
      }
    }
    return centroids
  }

  private mutating func move(_ row: Int, from donor: Int, to cluster: Int) {
    let dimension = points.columnCount
    for (column, value) in points.row(row).enumerated() {
      sums.points[donor * dimension + column] -= value - origin[column]
      sums.points[cluster * dimension + column] = value - origin[column]
    }
    sums.counts[donor] -= 1
    sums.counts[cluster] = 1
    labels[row] = Int32(cluster)
    // Bounds tell of the centroid it was nearest to; none now.
    if bounded != nil {
      upper[row] = .infinity
      lower[row] = 0
      traffic[donor] += 1
    }
  }

  /// Bounds cost some memory traffic a point, more than a comparison with few numbers does.
  private func usesBounds(_ centroids: Matrix) -> Bool { centroids.values.count >= 128 }

  private var hasGatheredRounding: Bool {
    zip(traffic, sums.counts).contains { $0 > 16 * $1 }
  }

  private mutating func assignAll(to centroids: Matrix) -> Int {
    let (rowCount, dimension) = (points.rowCount, points.columnCount)
    let (chunks, threadCount, hasBounds) = (chunks, threadCount, usesBounds(centroids))
    if hasBounds, upper.isEmpty {
      upper = Array(repeating: 0, count: rowCount)
      lower = upper
    }
    let slack = Self.slack(dimension: dimension)
    let parts = withBuffers(centroids) { buffers in
      chunks.map(threadCount: threadCount) { rows in
        var part = NearestCentroids.Sums(clusterCount: centroids.rowCount, dimension: dimension)
        let found = buffers.kernel.assign(
          rows, of: buffers.points, labels: buffers.labels,
          nearest: hasBounds ? buffers.upper : nil,
          second: hasBounds ? buffers.lower : nil, origin: buffers.origin, sums: &part)
        if hasBounds {
          habitus_bounds(
            buffers.upper.map { $0 + rows.lowerBound }, buffers.lower.map { $0 + rows.lowerBound }, rows.count, slack)
        }
        return (sums: part, changedCount: found.changedCount)
      }
    }
    sums = NearestCentroids.Sums(clusterCount: centroids.rowCount, dimension: dimension)
    for part in parts { sums.add(part.sums) }
    traffic = Array(repeating: 0, count: centroids.rowCount)
    return parts.reduce(0) { $0 + $1.changedCount }
  }

  private mutating func assign(to centroids: Matrix, from former: Matrix) -> Int {
    let (dimension, clusterCount) = (points.columnCount, centroids.rowCount)
    let (chunks, threadCount) = (chunks, threadCount)
    let slack = Self.slack(dimension: dimension)
    let moves = CentroidMoves(from: former, to: centroids, slack: slack)
    let parts = withBuffers(centroids) { buffers in
      chunks.map(threadCount: threadCount) { rows in
        var part = NearestCentroids.Sums(clusterCount: clusterCount, dimension: dimension)
        var traffic = Array(repeating: 0, count: clusterCount)
        var examined = 0
        let changed = moves.withKernelMoves { moves in
          withUnsafeTemporaryAllocation(of: Double.self, capacity: 8 * dimension + 1) { tile in
            habitus_assign_bounded(
              buffers.points.map { $0 + rows.lowerBound * dimension }, rows.count, dimension,
              buffers.kernel.centroids.baseAddress, clusterCount, buffers.origin, moves,
              buffers.labels.map { $0 + rows.lowerBound }, buffers.upper.map { $0 + rows.lowerBound },
              buffers.lower.map { $0 + rows.lowerBound },
              &part.points, &part.counts, &traffic, &examined, tile.baseAddress)
          }
        }
        return (sums: part, traffic: traffic, changedCount: changed)
      }
    }
    for part in parts where part.changedCount > 0 {
      sums.add(part.sums)
      for cluster in traffic.indices { traffic[cluster] += part.traffic[cluster] }
    }
    return parts.reduce(0) { $0 + $1.changedCount }
  }

  /// Squared distances in floating point err by at most (columns + 3) · 2⁻⁵³ of themselves; this is more.
  private static func slack(dimension: Int) -> Double { 1 + Double(dimension + 16) * 0x1p-52 }

  /// Where chunks read and write; every chunk has its own rows.
  private struct Buffers: @unchecked Sendable {
    let kernel: NearestCentroids
    let points: UnsafePointer<Double>?
    let origin: UnsafePointer<Double>?
    let labels: UnsafeMutablePointer<Int32>?
    let upper: UnsafeMutablePointer<Double>?
    let lower: UnsafeMutablePointer<Double>?
  }

  private mutating func withBuffers<Result>(_ centroids: Matrix, _ body: (Buffers) -> Result) -> Result {
    let (points, origin) = (points, origin)
    return labels.withUnsafeMutableBufferPointer { labels in
      upper.withUnsafeMutableBufferPointer { upper in
        lower.withUnsafeMutableBufferPointer { lower in
          points.values.withUnsafeBufferPointer { points in
            origin.withUnsafeBufferPointer { origin in
              NearestCentroids.with(centroids) { kernel in
                body(
                  Buffers(
                    kernel: kernel, points: points.baseAddress, origin: origin.baseAddress, labels: labels.baseAddress,
                    upper: upper.baseAddress, lower: lower.baseAddress))
              }
            }
          }
        }
      }
    }
  }
}
