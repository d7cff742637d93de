/// Hartigan's dip: how far a sample is from every distribution with a single mode.
///
/// Hartigan and Hartigan, "The dip test of unimodality", Annals of Statistics 13 (1985), DOI 10.1214/aos/1176346577;
/// computed as in P. M. Hartigan's algorithm AS 217, Applied Statistics 34 (1985). Against the null hypothesis of one
/// mode the uniform distribution is the hardest to tell apart, so that ``pValue`` is an upper bound for all others.
public struct DipTest: Hashable, Sendable {
  /// Number of values.
  public let sampleCount: Int
  /// The largest distance of the sample's distribution function from that of the nearest distribution with one mode:
  /// from 1 / (2n), also for a constant sample, to 1/4.
  public let dip: Double

  /// Measures a sample. NaN is left out; an empty sample has a dip of 0. O(*n* log *n*).
  public init(of values: [Double]) { self.init(ofSorted: Statistics.sortedPresent(values)) }

  /// Measures a sample that is ascending and without NaN. O(*n*) as a rule.
  init(ofSorted values: [Double]) {
    sampleCount = values.count
    guard let first = values.first, let last = values.last, values.count > 1, first < last else {
      dip = values.isEmpty ? 0 : 0.5 / Double(values.count)
      return
    }
    dip = DipSearch(values).dip
  }

  /// The probability of a dip at least this large in a uniform sample of the same size.
  ///
  /// From quantiles of √n · dip in 200,000 simulated samples of each of eleven sizes, interpolated linearly in √n and,
  /// between quantiles, in the logarithm of the probability; above the last one the tail goes on exponentially.
  /// 1 for fewer than four values.
  public var pValue: Double {
    guard sampleCount >= 4 else { return 1 }
    let statistic = dip * Double(sampleCount).squareRoot()
    let quantiles = Self.quantiles(sampleCount: sampleCount)
    let tails = DipQuantiles.tailProbabilities
    guard let above = quantiles.firstIndex(where: { $0 > statistic }) else {
      let last = quantiles.count - 1
      let slope =
        Double.log(tails[last] / tails[last - 1]) / max(quantiles[last] - quantiles[last - 1], .leastNormalMagnitude)
      return tails[last] * Double.exp(slope * (statistic - quantiles[last]))
    }
    guard above > 0 else { return 1 }
    let share = (statistic - quantiles[above - 1]) / (quantiles[above] - quantiles[above - 1])
    return tails[above - 1] * Double.exp(share * Double.log(tails[above] / tails[above - 1]))
  }

  /// The quantiles of √n · dip for a sample size.
  private static func quantiles(sampleCount: Int) -> [Double] {
    let rows = DipQuantiles.rows
    guard let above = rows.firstIndex(where: { $0.sampleCount >= sampleCount }) else {
      return rows[rows.count - 1].quantiles
    }
    guard above > 0 else { return rows[0].quantiles }
    let (low, high) = (rows[above - 1], rows[above])
    let (from, to) = (Double(low.sampleCount).squareRoot(), Double(high.sampleCount).squareRoot())
    let share = (Double(sampleCount).squareRoot() - from) / (to - from)
    return zip(low.quantiles, high.quantiles).map { $0 + share * ($1 - $0) }
  }
}

/// The search for the modal interval of AS 217. Positions count from 0.
private struct DipSearch {
  private let values: [Double]
  /// For every position the one before it on the greatest convex minorant of the values up to it.
  private var minorant: [Int]
  /// For every position the next one on the least concave majorant of the values from it on.
  private var majorant: [Int]

  /// - Precondition: there are two different values, ascending.
  init(_ values: [Double]) {
    self.values = values
    let last = values.count - 1
    minorant = Array(repeating: 0, count: values.count)
    majorant = Array(repeating: last, count: values.count)
    for position in 1...last {
      var previous = position - 1
      while previous > 0, !Self.isConvex(values, minorant[previous], previous, position) {
        previous = minorant[previous]
      }
      minorant[position] = previous
    }
    for position in stride(from: last - 1, through: 0, by: -1) {
      var next = position + 1
      while next < last, !Self.isConvex(values, majorant[next], next, position) { next = majorant[next] }
      majorant[position] = next
    }
  }

