/// The phases of events that are uniform over a window of observation.
struct UniformPhases {
  /// The phase of the window's start, and its length, in periods; `nil` where it covers all phases alike.
  private let window: (start: Double, length: Double)?

  /// - Precondition: the period and the window's length are positive.
  init(period: Double, window: ClosedRange<Double>?) {
    guard let window else {
      self.window = nil
      return
    }
    let length = (window.upperBound - window.lowerBound) / period
    // Beyond a thousand periods the part that is over weighs nothing.
    guard length < 1000, abs(length - length.rounded()) > 1e-9 else {
      self.window = nil
      return
    }
    let rest = window.lowerBound.truncatingRemainder(dividingBy: period) / period
    self.window = (rest < 0 ? rest + 1 : rest, length)
  }

  /// The probability of a phase of at most `phase`, in 0…1.
  func cumulative(_ phase: Double) -> Double {
    guard let window else { return phase }
    let whole = window.length.rounded(.down)
    let end = window.start + (window.length - whole)
    // The part of a period that is over may wrap round.
    func covered(_ low: Double, _ high: Double) -> Double { max(0, min(phase, high) - max(0, low)) }
    return (whole * phase + covered(window.start, end) + covered(window.start - 1, end - 1)) / window.length
  }

  /// The squared length of a mean resultant (x, y) as it would be in a whole number of periods: measured from its
  /// expectation, in units of its spread, twice the sum being chi-square with two degrees of freedom.
  func squaredResultant(_ x: Double, _ y: Double) -> Double {
    guard let window else { return x * x + y * y }
    let first = mean(window, harmonic: 1)
    let second = mean(window, harmonic: 2)
    let (dx, dy) = (x - first.cosine, y - first.sine)
    let xx = (1 + second.cosine) / 2 - first.cosine * first.cosine
    let yy = (1 - second.cosine) / 2 - first.sine * first.sine
    let xy = second.sine / 2 - first.cosine * first.sine
    let determinant = xx * yy - xy * xy
    // In a short window phases lie on a piece of arc that is nearly straight, and tell nothing about the period.
    guard determinant > 1e-9 else { return 0 }
    return (yy * dx * dx - 2 * xy * dx * dy + xx * dy * dy) / determinant / 2
  }

  /// The expectations of the cosine and the sine of `harmonic` times the phase.
  private func mean(_ window: (start: Double, length: Double), harmonic: Double) -> (cosine: Double, sine: Double) {
    let (low, high) = (2 * .pi * harmonic * window.start, 2 * .pi * harmonic * (window.start + window.length))
    return (
      (Double.sin(high) - Double.sin(low)) / (high - low), (Double.cos(low) - Double.cos(high)) / (high - low)
    )
  }
}
