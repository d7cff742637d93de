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

  /// Probability that at a moment that has nothing to do with the user, such as the end of a window, so much time or
  /// more has gone by since the last event, where no gap is longer than `longest`.
  ///
  /// A long gap is more likely to be met at such a moment than a short one: ``probability(ofGapBeyond:)`` holds for
  /// gaps, and would call too many users overdue. In a stationary renewal process the time since the last event has
  /// the density P(gap > t)/mean (Cox, "Renewal Theory", 1962, section 5.2); a bound on gaps gives them a mean. By
  /// Simpson's rule over the logarithm of time: to about 1 % unless ``logScale`` is well below 0.1. 129 tails.
  ///
  /// - Precondition: `elapsed` and `longest` are positive and finite.
  public func probability(ofAbsenceBeyond elapsed: Double, longest: Double) -> Double {
    precondition(elapsed > 0 && longest > 0 && longest.isFinite, "times since an event are positive and finite")
    guard elapsed < longest else { return 0 }
    // Where this begins practically every gap is longer.
    let lowest = min(Double.log(elapsed), logMean - 6 * logScale) - 4
    let before = integral(from: lowest, to: Double.log(elapsed)) + Double.exp(lowest)
    let after = integral(from: Double.log(elapsed), to: Double.log(longest))
    return after / (before + after)
  }

  /// ∫ P(gap > t) dt over t from e^`low` to e^`high`.
  private func integral(from low: Double, to high: Double) -> Double {
    let steps = 64
    let width = (high - low) / Double(steps)
    let sum = (0...steps).reduce(0.0) { sum, step in
      let time = Double.exp(low + Double(step) * width)
      let weight = step == 0 || step == steps ? 1.0 : step.isMultiple(of: 2) ? 2 : 4
      return sum + weight * time * probability(ofGapBeyond: time)
    }
    return sum * width / 3
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
