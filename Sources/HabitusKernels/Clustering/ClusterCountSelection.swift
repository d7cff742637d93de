/// Chooses the number of clusters by the silhouette, reports the whole curve, and may answer "one group".
///
/// Every count of a range is fitted by k-means; all are judged on the same sample of rows. The highest silhouette wins,
/// of equals the smaller count. Where even that is below ``minimumSilhouette`` the points are one group.
public struct ClusterCountSelection: Hashable, Sendable, Codable {
  /// Counts to try, each at least 2; those above the number of samples are left out.
  public var clusterCounts: ClosedRange<Int>
  /// Below this best silhouette the answer is one group. 0.25 by default: up to there "no substantial structure has
  /// been found" (Kaufman and Rousseeuw, "Finding Groups in Data", 1990, chapter 2).
  public var minimumSilhouette: Double
  /// A count whose smallest cluster has fewer members than this is tried but not chosen; 1 by default.
  public var minimumClusterSize: Int
  /// The most rows that silhouettes are computed on.
  public var sampleSize: Int
  /// What is fitted for every count, from seeds; its own count and start are not used, its seed also draws the sample.
  public var clustering: KMeans

  /// Makes parameters.
  public init(
    clusterCounts: ClosedRange<Int> = 2...10, minimumSilhouette: Double = 0.25, minimumClusterSize: Int = 1,
    sampleSize: Int = 2_000,
    clustering: KMeans = KMeans(clusterCount: 1)
  ) {
    self.clusterCounts = clusterCounts
    self.minimumSilhouette = minimumSilhouette
    self.minimumClusterSize = minimumClusterSize
    self.sampleSize = sampleSize
    self.clustering = clustering
  }

  /// One point of the curve.
  public struct Candidate: Hashable, Sendable, Codable {
    /// The count that was tried.
    public let clusterCount: Int
    /// Its silhouette on the sample; `nil` where undefined, as with a single distinct point.
    public let silhouetteScore: Double?
    /// Sum of squared distances from the centroids.
    public let inertia: Double
    /// Members of the smallest cluster.
    public let smallestClusterSize: Int
  }

  /// Why a count was chosen.
  public enum Reason: Hashable, Sendable, Codable {
    /// It has the highest silhouette of those tried.
    case highestSilhouette(Double)
    /// One group: the highest silhouette does not reach the floor.
    case belowFloor(highestSilhouette: Double, minimumSilhouette: Double)
    /// One group: there are too few distinct points to tell groups apart.
    case tooFewDistinctPoints
    /// One group: every count that was tried has a cluster smaller than the minimum.
    case clustersTooSmall(minimumClusterSize: Int)
  }

  /// What was chosen, why, and what else was tried.
  public struct Selection: Hashable, Sendable, Codable {
    /// The number of clusters; 1 means one group.
    public let clusterCount: Int
    /// Why.
    public let reason: Reason
    /// Every count that was tried, ascending.
    public let candidates: [Candidate]
    /// The fit with the chosen count.
    public let model: KMeans.Model
  }

  /// Tries the counts on `points`, one sample a row. The answer does not depend on `threadCount`.
  ///
  /// O(counts · fit + `sampleSize`² · (columns + counts)); `checkpoint` is called after every count.
  ///
  /// - Throws: ``KernelError`` for parameters out of range and for data that ``KMeans`` refuses; what `checkpoint`
  ///   throws.
  public func selection(
    for points: Matrix, threadCount: Int? = nil,
    checkpoint: Checkpoint = { (_) throws(CancellationError) in }
  ) throws -> Selection {
    guard clusterCounts.lowerBound >= 2 else {
      throw KernelError.parameter(
        name: "clusterCounts", value: Double(clusterCounts.lowerBound), allowed: "counts of 2 or more")
    }
    guard sampleSize >= 3 else {
      throw KernelError.parameter(name: "sampleSize", value: Double(sampleSize), allowed: "3 or more")
    }
    guard (-1...1).contains(minimumSilhouette) else {
      throw KernelError.parameter(name: "minimumSilhouette", value: minimumSilhouette, allowed: "-1 to 1")
    }
    func fit(_ clusterCount: Int) throws -> KMeans.Model {
      var parameters = clustering
      parameters.clusterCount = clusterCount
      parameters.start = .seeds
      return try parameters.fit(points, threadCount: threadCount)
    }
    let single = try fit(1)
    var models: [KMeans.Model] = []
    let counts =
      clusterCounts.lowerBound <= points.rowCount
      ? Array(clusterCounts.clamped(to: clusterCounts.lowerBound...points.rowCount)) : []
    for count in counts {
      let model = try fit(count)
      try checkpoint(FitProgress(completedCount: models.count + 1, maximumCount: counts.count))
      // With fewer distinct points than clusters all further counts give the same model.
      guard model.clusterCount == count else { break }
      models.append(model)
    }

    let scores = sampledScores(of: models, in: points, threadCount: threadCount)
    let candidates = zip(models, scores).map { model, score in
      Candidate(
        clusterCount: model.clusterCount, silhouetteScore: score, inertia: model.inertia,
        smallestClusterSize: model.clusterSizes.min() ?? 0)
    }
    var best: (index: Int, score: Double)?
    for (index, score) in scores.enumerated() {
      guard let score, candidates[index].smallestClusterSize >= minimumClusterSize else { continue }
      if best.map({ score > $0.score }) ?? true { best = (index, score) }
    }
    guard let best else {
      let reason: Reason =
        candidates.contains { $0.silhouetteScore != nil }
        ? .clustersTooSmall(minimumClusterSize: minimumClusterSize) : .tooFewDistinctPoints
      return Selection(clusterCount: 1, reason: reason, candidates: candidates, model: single)
    }
    guard best.score >= minimumSilhouette else {
      return Selection(
        clusterCount: 1,
        reason: .belowFloor(highestSilhouette: best.score, minimumSilhouette: minimumSilhouette),
        candidates: candidates, model: single)
    }
    return Selection(
      clusterCount: models[best.index].clusterCount, reason: .highestSilhouette(best.score),
      candidates: candidates, model: models[best.index])
  }

  private func sampledScores(of models: [KMeans.Model], in points: Matrix, threadCount: Int?) -> [Double?] {
    var rows = Array(0..<points.rowCount)
    if sampleSize < points.rowCount {
      var generator = SplitMix64(seed: clustering.seed)
      rows = generator.sortedSample(of: sampleSize, from: points.rowCount)
    }
    let sample = rows.count < points.rowCount ? points.selectingRows(rows) : points
    let labelings = models.map { model in rows.map { model.labels[$0] } }
    return SilhouetteKernel(points: sample, labelings: labelings).values(threadCount: threadCount).map { values in
      values.flatMap { Statistics.mean(of: $0) }
    }
  }
}
