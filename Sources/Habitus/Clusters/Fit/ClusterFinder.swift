internal import HabitusKernels
internal import HabitusModel

/// The algorithms on one set of prepared points.
struct ClusterFinder {
  let points: Matrix
  let settings: HabitusConfiguration.Clustering
  let previousCentres: Matrix?
  let workers: Int
  /// A number of groups that leaves one with fewer members is not chosen.
  let smallestGroup: Int

  private var seed: UInt64 { UInt64(settings.kmeans.seed) }
  private var counts: ClosedRange<Int> { 2...max(2, settings.maximumClusterCount) }

  // MARK: As the data speak for

  func automatic() throws -> ClusterFit {
    let result = try AutomaticClustering(
      clusterCounts: counts, minimumClusterSize: smallestGroup, clustering: KMeans(clusterCount: 1, seed: seed),
      previousCentroids: previousCentres
    ).result(for: points, threadCount: workers)
    let candidates = result.curve.candidates.map(ClusterChoice.Candidate.init)
    let reason = ChoiceText.reason(result, smallestGroup: smallestGroup)
    switch result.partition {
    case .oneGroup(let model):
      return ClusterFit(
        .nearestCentre, labels: model.labels, groupCount: 1, points: points,
        choice: ClusterChoice(algorithm: "none", reason: reason, candidates: candidates))
    case .compact(let model):
      return ClusterFit(
        .nearestCentre, labels: model.labels, groupCount: model.clusterCount, points: points,
        stability: result.stability,
        choice: ClusterChoice(algorithm: "kmeans", reason: reason, candidates: candidates))
    case .dense(let model):
      let labels =
        model.labels.count == points.rowCount ? model.labels : try model.predict(points, threadCount: workers)
      return ClusterFit(
        .density(model), labels: labels, groupCount: model.clusterCount, points: points, stability: result.stability,
        choice: ClusterChoice(algorithm: "hdbscan", reason: reason, candidates: candidates))
    }
  }

  /// Everybody together, where no feature tells users apart.
  func oneGroup() throws -> ClusterFit {
    let model = try KMeans(clusterCount: 1, seed: seed).fit(points, threadCount: workers)
    return compact(model, "none", ChoiceText.nothingToCompare)
  }

  // MARK: As configured

  func kmeans() throws -> ClusterFit {
    guard let count = settings.kmeans.clusterCount else { return try compactByCurve() }
    var parameters = KMeans(clusterCount: min(count, points.rowCount), seed: seed)
    if let previousCentres, previousCentres.rowCount == parameters.clusterCount {
      parameters.start = .centroids(previousCentres)
    }
    let model = try parameters.fit(points, threadCount: workers)
    return compact(model, "kmeans", ChoiceText.configured(count, key: "user_clustering.kmeans.n_clusters"))
  }

  /// k-means with the highest silhouette, whatever chance would give.
  private func compactByCurve() throws -> ClusterFit {
    let curve = try SilhouetteCurve(counts, points: points, smallestGroup: smallestGroup, seed: seed, workers: workers)
    {
      let model = try KMeans(clusterCount: $0, seed: seed).fit(points, threadCount: workers)
      return (model.labels, model.clusterCount)
    }
    let model = try KMeans(clusterCount: curve.best, seed: seed).fit(points, threadCount: workers)
    return compact(model, "kmeans", ChoiceText.highestSilhouette(curve), curve.candidates)
  }

  func miniBatchKMeans() throws -> ClusterFit {
    func fit(_ count: Int) throws -> KMeans.Model {
      try MiniBatchKMeans(clusterCount: count, seed: seed).fit(points, threadCount: workers)
    }
    if let count = settings.kmeans.clusterCount {
      return compact(
        try fit(min(count, points.rowCount)), "mini_batch_kmeans",
        ChoiceText.configured(count, key: "user_clustering.kmeans.n_clusters"))
    }
    let curve = try SilhouetteCurve(counts, points: points, smallestGroup: smallestGroup, seed: seed, workers: workers)
    {
      let model = try fit($0)
      return (model.labels, model.clusterCount)
    }
    return compact(
      try fit(curve.best), "mini_batch_kmeans", ChoiceText.highestSilhouette(curve), curve.candidates)
  }

  private func compact(
    _ model: KMeans.Model, _ algorithm: String, _ reason: LocalizedText,
    _ candidates: [ClusterChoice.Candidate] = []
  ) -> ClusterFit {
    ClusterFit(
      .nearestCentre, labels: model.labels, groupCount: model.clusterCount, points: points,
      choice: ClusterChoice(algorithm: algorithm, reason: reason, candidates: candidates))
  }

