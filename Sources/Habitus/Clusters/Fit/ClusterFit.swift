internal import HabitusKernels
internal import HabitusModel

/// Groups of prepared points, found by the configured algorithm.
struct ClusterFit {
  let partition: ClusterPartition
  let groupCount: Int
  /// Mean Jaccard index over bootstrap samples by group; `nil` where it was not measured.
  let stability: [Double?]
  let choice: ClusterChoice

  /// Fewer users than this are no group where there are at least ten times as many; then two are the least.
  private static let smallestGroup = 5

  /// Finds the groups.
  ///
  /// - Parameter previousCentres: centres of an earlier fit in the same space, whose number is kept where it is as good.
  init(
    _ points: Matrix, settings: HabitusConfiguration.Clustering, previousCentres: Matrix?, workers: Int
  ) throws {
    let finder = ClusterFinder(
      points: points, settings: settings, previousCentres: previousCentres, workers: workers,
      smallestGroup: points.rowCount >= 10 * Self.smallestGroup ? Self.smallestGroup : 2)
    guard points.columnCount > 0 else {
      self = try finder.oneGroup()
      return
    }
    switch settings.algorithm {
    case .automatic where settings.kmeans.clusterCount == nil: self = try finder.automatic()
    case .automatic, .kmeans: self = try finder.kmeans()
    case .miniBatchKMeans: self = try finder.miniBatchKMeans()
    case .mixture: self = try finder.mixture()
    case .dbscan: self = try finder.dbscan()
    case .hdbscan: self = try finder.hdbscan()
    case .hierarchical: self = try finder.hierarchical()
    }
  }

  init(
    _ kind: ClusterPartition.Kind, labels: [ClusterLabel], groupCount: Int, points: Matrix,
    stability: [Double]? = nil, choice: ClusterChoice
  ) {
    partition = ClusterPartition(kind, labels: labels, groupCount: groupCount, points: points)
    self.groupCount = groupCount
    self.stability = (0..<groupCount).map { index in stability.flatMap { $0.indices.contains(index) ? $0[index] : nil }
    }
    self.choice = choice
  }
}
