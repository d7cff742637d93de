/// Centroids laid out eight abreast, so that one pass over a point gives its distance from eight of them.
///
/// Distances are sums of squared differences, not expanded into products: that of a point from itself is exactly 0, and
/// nothing is lost where data lie far from the origin.
struct CentroidBlocks: Sendable {
  /// Number of centroids.
  let count: Int
  /// Number of columns.
  let dimension: Int
  /// Block after block; inside a block, for every column the eight centroids' values. Places that no centroid fills
  /// hold ∞, so that they are never nearest. Loops take its span once: taking it for every point counts references,
  /// and threads that count the same references wait for each other.
  let lanes: [SIMD8<Double>]

  /// Lays out `count` centroids that stand row-major in `values`.
  init(_ values: [Double], count: Int, dimension: Int) {
    self.count = count
    self.dimension = dimension
    var blocks: [SIMD8<Double>] = []
    for first in stride(from: 0, to: count, by: 8) {
      for column in 0..<dimension {
        var eight = SIMD8(repeating: Double.infinity)
        for lane in 0..<min(8, count - first) { eight[lane] = values[(first + lane) * dimension + column] }
        blocks.append(eight)
      }
    }
    lanes = blocks
  }

  /// Number of blocks of eight.
  var blockCount: Int { (count + 7) / 8 }
}
