extension AutomaticClustering {
  /// Divides `points`, one sample a row, or says that there are no groups.
  ///
  /// Up to `choiceSampleSize` rows O(counts · restarts · fit), some draws and resamples of the same, and for HDBSCAN up
  /// to O(rows²); beyond that one fit, or one search of neighbours, of all rows.
  ///
  /// - Throws: ``KernelError`` for parameters out of range and for data that ``KMeans`` refuses; what `checkpoint`
  ///   throws.
  public func result(
    for points: Matrix, threadCount: Int? = nil,
    checkpoint: Checkpoint = { (_) throws(CancellationError) in }
  ) throws -> Result {
    try requireParameters()
    var generator = SplitMix64(seed: clustering.seed)
    let sampleRows = generator.rows(atMost: choiceSampleSize, of: points.rowCount)
    let sample = sampleRows.count < points.rowCount ? points.selectingRows(sampleRows) : points
    let silhouetteRows = generator.rows(atMost: sampleSize, of: sample.rowCount)
    let fits = try ClusterCountFits(
      clusterCounts, clustering: clustering, points: sample, sample: silhouetteRows, threadCount: threadCount,
      checkpoint: checkpoint)
    var curve = ClusterCountCurve(candidates: fits.candidates)
    guard distinctRowCountReaches(2, in: sample), curve.candidates.contains(where: { $0.silhouetteScore != nil })
    else { return try oneGroup(points, .tooFewDistinctPoints, curve, threadCount) }

    let choice = try stableChoice(fits, &curve, sample, silhouetteRows, threadCount)
    let draws = try nullDraws(
      like: sample, judging: choice?.model.clusterCount, rowCount: silhouetteRows.count, &generator, threadCount)
    let evidence = choice.map { choice in
      Self.evidence(for: choice.model.labels, score: choice.score, in: sample, rows: silhouetteRows, draws)
    }
    let density = try densityFit(sample, silhouetteRows, draws, threadCount)

    if let choice, let evidence, evidence.isGenuine,
      !density.isBetter(than: choice.model.clusterCount, hasValleysBetweenAll: evidence.hasValleysBetweenAll)
    {
      var final = clustering
      final.clusterCount = choice.model.clusterCount
      final.start = .centroids(choice.model.centroids)
      let model = sample.rowCount < points.rowCount ? try final.fit(points, threadCount: threadCount) : choice.model
      return Result(
        partition: .compact(model), reason: choice.isPrevious ? .previousCount : .compactClusters, curve: curve,
        judgedCount: model.clusterCount, evidence: evidence, densityEvidence: density.evidence,
        stability: choice.stability)
    }
    if density.evidence.isGenuine, density.evidence.noiseShare <= Self.mostNoise {
      let stability = try stability(of: density.model.labels, in: sample) {
        try density.parameters.fit($0, threadCount: threadCount).labels
      }
      return Result(
        partition: .dense(density.model),
        reason: evidence?.isGenuine == true ? .denseClustersOfOtherShape : .denseClusters, curve: curve,
        judgedCount: choice?.model.clusterCount, evidence: evidence, densityEvidence: density.evidence,
        stability: stability)
    }
    let reason: Reason = choice == nil ? .clustersTooSmall(minimumClusterSize: minimumClusterSize) : .noEvidence
    return try oneGroup(
      points, reason, curve, threadCount, judgedCount: choice?.model.clusterCount, evidence, density.evidence)
  }

  /// With more noise than this there are no clusters to speak of.
  private static let mostNoise = 0.5
  /// Below this mean Jaccard similarity a cluster should not be trusted (Hennig 2007).
  private static let requiredStability = 0.6
  /// The numbers whose stability is looked at, of the highest silhouettes.
  private static let stabilityChecks = 3
  /// A silhouette is as good as another that is larger by no more than this.
  private static let silhouetteMargin = 0.03

  private func requireParameters() throws(KernelError) {
    guard clusterCounts.lowerBound >= 2 else {
      throw .parameter(name: "clusterCounts", value: Double(clusterCounts.lowerBound), allowed: "counts of 2 or more")
    }
    for (name, value, least) in [
      ("sampleSize", sampleSize, 10), ("choiceSampleSize", choiceSampleSize, 10), ("drawCount", drawCount, 2),
      ("resampleCount", resampleCount, 1),
    ] where value < least {
      throw .parameter(name: name, value: Double(value), allowed: "\(least) or more")
    }
  }

  private func distinctRowCountReaches(_ count: Int, in points: Matrix) -> Bool {
    var seen: Set<[Double]> = []
    for row in 0..<points.rowCount {
      seen.insert(Array(points.row(row)))
      if seen.count >= count { return true }
    }
    return false
  }

