/// The beta distribution on 0…1 with the density proportional to x^(α−1)·(1−x)^(β−1).
public struct BetaDistribution: Hashable, Sendable {
  /// First shape, positive.
  public let alpha: Double
  /// Second shape, positive.
  public let beta: Double
  /// The logarithm of the beta function of the shapes.
  private let logBeta: Double

  /// Makes the distribution with shapes `alpha` and `beta`.
  ///
  /// - Precondition: both are positive and finite.
  public init(alpha: Double, beta: Double) {
    precondition(alpha > 0 && beta > 0 && alpha.isFinite && beta.isFinite, "the shapes of a beta are positive")
    self.alpha = alpha
    self.beta = beta
    logBeta = Double.logGamma(alpha) + Double.logGamma(beta) - Double.logGamma(alpha + beta)
  }

  /// The mean, α / (α + β).
  public var mean: Double { alpha / (alpha + beta) }

  /// Probability of a value of at most `x`: the regularised incomplete beta function Iₓ(α, β).
  ///
  /// The continued fraction NIST DLMF 8.17.22. O(√(α + β)) steps.
  public func cumulative(_ x: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    return x < (alpha + 1) / (alpha + beta + 2) ? lowerTail(x, alpha, beta) : 1 - lowerTail(1 - x, beta, alpha)
  }

  /// Probability of a value above `x`, exact in relative terms where it is small.
  public func upperTail(_ x: Double) -> Double {
    guard x > 0 else { return 1 }
    guard x < 1 else { return 0 }
    return 1 - x < (beta + 1) / (alpha + beta + 2) ? lowerTail(1 - x, beta, alpha) : 1 - lowerTail(x, alpha, beta)
  }

  /// The value that is not passed with the given probability.
  ///
  /// Start of Cran, Martin and Thomas (AS 109, Applied Statistics 26, 1977; Abramowitz and Stegun 26.5.22), then
  /// Halley's steps, of third order, replaced by halving the bracket wherever they would leave it.
  ///
  /// - Precondition: `probability` is in 0…1.
  public func quantile(_ probability: Double) -> Double {
    precondition((0...1).contains(probability), "a probability lies between 0 and 1")
    guard probability > 0 else { return 0 }
    guard probability < 1 else { return 1 }
    let deviation = (mean * (1 - mean) / (alpha + beta + 1)).squareRoot()
    var (low, high) = (0.0, 1.0)
    var x = startingPoint(probability)
    for _ in 0..<200 {
      let excess = cumulative(x) - probability
      if excess == 0 { return x }
      if excess < 0 { low = x } else { high = x }
      let logDensity = (alpha - 1) * Double.log(x) + (beta - 1) * Double.log(onePlus: -x) - logBeta
      let newton = excess / Double.exp(logDensity)
      let bend = newton * ((alpha - 1) / x - (beta - 1) / (1 - x)) / 2
      let proposal = abs(newton) < 1 ? x - newton / max(0.5, 1 - bend) : .nan
      // What is left after a step of third order is the cube of a millionth of the distribution's scale.
      if abs(proposal - x) <= 1e-6 * min(x, 1 - x, deviation) { return min(max(proposal, low), high) }
      let next = proposal > low && proposal < high ? proposal : low + (high - low) / 2
      if abs(next - x) <= 1e-15 * x { return next }
      x = next
    }
    return x
  }

  private func startingPoint(_ probability: Double) -> Double {
    guard alpha >= 1, beta >= 1 else { return mean }
    let y = -NormalDistribution.quantile(probability)
    let (a, b) = (1 / (2 * alpha - 1), 1 / (2 * beta - 1))
    let h = 2 / (a + b)
    let lambda = (y * y - 3) / 6
    let w = y * (h + lambda).squareRoot() / h - (b - a) * (lambda + 5.0 / 6 - 2 / (3 * h))
    let start = alpha / (alpha + beta * Double.exp(2 * w))
    return start > 0 && start < 1 ? start : mean
  }

  /// Iₓ(a, b), where a and b are the shapes in either order, by the continued fraction, which converges fast for
  /// x < (a + 1) / (a + b + 2).
  ///
  /// Numerators and denominators of the convergents are carried forward: a step needs no division that waits for the
  /// step before.
  private func lowerTail(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let logFront = a * Double.log(x) + b * Double.log(onePlus: -x) - logBeta
    var (olderTop, olderBottom) = (1.0, 1.0)
    var (top, bottom) = (1.0, 1 - (a + b) * x / (a + 1))
    let limit = 1000 + Int(10 * (a + b).squareRoot().clamped(to: 0...1e8))
    for step in 1...limit {
      let m = Double(step)
      let place = a + 2 * m
      let even = m * (b - m) * x / ((place - 1) * place)
      let odd = -(a + m) * (a + b + m) * x / (place * (place + 1))
      let (evenTop, evenBottom) = (top + even * olderTop, bottom + even * olderBottom)
      (olderTop, olderBottom) = (evenTop, evenBottom)
      (top, bottom) = (evenTop + odd * top, evenBottom + odd * bottom)
      let (cross, olderCross) = (top * olderBottom, olderTop * bottom)
      if abs(cross - olderCross) <= 2.3e-16 * abs(cross) { break }
      if abs(bottom) > 1e100 || abs(top) > 1e100 {
        (top, bottom, olderTop, olderBottom) = (top * 1e-100, bottom * 1e-100, olderTop * 1e-100, olderBottom * 1e-100)
      }
    }
    return min(1, Double.exp(logFront) * (top / bottom) / a)
  }
}

extension Double {
  /// The nearest value inside `range`.
  func clamped(to range: ClosedRange<Double>) -> Double { min(max(self, range.lowerBound), range.upperBound) }
}
