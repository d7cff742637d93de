/// DBSCAN: clusters are the core points, those with many points near, that chains of near core points connect, and the
/// points near them.
///
/// Ester, Kriegel, Sander and Xu, "A density-based algorithm for discovering clusters in large spatial databases with
/// noise", KDD 1996. Euclidean distances; labels are those of scikit-learn's DBSCAN.
///
/// Clusters are numbered by their lowest core row. A point that is not core but near core points of several clusters
/// goes to the first of them; near none, it is noise. Identical points are near each other at any radius; constant
/// columns change nothing. The result does not depend on the number of threads.
public struct DBSCAN: Hashable, Sendable, Codable {
  /// Points at most this far apart are near each other (eps in the literature). Above 0, in units of the points.
  public var radius: Double
  /// How many points must be near a core point, itself included, at least 1 (min_samples of scikit-learn, MinPts of the
  /// paper).
  public var minimumNeighborCount: Int

  /// Makes parameters.
  public init(radius: Double, minimumNeighborCount: Int) {
    self.radius = radius
    self.minimumNeighborCount = minimumNeighborCount
  }

  /// Checks these parameters against the data.
  ///
  /// - Throws: ``KernelError``: `noSamples` without rows, `parameter` for a parameter out of range, `notFinite` for a
  ///   value that is NaN, infinite, or above 1e150 in size, where squares would not be finite.
  public func validated(for points: Matrix) throws(KernelError) -> Plan {
    guard points.rowCount > 0 else { throw .noSamples }
    guard radius > 0, radius.isFinite else {
      throw .parameter(name: "radius", value: radius, allowed: "above 0")
    }
    guard minimumNeighborCount >= 1 else {
      throw .parameter(name: "minimumNeighborCount", value: Double(minimumNeighborCount), allowed: "1 or more")
    }
    try points.requireFiniteSquares()
    return Plan(parameters: self, points: points)
  }

  /// Clusters `points`, one sample a row; see ``validated(for:)`` for what is refused.
  public func fit(_ points: Matrix, threadCount: Int? = nil) throws(KernelError) -> Model {
    try validated(for: points).fit(threadCount: threadCount)
  }

  /// Checked parameters and data; only ``DBSCAN/validated(for:)`` makes one.
  public struct Plan: Sendable {
    let parameters: DBSCAN
    let points: Matrix

    fileprivate init(parameters: DBSCAN, points: Matrix) {
      self.parameters = parameters
      self.points = points
    }

    /// Clusters the points. The result does not depend on `threadCount` (`nil`: one a processor).
    ///
    /// As a rule O(*n* log *n*) plus the number of points near each other in different parts of the data; O(*n*²) at
    /// worst, O(*n*) memory.
    public func fit(threadCount: Int? = nil) -> Model {
      let squaredRadius = parameters.squaredRadius
      guard let tree = NearestNeighbors(checked: points).tree else {
        preconditionFailure("a plan has at least one point")
      }
      let counts = tree.countsWithin(
        squaredRadius: squaredRadius, enough: parameters.minimumNeighborCount, threadCount: threadCount)
      let isCore = tree.places.map { counts[Int($0)] >= parameters.minimumNeighborCount }
      let coreRows = isCore.indices.filter { isCore[$0] }
      let corePoints = points.selectingRows(coreRows)
      let index = CorePointIndex(linking: corePoints, squaredRadius: squaredRadius)
      let otherRows = isCore.indices.filter { !isCore[$0] }
      let otherLabels = index.nearLabels(
        of: points.selectingRows(otherRows), squaredRadius: squaredRadius, threadCount: threadCount)
      var labels = Array(repeating: ClusterLabel.noise, count: points.rowCount)
      for (core, row) in coreRows.enumerated() { labels[row] = index.labels[core] }
      for (other, row) in otherRows.enumerated() { labels[row] = otherLabels[other] }
      return Model(
        parameters: parameters, labels: labels, isCore: isCore, corePoints: corePoints, coreLabels: index.labels)
    }
  }

  /// Finite also where the square is not.
  fileprivate var squaredRadius: Double { min(radius * radius, .greatestFiniteMagnitude) }

  /// What DBSCAN learned.
  ///
  /// Invariants: `predict` of the points fitted to gives `labels`; every label below `clusterCount` has a core point.
  public struct Model: ClusteringModel, Hashable, Codable {
    /// The parameters of the fit.
    public let parameters: DBSCAN
    /// One label a point.
    public let labels: [ClusterLabel]
    /// For every point whether it is core.
    public let isCore: [Bool]
    /// The core points, in the order of their rows.
    public let corePoints: Matrix
    /// Their labels.
    public let coreLabels: [ClusterLabel]

    /// Number of clusters; noise is none.
    public var clusterCount: Int { (coreLabels.lazy.map(\.rawValue).max().map(Int.init) ?? -1) + 1 }

    /// Labels for points, fitted to or new: that of the core points within the radius, of several clusters the first;
    /// noise without one. New points do not become core. O(log *n*) a point as a rule, after O(*n* log *n*).
    ///
    /// - Throws: ``KernelError``: `columnCount` if the number of columns differs, `notFinite` for a value that is NaN,
    ///   infinite or above 1e150 in size.
    public func predict(_ points: Matrix, threadCount: Int? = nil) throws(KernelError) -> [ClusterLabel] {
      guard points.columnCount == corePoints.columnCount else {
        throw .columnCount(expected: corePoints.columnCount, found: points.columnCount)
      }
      try points.requireFiniteSquares()
      let index = CorePointIndex(corePoints, labels: coreLabels)
      return index.nearLabels(of: points, squaredRadius: parameters.squaredRadius, threadCount: threadCount)
    }
  }
}

extension DBSCAN.Model {
  private enum CodingKeys: String, CodingKey { case parameters, labels, isCore, corePoints, coreLabels }

  /// Reads a model, and refuses one whose parts do not fit together.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    parameters = try container.decode(DBSCAN.self, forKey: .parameters)
    labels = try container.decode([ClusterLabel].self, forKey: .labels)
    isCore = try container.decode([Bool].self, forKey: .isCore)
    corePoints = try container.decode(Matrix.self, forKey: .corePoints)
    coreLabels = try container.decode([ClusterLabel].self, forKey: .coreLabels)
    let isSound =
      labels.count == isCore.count && corePoints.rowCount == coreLabels.count
      && zip(labels, isCore).lazy.filter { $0.1 }.map(\.0).elementsEqual(coreLabels)
      && coreLabels.allSatisfy { !$0.isNoise } && corePoints.values.allSatisfy { abs($0) <= 1e150 }
      && labels.allSatisfy { $0.rawValue >= -1 && Int($0.rawValue) < labels.count }
    guard isSound else {
      throw DecodingError.dataCorruptedError(
        forKey: .corePoints, in: container, debugDescription: "the parts of the model do not fit together")
    }
  }
}
