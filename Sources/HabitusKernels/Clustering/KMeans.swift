/// k-means: the `clusterCount` centroids with the smallest sum of squared distances from every point to its nearest.
///
/// Greedy k-means++ seeding (Arthur and Vassilvitskii, SODA 2007; candidates a step as in scikit-learn), then Lloyd's
/// iterations; of several restarts the one of least inertia, of equals the first.
///
/// Iterations skip points that bounds on their distances show to stay where they are (Hamerly, "Making k-means even
/// faster", SDM 2010, doi:10.1137/1.9781611972801.12). Bounds allow for rounding, so labels are those that comparing
/// every point with every centroid gives.
///
/// Defined cases: with fewer distinct points than `clusterCount` the model has one cluster a distinct point and says
/// so; a cluster that becomes empty moves to the point farthest from its centroid; equal distances go to the lower
/// label; columns that are constant change nothing. Clusters are numbered by falling size as of the last iteration, of
/// equals by their centroids in lexicographic order.
///
/// The result depends on parameters and points alone, not on the number of threads.
public struct KMeans: Hashable, Sendable, Codable {
  /// Where iterations start.
  public enum Start: Hashable, Sendable, Codable {
    /// At points drawn by greedy k-means++, anew for every restart.
    case seeds
    /// At these centroids, one row a cluster, as of an earlier model; there is a single restart.
    case centroids(Matrix)
  }

  /// How many clusters to make, at least 1.
  public var clusterCount: Int
  /// Where iterations start.
  public var start: Start
  /// How often to start anew from other seeds, at least 1.
  public var restartCount: Int
  /// The most iterations of a restart, at least 1.
  public var maximumIterations: Int
  /// A restart ends when the centroids' squared moves add up to at most this share of the mean variance of the columns.
  public var tolerance: Double
  /// Fixes all random choices.
  public var seed: UInt64

  /// Makes parameters.
  public init(
    clusterCount: Int, start: Start = .seeds, restartCount: Int = 4, maximumIterations: Int = 300,
    tolerance: Double = 1e-4, seed: UInt64 = 0
  ) {
    self.clusterCount = clusterCount
    self.start = start
    self.restartCount = restartCount
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
    self.seed = seed
  }

  /// Checks these parameters against the data.
  ///
  /// - Throws: ``KernelError``: `noSamples` without rows, `clusterCount` outside 1…rows or unlike the number of
  ///   centroids to start at, `columnCount` if those have another number of columns, `parameter` for another parameter
  ///   out of range, `notFinite` for a value (of the points, then of the centroids) that is NaN, infinite, or above
  ///   1e150 in size, where squares would not be finite.
  public func validated(for points: Matrix) throws(KernelError) -> Plan {
    guard points.rowCount > 0 else { throw .noSamples }
    guard clusterCount >= 1, clusterCount <= points.rowCount else {
      throw .clusterCount(requested: clusterCount, sampleCount: points.rowCount)
    }
    guard restartCount >= 1 else {
      throw .parameter(name: "restartCount", value: Double(restartCount), allowed: "1 or more")
    }
    guard maximumIterations >= 1 else {
      throw .parameter(name: "maximumIterations", value: Double(maximumIterations), allowed: "1 or more")
    }
    guard tolerance >= 0 else { throw .parameter(name: "tolerance", value: tolerance, allowed: "0 or more") }
    let columns = ColumnSummary(of: points, limit: Self.largestValue)
    if !columns.isWithinLimit { try points.requireFiniteSquares() }
    if case .centroids(let centroids) = start {
      guard centroids.rowCount == clusterCount else {
        throw .clusterCount(requested: clusterCount, sampleCount: centroids.rowCount)
      }
      guard centroids.columnCount == points.columnCount else {
        throw .columnCount(expected: points.columnCount, found: centroids.columnCount)
      }
      try centroids.requireFiniteSquares()
    }
    return Plan(parameters: self, points: points, columns: columns)
  }

  /// Clusters `points`, one sample a row; see ``validated(for:)`` for what is refused.
  public func fit(_ points: Matrix, threadCount: Int? = nil) throws(KernelError) -> Model {
    try validated(for: points).fit(threadCount: threadCount)
  }

  /// Above this size squares may not be finite.
  static let largestValue = 1e150

  /// Checked parameters and data; only ``KMeans/validated(for:)`` makes one.
  public struct Plan: Sendable {
    let parameters: KMeans
    let points: Matrix
    let columns: ColumnSummary

    fileprivate init(parameters: KMeans, points: Matrix, columns: ColumnSummary) {
      self.parameters = parameters
      self.points = points
      self.columns = columns
    }
  }
}
