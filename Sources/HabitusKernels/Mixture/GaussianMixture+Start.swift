extension GaussianMixture.Plan {
  /// The weights, means and covariances of the clusters that the start puts samples into.
  func firstEstimate(
    seed: UInt64, chunks: Chunks, scatter: Scatter?, threadCount: Int?,
    checkpoint: () throws(CancellationError) -> Void
  ) throws(CancellationError) -> GaussianEstimate {
    let places = try startPlaces(seed: seed, threadCount: threadCount, checkpoint: checkpoint)
    let clusterCount = (places.max() ?? 0) + 1
    let centers = means(of: places, clusterCount: clusterCount)
    let parts = chunks.map(threadCount: threadCount) { rows in
      var sums = GaussianSums(parameters.covarianceShape, centers: centers)
      var shares = Array(repeating: 0.0, count: GaussianSums.blockLength * clusterCount)
      for first in stride(from: rows.lowerBound, to: rows.upperBound, by: GaussianSums.blockLength) {
        let block = first..<min(first + GaussianSums.blockLength, rows.upperBound)
        for index in shares.indices { shares[index] = 0 }
        for row in block { shares[(row - first) * clusterCount + places[row]] = 1 }
        sums.add(block, of: points, responsibilities: shares)
      }
      return sums
    }
    var sums = GaussianSums(parameters.covarianceShape, centers: centers)
    for part in parts { sums.add(part) }
    return sums.estimate(previous: nil, regularization: parameters.regularization, scatter: scatter)
  }

  /// Every sample's cluster at the start; clusters without samples are left out, the others keep their order.
  private func startPlaces(
    seed: UInt64, threadCount: Int?, checkpoint: () throws(CancellationError) -> Void
  ) throws(CancellationError) -> [Int] {
    let labels: [ClusterLabel]
    switch parameters.start {
    case .kMeans:
      labels = try kMeansLabels(seed: seed, threadCount: threadCount, checkpoint: checkpoint)
    case .labels(let given):
      let marked = given.map { $0.index ?? parameters.clusterCount }
      let means = means(of: marked, clusterCount: parameters.clusterCount + 1)
      // Clusters without samples have no mean to be near to.
      let filled = Set(given.compactMap(\.index)).sorted()
      labels = given.indices.map { row in
        guard given[row].isNoise else { return given[row] }
        let nearest = nearest(to: row, means.selectingRows(filled))
        return ClusterLabel(filled[nearest])
      }
    case .means(let means):
      labels = points.rowIndices.map { ClusterLabel(nearest(to: $0, means)) }
    }
    var numbers: [Int: Int] = [:]
    for label in Set(labels.compactMap(\.index)).sorted() { numbers[label] = numbers.count }
    return labels.map { $0.index.flatMap { numbers[$0] } ?? 0 }
  }

  private func kMeansLabels(
    seed: UInt64, threadCount: Int?, checkpoint: () throws(CancellationError) -> Void
  ) throws(CancellationError) -> [ClusterLabel] {
    let plan: KMeans.Plan
    do {
      plan = try KMeans(clusterCount: parameters.clusterCount, restartCount: 1, seed: seed).validated(for: points)
    } catch {
      preconditionFailure("points that a mixture can be fitted to can be clustered by k-means")
    }
    return try plan.fit(threadCount: threadCount) { (_) throws(CancellationError) in try checkpoint() }.labels
  }

  /// The means of the samples in each place; of none, zeros.
  private func means(of places: [Int], clusterCount: Int) -> Matrix {
    let columnCount = points.columnCount
    // Summed from the first row on, so that little is lost far from the origin.
    let origin = Array(points.row(0))
    var counts = Array(repeating: 0.0, count: clusterCount)
    var means = Matrix(rowCount: clusterCount, columnCount: columnCount, repeating: 0)
    var sums = means.values
    for (row, place) in places.enumerated() {
      counts[place] += 1
      for column in 0..<columnCount { sums[place * columnCount + column] += points[row, column] - origin[column] }
    }
    for place in 0..<clusterCount where counts[place] > 0 {
      for column in 0..<columnCount {
        means[place, column] = origin[column] + sums[place * columnCount + column] / counts[place]
      }
    }
    return means
  }

  private func nearest(to row: Int, _ means: Matrix) -> Int {
    var best = (index: 0, distance: Double.infinity)
    for index in 0..<means.rowCount {
      let distance = squaredDistance(points.row(row), means.row(index))
      if distance < best.distance { best = (index, distance) }
    }
    return best.index
  }
}

extension Matrix {
  /// Indices of all rows.
  fileprivate var rowIndices: Range<Int> { 0..<rowCount }
}
