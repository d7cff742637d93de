extension ConfigurationSchema {
  static let clustering = Section(
    name: "user_clustering", meaning: "How users are grouped (UserClustering).",
    keys: [
      .choice(
        "user_clustering.default_algorithm", \.clustering.algorithm,
        "How groups are found; automatic: as the data speak for, which may be that there are none."),
      .optionalInteger(
        "user_clustering.kmeans.n_clusters", \.clustering.kmeans.clusterCount, 2...Int.max,
        "The number of clusters; without one it is chosen from the data."),
      .integer(
        "user_clustering.kmeans.random_state", \.clustering.kmeans.seed, 0...Int.max,
        "The seed of all pseudo-random numbers."),
      .optionalInteger(
        "user_clustering.mixture.n_components", \.clustering.mixture.componentCount, 2...Int.max,
        "The number of components of a mixture; without one it is chosen from the data."),
      .choice(
        "user_clustering.mixture.covariance", \.clustering.mixture.covariance,
        "The shape of the components of a mixture."),
      .number(
        "user_clustering.dbscan.eps", \.clustering.dbscan.radius,
        ConfigurationNumberRange(lower: 0, upper: .greatestFiniteMagnitude, excludesLower: true),
        "The distance, in the scaled space, up to which users are neighbours."),
      .integer(
        "user_clustering.dbscan.min_samples", \.clustering.dbscan.minimumNeighborCount, 1...Int.max,
        "The number of users within that distance that make a dense place."),
      .optionalInteger(
        "user_clustering.hdbscan.min_cluster_size", \.clustering.hdbscan.minimumClusterSize, 2...Int.max,
        "The fewest members of a cluster; without one it grows with the number of users."),
      .optionalInteger(
        "user_clustering.hdbscan.min_samples", \.clustering.hdbscan.minimumSampleCount, 1...Int.max,
        "The neighbours that make a place dense; without one a built-in number."),
      .optionalInteger(
        "user_clustering.hierarchical.n_clusters", \.clustering.hierarchical.clusterCount, 2...Int.max,
        "The number of clusters; without one it is chosen from the data."),
      .choice(
        "user_clustering.hierarchical.linkage", \.clustering.hierarchical.linkage,
        "What the distance of two clusters is."),
      .choice(
        "user_clustering.feature_scaling", \.clustering.scaling, "How features are brought to one scale."),
      .choice(
        "user_clustering.tail_transform", \.clustering.tailTransform,
        "What is done first to features with a heavy tail."),
      .optionalNumber(
        "user_clustering.pca_variance_share", \.clustering.principalVarianceShare,
        ConfigurationNumberRange(lower: 0, upper: 1, excludesLower: true),
        "The share of the variance that principal components must keep; without one users are compared by the features."
      ),
      .integer(
        "user_clustering.min_users_for_clustering", \.clustering.minimumUserCount, 2...Int.max,
        "With fewer users than this there are no clusters."),
      .list(
        "user_clustering.features", \.clustering.features, .filled,
        "The names of the features that users are compared by; an empty list for the built-in choice."),
      .integer(
        "user_clustering.max_clusters", \.clustering.maximumClusterCount, 2...Int.max,
        "The largest number of clusters tried where the number is chosen from the data."),
      .duration(
        "user_clustering.update_frequency_hours", \.clustering.updateFrequency, .hours,
        ConfigurationNumberRange(lower: 0, upper: 87_600, excludesLower: true),
        "The age from which on a service finds the groups anew."),
      .number(
        "user_clustering.refit_drift", \.clustering.refitDrift,
        ConfigurationNumberRange(lower: 0, upper: .greatestFiniteMagnitude, excludesLower: true),
        "A service finds the groups anew earlier where a feature has drifted by this population stability index."),
      .number(
        "user_clustering.refit_moved_share", \.clustering.refitMovedShare,
        ConfigurationNumberRange(lower: 0, upper: 1, excludesLower: true),
        "A service finds the groups anew earlier where this share of the users has moved to another group."),
    ])

  static let visualization = Section(
    name: "visualization", meaning: "How results are shown.",
    keys: [
      .choice("visualization.language", \.visualization.language, "The language of names and sentences about groups.")
    ])
}
