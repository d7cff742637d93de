import HabitusKernels

/// What a trial says.
struct TrialAnswer: Encodable {
  /// Wall-clock of the kernel alone.
  var seconds: Double
  /// Figures by name.
  var figures: [String: Double] = [:]
  /// What the kernel says in words.
  var note: String?
  /// One label a row, −1 for noise.
  var labels: [Int32]?
  /// A row a row.
  var layout: [[Double]]?
  /// First rows of segments but the first.
  var breakpoints: [Int]?
  /// By row, how probable it is; small for what fits nowhere.
  var qValues: [Double]?
  /// By user, the best items.
  var rankings: [[Int]]?
}

/// A kernel on points.
struct Trial {
  let points: Matrix
  let options: TrialOptions

  static let methods: [String: @Sendable (Trial) throws -> TrialAnswer] = [
    "kmeans": { try $0.kmeans() }, "mini-batch": { try $0.miniBatch() }, "mixture": { try $0.mixture() },
    "dbscan": { try $0.dbscan() }, "hdbscan": { try $0.hdbscan() },
    "ward": { try $0.agglomerative(.ward) }, "average": { try $0.agglomerative(.average) },
    "complete": { try $0.agglomerative(.complete) }, "single": { try $0.agglomerative(.single) },
    "automatic": { try $0.automatic() }, "silhouette": { try $0.silhouette() }, "tsne": { try $0.tSNE() },
    "sequences": { try $0.sequences() },
    "change-points": { try $0.changePoints() }, "daily-anomalies": { try $0.dailyAnomalies() },
    "factorization": { try $0.factorization() }, "item-neighbors": { try $0.itemNeighbors() },
    "popularity": { try $0.popularity() },
    "bgnbd": { try $0.betaGeometric() }, "gamma-gamma": { try $0.gammaGamma() },
  ]

  private var threadCount: Int { get throws { try options.integer("threads", 2) } }
  private var seed: UInt64 { get throws { UInt64(try options.integer("seed", 42)) } }

  func timed<Result>(_ body: () throws -> Result) rethrows -> (Result, Double) {
    let start = ContinuousClock.now
    let result = try body()
    return (result, (ContinuousClock.now - start) / .seconds(1))
  }

  private func answer(
    _ labels: [ClusterLabel], _ seconds: Double, _ figures: [String: Double] = [:], note: String? = nil
  ) -> TrialAnswer {
    TrialAnswer(seconds: seconds, figures: figures, note: note, labels: labels.map(\.rawValue))
  }

  private func kmeans() throws -> TrialAnswer {
    let parameters = KMeans(
      clusterCount: try options.integer("k", 8), restartCount: try options.integer("restarts", 1),
      maximumIterations: try options.integer("iterations", 300), seed: try seed)
    let (model, seconds) = try timed { try parameters.fit(points, threadCount: try threadCount) }
    return answer(
      model.labels, seconds, ["inertia": model.inertia, "iterations": Double(model.iterationCount)])
  }

  private func miniBatch() throws -> TrialAnswer {
    let parameters = MiniBatchKMeans(clusterCount: try options.integer("k", 8), seed: try seed)
    let (model, seconds) = try timed { try parameters.fit(points, threadCount: try threadCount) }
    return answer(model.labels, seconds, ["inertia": model.inertia])
  }

  private func mixture() throws -> TrialAnswer {
    let parameters = GaussianMixture(
      clusterCount: try options.integer("k", 8), regularization: 1e-4, seed: try seed)
    let (model, seconds) = try timed { try parameters.fit(points, threadCount: try threadCount) }
    return answer(model.labels, seconds, ["logLikelihood": model.logLikelihood])
  }

  private func dbscan() throws -> TrialAnswer {
    let parameters = DBSCAN(
      radius: try options.number("radius", 0.5), minimumNeighborCount: try options.integer("neighbors", 5))
    let (model, seconds) = try timed { try parameters.fit(points, threadCount: try threadCount) }
    return answer(model.labels, seconds)
  }

  private func hdbscan() throws -> TrialAnswer {
    var parameters = AutomaticClustering.density(forRowCount: points.rowCount)
    parameters.minimumClusterSize = try options.integer("size", parameters.minimumClusterSize)
    parameters.minimumSampleCount = try options.integer("samples", parameters.minimumSampleCount)
    let (model, seconds) = try timed { try parameters.fit(points, threadCount: try threadCount) }
    return answer(model.labels, seconds, ["clusters": Double(model.clusterCount)])
  }

  private func agglomerative(_ linkage: AgglomerativeClustering.Linkage) throws -> TrialAnswer {
    let (labels, seconds) = try timed {
      try AgglomerativeClustering(linkage: linkage).fit(points, threadCount: try threadCount)
        .labels(clusterCount: try options.integer("k", 8))
    }
    return answer(labels, seconds)
  }

  private func automatic() throws -> TrialAnswer {
    let parameters = AutomaticClustering(
      clusterCounts: 2...(try options.integer("most", 20)), minimumClusterSize: points.rowCount >= 50 ? 5 : 2,
      clustering: KMeans(clusterCount: 1, seed: try seed))
    let (result, seconds) = try timed { try parameters.result(for: points, threadCount: try threadCount) }
    let labels = result.partition.labels
    let count = (labels.lazy.compactMap(\.index).max() ?? -1) + 1
    return answer(labels, seconds, ["clusters": Double(count)], note: "\(result.reason)")
  }

  private func silhouette() throws -> TrialAnswer {
    let labels = try KMeans(clusterCount: try options.integer("k", 8), restartCount: 1, seed: try seed)
      .fit(points, threadCount: try threadCount).labels
    let (score, seconds) = try timed { try silhouetteScore(of: labels, in: points, threadCount: try threadCount) }
    return answer(labels, seconds, ["silhouette": score ?? .nan])
  }

  private func tSNE() throws -> TrialAnswer {
    let start = try PrincipalComponents(.count(2)).fit(points, threadCount: try threadCount).transform(points)
    let parameters = TSNE(start: .layout(start), seed: try seed)
    let (model, seconds) = try timed { try parameters.fit(points, threadCount: try threadCount) }
    let layout = (0..<model.layout.rowCount).map { Array(model.layout.row($0)) }
    return TrialAnswer(
      seconds: seconds, figures: ["divergence": model.divergence],
      layout: options.flag("labels") ? layout : nil)
  }
}
