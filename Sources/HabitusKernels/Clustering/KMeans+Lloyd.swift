extension KMeans.Plan {
  /// Clusters the points. The result does not depend on `threadCount` (`nil`: one a processor).
  ///
  /// O(restarts · iterations · rows · clusters · columns); `checkpoint` is called after every iteration.
  public func fit(
    threadCount: Int? = nil, checkpoint: Checkpoint
  ) throws(CancellationError) -> KMeans.Model {
    let chunks = Chunks(rowCount: points.rowCount)
    let moveLimit = parameters.tolerance * meanColumnVariance
    let restartCount = parameters.start == .seeds ? parameters.restartCount : 1
    let maximumCount = restartCount * parameters.maximumIterations
    var generator = SplitMix64(seed: parameters.seed)
    var best: KMeans.Model?
    for restart in 0..<restartCount {
      let before = restart * parameters.maximumIterations
      let start: Matrix
      switch parameters.start {
      case .seeds: start = points.selectingRows(seeds(&generator, chunks: chunks, threadCount: threadCount))
      case .centroids(let centroids): start = centroids
      }
      let model = try descent(
        from: start, moveLimit: moveLimit, chunks: chunks, threadCount: threadCount
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
    from start: Matrix, moveLimit: Double, chunks: Chunks, threadCount: Int?,
    afterIteration: (Int) throws(CancellationError) -> Void
  ) throws(CancellationError) -> KMeans.Model {
    var centroids = start
    var previous: [Int32] = []
    var iterationCount = 0
    var hasConverged = false
    while !hasConverged, iterationCount < parameters.maximumIterations {
      var step = assignment(to: centroids, chunks: chunks, threadCount: threadCount)
      fillEmptyClusters(&step, centroids)
      let moved = step.means
      let move =
        moved.rowCount == centroids.rowCount
        ? zip(moved.values, centroids.values).reduce(0) {
          $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
        } : .infinity
      hasConverged = step.labels == previous || move <= moveLimit
      previous = step.labels
      centroids = moved
      iterationCount += 1
      try afterIteration(iterationCount)
    }
    let last = assignment(to: centroids, chunks: chunks, threadCount: threadCount)
    let order = (0..<centroids.rowCount).sorted { first, second in
      last.counts[first] != last.counts[second]
        ? last.counts[first] > last.counts[second]
        : centroids.row(first).lexicographicallyPrecedes(centroids.row(second))
    }
    centroids = centroids.selectingRows(order)
    let final = assignment(to: centroids, chunks: chunks, threadCount: threadCount)
    var diagnostics: [KMeans.Model.Diagnostic] = []
    if centroids.rowCount < parameters.clusterCount {
      diagnostics.append(.fewerDistinctPoints(requested: parameters.clusterCount, found: centroids.rowCount))
    }
    if !hasConverged { diagnostics.append(.notConverged(iterationCount: iterationCount)) }
    return KMeans.Model(
      centroids: centroids, labels: final.labels.map(ClusterLabel.init(rawValue:)), inertia: final.inertia,
      iterationCount: iterationCount, diagnostics: diagnostics)
  }

  /// The points' nearest centroids, and what the means and the inertia need.
  private struct Assignment: Sendable {
    var labels: [Int32] = []
    var sums: [Double]
    var counts: [Int]
    var inertia = 0.0
    let dimension: Int

    init(clusterCount: Int, dimension: Int) {
      sums = Array(repeating: 0, count: clusterCount * dimension)
      counts = Array(repeating: 0, count: clusterCount)
      self.dimension = dimension
    }

    /// The means of the clusters; clusters without points are left out.
    var means: Matrix {
      let filled = counts.indices.filter { counts[$0] > 0 }
      let values = filled.flatMap { cluster in
        sums[cluster * dimension..<(cluster + 1) * dimension].map { $0 / Double(counts[cluster]) }
      }
      return Matrix(rowCount: filled.count, columnCount: dimension, values: values)
    }
  }

  private func assignment(to centroids: Matrix, chunks: Chunks, threadCount: Int?) -> Assignment {
    let values = points.values
    let (clusterCount, dimension) = (centroids.rowCount, centroids.columnCount)
    let blocks = CentroidBlocks(centroids.values, count: clusterCount, dimension: dimension)
    let parts = chunks.map(threadCount: threadCount) { rows in
      var part = Assignment(clusterCount: clusterCount, dimension: dimension)
      part.labels.reserveCapacity(rows.count)
      var sums = part.sums
      let (values, lanes) = (values.span, blocks.lanes.span)
      for row in rows {
        let nearest = nearestCentroid(
          values, at: row * dimension, lanes: lanes, blockCount: blocks.blockCount, dimension: dimension)
        part.labels.append(Int32(truncatingIfNeeded: nearest.index))
        part.counts[nearest.index] += 1
        part.inertia += nearest.squaredDistance
        let (target, source) = (nearest.index * dimension, row * dimension)
        for column in 0..<dimension { sums[target + column] += values[unchecked: source + column] }
      }
      part.sums = sums
      return part
    }
    var whole = Assignment(clusterCount: clusterCount, dimension: dimension)
    whole.labels.reserveCapacity(points.rowCount)
    for part in parts {
      whole.labels.append(contentsOf: part.labels)
      whole.inertia += part.inertia
      for index in part.counts.indices { whole.counts[index] += part.counts[index] }
      for index in part.sums.indices { whole.sums[index] += part.sums[index] }
    }
    return whole
  }

  /// Gives every empty cluster the point farthest from its centroid, of equals the first, from a cluster that keeps
  /// another point. A cluster stays empty only where no such point lies off its centroid.
  private func fillEmptyClusters(_ step: inout Assignment, _ centroids: Matrix) {
    let empty = step.counts.indices.filter { step.counts[$0] == 0 }
    guard !empty.isEmpty else { return }
    let distances = (0..<points.rowCount).map {
      squaredDistance(points.row($0), centroids.row(Int(step.labels[$0])))
    }
    let farthest = distances.indices.sorted { (-distances[$0], $0) < (-distances[$1], $1) }
    var remaining = empty[...]
    for row in farthest where distances[row] > 0 {
      guard let cluster = remaining.first else { return }
      let donor = Int(step.labels[row])
      guard step.counts[donor] > 1 else { continue }
      for (column, value) in points.row(row).enumerated() {
        step.sums[donor * step.dimension + column] -= value
        step.sums[cluster * step.dimension + column] = value
      }
      step.counts[donor] -= 1
      step.counts[cluster] = 1
      step.labels[row] = Int32(cluster)
      remaining.removeFirst()
    }
  }

  /// The mean, over the columns, of their variances (divided by *n*).
  private var meanColumnVariance: Double {
    guard points.columnCount > 0 else { return 0 }
    var columns = Array(repeating: Moments(), count: points.columnCount)
    for row in 0..<points.rowCount {
      for (column, value) in points.row(row).enumerated() { columns[column].add(value) }
    }
    return columns.reduce(0) { $0 + ($1.populationVariance ?? 0) } / Double(points.columnCount)
  }
}