  private func oneGroup(
    _ points: Matrix, _ reason: Reason, _ curve: ClusterCountCurve, _ threadCount: Int?, judgedCount: Int? = nil,
    _ evidence: ClusterEvidence? = nil, _ densityEvidence: DensityEvidence? = nil
  ) throws -> Result {
    var single = clustering
    single.clusterCount = 1
    single.start = .seeds
    single.restartCount = 1
    return Result(
      partition: .oneGroup(try single.fit(points, threadCount: threadCount)), reason: reason, curve: curve,
      judgedCount: judgedCount, evidence: evidence, densityEvidence: densityEvidence, stability: [])
  }

  // MARK: Compact clusters

  private struct Choice {
    let model: KMeans.Model
    let score: Double
    let stability: [Double]
    let isPrevious: Bool
  }

  /// The highest silhouette whose clusters are stable; where none of the best is stable, the most stable of them.
  private func stableChoice(
    _ fits: ClusterCountFits, _ curve: inout ClusterCountCurve, _ points: Matrix, _ rows: [Int], _ threadCount: Int?
  ) throws -> Choice? {
    let eligible = curve.candidates.indices.filter {
      curve.candidates[$0].smallestClusterSize >= minimumClusterSize && curve.candidates[$0].silhouetteScore != nil
    }
    func score(_ index: Int) -> Double { curve.candidates[index].silhouetteScore ?? -1 }
    let order = eligible.sorted { (-score($0), $0) < (-score($1), $1) }
    guard let first = order.first else { return nil }
    if let choice = try previousChoice(beating: score(first), points, rows, threadCount) {
      if let index = curve.candidates.firstIndex(where: { $0.clusterCount == choice.model.clusterCount }) {
        curve.candidates[index].smallestStability = choice.stability.min()
      }
      return choice
    }
    var best: Choice?
    for index in order.prefix(Self.stabilityChecks) {
      let model = fits.models[index]
      let stability = try stability(of: model.labels, in: points) { resample in
        var parameters = clustering
        parameters.clusterCount = min(model.clusterCount, resample.rowCount)
        parameters.restartCount = 2
        return try parameters.fit(resample, threadCount: threadCount).labels
      }
      let smallest = stability.min() ?? 0
      curve.candidates[index].smallestStability = smallest
      let choice = Choice(model: model, score: score(index), stability: stability, isPrevious: false)
      if smallest >= Self.requiredStability { return choice }
      if smallest > best?.stability.min() ?? -1 { best = choice }
    }
    return best
  }

  /// The earlier fit's number, where it is as good as the best.
  private func previousChoice(
    beating best: Double, _ points: Matrix, _ rows: [Int], _ threadCount: Int?
  ) throws -> Choice? {
    guard let previous = previousCentroids, previous.columnCount == points.columnCount, previous.rowCount >= 2,
      previous.rowCount <= points.rowCount, previous.rowCount <= clusterCounts.upperBound
    else { return nil }
    var parameters = clustering
    parameters.clusterCount = previous.rowCount
    parameters.start = .centroids(previous)
    let model = try parameters.fit(points, threadCount: threadCount)
    guard model.clusterCount == previous.rowCount, model.clusterSizes.min() ?? 0 >= minimumClusterSize,
      let score = ClusterCountFits.silhouettes(
        of: [model.labels], in: points, sample: rows, threadCount: threadCount)[0],
      score >= best - Self.silhouetteMargin
    else { return nil }
    let stability = try stability(of: model.labels, in: points) { resample in
      var parameters = clustering
      parameters.clusterCount = min(previous.rowCount, resample.rowCount)
      parameters.restartCount = 2
      return try parameters.fit(resample, threadCount: threadCount).labels
    }
    return Choice(model: model, score: score, stability: stability, isPrevious: true)
  }

  /// Mean Jaccard similarity by label, on at most ``sampleSize`` points.
  private func stability(
    of labels: [ClusterLabel], in points: Matrix, clustering cluster: (Matrix) throws -> [ClusterLabel]
  ) throws -> [Double] {
    var generator = SplitMix64(seed: clustering.seed)
    let rows = generator.rows(atMost: sampleSize, of: points.rowCount)
    let sampled = rows.map { labels[$0] }
    let found = try BootstrapStability(resampleCount: resampleCount, seed: clustering.seed).meanClusterJaccard(
      of: sampled, in: points.selectingRows(rows), clustering: cluster)
    let count = (labels.lazy.compactMap(\.index).max() ?? -1) + 1
    var values = Array(repeating: 0.0, count: count)
    for stability in found { if let index = stability.label.index { values[index] = stability.meanJaccard ?? 0 } }
    return values
  }

  // MARK: Draws without clusters

  /// What the methods find in draws without clusters: figures by kind of draw.
  private struct NullDraws: Sendable {
    var silhouettes: [[Double]] = []
    var pairwiseDips: [[Double]] = []
    var persistences: [[Double]] = []
  }

