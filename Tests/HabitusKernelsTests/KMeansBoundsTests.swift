import HabitusKernels
import Testing

/// Lloyd's iterations that compare every point with every centroid and add everything up anew: slow and obvious. Empty clusters
/// get the farthest points.
private struct PlainLloyd {
  var centroids: [[Double]]
  var labels: [Int] = []
  var iterationCount = 0

  init(_ points: Matrix, from start: Matrix, maximumIterations: Int) {
    centroids = (0..<start.rowCount).map { Array(start.row($0)) }
    let rows = (0..<points.rowCount).map { Array(points.row($0)) }
    while iterationCount < maximumIterations {
      let found = rows.map { nearest($0).index }
      let isFull = Set(found).count == centroids.count
      let isSame = found == labels && isFull
      labels = found
      if !isFull { fill(rows) }
      iterationCount += 1
      var sums = Array(repeating: Array(repeating: 0.0, count: points.columnCount), count: centroids.count)
      var counts = Array(repeating: 0.0, count: centroids.count)
      for (row, label) in zip(rows, labels) {
        counts[label] += 1
        for column in row.indices { sums[label][column] += row[column] }
      }
      for cluster in centroids.indices where counts[cluster] > 0 {
        centroids[cluster] = sums[cluster].map { $0 / counts[cluster] }
      }
      if isSame { return }
    }
    labels = rows.map { nearest($0).index }
  }

  private func nearest(_ row: [Double]) -> (index: Int, distance: Double) {
    var best = (index: 0, distance: Double.infinity)
    for (index, centroid) in centroids.enumerated() {
      var distance = 0.0
      for column in row.indices {
        let difference = row[column] - centroid[column]
        distance += difference * difference
      }
      if distance < best.distance { best = (index, distance) }
    }
    return best
  }

  /// Moves, for every empty cluster, the point farthest from its centroid, but never the last of a cluster.
  private mutating func fill(_ rows: [[Double]]) {
    let distances = rows.map { nearest($0).distance }
    var order = rows.indices.sorted { (-distances[$0], $0) < (-distances[$1], $1) }[...]
    for cluster in centroids.indices where !labels.contains(cluster) {
      while let row = order.popFirst() {
        let donor = labels[row]
        guard distances[row] > 0, labels.count(where: { $0 == donor }) > 1 else { continue }
        labels[row] = cluster
        break
      }
    }
  }
}

@Suite("k-means with bounds")
struct KMeansBoundsTests {
  /// Rows, columns, clusters, distance of the groups; bounds are used from 128 numbers in centroids on.
  static let shapes = [
    (300, 8, 20, 0.5), (300, 8, 20, 3.0), (250, 33, 5, 0.8), (200, 7, 19, 0.0), (1_100, 16, 8, 1.0), (300, 3, 4, 0.5),
    (90, 64, 2, 0.4), (60, 5, 40, 0.2), (150, 130, 1, 0.5),
  ]

  @Test("gives the labels and centroids of plain Lloyd", .tags(.differential), arguments: shapes)
  func equalsPlainLloyd(rows: Int, columns: Int, clusterCount: Int, distance: Double) throws {
    for seed in 0..<UInt64(3) {
      let points = groups(seed: seed, rows: rows, columns: columns, groupCount: clusterCount, distance: distance)
      var generator = SplitMix64(seed: seed)
      let start = points.selectingRows(generator.sortedSample(of: clusterCount, from: rows))
      for maximumIterations in [1, 2, 3, 300] {
        let plain = PlainLloyd(points, from: start, maximumIterations: maximumIterations)
        let model = try KMeans(
          clusterCount: clusterCount, start: .centroids(start), maximumIterations: maximumIterations, tolerance: 0
        ).fit(points)
        // Clusters are numbered otherwise; the first point of each tells which is which.
        for cluster in 0..<clusterCount {
          let members = model.members(of: ClusterLabel(cluster))
          // A start that is cut short may leave a cluster without points.
          guard let first = members.first else { continue }
          let twin = plain.labels[first]
          #expect(members == plain.labels.indices.filter { plain.labels[$0] == twin }, "seed \(seed)")
          #expect(zip(model.centroids.row(cluster), plain.centroids[twin]).allSatisfy { agree($0, $1) }, "seed \(seed)")
        }
        #expect(model.clusterSizes.count { $0 > 0 } == Set(plain.labels).count, "seed \(seed)")
        #expect(model.iterationCount == plain.iterationCount, "seed \(seed)")
      }
    }
  }

