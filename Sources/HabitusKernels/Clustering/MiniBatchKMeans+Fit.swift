extension MiniBatchKMeans.Plan {
  /// Clusters the points. The result does not depend on `threadCount` (`nil`: one a processor).
  ///
  /// O((batches · `batchSize` + rows) · clusters · columns); `checkpoint` is called after every batch. The model's
  /// `iterationCount` is the number of batches.
  public func fit(
    threadCount: Int? = nil, checkpoint: Checkpoint
  ) throws(CancellationError) -> KMeans.Model {
    var generator = SplitMix64(seed: parameters.seed)
    var averages = RunningCentroids(
      centroids: bestSeeds(&generator, threadCount: threadCount), origin: columns.origin)
    let batchCount = maximumBatchCount
    let moveLimit = parameters.tolerance * columns.meanVariance
    var progress = BatchInertia(sampleCount: points.rowCount, batchSize: parameters.batchSize)
    var drawnSinceReassignment = 0
    var (iterationCount, hasConverged) = (0, false)
    while !hasConverged, iterationCount < batchCount {
      let batch = sample(of: parameters.batchSize, &generator)
      let former = averages.centroids
      let inertia = averages.learn(batch)
      drawnSinceReassignment += parameters.batchSize
      if averages.hasUnusedCentroid || drawnSinceReassignment >= 10 * averages.centroids.rowCount {
        drawnSinceReassignment = 0
        averages.reassignStarved(below: parameters.reassignmentRatio, to: batch, &generator)
      }
      iterationCount += 1
      progress.add(inertia)
      let move = squaredDistance(former.values[...], averages.centroids.values[...])
      hasConverged =
        iterationCount > 1
        && (parameters.tolerance > 0 && move <= moveLimit || progress.batchesWithoutFall >= parameters.patience)
      try checkpoint(FitProgress(completedCount: iterationCount, maximumCount: batchCount))
    }
    return model(
      centroids: averages.centroids, iterationCount: iterationCount, hasConverged: hasConverged,
      threadCount: threadCount)
  }

  /// ``fit(threadCount:checkpoint:)`` without checkpoints.
  public func fit(threadCount: Int? = nil) -> KMeans.Model {
    do {
      return try fit(threadCount: threadCount) { (_) throws(CancellationError) in }
    } catch {
      preconditionFailure("a fit without checkpoints is never cancelled")
    }
  }

  private var maximumBatchCount: Int {
    let (drawn, overflow) = parameters.maximumEpochs.multipliedReportingOverflow(by: points.rowCount)
    return max(1, (overflow ? Int.max : drawn) / parameters.batchSize)
  }

  /// Points drawn evenly with replacement.
  private func sample(of count: Int, _ generator: inout SplitMix64) -> Matrix {
    points.selectingRows((0..<count).map { _ in generator.nextIndex(below: points.rowCount) })
  }

  /// Of several searches for seeds, each in a sample of its own, that with the least inertia in one further sample, of
  /// equals the first.
  private func bestSeeds(_ generator: inout SplitMix64, threadCount: Int?) -> Matrix {
    let wanted = parameters.seedingSampleSize ?? max(3 * parameters.batchSize, 3 * parameters.clusterCount)
    let size = min(wanted, points.rowCount)
    func sample(_ generator: inout SplitMix64) -> Matrix {
      size < points.rowCount
        ? points.selectingRows(generator.sortedSample(of: size, from: points.rowCount)) : points
    }
    let chunks = Chunks(rowCount: size)
    let judge = sample(&generator)
    var best: (seeds: Matrix, inertia: Double)?
    for _ in 0..<parameters.restartCount {
      let pool = sample(&generator)
      var search = SeedSearch(
        points: pool, seedCount: parameters.clusterCount, chunks: chunks, threadCount: threadCount)
      let seeds = pool.selectingRows(search.seeds(&generator))
      let inertia = nearestCentroids(of: judge, in: seeds, chunks: chunks, threadCount: threadCount).inertia
      if best.map({ inertia < $0.inertia }) ?? true { best = (seeds, inertia) }
    }
    guard let best else { preconditionFailure("a plan has at least one restart") }
    guard best.seeds.rowCount < parameters.clusterCount, size < points.rowCount else { return best.seeds }
    // Samples without enough different points say nothing about the rest.
    var search = SeedSearch(
      points: points, seedCount: parameters.clusterCount, chunks: Chunks(rowCount: points.rowCount),
      threadCount: threadCount)
    return points.selectingRows(search.seeds(&generator))
  }

  /// Gives empty clusters a point each, leaves out those for which there is none, and labels all points.
  private func model(
    centroids: Matrix, iterationCount: Int, hasConverged: Bool, threadCount: Int?
  ) -> KMeans.Model {
    let chunks = Chunks(rowCount: points.rowCount, minimumLength: max(1024, 16 * parameters.clusterCount))
    var partition = LloydPartition(points: points, origin: columns.origin, chunks: chunks, threadCount: threadCount)
    var centroids = centroids
    _ = partition.assign(to: centroids)
    // A centroid that moves may empty another cluster, but hardly ever does.
    for _ in 0..<parameters.clusterCount where partition.sums.counts.contains(0) {
      let empty = partition.sums.counts.map { $0 == 0 }
      partition.fillEmptyClusters(centroids)
      centroids = partition.centroids(replacing: empty, in: centroids)
      _ = partition.assign(to: centroids)
    }
    let filled = partition.sums.counts.indices.filter { partition.sums.counts[$0] > 0 }
    return KMeans.Model(
      of: points, numbering: centroids.selectingRows(filled), sizes: filled.map { partition.sums.counts[$0] },
      requestedCount: parameters.clusterCount, iterationCount: iterationCount, hasConverged: hasConverged,
      chunks: chunks, threadCount: threadCount)
  }
}
