extension GaussianMixture.Plan {
  /// Fits the mixture. The result does not depend on `threadCount` (`nil`: one a processor).
  ///
  /// O(restarts · iterations · rows · clusters · columns²), with columns in place of columns² where columns are
  /// independent; `checkpoint` is called after every iteration, and while k-means looks for a start.
  public func fit(
    threadCount: Int? = nil, checkpoint: Checkpoint
  ) throws(CancellationError) -> GaussianMixture.Model {
    let restartCount = parameters.start == .kMeans ? parameters.restartCount : 1
    let maximumCount = restartCount * parameters.maximumIterations
    let chunks = GaussianSums.chunks(
      parameters.covarianceShape, rowCount: points.rowCount, columnCount: points.columnCount,
      clusterCount: parameters.clusterCount)
    let scatter = parameters.covarianceShape == .tied ? Scatter(of: points, threadCount: threadCount) : nil
    var generator = SplitMix64(seed: parameters.seed)
    var best: GaussianMixture.Model?
    for restart in 0..<restartCount {
      let before = restart * parameters.maximumIterations
      let start = try firstEstimate(
        seed: generator.next(), chunks: chunks, scatter: scatter, threadCount: threadCount
      ) { () throws(CancellationError) in
        try checkpoint(FitProgress(completedCount: before, maximumCount: maximumCount))
      }
      let model = try ascent(
        from: start, chunks: chunks, scatter: scatter, threadCount: threadCount
      ) { (iteration) throws(CancellationError) in
        try checkpoint(FitProgress(completedCount: before + iteration, maximumCount: maximumCount))
      }
      if best.map({ model.logLikelihood > $0.logLikelihood }) ?? true { best = model }
    }
    guard let best else { preconditionFailure("a plan has at least one restart") }
    return best
  }

  /// ``fit(threadCount:checkpoint:)`` without checkpoints.
  public func fit(threadCount: Int? = nil) -> GaussianMixture.Model {
    do {
      return try fit(threadCount: threadCount) { (_) throws(CancellationError) in }
    } catch {
      preconditionFailure("a fit without checkpoints is never cancelled")
    }
  }

  /// Iterations from a first estimate on.
  private func ascent(
    from start: GaussianEstimate, chunks: Chunks, scatter: Scatter?, threadCount: Int?,
    afterIteration: (Int) throws(CancellationError) -> Void
  ) throws(CancellationError) -> GaussianMixture.Model {
    var estimate = start
    var densities = GaussianDensities(estimate)
    var previous = -Double.infinity
    var iterationCount = 0
    var hasConverged = false
    while !hasConverged, iterationCount < parameters.maximumIterations {
      let sums = sums(densities, around: estimate.means, chunks: chunks, threadCount: threadCount)
      estimate.covariances = densities.covariances
      estimate = sums.estimate(previous: estimate, regularization: parameters.regularization, scatter: scatter)
      densities = GaussianDensities(estimate)
      let logLikelihood = sums.logLikelihood / Double(points.rowCount)
      hasConverged = abs(logLikelihood - previous) < parameters.tolerance || logLikelihood == previous
      previous = logLikelihood
      iterationCount += 1
      try afterIteration(iterationCount)
    }
    estimate.covariances = densities.covariances
    return GaussianMixture.Model(
      estimate, densities, points: points, parameters: parameters, iterationCount: iterationCount,
      hasConverged: hasConverged, threadCount: threadCount)
  }

  /// One pass over the points: shares them among the clusters, and adds up what the next estimate needs.
  private func sums(
    _ densities: GaussianDensities, around centers: Matrix, chunks: Chunks, threadCount: Int?
  ) -> GaussianSums {
    let parts = chunks.map(threadCount: threadCount) { rows in
      var sums = GaussianSums(parameters.covarianceShape, centers: centers)
      var scratch = GaussianDensities.Scratch(rowCount: GaussianSums.blockLength, densities)
      for first in stride(from: rows.lowerBound, to: rows.upperBound, by: GaussianSums.blockLength) {
        let block = first..<min(first + GaussianSums.blockLength, rows.upperBound)
        densities.evaluate(block, of: points, &scratch)
        sums.add(block, of: points, responsibilities: scratch.responsibilities)
        for row in 0..<block.count { sums.logLikelihood += scratch.logDensities[row] }
      }
      return sums
    }
    var whole = GaussianSums(parameters.covarianceShape, centers: centers)
    for part in parts { whole.add(part) }
    return whole
  }
}

extension GaussianDensities {
  /// The densities of an estimate.
  init(_ estimate: GaussianEstimate) {
    self.init(weights: estimate.weights, means: estimate.means, covariances: estimate.covariances)
  }
}