  func mixture() throws -> ClusterFit {
    let shape: GaussianMixture.CovarianceShape =
      switch settings.mixture.covariance {
      case .full: .full
      case .tied: .tied
      case .diagonal: .diagonal
      case .spherical: .spherical
      }
    func fit(_ count: Int) throws -> GaussianMixture.Model {
      try GaussianMixture(clusterCount: count, covarianceShape: shape, regularization: 1e-4, seed: seed)
        .fit(points, threadCount: workers)
    }
    func found(
      _ model: GaussianMixture.Model, _ reason: LocalizedText, _ candidates: [ClusterChoice.Candidate] = []
    ) -> ClusterFit {
      ClusterFit(
        .mixture(model), labels: model.labels, groupCount: model.clusterCount, points: points,
        choice: ClusterChoice(algorithm: "mixture", reason: reason, candidates: candidates))
    }
    if let count = settings.mixture.componentCount {
      return found(
        try fit(min(count, points.rowCount)),
        ChoiceText.configured(count, key: "user_clustering.mixture.n_components"))
    }
    let models = try (1...counts.upperBound).filter { $0 <= points.rowCount }.map(fit)
    guard let best = models.min(by: { $0.bayesianInformationCriterion < $1.bayesianInformationCriterion }) else {
      throw KernelError.noSamples
    }
    return found(
      best, ChoiceText.leastCriterion(best.clusterCount),
      models.map { model in
        ClusterChoice.Candidate(
          clusterCount: model.clusterCount, bayesianInformationCriterion: model.bayesianInformationCriterion,
          smallestSize: model.clusterSizes.min() ?? 0)
      })
  }

  func dbscan() throws -> ClusterFit {
    let model = try DBSCAN(
      radius: settings.dbscan.radius, minimumNeighborCount: settings.dbscan.minimumNeighborCount
    ).fit(points, threadCount: workers)
    return ClusterFit(
      .reach(model), labels: model.labels, groupCount: model.clusterCount, points: points,
      choice: ClusterChoice(
        algorithm: "dbscan", reason: ChoiceText.byDensity(model.clusterCount, model.labels), candidates: []))
  }

  func hdbscan() throws -> ClusterFit {
    var parameters = AutomaticClustering.density(forRowCount: points.rowCount)
    if let size = settings.hdbscan.minimumClusterSize {
      parameters.minimumClusterSize = size
      parameters.minimumSampleCount = min(10, size)
    }
    if let count = settings.hdbscan.minimumSampleCount { parameters.minimumSampleCount = count }
    let model = try parameters.fit(points, threadCount: workers)
    return ClusterFit(
      .density(model), labels: model.labels, groupCount: model.clusterCount, points: points,
      choice: ClusterChoice(
        algorithm: "hdbscan", reason: ChoiceText.byDensity(model.clusterCount, model.labels), candidates: []))
  }

  func hierarchical() throws -> ClusterFit {
    let linkage: AgglomerativeClustering.Linkage =
      switch settings.hierarchical.linkage {
      case .ward: .ward
      case .average: .average
      case .complete: .complete
      case .single: .single
      }
    let tree = try AgglomerativeClustering(linkage: linkage).fit(points, threadCount: workers)
    func found(
      _ count: Int, _ reason: LocalizedText, _ candidates: [ClusterChoice.Candidate] = []
    ) throws -> ClusterFit {
      let labels = try tree.labels(clusterCount: count)
      return ClusterFit(
        .nearestUser(points, labels), labels: labels, groupCount: count, points: points,
        choice: ClusterChoice(algorithm: "hierarchical", reason: reason, candidates: candidates))
    }
    if let count = settings.hierarchical.clusterCount {
      return try found(
        min(count, points.rowCount), ChoiceText.configured(count, key: "user_clustering.hierarchical.n_clusters"))
    }
    let curve = try SilhouetteCurve(counts, points: points, smallestGroup: smallestGroup, seed: seed, workers: workers)
    {
      (try tree.labels(clusterCount: $0), $0)
    }
    return try found(curve.best, ChoiceText.highestSilhouette(curve), curve.candidates)
  }
}

extension ClusterChoice.Candidate {
  init(_ candidate: ClusterCountCurve.Candidate) {
    self.init(
      clusterCount: candidate.clusterCount, silhouette: candidate.silhouetteScore,
      calinskiHarabasz: candidate.calinskiHarabaszIndex, daviesBouldin: candidate.daviesBouldinIndex,
      stability: candidate.smallestStability, smallestSize: candidate.smallestClusterSize)
  }
}
