/// The number of events that happen independently at a constant rate.
public struct PoissonDistribution: Hashable, Sendable {
  /// Expected number of events.
  public let mean: Double

  /// Makes the distribution.
  ///
  /// - Precondition: `mean` is finite and not negative.
  public init(mean: Double) {
    precondition(mean >= 0 && mean.isFinite, "the mean of a Poisson distribution is not negative")
    self.mean = mean
  }

  /// Probability of `count` events or more: the one-sided p-value. O(`count` + √`mean`) steps at most.
  ///
  /// P(X ≥ k) is the regularised lower incomplete gamma function P(k, mean): the series NIST DLMF 8.11.4 for a mean
  /// below k + 1, otherwise one minus Lentz's evaluation of the continued fraction DLMF 8.9.2.
  public func upperTail(_ count: Int) -> Double {
    guard count > 0 else { return 1 }
    guard mean > 0 else { return 0 }
    let shape = Double(count)
    let front = Double.exp(shape * Double.log(mean) - mean - Double.logGamma(shape))
    return mean < shape + 1 ? min(1, front * series(shape)) : max(0, 1 - front * continuedFraction(shape))
  }

  private func series(_ shape: Double) -> Double {
    var term = 1 / shape
    var sum = term
    var denominator = shape
    while term > sum * 1e-17 {
      denominator += 1
      term *= mean / denominator
      sum += term
    }
    return sum
  }

  private func continuedFraction(_ shape: Double) -> Double {
    let tiny = 1e-300
    func nonZero(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var b = mean + 1 - shape
    var c = 1 / tiny
    var d = 1 / nonZero(b)
    var fraction = d
    for step in 1...(1000 + Int(10 * mean.squareRoot().clamped(to: 0...1e8))) {
      let m = Double(step)
      let a = -m * (m - shape)
      b += 2
      d = 1 / nonZero(a * d + b)
      c = nonZero(b + a / c)
      fraction *= d * c
      if abs(d * c - 1) < 1e-16 { break }
    }
    return fraction
  }
}
