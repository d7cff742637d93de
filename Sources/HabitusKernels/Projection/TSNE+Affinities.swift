extension TSNE {
  /// How near samples are to each other: for every pair of neighbours a share of 1, the same in both directions.
  ///
  /// Sample i gives its neighbours weights exp(−β·d²), with β such that their perplexity, 2 to the power of their
  /// entropy in bits, is the one aimed at; the affinity of a pair is the mean of both weights over the number of
  /// samples.
  public struct Affinities: Sendable {
    /// The perplexity that every sample's weights have. It is the one aimed at but where more samples than that are
    /// equally nearest; then it is their number.
    public let perplexities: [Double]
    /// Where each sample's neighbours start, and an end.
    let starts: [Int]
    /// Neighbours, ascending, sample after sample.
    let neighbors: [Int32]
    /// Their affinities, which add up to 1.
    let weights: [Double]

    /// Number of samples.
    public var sampleCount: Int { perplexities.count }
  }
}

extension TSNE.Plan {
  /// The samples' affinities, which do not depend on `threadCount`.
  ///
  /// O(*n*²) · columns at worst, as a rule less, for the neighbours, O(*n* · perplexity) memory.
  public func affinities(threadCount: Int? = nil) -> TSNE.Affinities {
    let count = min(max(0, points.rowCount - 1), Int(3 * perplexity))
    let neighbors = NearestNeighbors(checked: points).neighborsOfRows(
      checkedCount: count, includesSelf: false, threadCount: threadCount)
    let target = perplexity
    let parts = Chunks(rowCount: points.rowCount, minimumLength: 256).map(threadCount: threadCount) { rows in
      var conditional: [Double] = []
      conditional.reserveCapacity(rows.count * count)
      let perplexities = rows.map { row in
        Self.appendWeights(
          neighbors.distances(of: row).map { $0 * $0 }[...], perplexity: target, to: &conditional)
      }
      return (conditional, perplexities)
    }
    let conditional = Array(parts.lazy.map(\.0).joined())
    return TSNE.Affinities(
      perplexities: Array(parts.lazy.map(\.1).joined()), sampleCount: points.rowCount, neighbors: neighbors,
      conditional: conditional)
  }

  /// Appends the weights of one sample's neighbours, which add up to 1, and returns their perplexity.
  private static func appendWeights(
    _ distances: ArraySlice<Double>, perplexity: Double, to weights: inout [Double]
  ) -> Double {
    guard let nearest = distances.first else { return 1 }
    let target = Double.log(perplexity)
    // The mean excess over the nearest sets the scale; equal distances weigh equally at any β.
    let excess = distances.reduce(0) { $0 + ($1 - nearest) } / Double(distances.count)
    var (low, high, beta) = (0.0, Double.infinity, excess > 0 ? min(1 / excess, 1e300) : 0)
    let start = weights.count
    weights.append(contentsOf: distances)
    var entropy = 0.0
    for _ in 0..<100 {
      var (sum, weighted) = (0.0, 0.0)
      for (place, distance) in distances.enumerated() {
        let weight = Double.exp(-beta * (distance - nearest))
        weights[start + place] = weight
        sum += weight
        weighted += weight * (distance - nearest)
      }
      entropy = Double.log(sum) + beta * weighted / sum
      for place in start..<weights.count { weights[place] /= sum }
      // Bisection; upwards by doubling until β is too large for the first time.
      if abs(entropy - target) <= 1e-10 || excess == 0 { break }
      if entropy > target { low = beta } else { high = beta }
      let next = high < .infinity ? (low + high) / 2 : beta * 2
      guard next != beta, next.isFinite else { break }
      beta = next
    }
    return Double.exp(entropy)
  }
}

extension TSNE.Affinities {
  /// Makes conditional weights the same in both directions.
  fileprivate init(perplexities: [Double], sampleCount: Int, neighbors: Neighborhoods, conditional: [Double]) {
    let count = neighbors.count
    // The same pairs seen from the other side, ascending because samples are passed in order.
    var reverseStarts = Array(repeating: 0, count: sampleCount + 1)
    for other in neighbors.rows { reverseStarts[Int(other) + 1] += 1 }
    for row in 0..<sampleCount { reverseStarts[row + 1] += reverseStarts[row] }
    var reverse = Array(repeating: (neighbor: Int32(0), weight: 0.0), count: neighbors.rows.count)
    var free = reverseStarts
    for (place, other) in neighbors.rows.enumerated() {
      reverse[free[Int(other)]] = (Int32(place / count), conditional[place])
      free[Int(other)] += 1
    }
    var (starts, merged, weights) = ([0], [Int32](), [Double]())
    merged.reserveCapacity(2 * reverse.count)
    weights.reserveCapacity(2 * reverse.count)
    for row in 0..<sampleCount {
      let own = (row * count..<(row + 1) * count).map { (neighbor: neighbors.rows[$0], weight: conditional[$0]) }
        .sorted { $0.neighbor < $1.neighbor }
      var (first, second) = (0, reverseStarts[row])
      let end = reverseStarts[row + 1]
      while first < own.count || second < end {
        let left = first < own.count ? own[first].neighbor : .max
        let right = second < end ? reverse[second].neighbor : .max
        var weight = 0.0
        if left <= right {
          weight += own[first].weight
          first += 1
        }
        if right <= left {
          weight += reverse[second].weight
          second += 1
        }
        merged.append(min(left, right))
        weights.append(weight / (2 * Double(sampleCount)))
      }
      starts.append(merged.count)
    }
    self.init(perplexities: perplexities, starts: starts, neighbors: merged, weights: weights)
  }
}