  @Test("fills empty clusters as it does without bounds, worked by hand")
  func emptyClusters() throws {
    // Points on a line in 64 columns, of which all but the first are 0.
    func embedded(_ values: [Double]) -> Matrix {
      Matrix(rows: values.map { [$0] + Array(repeating: 0, count: 63) })
    }
    let model = try KMeans(clusterCount: 3, start: .centroids(embedded([0, 100, 200]))).fit(embedded([0, 1, 2, 10]))
    #expect(model.centroids.column(0) == [0.5, 2, 10] && model.inertia == 0.5 && model.labels == [0, 0, 1, 2])
  }

  @Test("keeps labels exact far from the origin, where rounding is coarse", .tags(.differential))
  func farFromOrigin() throws {
    let near = groups(seed: 5, rows: 400, columns: 16, groupCount: 8, distance: 0.5)
    // Multiples of 2⁻²⁰, so that the shift is exact.
    let values = near.values.map { ($0 * 0x1p20).rounded() * 0x1p-20 }
    let coarse = Matrix(rowCount: 400, columnCount: 16, values: values)
    let far = Matrix(rowCount: 400, columnCount: 16, values: values.map { $0 + 0x1p30 })
    let parameters = KMeans(clusterCount: 8, restartCount: 2, tolerance: 0, seed: 3)
    let (one, other) = (try parameters.fit(coarse), try parameters.fit(far))
    #expect(one.labels == other.labels)
    #expect(agree(one.inertia, other.inertia, tolerance: 1e-6))
  }

  @Test("is the same to the bit on one, two and three threads")
  func threads() throws {
    let points = groups(seed: 12, rows: 5_000, columns: 16, groupCount: 10, distance: 0.6)
    let parameters = KMeans(clusterCount: 10, restartCount: 1, maximumIterations: 8, seed: 4)
    let alone = try parameters.fit(points, threadCount: 1)
    #expect(try parameters.fit(points, threadCount: 2) == alone)
    #expect(try parameters.fit(points, threadCount: 3) == alone)
  }

  /// Seed, rows, columns, groups, distance, clusters, and scikit-learn's inertia, the best of four restarts and of this
  /// the median of 20 seeds; printed by Scripts/reference/kmeans.py.
  static let references: [(UInt64, Int, Int, Int, Double, Int, Double)] = [
    (21, 600, 8, 6, 1.0, 6, 392.4700725221121), (22, 600, 2, 5, 0.6, 5, 94.09231757758496),
    (23, 800, 32, 8, 1.2, 8, 2124.4895094100966), (24, 500, 16, 10, 0.8, 10, 644.7281174022621),
    (25, 1500, 3, 1, 0.0, 4, 174.60196902973885),
  ]

  @Test("comes within 0.1 % of scikit-learn's best of as many restarts", .tags(.reference), arguments: 0..<5)
  func reachesScikitLearn(index: Int) throws {
    let (seed, rows, columns, groupCount, distance, clusterCount, inertia) = Self.references[index]
    let points = groups(seed: seed, rows: rows, columns: columns, groupCount: groupCount, distance: distance)
    let found = try (0..<UInt64(5)).map {
      try KMeans(clusterCount: clusterCount, restartCount: 4, seed: $0).fit(points).inertia
    }.sorted()
    #expect(found[2] <= inertia * 1.001, "\(found) against \(inertia)")
  }
}
