public import HabitusModel

extension HabitusConfiguration {
  /// How users are grouped.
  public struct Clustering: Sendable, Equatable {
    /// How groups are found.
    public var algorithm = Algorithm.automatic
    /// The parameters of k-means, and of the automatic choice.
    public var kmeans = KMeansParameters()
    /// The parameters of Gaussian mixtures.
    public var mixture = MixtureParameters()
    /// The parameters of DBSCAN.
    public var dbscan = DBSCANParameters()
    /// The parameters of HDBSCAN.
    public var hdbscan = HDBSCANParameters()
    /// The parameters of agglomerative clustering.
    public var hierarchical = HierarchicalParameters()
    /// How features are brought to one scale.
    public var scaling = Scaling.standard
    /// What is done first to features with a heavy tail.
    public var tailTransform = TailTransform.log
    /// The share of the variance that principal components must keep, or `nil` to compare by the features themselves.
    public var principalVarianceShare: Double?
    /// With fewer users than this there are no clusters.
    public var minimumUserCount = 10
    /// The names of the features that users are compared by; empty for the built-in choice.
    public var features: [String] = []
    /// The largest number of clusters tried where the number is chosen from the data.
    public var maximumClusterCount = 20
    /// The age from which on a service finds the groups anew.
    public var updateFrequency: Duration = .seconds(24 * 3600)
    /// A service finds the groups anew earlier where features have drifted by this population stability index.
    public var refitDrift = 0.25
    /// A service finds the groups anew earlier where this share of the users is in another group than at the last fit.
    public var refitMovedShare = 0.2

    /// The defaults.
    public init() {}

    /// The ways to find groups.
    public enum Algorithm: String, Sendable, CaseIterable {
      /// The one that the data speak for, or none.
      case automatic
      case kmeans
      case miniBatchKMeans = "mini_batch_kmeans"
      case mixture, dbscan, hdbscan, hierarchical
    }

    /// How features are brought to one scale.
    public enum Scaling: String, Sendable, CaseIterable {
      /// Mean 0, standard deviation 1.
      case standard
      /// Smallest 0, largest 1.
      case minmax
      /// Median 0, interquartile range 1.
      case robust
      /// As they are.
      case none
    }

    /// What is done to features with a heavy tail before they are scaled.
    public enum TailTransform: String, Sendable, CaseIterable {
      /// The logarithm.
      case log
      /// Yeo and Johnson's power, fitted to the feature.
      case yeoJohnson = "yeo_johnson"
      /// Nothing.
      case none
    }

    /// The parameters of k-means, and of the automatic choice.
    public struct KMeansParameters: Sendable, Equatable {
      /// The number of clusters, or `nil` to choose it from the data.
      public var clusterCount: Int?
      /// The seed of all pseudo-random numbers; not negative.
      public var seed = 42

      /// The defaults.
      public init() {}
    }

    /// The parameters of Gaussian mixtures.
    public struct MixtureParameters: Sendable, Equatable {
      /// The number of components, or `nil` to choose it by the Bayesian information criterion.
      public var componentCount: Int?
      /// The shape of the components.
      public var covariance = Covariance.full

      /// The defaults.
      public init() {}

      /// The shapes of the components of a mixture.
      public enum Covariance: String, Sendable, CaseIterable {
        case full, tied, diagonal, spherical
      }
    }

    /// The parameters of DBSCAN.
    public struct DBSCANParameters: Sendable, Equatable {
      /// The distance, in the prepared space, up to which users are neighbours.
      public var radius = 0.5
      /// The number of users within that distance, the user included, that make a dense place.
      public var minimumNeighborCount = 5

      /// The defaults.
      public init() {}
    }

    /// The parameters of HDBSCAN.
    public struct HDBSCANParameters: Sendable, Equatable {
      /// The fewest members of a cluster, or `nil` for a number that grows with that of the users.
      public var minimumClusterSize: Int?
      /// The neighbours that make a place dense, or `nil` for a built-in number.
      public var minimumSampleCount: Int?

      /// The defaults.
      public init() {}
    }

    /// The parameters of agglomerative clustering.
    public struct HierarchicalParameters: Sendable, Equatable {
      /// The number of clusters, or `nil` to choose it from the data.
      public var clusterCount: Int?
      /// What the distance of two clusters is.
      public var linkage = Linkage.ward

      /// The defaults.
      public init() {}

      /// The distances of clusters.
      public enum Linkage: String, Sendable, CaseIterable {
        case ward, average, complete, single
      }
    }
  }

  /// How results are shown.
  public struct Visualization: Sendable, Equatable {
    /// The language of names and sentences.
    public var language = Language.english

    /// The defaults.
    public init() {}
  }
}
