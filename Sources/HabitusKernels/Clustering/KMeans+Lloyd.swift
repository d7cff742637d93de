extension KMeans.Plan {
  /// Clusters the points. The result does not depend on `threadCount` (`nil`: one a processor).
  ///
  /// O(restarts · iterations · rows · clusters · columns) at most; `checkpoint` is called after every iteration.
  public func fit(
    threadCount: Int? = nil, checkpoint: Checkpoint
  ) throws(CancellationError) -> KMeans.Model {
    // A chunk's sums take no more than a small share of what its points take.
    let chunks = Chunks(rowCount: points.rowCount, minimumLength: max(1024, 16 * parameters.clusterCount))
    let restartCount = parameters.start == .seeds ? parameters.restartCount : 1
    let maximumCount = restartCount * parameters.maximumIterations
    var generator = SplitMix64(seed: parameters.seed)
    var partition = LloydPartition(points: points, origin: columns.origin, chunks: chunks, threadCount: threadCount)
    var best: KMeans.Model?
    for restart in 0..<restartCount {
      let before = restart * parameters.maximumIterations
      let start: Matrix
      switch parameters.start {
      case .seeds: start = points.selectingRows(seeds(&generator, chunks: chunks, threadCount: threadCount))
      case .centroids(let centroids): start = centroids
      }
      partition.reset()
      let model = try descent(
        from: start, in: &partition, chunks: chunks, threadCount: threadCount
      ) { (iteration) throws(CancellationError) in
        try checkpoint(FitProgress(completedCount: before + iteration, maximumCount: maximumCount))
      }
      if best.map({ model.inertia < $0.inertia }) ?? true { best = model }
    }
    guard let best else { preconditionFailure("a plan has at least one restart") }
    return best
  }

  /// ``fit(threadCount:checkpoint:)`` without checkpoints.
  public func fit(threadCount: Int? = nil) -> KMeans.Model {
    do {
      return try fit(threadCount: threadCount) { (_) throws(CancellationError) in }
    } catch {
      preconditionFailure("a fit without checkpoints is never cancelled")
    }
  }

  /// Lloyd's iterations from the given centroids.
  private func descent(
    from start: Matrix, in partition: inout LloydPartition, chunks: Chunks, threadCount: Int?,
    afterIteration: (Int) throws(CancellationError) -> Void
  ) throws(CancellationError) -> KMeans.Model {
    let moveLimit = parameters.tolerance * columns.meanVariance
    var centroids = start
    var iterationCount = 0
    var hasConverged = false
    while !hasConverged, iterationCount < parameters.maximumIterations {
      let changedCount = partition.assign(to: centroids)
      let hasEmptyCluster = partition.sums.counts.contains(0)
      if hasEmptyCluster { partition.fillEmptyClusters(centroids) }
      let moved = partition.means
      let move =
        moved.rowCount == centroids.rowCount
        ? zip(moved.values, centroids.values).reduce(0) {
          $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
        } : .infinity
      hasConverged = changedCount == 0 && !hasEmptyCluster || move <= moveLimit
      centroids = moved
      iterationCount += 1
      try afterIteration(iterationCount)
    }
    _ = partition.assign(to: centroids)
    return KMeans.Model(
      of: points, numbering: centroids, sizes: partition.sums.counts, requestedCount: parameters.clusterCount,
      iterationCount: iterationCount, hasConverged: hasConverged, chunks: chunks, threadCount: threadCount)
  }
}

extension KMeans.Model {
  /// Numbers the clusters by falling size, of equals by their centroids in lexicographic order, and labels the points
  /// anew, since of equally near centroids the first in this order is theirs.
  init(
    of points: Matrix, numbering centroids: Matrix, sizes: [Int], requestedCount: Int, iterationCount: Int,
    hasConverged: Bool, chunks: Chunks, threadCount: Int?
  ) {
    let order = sizes.indices.sorted { first, second in
      sizes[first] != sizes[second]
        ? sizes[first] > sizes[second]
        : centroids.row(first).lexicographicallyPrecedes(centroids.row(second))
    }
    let ordered = centroids.selectingRows(order)
    let final = nearestCentroids(of: points, in: ordered, chunks: chunks, threadCount: threadCount)
    var diagnostics: [Diagnostic] = []
    if ordered.rowCount < requestedCount {
      diagnostics.append(.fewerDistinctPoints(requested: requestedCount, found: ordered.rowCount))
    }
    if !hasConverged { diagnostics.append(.notConverged(iterationCount: iterationCount)) }
    self.init(
      centroids: ordered, labels: final.labels.map(ClusterLabel.init(rawValue:)), inertia: final.inertia,
      iterationCount: iterationCount, diagnostics: diagnostics)
  }
}
