/// By how many standard deviations the mean of a group lies above that of the rest.
///
/// Hedges and Olkin, "Statistical Methods for Meta-Analysis" (1985), chapter 5. With *m* = n₁ + n₂ − 2 degrees of
/// freedom and the pooled variance s²: Cohen's d = (mean₁ − mean₂) / s; Hedges' g, which is unbiased, is
/// d · Γ(m/2) / (√(m/2) · Γ((m − 1)/2)); the interval is g ± z · √((n₁ + n₂) / (n₁ · n₂) + g² / (2 · (n₁ + n₂))), from
/// the distribution of g in large samples. It assumes normal values of equal variance; for other shapes see ``RankEffect``.
public struct StandardizedMeanDifference: Hashable, Sendable, Codable {
  /// Cohen's d, which overstates differences in small samples.
  public let cohensD: Double
  /// Hedges' g. By Cohen's convention 0.2 is small, 0.5 medium and 0.8 large.
  public let hedgesG: Double
  /// The interval of g.
  public let interval: ClosedRange<Double>

  /// Compares what two groups have seen; NaN was left out then. O(1).
  ///
  /// `nil` where the difference is undefined: a group without values, fewer than four values in both, which leave fewer
  /// than two degrees of freedom, or no variance inside the groups.
  ///
  /// - Parameter confidence: of the interval, two-sided, strictly between 0 and 1.
  public init?(of group: Moments, against rest: Moments, confidence: Double = 0.95) {
    precondition(confidence > 0 && confidence < 1, "a confidence lies strictly between 0 and 1")
    guard let mean = group.mean, let restMean = rest.mean, let variance = group.populationVariance,
      let restVariance = rest.populationVariance
    else { return nil }
    let (count, restCount) = (Double(group.count), Double(rest.count))
    let freedom = count + restCount - 2
    let pooled = (variance * count + restVariance * restCount) / freedom
    guard freedom >= 2, pooled > 0 else { return nil }
    let difference = (mean - restMean) / pooled.squareRoot()
    guard abs(difference) <= Self.largest else { return nil }
    cohensD = difference
    hedgesG = cohensD * Self.correction(freedom)
    let total = count + restCount
    let half =
      NormalDistribution.quantile(0.5 + confidence / 2)
      * (total / (count * restCount) + hedgesG * hedgesG / (2 * total)).squareRoot()
    interval = hedgesG - half...hedgesG + half
  }

  /// A difference beyond this has no interval that is finite.
  private static let largest = 1e150

  /// Γ(m/2) / (√(m/2) · Γ((m − 1)/2)); from 100,000 on 1 − 3/(4m − 1), where logarithms would lose digits.
  private static func correction(_ freedom: Double) -> Double {
    guard freedom < 1e5 else { return 1 - 3 / (4 * freedom - 1) }
    let logarithm = Double.logGamma(freedom / 2) - Double.logGamma((freedom - 1) / 2) - Double.log(freedom / 2) / 2
    return Double.exp(logarithm)
  }
}
