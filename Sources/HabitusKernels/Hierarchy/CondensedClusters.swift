internal import CKernels

/// Clusters as their distances from each other, whose mean or greatest a join keeps. O(places²) memory, O(places) time
/// a search and a join.
struct CondensedClusters: ChainedClusters {
  private(set) var samples: [Int?]
  /// Row after row the distances of each place from those before it; infinite where there is no cluster.
  private var distances: [Double]
  private var sizes: [Double]
  private let takesGreatest: Bool

  var placeCount: Int { samples.count }

  /// One cluster a point.
  init(_ points: Matrix, takesGreatest: Bool, threadCount: Int?) {
    samples = Array(0..<points.rowCount)
    sizes = Array(repeating: 1, count: points.rowCount)
    self.takesGreatest = takesGreatest
    distances = Self.distances(points, threadCount: threadCount)
  }

  private static func distances(_ points: Matrix, threadCount: Int?) -> [Double] {
    let (rowCount, dimension) = (points.rowCount, points.columnCount)
    let blocks = CentroidBlocks(points.values, count: rowCount, dimension: dimension)
    let count = rowCount * (rowCount - 1) / 2
    return Array(unsafeUninitializedCapacity: count) { buffer, initializedCount in
      // Every row writes its own elements and nothing else.
      nonisolated(unsafe) let buffer = buffer
      let stripeLength = 16
      _ = concurrentMap(count: (rowCount + stripeLength - 1) / stripeLength, threadCount: threadCount) { stripe in
        let rows = stripe * stripeLength..<min(rowCount, (stripe + 1) * stripeLength)
        blocks.lanes.withUnsafeBytes { lanes in
          guard let blocks = lanes.assumingMemoryBound(to: Double.self).baseAddress,
            let distances = buffer.baseAddress
          else { return }
          for row in rows {
            points.withRows(row..<row + 1) {
              habitus_distances_abreast($0, blocks, row, dimension, distances + row * (row - 1) / 2)
            }
          }
        }
      }
      initializedCount = count
    }
  }

  mutating func nearest(to place: Int, previous: Int?) -> (place: Int, distance: Double) {
    var least = 0.0
    let nearest = habitus_condensed_nearest(distances, placeCount, place, previous ?? -1, &least)
    precondition(nearest >= 0, "while two clusters are left, one is nearest to the other")
    return (nearest, least)
  }

  mutating func join(_ from: Int, into: Int) {
    habitus_condensed_merge(&distances, placeCount, from, into, sizes[from], sizes[into], takesGreatest ? 1 : 0)
    sizes[into] += sizes[from]
    samples[from] = nil
  }

  func height(_ distance: Double) -> Double { distance }

  mutating func compact() -> [Int] {
    let kept = samples.indices.filter { samples[$0] != nil }
    var places = Array(repeating: 0, count: samples.count)
    var target = 0
    var span = distances.mutableSpan
    for (place, old) in kept.enumerated() {
      places[old] = place
      // Rows move to the front, never onto what is still to be read.
      for other in 0..<place {
        span[target] = span[old * (old - 1) / 2 + kept[other]]
        target += 1
      }
    }
    sizes = kept.map { sizes[$0] }
    samples = kept.map { samples[$0] }
    return places
  }
}
