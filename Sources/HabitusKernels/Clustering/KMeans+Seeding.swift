extension KMeans.Plan {
  /// Rows to start from, all different points: greedy k-means++.
  ///
  /// The first is drawn evenly. Each further one is, of 2 + ⌊ln k⌋ candidates (at most 8) drawn with a probability
  /// proportional to the squared distance from what is chosen, the one that leaves the smallest sum of such distances,
  /// of equals the first drawn. Ends early when every point is chosen or equals a chosen one.
  func seeds(_ generator: inout SplitMix64, chunks: Chunks, threadCount: Int?) -> [Int] {
    let values = points.values
    let dimension = points.columnCount
    let candidateCount = min(8, 2 + Int(Double.log(Double(parameters.clusterCount))))
    var chosen = [generator.nextIndex(below: points.rowCount)]
    var field = Array(repeating: Double.infinity, count: points.rowCount)
    var latest = chosen[0]
    while true {
      // Distances from what is chosen, and their sums by chunk.
      let blocks = blocks(ofRows: [latest])
      let former = field
      let parts = chunks.map(threadCount: threadCount) { rows in
        let (values, lanes, former) = (values.span, blocks.lanes.span, former.span)
        var distances: [Double] = []
        distances.reserveCapacity(rows.count)
        var sum = 0.0
        for row in rows {
          let latest = squaredDistances(
            values, at: row * dimension, lanes: lanes, block: 0, dimension: dimension)[0]
          distances.append(min(former[unchecked: row], dimension == 0 ? 0 : latest))
          sum += distances[distances.count - 1]
        }
        return (distances: distances, sum: sum)
      }
      field = Array(parts.lazy.map(\.distances).joined())
      let total = parts.reduce(0) { $0 + $1.sum }
      guard chosen.count < parameters.clusterCount, total > 0 else { return chosen }

      let candidates = (0..<candidateCount).map { _ in
        row(atWeight: generator.nextUnit() * total, weights: field, chunks: chunks, chunkSums: parts.map(\.sum))
      }
      latest = best(of: candidates, field: field, chunks: chunks, threadCount: threadCount)
      chosen.append(latest)
    }
  }

  private func blocks(ofRows rows: [Int]) -> CentroidBlocks {
    CentroidBlocks(points.selectingRows(rows).values, count: rows.count, dimension: points.columnCount)
  }

  /// The row at which the running sum of the weights passes `weight`; never one of weight 0 while another exists.
  private func row(atWeight weight: Double, weights: [Double], chunks: Chunks, chunkSums: [Double]) -> Int {
    var remaining = weight
    var last = 0
    for (index, sum) in chunkSums.enumerated() where sum > 0 {
      if remaining >= sum, chunkSums[(index + 1)...].contains(where: { $0 > 0 }) {
        remaining -= sum
        continue
      }
      for row in chunks.rows(of: index) where weights[row] > 0 {
        last = row
        if remaining < weights[row] { return row }
        remaining -= weights[row]
      }
      return last
    }
    return last
  }

  private func best(of candidates: [Int], field: [Double], chunks: Chunks, threadCount: Int?) -> Int {
    let values = points.values
    let blocks = blocks(ofRows: candidates)
    let sums = chunks.map(threadCount: threadCount) { rows in
      let (values, lanes, field) = (values.span, blocks.lanes.span, field.span)
      var sum = SIMD8<Double>.zero
      for row in rows {
        let distances = squaredDistances(
          values, at: row * blocks.dimension, lanes: lanes, block: 0, dimension: blocks.dimension)
        sum += pointwiseMin(distances, SIMD8(repeating: field[unchecked: row]))
      }
      return sum
    }.reduce(SIMD8<Double>.zero, +)
    var winner = 0
    for lane in candidates.indices where sums[lane] < sums[winner] { winner = lane }
    return candidates[winner]
  }
}
