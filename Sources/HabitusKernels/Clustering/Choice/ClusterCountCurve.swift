/// Numbers of clusters that were tried, and how good each one is by several indices.
public struct ClusterCountCurve: Hashable, Sendable, Codable {
  /// One number of clusters.
  public struct Candidate: Hashable, Sendable, Codable {
    /// The number that was tried.
    public let clusterCount: Int
    /// Mean silhouette on a sample, −1…1, large is good; `nil` where undefined, as with a single distinct point.
    public let silhouetteScore: Double?
    /// Caliński and Harabasz's index, large is good; `nil` where undefined.
    public let calinskiHarabaszIndex: Double?
    /// Davies and Bouldin's index, small is good; `nil` where undefined.
    public let daviesBouldinIndex: Double?
    /// Sum of squared distances from the centroids.
    public let inertia: Double
    /// Members of the smallest cluster.
    public let smallestClusterSize: Int
    /// The smallest mean Jaccard similarity of a cluster over bootstrap samples (Hennig 2007); `nil` where it was not
    /// measured.
    public var smallestStability: Double?
  }

  /// Every number that was tried, ascending.
  public var candidates: [Candidate]
}

/// The fits of a range of numbers of clusters to the same points.
struct ClusterCountFits: Sendable {
  let models: [KMeans.Model]
  let candidates: [ClusterCountCurve.Candidate]

  /// Fits every count that the points are enough for; ends early where they have fewer distinct values.
  ///
  /// - Parameters:
  ///   - counts: at least 2 each.
  ///   - sample: rows that silhouettes are computed on.
  init(
    _ counts: ClosedRange<Int>, clustering: KMeans, points: Matrix, sample: [Int], threadCount: Int?,
    checkpoint: Checkpoint
  ) throws {
    var models: [KMeans.Model] = []
    for count in counts where count <= points.rowCount {
      var parameters = clustering
      parameters.clusterCount = count
      parameters.start = .seeds
      let model = try parameters.fit(points, threadCount: threadCount)
      try checkpoint(FitProgress(completedCount: models.count + 1, maximumCount: counts.count))
      guard model.clusterCount == count else { break }
      models.append(model)
    }
    let scores = Self.silhouettes(of: models.map(\.labels), in: points, sample: sample, threadCount: threadCount)
    self.models = models
    candidates = try zip(models, scores).map { model, score in
      ClusterCountCurve.Candidate(
        clusterCount: model.clusterCount, silhouetteScore: score,
        calinskiHarabaszIndex: try calinskiHarabaszIndex(of: model.labels, in: points).flatMap(finite),
        daviesBouldinIndex: try daviesBouldinIndex(of: model.labels, in: points).flatMap(finite),
        inertia: model.inertia, smallestClusterSize: model.clusterSizes.min() ?? 0)
    }
  }

  /// Mean silhouettes of several labelings on the same sample of rows.
  static func silhouettes(
    of labelings: [[ClusterLabel]], in points: Matrix, sample: [Int], threadCount: Int?
  ) -> [Double?] {
    let rows = sample.count < points.rowCount ? points.selectingRows(sample) : points
    let chosen = labelings.map { labels in sample.count < points.rowCount ? sample.map { labels[$0] } : labels }
    return SilhouetteKernel(points: rows, labelings: chosen).values(threadCount: threadCount).map { values in
      values.flatMap { Statistics.mean(of: $0) }
    }
  }
}

/// Infinite indices, as of clusters without extent, are not stored.
private func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
