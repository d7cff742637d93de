extension KMeans {
  /// What k-means learned.
  ///
  /// Invariants: no cluster is empty when iterations have converged; `predict` of the points fitted to gives `labels`;
  /// `inertia` is the sum of their squared distances from their centroids.
  public struct Model: ClusteringModel, Hashable, Codable {
    /// One row a cluster, in the units of the points.
    public let centroids: Matrix
    /// One label a point, that of its nearest centroid.
    public let labels: [ClusterLabel]
    /// Sum (not mean) of the squared distances of all points from their centroids.
    public let inertia: Double
    /// Iterations of the restart that was kept.
    public let iterationCount: Int
    /// What a reader of the model should know.
    public let diagnostics: [Diagnostic]

    /// Number of clusters: the number asked for, or less where a diagnostic says so.
    public var clusterCount: Int { centroids.rowCount }

    /// Something worth knowing about a fit that still has an answer.
    public enum Diagnostic: Hashable, Sendable, Codable {
      /// The points have fewer distinct values than clusters were asked for.
      case fewerDistinctPoints(requested: Int, found: Int)
      /// The kept restart was still moving after its last iteration.
      case notConverged(iterationCount: Int)
    }

    /// The nearest centroid and the next one.
    public struct Assignment: Hashable, Sendable {
      /// Label of the nearest centroid.
      public let label: ClusterLabel
      /// Euclidean distance from it.
      public let distance: Double
      /// Label of the second nearest; `nil` with a single cluster.
      public let runnerUp: ClusterLabel?
      /// Euclidean distance from the second nearest; `nil` with a single cluster.
      public let runnerUpDistance: Double?
    }

    /// Labels for points, fitted to or new: that of the nearest centroid, of equally near ones the lowest.
    ///
    /// O(rows · clusters · columns).
    ///
    /// - Throws: ``KernelError``: `columnCount` if the number of columns differs, `notFinite` for a value that is not.
    public func predict(_ points: Matrix, threadCount: Int? = nil) throws(KernelError) -> [ClusterLabel] {
      try requireFit(points)
      return nearestCentroids(
        of: points, in: centroids, chunks: Chunks(rowCount: points.rowCount), threadCount: threadCount
      ).labels.map(ClusterLabel.init(rawValue:))
    }

    /// For every point its nearest centroid and the next, with distances. O(rows · clusters · columns).
    ///
    /// - Throws: as ``predict(_:threadCount:)``.
    public func assignments(of points: Matrix) throws(KernelError) -> [Assignment] {
      try requireFit(points)
      let table = squaredDistanceTable(of: points, from: centroids)
      return (0..<points.rowCount).map { row in
        var (nearest, second) = (0, nil as Int?)
        func distance(_ cluster: Int) -> Double { table[cluster * points.rowCount + row] }
        for cluster in 1..<max(1, clusterCount) {
          if distance(cluster) < distance(nearest) {
            (nearest, second) = (cluster, nearest)
          } else if second.map({ distance(cluster) < distance($0) }) ?? true {
            second = cluster
          }
        }
        return Assignment(
          label: ClusterLabel(nearest), distance: distance(nearest).squareRoot(),
          runnerUp: second.map { ClusterLabel($0) }, runnerUpDistance: second.map { distance($0).squareRoot() })
      }
    }

    private func requireFit(_ points: Matrix) throws(KernelError) {
      guard points.columnCount == centroids.columnCount else {
        throw .columnCount(expected: centroids.columnCount, found: points.columnCount)
      }
      try points.requireFinite()
    }
  }
}

/// Squared Euclidean distance of two points with equally many values, added up in the order of the columns.
func squaredDistance(_ first: ArraySlice<Double>, _ second: ArraySlice<Double>) -> Double {
  zip(first, second).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
}
