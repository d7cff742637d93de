/// The distribution of a user's next gap: its logarithm is a shifted and scaled Student's t.
///
/// Serves for when to expect the next visit, and for whether a user is slipping away: how likely a gap as long as the
/// present one is for this user. It knows of no hour and no weekday.
public struct GapForecast: Hashable, Sendable, Codable {
  /// The centre of the logarithm of the gap.
  public let logMean: Double
  /// The scale of the logarithm of the gap, positive.
  public let logScale: Double
  /// Degrees of freedom, positive: the fewer, the longer the tails.
  public let degreesOfFreedom: Double

  private var law: StudentTDistribution { StudentTDistribution(degreesOfFreedom: degreesOfFreedom) }

  /// Probability of a gap longer than `elapsed`: under the null that the user comes as ever, no more than a share α of
  /// moments of return have it below α. A small value says that the user is slipping away. 1 for 0.
  ///
  /// - Precondition: `elapsed` is not negative.
  public func probability(ofGapBeyond elapsed: Double) -> Double {
    precondition(elapsed >= 0, "time since an event is not negative")
    guard elapsed > 0 else { return 1 }
    return law.upperTail((Double.log(elapsed) - logMean) / logScale)
  }

  /// The length that the gap does not pass with the given probability, given that `elapsed` has gone by already.
  ///
  /// The median tells when the next visit is expected; two quantiles make an interval. Never below `elapsed`; ∞ where
  /// the quantile is beyond all numbers.
  ///
  /// - Precondition: `probability` is in 0…1, `elapsed` is not negative.
  public func quantile(_ probability: Double, elapsed: Double = 0) -> Double {
    // The tail that is left is what the quantile shares out; by symmetry, so that small tails keep their digits.
    let tail = self.probability(ofGapBeyond: elapsed) * (1 - probability)
    guard tail > 0 else { return probability < 1 ? elapsed : .infinity }
    return max(elapsed, Double.exp(logMean - logScale * law.quantile(tail)))
  }
}
