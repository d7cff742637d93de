/// How often a value of one group is above a value of another: an effect size by ranks, which asks for no shape of
/// distribution and does not change when all values pass through an increasing function.
///
/// Cliff, "Dominance statistics: ordinal analyses to answer ordinal questions", Psychological Bulletin 114 (1993),
/// doi:10.1037/0033-2909.114.3.494. Over all n₁ · n₂ pairs delta is the share in which the group's value is above less
/// the share in which it is below. The interval is Feng and Cliff's ("Monte Carlo evaluation of ordinal d with improved
/// confidence interval", J. Modern Applied Statistical Methods 3, 2004), which is not symmetric about delta and stays
/// within −1…1: (d − d³ ± z·s·√((1 − d²)² + z²·s²)) / (1 − d² + z²·s²), with s² the unbiased variance of d but at least
/// (1 − d²) / (n₁·n₂ − 1); for |d| = 1 from (n − z²)/(n + z²), n the smaller count.
public struct RankEffect: Hashable, Sendable, Codable {
  /// Cliff's delta, −1…1: 1 where all values of the group are above all others. |delta| from about 0.15, 0.33 and 0.47
  /// on is called small, medium and large (Romano et al. 2006).
  public let delta: Double
  /// The interval of delta; `nil` where a group has a single value.
  public let interval: ClosedRange<Double>?

  /// The probability that a random value of the group is above a random one of the rest, a tie counting one half; the
  /// area under the ROC curve, and Mann and Whitney's U over the number of pairs.
  public var superiority: Double { (delta + 1) / 2 }

  /// Compares two groups; NaN is left out, infinite values rank first and last. O(*n* log *n*).
  ///
  /// `nil` where a group has no value.
  ///
  /// - Parameter confidence: of the interval, two-sided, strictly between 0 and 1.
  public init?(of group: [Double], against rest: [Double], confidence: Double = 0.95) {
    precondition(confidence > 0 && confidence < 1, "a confidence lies strictly between 0 and 1")
    let (first, second) = (Statistics.sortedPresent(group), Statistics.sortedPresent(rest))
    guard !first.isEmpty, !second.isEmpty else { return nil }
    let rows = Dominance(of: first, over: second)
    let columns = Dominance(of: second, over: first)
    delta = rows.mean
    interval = Self.interval(rows, columns, deviate: NormalDistribution.quantile(0.5 + confidence / 2))
  }

  private static func interval(_ rows: Dominance, _ columns: Dominance, deviate: Double) -> ClosedRange<Double>? {
    let (count, otherCount) = (Double(rows.count), Double(columns.count))
    guard count > 1, otherCount > 1 else { return nil }
    let (delta, pairs) = (rows.mean, count * otherCount)
    let squaredDeviate = deviate * deviate
    if abs(delta) == 1 {
      let inner = (min(count, otherCount) - squaredDeviate) / (min(count, otherCount) + squaredDeviate)
      return delta > 0 ? inner...1 : -1...(-inner)
    }
    let pairSquares = Double(rows.unequalPairs) - pairs * delta * delta
    let unbiased =
      (otherCount * otherCount * rows.squares + count * count * columns.squares - pairSquares)
      / (pairs * (count - 1) * (otherCount - 1))
    let variance = max(unbiased, (1 - delta * delta) / (pairs - 1))
    let room = 1 - delta * delta
    let half = deviate * (variance * (room * room + squaredDeviate * variance)).squareRoot()
    let scale = room + squaredDeviate * variance
    return max(-1, (delta * room - half) / scale)...min(1, (delta * room + half) / scale)
  }

  /// Of every value of one sorted list: the share of the other list it is above, less the share it is below.
  private struct Dominance {
    let count: Int
    /// The mean of those, Cliff's delta.
    let mean: Double
    /// The sum of their squared deviations from the mean.
    let squares: Double
    /// Pairs that are no ties.
    let unequalPairs: Int

    init(of values: [Double], over others: [Double]) {
      var (below, notAbove, net, unequal) = (0, 0, 0, 0)
      var nets: [Int] = []
      nets.reserveCapacity(values.count)
      for value in values {
        while below < others.count, others[below] < value { below += 1 }
        while notAbove < others.count, others[notAbove] <= value { notAbove += 1 }
        nets.append(below - (others.count - notAbove))
        net += below - (others.count - notAbove)
        unequal += below + others.count - notAbove
      }
      let mean = Double(net) / (Double(values.count) * Double(others.count))
      count = values.count
      self.mean = mean
      squares = nets.reduce(0) { sum, net in
        let deviation = Double(net) / Double(others.count) - mean
        return sum + deviation * deviation
      }
      unequalPairs = unequal
    }
  }
}
