/// Whether a partition is more than what the same method finds in structureless samples of the same shape.
///
/// Two questions, and both must be answered by yes. Are the clusters more compact and apart than in samples without
/// clusters (silhouette against normal and uniform draws)? And is the population really divided: has the projection
/// along the widest division, or along those between pairs, more than one mode? The first alone would split any large
/// sample that is not exactly normal; the second alone says little of small ones.
public struct ClusterEvidence: Hashable, Sendable, Codable {
  /// A figure beside those of draws without clusters.
  public struct Comparison: Hashable, Sendable, Codable {
    /// Of the points.
    public let value: Double
    /// Mean over the draws of the kind that comes nearest.
    public let nullMean: Double
    /// Standard deviation over those draws.
    public let nullDeviation: Double
    /// The largest over all draws.
    public let nullMaximum: Double

    /// Standard deviations between the value and the draws' mean.
    public var distance: Double {
      let deviation = max(nullDeviation, 1e-3)
      return (value - nullMean) / deviation
    }

    /// - Parameter draws: figures of draws, by kind; every kind has one.
    init(_ value: Double, against draws: [[Double]]) {
      self.value = value
      let nearest =
        draws.map { Moments(of: $0) }.max { ($0.mean ?? 0) < ($1.mean ?? 0) } ?? Moments()
      nullMean = nearest.mean ?? 0
      nullDeviation = (nearest.sampleVariance ?? 0).squareRoot()
      nullMaximum = draws.joined().max() ?? 0
    }
  }

  /// The silhouette.
  public let silhouette: Comparison
  /// Mean of √n · dip over the pairs of clusters, each along its own discriminant.
  public let pairwiseDip: Comparison
  /// ``DipTest/pValue`` of the widest division.
  public let divisionPValue: Double
  /// The largest of the pairs' ``DipTest/pValue``: small where every two clusters have a valley between them.
  public let weakestBoundaryPValue: Double

  /// Standard deviations that a figure must be away from what draws without clusters give.
  static let requiredDistance = 4.0
  /// The probability, under one mode, up to which a division counts as real.
  static let significance = 0.01

  /// Whether silhouettes are beyond chance.
  public var isCompact: Bool {
    silhouette.distance >= Self.requiredDistance && silhouette.value > silhouette.nullMaximum
  }
  /// Whether there is more than one mode.
  public var isDivided: Bool {
    divisionPValue < Self.significance
      || (pairwiseDip.distance >= Self.requiredDistance && pairwiseDip.value > pairwiseDip.nullMaximum)
  }
  /// Whether the partition stands.
  public var isGenuine: Bool { isCompact && isDivided }
  /// Whether no boundary cuts through a dense region.
  public var hasValleysBetweenAll: Bool { weakestBoundaryPValue < 0.05 }
}

/// Whether clusters by density are more than what the same method finds in structureless samples of the same shape.
public struct DensityEvidence: Hashable, Sendable, Codable {
  /// Mean persistence of the clusters.
  public let persistence: ClusterEvidence.Comparison
  /// Share of the points that are in no cluster.
  public let noiseShare: Double

  /// Below this mean persistence clusters are taken for bumps.
  static let requiredPersistence = 0.2

  /// Whether the clusters stand.
  public var isGenuine: Bool {
    persistence.value >= Self.requiredPersistence && persistence.value >= 1.25 * persistence.nullMaximum
      && persistence.distance >= ClusterEvidence.requiredDistance
  }
}
