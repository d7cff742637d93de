/// k-means learned from small random batches: an inertia near that of ``KMeans`` in a fraction of the time.
///
/// Sculley, "Web-scale k-means clustering", WWW 2010, doi:10.1145/1772690.1772862, with the conventions of scikit-learn:
/// greedy k-means++ seeding in a sample; every batch moves each centroid towards the mean of its points by the share
/// they have in all points it was given so far; centroids that were given few points move to random points of a batch;
/// iterations end when the batches' inertia, smoothed, does not fall any more. Then every point gets its nearest
/// centroid.
///
/// Defined cases: as of ``KMeans``, which says how clusters are numbered. Batches are drawn with replacement, so that
/// one may be larger than the data. A cluster that is empty in the end moves to the point farthest from its centroid.
///
/// The result depends on parameters and points alone, not on the number of threads.
public struct MiniBatchKMeans: Hashable, Sendable, Codable {
  /// How many clusters to make, at least 1.
  public var clusterCount: Int
  /// Points in a batch, at least 1.
  public var batchSize: Int
  /// Points that seeds are searched among, and as many that judge them; `nil`: three batches, at least three points a
  /// cluster.
  public var seedingSampleSize: Int?
  /// How often to search for seeds, at least 1; iterations start at the best found.
  public var restartCount: Int
  /// The most points to draw, in multiples of the number of points; at least 1.
  public var maximumEpochs: Int
  /// After so many batches, at least 1, without a new lowest smoothed inertia iterations end.
  public var patience: Int
  /// Iterations end when the centroids' squared moves add up to at most this share of the mean variance of the columns;
  /// 0: never for this reason.
  public var tolerance: Double
  /// A centroid that was given less than this share, 0…1, of the points that the fullest was given moves to a random
  /// point; 0: never.
  public var reassignmentRatio: Double
  /// Fixes all random choices.
  public var seed: UInt64

  /// Makes parameters.
  public init(
    clusterCount: Int, batchSize: Int = 1024, seedingSampleSize: Int? = nil, restartCount: Int = 3,
    maximumEpochs: Int = 100, patience: Int = 10, tolerance: Double = 0, reassignmentRatio: Double = 0.01,
    seed: UInt64 = 0
  ) {
    self.clusterCount = clusterCount
    self.batchSize = batchSize
    self.seedingSampleSize = seedingSampleSize
    self.restartCount = restartCount
    self.maximumEpochs = maximumEpochs
    self.patience = patience
    self.tolerance = tolerance
    self.reassignmentRatio = reassignmentRatio
    self.seed = seed
  }

  /// Checks these parameters against the data. O(rows · columns).
  ///
  /// - Throws: ``KernelError``: `noSamples` without rows, `clusterCount` outside 1…rows, `parameter` for another
  ///   parameter out of range, `notFinite` for a value that is NaN, infinite, or above 1e150 in size, where squares
  ///   would not be finite.
  public func validated(for points: Matrix) throws(KernelError) -> Plan {
    guard points.rowCount > 0 else { throw .noSamples }
    guard clusterCount >= 1, clusterCount <= points.rowCount else {
      throw .clusterCount(requested: clusterCount, sampleCount: points.rowCount)
    }
    let counts = [
      ("batchSize", batchSize), ("restartCount", restartCount), ("maximumEpochs", maximumEpochs),
      ("patience", patience),
    ]
    for (name, value) in counts where value < 1 {
      throw .parameter(name: name, value: Double(value), allowed: "1 or more")
    }
    if let seedingSampleSize, seedingSampleSize < clusterCount {
      throw .parameter(
        name: "seedingSampleSize", value: Double(seedingSampleSize), allowed: "the number of clusters or more")
    }
    guard tolerance >= 0 else { throw .parameter(name: "tolerance", value: tolerance, allowed: "0 or more") }
    guard (0...1).contains(reassignmentRatio) else {
      throw .parameter(name: "reassignmentRatio", value: reassignmentRatio, allowed: "0 to 1")
    }
    let columns = ColumnSummary(of: points, limit: KMeans.largestValue)
    if !columns.isWithinLimit { try points.requireFiniteSquares() }
    return Plan(parameters: self, points: points, columns: columns)
  }

  /// Clusters `points`, one sample a row; see ``validated(for:)`` for what is refused.
  public func fit(_ points: Matrix, threadCount: Int? = nil) throws(KernelError) -> KMeans.Model {
    try validated(for: points).fit(threadCount: threadCount)
  }

  /// Checked parameters and data; only ``MiniBatchKMeans/validated(for:)`` makes one.
  public struct Plan: Sendable {
    let parameters: MiniBatchKMeans
    let points: Matrix
    let columns: ColumnSummary

    fileprivate init(parameters: MiniBatchKMeans, points: Matrix, columns: ColumnSummary) {
      self.parameters = parameters
      self.points = points
      self.columns = columns
    }
  }
}
