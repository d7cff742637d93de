public import HabitusModel

/// Why users are in as many groups as they are.
public struct ClusterChoice: Sendable, Equatable, Codable {
  /// What found the groups, as in the configuration: `kmeans`, `hdbscan`, `mixture`, …; `none` where there is one group.
  public var algorithm: String
  /// The reason, in a sentence or two.
  public var reason: LocalizedText
  /// The numbers of groups that were tried; empty where the number was configured or follows from the density.
  public var candidates: [Candidate]

  /// A number of groups that was tried.
  public struct Candidate: Sendable, Equatable, Codable {
    /// The number.
    public var clusterCount: Int
    /// Mean silhouette on a sample, −1…1: large is good; `nil` where undefined.
    public var silhouette: Double?
    /// Caliński and Harabasz's index: large is good.
    public var calinskiHarabasz: Double?
    /// Davies and Bouldin's index: small is good.
    public var daviesBouldin: Double?
    /// The Bayesian information criterion of a mixture: small is good; `nil` for other algorithms.
    public var bayesianInformationCriterion: Double?
    /// The smallest mean Jaccard index of a group over bootstrap samples; `nil` where it was not measured.
    public var stability: Double?
    /// Members of the smallest group.
    public var smallestSize: Int
  }
}
