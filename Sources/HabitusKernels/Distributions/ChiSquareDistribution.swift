/// The distribution of a sum of squares of independent standard normal numbers.
public struct ChiSquareDistribution: Hashable, Sendable {
  /// How many numbers, at least 1.
  public let degreesOfFreedom: Int

  /// Makes a distribution.
  ///
  /// - Precondition: `degreesOfFreedom` is at least 1.
  public init(degreesOfFreedom: Int) {
    precondition(degreesOfFreedom >= 1, "a sum of squares has at least one term")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// Probability of a value above `x`; 1 where `x` is not positive. O(`degreesOfFreedom`).
  ///
  /// By the recurrence Q(a + 1, y) = Q(a, y) + yᵃ·e⁻ʸ/Γ(a + 1) of the incomplete gamma function (NIST Digital Library
  /// of Mathematical Functions, 8.8.6) from Q(1/2, y) = erfc(√y) or Q(1, y) = e⁻ʸ, with y = x/2 and a = degrees/2. All
  /// terms are positive, so that nothing cancels out.
  public func upperTail(_ x: Double) -> Double {
    guard x > 0 else { return 1 }
    guard x < .infinity else { return 0 }
    let half = x / 2
    var shape = degreesOfFreedom.isMultiple(of: 2) ? 1.0 : 0.5
    var probability =
      degreesOfFreedom.isMultiple(of: 2)
      ? Double.exp(-half) : Double.complementaryErrorFunction(half.squareRoot())
    let logarithm = Double.log(half)
    while shape < Double(degreesOfFreedom) / 2 {
      probability += Double.exp(shape * logarithm - half - Double.logGamma(shape + 1))
      shape += 1
    }
    return min(1, probability)
  }
}
