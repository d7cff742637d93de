/// A mixture of normal distributions, one a cluster, fitted by expectation and maximisation.
///
/// Dempster, Laird and Rubin, "Maximum likelihood from incomplete data via the EM algorithm", J. R. Statist. Soc. B 39
/// (1977). Every iteration shares each sample among the clusters by their densities at it, then takes the weighted
/// mean, covariance and share of each cluster; the log-likelihood never falls but for `regularization`. Of several
/// restarts the one of greatest log-likelihood is kept, of equals the first.
///
/// Defined cases: clusters keep the order of the start (that of ``KMeans``: by falling size as k-means found them); a
/// start with empty clusters (fewer distinct points than `clusterCount`, or labels that no sample has) gives a model
/// without them, which says so; a cluster that loses all samples in iterations keeps mean and covariance, has weight 0,
/// and is named by a diagnostic; a covariance that is singular in spite of `regularization` has its diagonal raised
/// until it is not, which a diagnostic says; constant columns get `regularization` as variance. A sample so far off
/// that every density at it is 0 belongs to the first cluster that has weight, with log-likelihood −∞.
///
/// The result depends on parameters and points alone, not on the number of threads.
public struct GaussianMixture: Hashable, Sendable, Codable {
  /// What clusters' covariances may be.
  public enum CovarianceShape: String, Hashable, Sendable, Codable, CaseIterable {
    /// Any, each cluster its own.
    case full
    /// Any, one for all clusters.
    case tied
    /// Independent columns, each cluster with its own variances.
    case diagonal
    /// One variance a cluster, the same in every column.
    case spherical
  }

  /// Where iterations start.
  public enum Start: Hashable, Sendable, Codable {
    /// At k-means with one restart, anew from other seeds for every restart.
    case kMeans
    /// With every sample in the cluster of its label, below `clusterCount`; noise goes to the nearest mean of the
    /// labelled. There is a single restart.
    case labels([ClusterLabel])
    /// With every sample in the cluster of the nearest of these means, one row a cluster. There is a single restart.
    case means(Matrix)
  }

  /// How many distributions to mix, at least 1.
  public var clusterCount: Int
  /// What covariances may be.
  public var covarianceShape: CovarianceShape
  /// Where iterations start.
  public var start: Start
  /// How often to start anew, at least 1.
  public var restartCount: Int
  /// The most iterations of a restart, at least 1.
  public var maximumIterations: Int
  /// A restart ends when the mean log-likelihood of a sample changes by less than this; 0 or more.
  public var tolerance: Double
  /// Added to every variance, in squared units of the columns; 0 or more.
  public var regularization: Double
  /// Fixes all random choices.
  public var seed: UInt64

  /// Makes parameters.
  public init(
    clusterCount: Int, covarianceShape: CovarianceShape = .full, start: Start = .kMeans, restartCount: Int = 1,
    maximumIterations: Int = 100, tolerance: Double = 1e-3, regularization: Double = 1e-6, seed: UInt64 = 0
  ) {
    self.clusterCount = clusterCount
    self.covarianceShape = covarianceShape
    self.start = start
    self.restartCount = restartCount
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
    self.regularization = regularization
    self.seed = seed
  }

  /// Checks these parameters against the data.
  ///
  /// - Throws: ``KernelError``: `noSamples` without rows, `clusterCount` outside 1…rows or unlike the number of means
  ///   to start at, `columnCount` if those have another number of columns, `sampleCount` unless there is a label a row,
  ///   `parameter` for another parameter out of range, a label not below `clusterCount`, labels that are all noise, or
  ///   points without columns, `notFinite` for a value (of the points, then of the means) that is NaN, infinite, or
  ///   above 1e150 in size, where squares would not be finite.
  public func validated(for points: Matrix) throws(KernelError) -> Plan {
    guard points.rowCount > 0 else { throw .noSamples }
    guard points.columnCount > 0 else { throw .parameter(name: "columnCount", value: 0, allowed: "1 or more") }
    guard clusterCount >= 1, clusterCount <= points.rowCount else {
      throw .clusterCount(requested: clusterCount, sampleCount: points.rowCount)
    }
    for (name, value) in [("restartCount", restartCount), ("maximumIterations", maximumIterations)]
    where value < 1 {
      throw .parameter(name: name, value: Double(value), allowed: "1 or more")
    }
    for (name, value) in [("tolerance", tolerance), ("regularization", regularization)]
    where !(value >= 0 && value.isFinite) {
      throw .parameter(name: name, value: value, allowed: "0 or more, finite")
    }
    try points.requireFiniteSquares()
    try validateStart(for: points)
    return Plan(parameters: self, points: points)
  }

  private func validateStart(for points: Matrix) throws(KernelError) {
    switch start {
    case .kMeans: break
    case .labels(let labels):
      guard labels.count == points.rowCount else {
        throw .sampleCount(expected: points.rowCount, found: labels.count)
      }
      let greatest = labels.map(\.rawValue).max() ?? -1
      guard greatest >= 0, Int(greatest) < clusterCount else {
        throw .parameter(name: "labels", value: Double(greatest), allowed: "0 to \(clusterCount - 1), or noise")
      }
    case .means(let means):
      guard means.rowCount == clusterCount else {
        throw .clusterCount(requested: clusterCount, sampleCount: means.rowCount)
      }
      guard means.columnCount == points.columnCount else {
        throw .columnCount(expected: points.columnCount, found: means.columnCount)
      }
      try means.requireFiniteSquares()
    }
  }

  /// Fits the mixture to `points`, one sample a row; see ``validated(for:)`` for what is refused.
  public func fit(_ points: Matrix, threadCount: Int? = nil) throws(KernelError) -> Model {
    try validated(for: points).fit(threadCount: threadCount)
  }

  /// Checked parameters and data; only ``GaussianMixture/validated(for:)`` makes one.
  public struct Plan: Sendable {
    let parameters: GaussianMixture
    let points: Matrix

    fileprivate init(parameters: GaussianMixture, points: Matrix) {
      self.parameters = parameters
      self.points = points
    }
  }
}
