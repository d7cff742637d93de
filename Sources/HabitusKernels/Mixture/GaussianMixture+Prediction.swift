extension GaussianMixture.Model {
  /// How each point, fitted to or new, is shared among the clusters: one row a point, which adds up to 1, one column a
  /// cluster. O(rows · clusters · columns²); the same on any number of threads.
  ///
  /// - Throws: ``KernelError``: `columnCount` if the number of columns differs, `notFinite` for a value that is NaN,
  ///   infinite, or above 1e150 in size.
  public func predictProbabilities(_ points: Matrix, threadCount: Int? = nil) throws(KernelError) -> Matrix {
    try requireFit(points)
    let clusterCount = clusterCount
    let values = densities.map(points, threadCount: threadCount) { scratch, rowCount, result in
      result.append(contentsOf: scratch.responsibilities.prefix(rowCount * clusterCount))
    }
    return Matrix(rowCount: points.rowCount, columnCount: clusterCount, values: values)
  }

  /// Labels for points, fitted to or new: the cluster with the greatest responsibility, of equals the lowest.
  ///
  /// O(rows · clusters · columns²).
  ///
  /// - Throws: as ``predictProbabilities(_:threadCount:)``.
  public func predict(_ points: Matrix, threadCount: Int? = nil) throws(KernelError) -> [ClusterLabel] {
    try requireFit(points)
    return densities.likeliest(points, threadCount: threadCount).map(\.label)
  }

  /// The natural logarithm of the mixture's density at each point. O(rows · clusters · columns²).
  ///
  /// - Throws: as ``predictProbabilities(_:threadCount:)``.
  public func logLikelihoods(of points: Matrix, threadCount: Int? = nil) throws(KernelError) -> [Double] {
    try requireFit(points)
    return densities.map(points, threadCount: threadCount) { scratch, rowCount, result in
      result.append(contentsOf: scratch.logDensities.prefix(rowCount))
    }
  }

  private var densities: GaussianDensities {
    GaussianDensities(weights: weights, means: means, covariances: covariances)
  }

  private func requireFit(_ points: Matrix) throws(KernelError) {
    guard points.columnCount == means.columnCount else {
      throw .columnCount(expected: means.columnCount, found: points.columnCount)
    }
    try points.requireFiniteSquares()
  }
}

extension GaussianMixture.Model {
  /// What iterations ended at.
  init(
    _ estimate: GaussianEstimate, _ densities: GaussianDensities, points: Matrix, parameters: GaussianMixture,
    iterationCount: Int, hasConverged: Bool, threadCount: Int?
  ) {
    let placed = densities.likeliest(points, threadCount: threadCount)
    weights = estimate.weights
    means = estimate.means
    covariances = densities.covariances
    labels = placed.map(\.label)
    logLikelihood = placed.reduce(0) { $0 + $1.logDensity }
    classificationLogLikelihood = placed.reduce(0) { $0 + $1.logDensity + Double.log($1.share) }
    self.iterationCount = iterationCount
    let empty = estimate.weights.indices.filter { estimate.weights[$0] == 0 }
    var diagnostics: [Diagnostic] = []
    if means.rowCount < parameters.clusterCount {
      diagnostics.append(.fewerClusters(requested: parameters.clusterCount, found: means.rowCount))
    }
    if !hasConverged { diagnostics.append(.notConverged(iterationCount: iterationCount)) }
    if !empty.isEmpty { diagnostics.append(.emptyClusters(empty.map { ClusterLabel($0) })) }
    if !densities.raisedClusters.isEmpty {
      diagnostics.append(.singularCovariances(densities.raisedClusters.map { ClusterLabel($0) }))
    }
    self.diagnostics = diagnostics
  }
}

extension GaussianDensities {
  /// What `take` appends for every block of points, in their order.
  fileprivate func map<Element: Sendable>(
    _ points: Matrix, threadCount: Int?, _ take: @Sendable (borrowing Scratch, Int, inout [Element]) -> Void
  ) -> [Element] {
    let parts = Chunks(rowCount: points.rowCount).map(threadCount: threadCount) { rows in
      var result: [Element] = []
      var scratch = Scratch(rowCount: GaussianSums.blockLength, self)
      for first in stride(from: rows.lowerBound, to: rows.upperBound, by: GaussianSums.blockLength) {
        let block = first..<min(first + GaussianSums.blockLength, rows.upperBound)
        evaluate(block, of: points, &scratch)
        take(scratch, block.count, &result)
      }
      return result
    }
    return Array(parts.joined())
  }

  fileprivate struct Placed: Sendable {
    let label: ClusterLabel
    let share: Double
    let logDensity: Double
  }

  /// For every point the cluster with the greatest share of it, of equals the first.
  fileprivate func likeliest(_ points: Matrix, threadCount: Int?) -> [Placed] {
    let clusterCount = clusterCount
    return map(points, threadCount: threadCount) { scratch, rowCount, result in
      for row in 0..<rowCount {
        var best = (index: 0, share: scratch.responsibilities[row * clusterCount])
        for index in 0..<clusterCount {
          let share = scratch.responsibilities[row * clusterCount + index]
          if share > best.share { best = (index, share) }
        }
        result.append(
          Placed(label: ClusterLabel(best.index), share: best.share, logDensity: scratch.logDensities[row]))
      }
    }
  }
}
