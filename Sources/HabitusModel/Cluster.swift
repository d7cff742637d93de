/// A group of users who behave alike.
public struct Cluster: Sendable, Equatable, Codable {
  /// Its number, from 1; stays with the group over refits as far as its members do, and is never given again.
  public var id: Int
  /// A name made from what set the group apart when it was found first; stays with the number.
  public var name: LocalizedText
  /// What sets the group apart now, in sentences.
  public var sentences: [LocalizedText]
  /// Number of members.
  public var size: Int
  /// Share of the compared users, 0…1.
  public var share: Double
  /// Means over the members that have a value, by feature, in the features' units.
  public var centre: [String: Double]
  /// What sets the group apart from the other compared users, strongest first.
  public var traits: [ClusterTrait]
  /// Mean Jaccard index of the group with its nearest likes in fits of bootstrap samples, 0…1: from 0.75 on stable, below
  /// 0.6 not to be trusted (Hennig 2007); `nil` where it was not measured.
  public var stability: Double?

  /// Makes a group from its parts.
  public init(
    id: Int, name: LocalizedText, sentences: [LocalizedText] = [], size: Int, share: Double,
    centre: [String: Double] = [:], traits: [ClusterTrait] = [], stability: Double? = nil
  ) {
    self.id = id
    self.name = name
    self.sentences = sentences
    self.size = size
    self.share = share
    self.centre = centre
    self.traits = traits
    self.stability = stability
  }
}

/// A feature in which a cluster differs from the other compared users.
public struct ClusterTrait: Sendable, Equatable, Codable {
  /// The feature.
  public var feature: String
  /// Mean of the members, in the feature's unit.
  public var mean: Double
  /// Mean of all other compared users, those in no group included.
  public var restMean: Double
  /// Hedges' g: difference of the means ÷ pooled standard deviation, corrected for small samples.
  public var effectSize: Double
  /// The 95 % confidence interval of ``effectSize``.
  public var interval: ClosedRange<Double>
  /// The difference in words, in the feature's unit.
  public var sentence: LocalizedText

  /// Makes a trait from its parts.
  public init(
    feature: String, mean: Double, restMean: Double, effectSize: Double, interval: ClosedRange<Double>,
    sentence: LocalizedText
  ) {
    self.feature = feature
    self.mean = mean
    self.restMean = restMean
    self.effectSize = effectSize
    self.interval = interval
    self.sentence = sentence
  }
}

/// Which cluster a user belongs to, and how clearly.
public struct ClusterMembership: Sendable, Equatable, Codable {
  /// ``Cluster/id``; `nil` for a user who is in no group, as algorithms by density leave some.
  public var cluster: Int?
  /// Distance to the cluster's centre in the prepared (scaled) space; for a user in no group that to the nearest centre.
  public var distance: Double
  /// The next nearest cluster; `nil` where there is none.
  public var secondCluster: Int?
  /// 0…1. One minus the ratio of the distances to the own and the next nearest centre, 1 where there is one cluster; for
  /// mixtures the probability of the cluster; for HDBSCAN the strength of the membership.
  public var confidence: Double
  /// Whether the user fits nowhere: is in no group, or farther from its centre than what is usual there without being
  /// clearly nearer to it than to the next one.
  public var isOutlier: Bool

  /// Makes a membership from its parts.
  public init(
    cluster: Int?, distance: Double, secondCluster: Int?, confidence: Double, isOutlier: Bool = false
  ) {
    self.cluster = cluster
    self.distance = distance
    self.secondCluster = secondCluster
    self.confidence = confidence
    self.isOutlier = isOutlier
  }
}
