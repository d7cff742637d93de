/// A tree of clusters: the two nearest clusters are joined, again and again, until one is left.
///
/// By chains of nearest neighbours (Müllner, "Modern hierarchical, agglomerative clustering algorithms",
/// arXiv:1109.2378); single linkage by Prim's minimum spanning tree ("Shortest connection networks and some
/// generalizations", Bell Syst. Tech. J. 36, 1957). Euclidean distances.
///
/// O(*n*²) distances in time. Memory: O(*n* · columns) for Ward's and single linkage; 4 · *n*² bytes for average and
/// complete linkage, which therefore take at most ``maximumCondensedCount`` samples.
///
/// Defined cases: of equally near clusters a chain goes back to the one it came from, otherwise to the lowest place,
/// with a joined cluster standing in the higher place of the two (as in scipy); duplicates join at height 0; one sample
/// makes a tree without joins; constant columns change nothing.
///
/// The result depends on parameters and points alone, not on the number of threads.
public struct AgglomerativeClustering: Hashable, Sendable, Codable {
  /// How far two clusters are from each other.
  public enum Linkage: String, Hashable, Sendable, Codable, CaseIterable {
    /// √(2 · |A| · |B| / (|A| + |B|)) times the distance of their means: by how much the sum of squares grows. Ward,
    /// "Hierarchical grouping to optimize an objective function", J. Am. Stat. Assoc. 58 (1963).
    case ward
    /// The mean distance of a sample of one from a sample of the other.
    case average
    /// The greatest distance of a sample of one from a sample of the other.
    case complete
    /// The least distance of a sample of one from a sample of the other.
    case single
  }

  /// The most samples that average and complete linkage take: their distances fill 2 GB.
  public static let maximumCondensedCount = 22_000

  /// How far two clusters are from each other.
  public var linkage: Linkage

  /// Makes parameters.
  public init(linkage: Linkage = .ward) { self.linkage = linkage }

  /// Checks these parameters against the data.
  ///
  /// - Throws: ``KernelError``: `noSamples` without rows, `parameter` for points without columns, or for more rows than
  ///   the linkage takes, `notFinite` for a value that is NaN, infinite, or above 1e150 in size, where squares would
  ///   not be finite.
  public func validated(for points: Matrix) throws(KernelError) -> Plan {
    guard points.rowCount > 0 else { throw .noSamples }
    guard points.columnCount > 0 else { throw .parameter(name: "columnCount", value: 0, allowed: "1 or more") }
    guard linkage == .ward || linkage == .single || points.rowCount <= Self.maximumCondensedCount else {
      throw .parameter(
        name: "rowCount", value: Double(points.rowCount),
        allowed: "1 to \(Self.maximumCondensedCount) with \(linkage.rawValue) linkage")
    }
    try points.requireFiniteSquares()
    return Plan(parameters: self, points: points)
  }

  /// Joins `points`, one sample a row; see ``validated(for:)`` for what is refused.
  public func fit(_ points: Matrix, threadCount: Int? = nil) throws(KernelError) -> Model {
    try validated(for: points).fit(threadCount: threadCount)
  }

  /// Checked parameters and data; only ``AgglomerativeClustering/validated(for:)`` makes one.
  public struct Plan: Sendable {
    let parameters: AgglomerativeClustering
    let points: Matrix

    fileprivate init(parameters: AgglomerativeClustering, points: Matrix) {
      self.parameters = parameters
      self.points = points
    }
  }
}

extension AgglomerativeClustering.Plan {
  /// Joins the points. The result does not depend on `threadCount` (`nil`: one a processor), which is of use for the
  /// distances of average and complete linkage.
  ///
  /// O(*n*² · columns), `checkpoint` is called after every join.
  public func fit(
    threadCount: Int? = nil, checkpoint: Checkpoint
  ) throws(CancellationError) -> AgglomerativeClustering.Model {
    let joins: [Join]
    switch parameters.linkage {
    case .single: joins = try spanningTree(checkpoint: checkpoint)
    case .ward:
      var clusters = WardClusters(points)
      joins = try chainedJoins(&clusters, checkpoint: checkpoint)
    case .average, .complete:
      var clusters = CondensedClusters(
        points, takesGreatest: parameters.linkage == .complete, threadCount: threadCount)
      joins = try chainedJoins(&clusters, checkpoint: checkpoint)
    }
    return AgglomerativeClustering.Model(joins, sampleCount: points.rowCount)
  }

  /// ``fit(threadCount:checkpoint:)`` without checkpoints.
  public func fit(threadCount: Int? = nil) -> AgglomerativeClustering.Model {
    do {
      return try fit(threadCount: threadCount) { (_) throws(CancellationError) in }
    } catch {
      preconditionFailure("a fit without checkpoints is never cancelled")
    }
  }

  /// A sample of each of two clusters that join, and how far the clusters are from each other.
  struct Join: Sendable {
    let first: Int
    let second: Int
    let height: Double
  }
}
