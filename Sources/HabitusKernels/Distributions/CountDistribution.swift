/// Counts with a given mean and a variance of `dispersion` times it: Poisson for 1, above it negative binomial.
///
/// The negative binomial with size r = mean/(dispersion − 1) and success probability 1/dispersion (type 1 of Cameron and
/// Trivedi, "Regression Analysis of Count Data", 1998, section 3.3).
public struct CountDistribution: Hashable, Sendable {
  /// Expected count.
  public let mean: Double
  /// Variance over mean, at least 1.
  public let dispersion: Double

  /// Makes the distribution.
  ///
  /// - Precondition: `mean` is finite and not negative; `dispersion` is finite and at least 1.
  public init(mean: Double, dispersion: Double) {
    precondition(mean >= 0 && mean.isFinite, "the mean of a count is not negative")
    precondition(dispersion >= 1 && dispersion.isFinite, "a dispersion is at least 1")
    self.mean = mean
    self.dispersion = dispersion
  }

  /// Probability of `count` or more.
  ///
  /// I_{1−1/φ}(count, r) (NIST DLMF 8.17 and the negative binomial as a beta tail). A dispersion within 10⁻⁶ of 1
  /// counts as 1.
  public func upperTail(_ count: Int) -> Double {
    guard count > 0 else { return 1 }
    guard mean > 0 else { return 0 }
    guard dispersion > 1 + 1e-6 else { return PoissonDistribution(mean: mean).upperTail(count) }
    return BetaDistribution(alpha: Double(count), beta: mean / (dispersion - 1)).cumulative(1 - 1 / dispersion)
  }

  /// Probability of `count` or fewer.
  public func lowerTail(_ count: Int) -> Double { count < 0 ? 0 : max(0, 1 - upperTail(count + 1)) }

  /// The least count that is not passed with at least the given probability. O(log of the answer) tails.
  ///
  /// - Precondition: `probability` is at least 0 and below 1.
  public func quantile(_ probability: Double) -> Int {
    precondition(probability >= 0 && probability < 1, "a probability lies between 0 and 1, 1 not included")
    guard lowerTail(0) < probability else { return 0 }
    var (below, above) = (0, 1)
    while lowerTail(above) < probability, above < Int.max / 4 { (below, above) = (above, above * 2) }
    while above - below > 1 {
      let middle = below + (above - below) / 2
      if lowerTail(middle) < probability { below = middle } else { above = middle }
    }
    return above
  }
}
