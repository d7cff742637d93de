/// HDBSCAN: clusters as regions that stay dense over a wide range of densities; points in none of them are noise.
///
/// Campello, Moulavi and Sander, "Density-based clustering based on hierarchical density estimates", PAKDD 2013, doi
/// 10.1007/978-3-642-37456-2_14; the same with Zimek, ACM TKDD 10 (2015), doi 10.1145/2733381; computed after McInnes
/// and Healy, "Accelerated hierarchical density based clustering", ICDM workshops 2017, doi 10.1109/ICDMW.2017.12.
/// Euclidean distances.
///
/// Defined cases: fewer points than `minimumClusterSize` are all noise, and so are points among which no two clusters
/// part, unless a single cluster is allowed; `minimumSampleCount` at or above the number of points counts as all
/// others; a distance of 0 counts as the smallest above 0, so identical points are as dense as the densest others and
/// never apart; constant columns change nothing. Clusters are numbered by falling size, of equals by lowest row.
///
/// The result depends on parameters and points alone, not on the number of threads, and on the order of the rows in no
/// more than the numbering of equally large clusters and the rounding of sums.
public struct HDBSCAN: Hashable, Sendable, Codable {
  /// How to choose among the clusters of all densities.
  public enum Selection: Hashable, Sendable, Codable {
    /// Those of largest excess of mass in all: few and stable, of different sizes.
    case excessOfMass
    /// Those that have no parts: more, smaller and of like size.
    case leaf
  }

  /// The least number of points of a cluster, at least 2 (min_cluster_size of the packages).
  public var minimumClusterSize: Int
  /// How many other points must be near a point for it to be dense, at least 1 (min_samples of the packages hdbscan and
  /// fast_hdbscan, which like this do not count the point itself; the paper's m_pts, which does, is one more).
  ///
  /// The larger, the smoother the density and the more points are noise. The packages take the least cluster size where
  /// nothing is said; on the labelled sets of Gagolewski (SoftwareX 20, 2022) 5 finds the reference labels better.
  public var minimumSampleCount: Int
  /// How to choose among the clusters of all densities.
  public var selection: Selection
  /// Whether all points may be found to be one cluster. Points that leave it before it first falls apart are noise, or
  /// with an `epsilon` those that leave it at a larger distance; if it never falls apart, no point is.
  public var allowsSingleCluster: Bool
  /// Clusters that part at a distance below this are left together; 0 for none (cluster_selection_epsilon; Malzer and
  /// Baum, MFI 2020). In units of the points.
  public var epsilon: Double

  /// Makes parameters.
  public init(
    minimumClusterSize: Int, minimumSampleCount: Int = 5, selection: Selection = .excessOfMass,
    allowsSingleCluster: Bool = false, epsilon: Double = 0
  ) {
    self.minimumClusterSize = minimumClusterSize
    self.minimumSampleCount = minimumSampleCount
    self.selection = selection
    self.allowsSingleCluster = allowsSingleCluster
    self.epsilon = epsilon
  }

  /// A least cluster size to start from: 0.7 · √*n*, rounded, and at least 5.
  ///
  /// With `minimumSampleCount` 5 the mean adjusted Rand index over 19 labelled sets (Gagolewski, SoftwareX 20, 2022;
  /// 120 to 5,000 points) is 0.76; it is 0.67 to 0.71 with 5 or 10 for all.
  ///
  /// - Precondition: `sampleCount` is not negative.
  public static func suggestedMinimumClusterSize(sampleCount: Int) -> Int {
    precondition(sampleCount >= 0, "there cannot be a negative number of samples")
    return max(5, Int((0.7 * Double(sampleCount).squareRoot()).rounded()))
  }

  /// Checks these parameters against the data.
  ///
  /// - Throws: ``KernelError``: `noSamples` without rows, `parameter` for a parameter out of range, `notFinite` for a
  ///   value that is NaN, infinite, or above 1e150 in size, where squares would not be finite.
  public func validated(for points: Matrix) throws(KernelError) -> Plan {
    guard points.rowCount > 0 else { throw .noSamples }
    guard minimumClusterSize >= 2 else {
      throw .parameter(name: "minimumClusterSize", value: Double(minimumClusterSize), allowed: "2 or more")
    }
    guard minimumSampleCount >= 1 else {
      throw .parameter(name: "minimumSampleCount", value: Double(minimumSampleCount), allowed: "1 or more")
    }
    guard epsilon >= 0, epsilon.isFinite else {
      throw .parameter(name: "epsilon", value: epsilon, allowed: "0 or more")
    }
    try points.requireFiniteSquares()
    return Plan(parameters: self, points: points)
  }

  /// Clusters `points`, one sample a row; see ``validated(for:)`` for what is refused.
  public func fit(_ points: Matrix, threadCount: Int? = nil) throws(KernelError) -> Model {
    try validated(for: points).fit(threadCount: threadCount)
  }

  /// Checked parameters and data; only ``HDBSCAN/validated(for:)`` makes one.
  public struct Plan: Sendable {
    let parameters: HDBSCAN
    let points: Matrix

    fileprivate init(parameters: HDBSCAN, points: Matrix) {
      self.parameters = parameters
      self.points = points
    }
  }
}
