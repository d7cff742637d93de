extension CondensedTree {
  /// For every point 1 − λ / λmax: how much less dense it is where it leaves its last cluster than that cluster is
  /// anywhere.
  ///
  /// GLOSH of Campello, Moulavi, Zimek and Sander, "Hierarchical density estimates for data clustering, visualization,
  /// and outlier detection", ACM TKDD 10 (2015). 0 for the densest, up to but not including 1. O(*n*).
  public var outlierScores: [Double] {
    var densest = deathDensities
    for (index, cluster) in clusters.enumerated().reversed() {
      if let parent = cluster.parent { densest[parent] = max(densest[parent], densest[index]) }
    }
    return zip(lastClusters, departureDensities).map { cluster, density in
      densest[cluster] > 0 ? (densest[cluster] - density) / densest[cluster] : 0
    }
  }
}
