extension TSNE.Plan {
  /// Lays out the samples. The result does not depend on `threadCount` (`nil`: one a processor).
  ///
  /// O(*n*² · columns) for the neighbours, then O(*n* · (perplexity + log *n*)) an iteration; `checkpoint` is called
  /// after every iteration.
  public func fit(
    threadCount: Int? = nil, checkpoint: Checkpoint
  ) throws(CancellationError) -> TSNE.Model {
    let affinities = affinities(threadCount: threadCount)
    let iterationCount = parameters.exaggeratedIterationCount + parameters.finalIterationCount
    var positions = startingPositions()
    var forces = TSNEForces(sampleCount: points.rowCount)
    var steps = Array(repeating: 0.0, count: positions.count)
    var gains = Array(repeating: 1.0, count: positions.count)
    for iteration in 0..<iterationCount {
      let isEarly = iteration < parameters.exaggeratedIterationCount
      if iteration == parameters.exaggeratedIterationCount {
        // The two phases are separate descents.
        for index in steps.indices { (steps[index], gains[index]) = (0, 1) }
      }
      forces.update(at: positions, affinities, angle: parameters.angle, threadCount: threadCount)
      move(
        &positions, &steps, &gains, forces, exaggeration: isEarly ? parameters.earlyExaggeration : 1,
        momentum: isEarly ? 0.5 : 0.8)
      try checkpoint(FitProgress(completedCount: iteration + 1, maximumCount: iterationCount))
    }
    forces.update(at: positions, affinities, angle: parameters.angle, threadCount: threadCount)
    return TSNE.Model(
      layout: Matrix(rowCount: points.rowCount, columnCount: 2, values: positions),
      divergence: affinities.divergence(of: positions, normalization: forces.normalization),
      perplexity: perplexity, iterationCount: iterationCount)
  }

  /// ``fit(threadCount:checkpoint:)`` without checkpoints.
  public func fit(threadCount: Int? = nil) -> TSNE.Model {
    do {
      return try fit(threadCount: threadCount) { (_) throws(CancellationError) in }
    } catch {
      preconditionFailure("a fit without checkpoints is never cancelled")
    }
  }

  /// One step down the gradient, with momentum, and a gain for every coordinate that grows while its direction stays
  /// and shrinks where it turns (Jacobs, "Increased rates of convergence through learning rate adaptation", 1988).
  private func move(
    _ positions: inout [Double], _ steps: inout [Double], _ gains: inout [Double], _ forces: TSNEForces,
    exaggeration: Double, momentum: Double
  ) {
    let rate = parameters.learningRate ?? max(50, Double(points.rowCount) / parameters.earlyExaggeration / 4)
    for index in positions.indices {
      let gradient = 4 * forces.descent(index, exaggeration: exaggeration)
      let gain = max(0.01, steps[index] * gradient < 0 ? gains[index] + 0.2 : gains[index] * 0.8)
      gains[index] = gain
      steps[index] = momentum * steps[index] - rate * gain * gradient
      positions[index] += steps[index]
    }
  }

  /// x and y of every sample in turn, with standard deviation 1e-4.
  private func startingPositions() -> [Double] {
    if case .layout(let layout) = parameters.start, layout.rowCount > 0 {
      let deviations = (0..<2).compactMap { Moments(of: layout.column($0)).populationVariance?.squareRoot() }
      if let widest = deviations.max(), widest > 0 { return layout.values.map { $0 / widest * 1e-4 } }
    }
    var generator = SplitMix64(seed: parameters.seed)
    return (0..<2 * points.rowCount).map { _ in
      // The middle of one of 2⁵³ steps, never 0 or 1.
      1e-4 * NormalDistribution.quantile((Double(generator.next() >> 11) + 0.5) * 0x1p-53)
    }
  }
}
