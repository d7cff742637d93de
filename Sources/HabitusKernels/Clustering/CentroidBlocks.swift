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

/// Squared distances of the point that starts at `offset` in `values` from the eight centroids of a block.
///
/// - Parameters:
///   - values: points, row-major, with `dimension` numbers from `offset` on.
///   - lanes: ``CentroidBlocks/lanes``, `dimension` of them from `block * dimension` on.
/// - Complexity: O(8 · `dimension`), no allocation.
@inline(__always)
func squaredDistances(
  _ values: borrowing Span<Double>, at offset: Int, lanes: borrowing Span<SIMD8<Double>>, block: Int, dimension: Int
) -> SIMD8<Double> {
  let first = block * dimension
  var sum = SIMD8<Double>.zero
  for column in 0..<dimension {
    let difference = lanes[unchecked: first + column] - values[unchecked: offset + column]
    sum += difference * difference
  }
  return sum
}

/// The nearest centroid of the point that starts at `offset` in `values`, of several equally near the first, and its
/// squared distance.
///
/// - Parameters:
///   - values: points, row-major, with `dimension` numbers from `offset` on.
///   - lanes: ``CentroidBlocks/lanes`` of at least one centroid.
/// - Complexity: O(`blockCount` · `dimension`), no allocation.
@inline(__always)
func nearestCentroid(
  _ values: borrowing Span<Double>, at offset: Int, lanes: borrowing Span<SIMD8<Double>>, blockCount: Int,
  dimension: Int
) -> (index: Int, squaredDistance: Double) {
  guard dimension > 0 else { return (0, 0) }
  var best = (index: 0, squaredDistance: Double.infinity)
  for block in 0..<blockCount {
    let distances = squaredDistances(values, at: offset, lanes: lanes, block: block, dimension: dimension)
    guard distances.min() < best.squaredDistance else { continue }
    for lane in 0..<8 where distances[lane] < best.squaredDistance {
      best = (block * 8 + lane, distances[lane])
    }
  }
  return best
}
