/// Student's t distribution.
public struct StudentTDistribution: Hashable, Sendable {
  /// Degrees of freedom, positive.
  public let degreesOfFreedom: Double

  /// Makes the distribution.
  ///
  /// - Precondition: `degreesOfFreedom` is positive and finite.
  public init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0 && degreesOfFreedom.isFinite, "degrees of freedom are positive")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// Probability of a value above `x`, exact in relative terms where it is small.
  ///
  /// Half of I_{ν/(ν+x²)}(ν/2, 1/2) for x > 0 (Abramowitz and Stegun 26.7.1).
  public func upperTail(_ x: Double) -> Double {
    guard x.isFinite else { return x > 0 ? 0 : 1 }
    let square = x * x
    // I_z(a, b) from the side whose argument keeps its digits.
    let outside =
      square < degreesOfFreedom
      ? 1 - BetaDistribution(alpha: 0.5, beta: degreesOfFreedom / 2).cumulative(square / (degreesOfFreedom + square))
      : BetaDistribution(alpha: degreesOfFreedom / 2, beta: 0.5)
        .cumulative(degreesOfFreedom / (degreesOfFreedom + square))
    return x > 0 ? outside / 2 : 1 - outside / 2
  }

  /// The value that is not passed with the given probability; −∞ for 0 and ∞ for 1.
  ///
  /// - Precondition: `probability` is in 0…1.
  public func quantile(_ probability: Double) -> Double {
    precondition((0...1).contains(probability), "a probability lies between 0 and 1")
    guard probability != 0.5 else { return 0 }
    let tail = min(probability, 1 - probability)
    guard tail > 0 else { return probability == 0 ? -.infinity : .infinity }
    // Through whichever of x = ν/(ν + t²) and 1 − x is small.
    let beta = BetaDistribution(alpha: degreesOfFreedom / 2, beta: 0.5).quantile(2 * tail)
    let rest = BetaDistribution(alpha: 0.5, beta: degreesOfFreedom / 2).quantile(1 - 2 * tail)
    let square = beta < 0.5 ? degreesOfFreedom * (1 - beta) / beta : degreesOfFreedom * rest / (1 - rest)
    return probability < 0.5 ? -square.squareRoot() : square.squareRoot()
  }
}
