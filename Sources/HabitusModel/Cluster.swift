/// A group of users who behave alike.
public struct Cluster: Sendable, Equatable, Codable {
  /// Its number, from 1; stays with the group over refits as far as its members do.
  public var id: Int
  /// A name made from what sets the group apart.
  public var name: String
  /// Number of members.
  public var size: Int
  /// Share of the clustered users, 0…1.
  public var share: Double
  /// Means over the members that have a value, by feature, in the features' units.
  public var centre: [String: Double]
  /// What sets the group apart from everybody, strongest first.
  public var traits: [ClusterTrait]

  /// Makes a group from its parts.
  public init(
    id: Int, name: String, size: Int, share: Double, centre: [String: Double], traits: [ClusterTrait]
  ) {
    self.id = id
    self.name = name
    self.size = size
    self.share = share
    self.centre = centre
    self.traits = traits
  }
}

/// A feature in which a cluster differs from all clustered users.
public struct ClusterTrait: Sendable, Equatable, Codable {
  /// The feature.
  public var feature: String
  /// Mean of the members, in the feature's unit.
  public var mean: Double
  /// Mean of all clustered users.
  public var populationMean: Double
  /// (mean − population mean) ÷ population standard deviation.
  public var effectSize: Double

  /// Makes a trait from its parts.
  public init(feature: String, mean: Double, populationMean: Double, effectSize: Double) {
    self.feature = feature
    self.mean = mean
    self.populationMean = populationMean
    self.effectSize = effectSize
  }
}

/// Which cluster a user belongs to, and how clearly.
public struct ClusterMembership: Sendable, Equatable, Codable {
  /// ``Cluster/id``.
  public var cluster: Int
  /// Euclidean distance to the cluster's centre in the prepared (scaled) space.
  public var distance: Double
  /// The cluster with the next nearest centre; `nil` where there is only one.
  public var secondCluster: Int?
  /// 0…1: one minus the ratio of the distances to the nearest and the second nearest centre; 1 where there is one cluster.
  public var confidence: Double

  /// Makes a membership from its parts.
  public init(cluster: Int, distance: Double, secondCluster: Int?, confidence: Double) {
    self.cluster = cluster
    self.distance = distance
    self.secondCluster = secondCluster
    self.confidence = confidence
  }
}
