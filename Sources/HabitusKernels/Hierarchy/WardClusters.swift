internal import CKernels

/// Clusters as their means and sizes. O(places · columns) memory, and time a search.
struct WardClusters: ChainedClusters {
  private(set) var samples: [Int?]
  private let dimension: Int
  /// Means, eight abreast as in ``CentroidBlocks``; infinite where there is no cluster.
  private var lanes: [SIMD8<Double>]
  /// One a place, and up to seven more.
  private var sizes: [Double]
  private var scratch: [Double]

  var placeCount: Int { samples.count }

  /// One cluster a point.
  init(_ points: Matrix) {
    samples = Array(0..<points.rowCount)
    dimension = points.columnCount
    let blocks = CentroidBlocks(points.values, count: points.rowCount, dimension: points.columnCount)
    lanes = blocks.lanes
    sizes = Array(repeating: 1, count: blocks.blockCount * 8)
    scratch = Array(repeating: 0, count: points.columnCount)
  }

  mutating func nearest(to place: Int, previous: Int?) -> (place: Int, distance: Double) {
    var least = 0.0
    let nearest = lanes.withUnsafeBytes { lanes in
      guard let blocks = lanes.assumingMemoryBound(to: Double.self).baseAddress else { return -1 }
      return habitus_ward_nearest(
        place, previous ?? -1, blocks, sizes, sizes.count / 8, dimension, &scratch, &least)
    }
    precondition(nearest >= 0, "while two clusters are left, one is nearest to the other")
    return (nearest, least)
  }

  mutating func join(_ from: Int, into: Int) {
    let (fromSize, intoSize) = (sizes[from], sizes[into])
    for column in 0..<dimension {
      let (source, target) = (from / 8 * dimension + column, into / 8 * dimension + column)
      let sum = fromSize * lanes[source][from % 8] + intoSize * lanes[target][into % 8]
      lanes[target][into % 8] = sum / (fromSize + intoSize)
      lanes[source][from % 8] = .infinity
    }
    sizes[into] = fromSize + intoSize
    sizes[from] = 1
    samples[from] = nil
  }

  func height(_ distance: Double) -> Double { distance.squareRoot() }

  mutating func compact() -> [Int] {
    let kept = samples.indices.filter { samples[$0] != nil }
    var places = Array(repeating: 0, count: samples.count)
    var means: [Double] = []
    means.reserveCapacity(kept.count * dimension)
    for (place, old) in kept.enumerated() {
      places[old] = place
      for column in 0..<dimension { means.append(lanes[old / 8 * dimension + column][old % 8]) }
    }
    let blocks = CentroidBlocks(means, count: kept.count, dimension: dimension)
    lanes = blocks.lanes
    let filling = Array(repeating: 1.0, count: blocks.blockCount * 8 - kept.count)
    sizes = kept.map { sizes[$0] } + filling
    samples = kept.map { samples[$0] }
    return places
  }
}
