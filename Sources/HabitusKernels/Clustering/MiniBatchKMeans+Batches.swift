/// Centroids that batches of points move, each with the number of points it was given so far.
struct RunningCentroids {
  /// One row a cluster.
  private(set) var centroids: Matrix
  /// Points that every centroid was given; whole numbers, but where a centroid was moved to a point.
  private var weights: [Double]
  private let origin: [Double]

  init(centroids: Matrix, origin: [Double]) {
    self.centroids = centroids
    self.origin = origin
    weights = Array(repeating: 0, count: centroids.rowCount)
  }

  /// Whether a centroid was given no point yet.
  var hasUnusedCentroid: Bool { weights.contains(0) }

  /// Moves every centroid towards the mean of its points in the batch, by the share that these have in all its points.
  ///
  /// - Returns: the sum of the squared distances of the points from their centroids before.
  /// - Complexity: O(rows · clusters · columns).
  mutating func learn(_ batch: Matrix) -> Double {
    let (clusterCount, dimension) = (centroids.rowCount, centroids.columnCount)
    var sums = NearestCentroids.Sums(clusterCount: clusterCount, dimension: dimension)
    var labels = Array(repeating: Int32(0), count: batch.rowCount)
    let inertia = labels.withUnsafeMutableBufferPointer { labels in
      batch.values.withUnsafeBufferPointer { values in
        origin.withUnsafeBufferPointer { origin in
          NearestCentroids.with(centroids) { kernel in
            kernel.assign(
              0..<batch.rowCount, of: values.baseAddress, labels: labels.baseAddress, origin: origin.baseAddress,
              sums: &sums
            ).inertia
          }
        }
      }
    }
    for cluster in 0..<clusterCount where sums.counts[cluster] > 0 {
      let count = Double(sums.counts[cluster])
      weights[cluster] += count
      let share = count / weights[cluster]
      for column in 0..<dimension {
        let mean = origin[column] + sums.points[cluster * dimension + column] / count
        centroids[cluster, column] += (mean - centroids[cluster, column]) * share
      }
    }
    return inertia
  }

  /// Moves centroids that were given less than `ratio` of the points that the fullest was given to random points of the
  /// batch, all different; of many, the emptiest, as many as half the batch.
  ///
  /// They then count as having been given as many points as the emptiest of the others, or the next batch would throw
  /// them about.
  mutating func reassignStarved(below ratio: Double, to batch: Matrix, _ generator: inout SplitMix64) {
    let limit = ratio * (weights.max() ?? 0)
    let starved = weights.indices.filter { weights[$0] < limit }
      .sorted { (weights[$0], $0) < (weights[$1], $1) }.prefix(batch.rowCount / 2).sorted()
    guard !starved.isEmpty else { return }
    let rows = generator.sortedSample(of: starved.count, from: batch.rowCount)
    for (cluster, row) in zip(starved, rows) {
      for column in 0..<centroids.columnCount { centroids[cluster, column] = batch[row, column] }
    }
    let isStarved = Set(starved)
    let smallest = weights.indices.filter { !isStarved.contains($0) }.map { weights[$0] }.min() ?? 0
    for cluster in starved { weights[cluster] = smallest }
  }
}

/// The inertia of batches, smoothed exponentially so that the last pass over the data weighs most.
struct BatchInertia {
  /// Batches since the smoothed inertia last fell below all before.
  private(set) var batchesWithoutFall = 0
  private let share: Double
  private var batchCount = 0
  private var smoothed = 0.0
  private var lowest = Double.infinity

  init(sampleCount: Int, batchSize: Int) {
    share = min(1, 2 * Double(batchSize) / (Double(sampleCount) + 1))
  }

  /// Adds the inertia of the next batch. The first tells about the seeds alone, and is left out.
  mutating func add(_ inertia: Double) {
    batchCount += 1
    guard batchCount > 1 else { return }
    smoothed = batchCount == 2 ? inertia : smoothed + (inertia - smoothed) * share
    if smoothed < lowest {
      lowest = smoothed
      batchesWithoutFall = 0
    } else {
      batchesWithoutFall += 1
    }
  }
}