  /// Whether the slope of the distribution function grows at `middle`, on the way from `start` to `end`; the same
  /// comparison, seen from the other side, serves the majorant.
  private static func isConvex(_ values: [Double], _ start: Int, _ middle: Int, _ end: Int) -> Bool {
    (values[end] - values[middle]) * Double(middle - start) < (values[middle] - values[start]) * Double(end - middle)
  }

  /// The dip. Distances are counted in steps of 1/n, doubled, until the end.
  var dip: Double {
    var (low, high) = (0, values.count - 1)
    var largest = 1.0
    while true {
      let convex = chain(from: high, to: low, by: minorant)
      let concave = chain(from: low, to: high, by: majorant)
      let (distance, convexEnd, concaveEnd) = greatestDistance(convex, concave)
      guard distance >= largest else { break }
      for index in convexEnd..<(convex.count - 1) {
        largest = max(largest, distanceAboveChord(from: convex[index + 1], to: convex[index]))
      }
      for index in concaveEnd..<(concave.count - 1) {
        largest = max(largest, distanceBelowChord(from: concave[index], to: concave[index + 1]))
      }
      guard (low, high) != (convex[convexEnd], concave[concaveEnd]) else { break }
      (low, high) = (convex[convexEnd], concave[concaveEnd])
    }
    return largest / Double(2 * values.count)
  }

  /// The positions of touching points, `end` included.
  private func chain(from start: Int, to end: Int, by next: [Int]) -> [Int] {
    var chain = [start]
    while chain[chain.count - 1] != end { chain.append(next[chain[chain.count - 1]]) }
    return chain
  }

  /// The greatest distance between the two chains, and where on each of them it is.
  private func greatestDistance(_ convex: [Int], _ concave: [Int]) -> (distance: Double, convex: Int, concave: Int) {
    guard convex.count != 2 || concave.count != 2 else { return (1, convex.count - 1, concave.count - 1) }
    var best = (distance: 0.0, convex: convex.count - 1, concave: concave.count - 1)
    var (onConvex, onConcave) = (convex.count - 2, 1)
    repeat {
      let (below, above) = (convex[onConvex], concave[onConcave])
      if below > above {
        let start = convex[onConvex + 1]
        let distance =
          Double(above - start + 1)
          - (values[above] - values[start]) * Double(below - start) / (values[below] - values[start])
        if distance >= best.distance { best = (distance, onConvex + 1, onConcave) }
        onConcave += 1
      } else {
        let start = concave[onConcave - 1]
        let distance =
          (values[below] - values[start]) * Double(above - start) / (values[above] - values[start])
          - Double(below - start - 1)
        if distance >= best.distance { best = (distance, onConvex, onConcave) }
        onConvex -= 1
      }
      onConvex = max(onConvex, 0)
      onConcave = min(onConcave, concave.count - 1)
    } while convex[onConvex] != concave[onConcave]
    return best
  }

  private func distanceAboveChord(from start: Int, to end: Int) -> Double {
    guard end - start > 1, values[end] != values[start] else { return 1 }
    let slope = Double(end - start) / (values[end] - values[start])
    return (start...end).reduce(1) { max($0, Double($1 - start + 1) - (values[$1] - values[start]) * slope) }
  }

  private func distanceBelowChord(from start: Int, to end: Int) -> Double {
    guard end - start > 1, values[end] != values[start] else { return 1 }
    let slope = Double(end - start) / (values[end] - values[start])
    return (start...end).reduce(1) { max($0, (values[$1] - values[start]) * slope - Double($1 - start - 1)) }
  }
}