  private func nullDraws(
    like points: Matrix, judging judgedCount: Int?, rowCount: Int, _ generator: inout SplitMix64, _ threadCount: Int?
  ) throws -> NullDraws {
    let reference = NullReference(points, threadCount: threadCount)
    let seeds = (0..<2 * drawCount).map { _ in generator.next() }
    let density = Self.density(forRowCount: rowCount)
    var quick = clustering
    quick.restartCount = 1
    let (counts, clustering) = (clusterCounts, quick)
    struct Draw: Sendable { var silhouette = 0.0, dip = 0.0, persistence = 0.0 }
    let draws = concurrentMap(count: seeds.count, threadCount: threadCount) { index -> Swift.Result<Draw, any Error> in
      Swift.Result {
        var generator = SplitMix64(seed: seeds[index])
        let drawn =
          index % 2 == 0
          ? reference.normal(rowCount: rowCount, &generator) : reference.uniform(rowCount: rowCount, &generator)
        var draw = Draw()
        let fits = try ClusterCountFits(
          counts, clustering: clustering, points: drawn, sample: Array(0..<drawn.rowCount), threadCount: 1
        ) { (_) throws(CancellationError) in }
        draw.silhouette = fits.candidates.compactMap(\.silhouetteScore).max() ?? 0
        if let model = fits.models.first(where: { $0.clusterCount == judgedCount }) {
          draw.dip = Self.meanDip(ClusterDivision.pairwiseDips(model.labels, in: drawn))
        }
        draw.persistence = Statistics.mean(of: try density.fit(drawn, threadCount: 1).persistences) ?? 0
        return draw
      }
    }
    var found = NullDraws()
    for kind in 0..<2 {
      let ofKind = try draws.indices.filter { $0 % 2 == kind }.map { try draws[$0].get() }
      found.silhouettes.append(ofKind.map(\.silhouette))
      found.pairwiseDips.append(ofKind.map(\.dip))
      found.persistences.append(ofKind.map(\.persistence))
    }
    return found
  }

  private static func meanDip(_ dips: [DipTest]) -> Double {
    Statistics.mean(of: dips.map { $0.dip * Double($0.sampleCount).squareRoot() }) ?? 0
  }

  private static func evidence(
    for labels: [ClusterLabel], score: Double, in points: Matrix, rows: [Int], _ draws: NullDraws
  ) -> ClusterEvidence {
    let sampled = rows.map { labels[$0] }
    let sampledDips = ClusterDivision.pairwiseDips(sampled, in: points.selectingRows(rows))
    let dips = ClusterDivision.pairwiseDips(labels, in: points)
    return ClusterEvidence(
      silhouette: .init(score, against: draws.silhouettes),
      pairwiseDip: .init(meanDip(sampledDips), against: draws.pairwiseDips),
      divisionPValue: DipTest(of: ClusterDivision(labels, in: points).projection).pValue,
      weakestBoundaryPValue: dips.map(\.pValue).max() ?? 1)
  }

  // MARK: Clusters by density

  private struct DensityFit {
    let parameters: HDBSCAN
    let model: HDBSCAN.Model
    let evidence: DensityEvidence

    /// In the place of k-means that cuts through dense regions, HDBSCAN leaves no larger share of the points out.
    private static let fewNoise = 0.05
    /// The same in the place of k-means that lumps several groups together.
    private static let someNoise = 0.1

    /// Whether these clusters say more than compact ones that stand, too.
    func isBetter(than compactCount: Int, hasValleysBetweenAll: Bool) -> Bool {
      guard evidence.isGenuine else { return false }
      return (!hasValleysBetweenAll && evidence.noiseShare <= Self.fewNoise)
        || (model.clusterCount > compactCount && evidence.noiseShare <= Self.someNoise)
    }
  }

  /// HDBSCAN with a smallest cluster that grows with the number of points, but is at most a tenth of them.
  public static func density(forRowCount rowCount: Int) -> HDBSCAN {
    let size = max(5, min(HDBSCAN.suggestedMinimumClusterSize(sampleCount: rowCount), rowCount / 10))
    return HDBSCAN(minimumClusterSize: size)
  }

  private func densityFit(
    _ points: Matrix, _ rows: [Int], _ draws: NullDraws, _ threadCount: Int?
  ) throws -> DensityFit {
    let parameters = Self.density(forRowCount: points.rowCount)
    let model = try parameters.fit(points, threadCount: threadCount)
    let judged =
      rows.count < points.rowCount
      ? try Self.density(forRowCount: rows.count).fit(points.selectingRows(rows), threadCount: threadCount) : model
    let noise = Double(model.labels.count(where: \.isNoise)) / Double(max(1, model.labels.count))
    return DensityFit(
      parameters: parameters, model: model,
      evidence: DensityEvidence(
        persistence: .init(Statistics.mean(of: judged.persistences) ?? 0, against: draws.persistences),
        noiseShare: noise))
  }
}

extension SplitMix64 {
  /// Row numbers, ascending: all, or a random choice of `limit`.
  fileprivate mutating func rows(atMost limit: Int, of count: Int) -> [Int] {
    limit < count ? sortedSample(of: limit, from: count) : Array(0..<count)
  }
}
