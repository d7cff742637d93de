/// The number of successes in independent trials that all have the same probability.
public struct BinomialDistribution: Hashable, Sendable {
  /// Number of trials.
  public let trialCount: Int
  /// Probability of success in each.
  public let probability: Double

  /// Makes the distribution.
  ///
  /// - Precondition: `trialCount` is not negative and `probability` is in 0…1.
  public init(trialCount: Int, probability: Double) {
    precondition(trialCount >= 0, "a number of trials is not negative")
    precondition((0...1).contains(probability), "a probability lies between 0 and 1")
    self.trialCount = trialCount
    self.probability = probability
  }

  /// Probability of `successes` or more: the one-sided p-value. O(√`trialCount`) steps.
  ///
  /// P(X ≥ k) = I_p(k, n − k + 1), NIST DLMF 8.17.5.
  public func upperTail(_ successes: Int) -> Double {
    guard successes > 0 else { return 1 }
    guard successes <= trialCount else { return 0 }
    return BetaDistribution(alpha: Double(successes), beta: Double(trialCount - successes + 1))
      .cumulative(probability)
  }
}
