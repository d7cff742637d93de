/// The concentration of the von Mises distribution, the normal distribution of the circle.
enum VonMises {
  /// κ of greatest likelihood for a mean resultant length R̄, the solution of I₁(κ)/I₀(κ) = R̄; `nil` for 1.
  ///
  /// Start of Best and Fisher (Communications in Statistics B 10, 1981), then Newton's steps with A′ = 1 − A/κ − A²
  /// (Mardia and Jupp, "Directional Statistics", 2000, section 5.3.1). No correction for bias, which is upwards for
  /// few samples.
  ///
  /// - Precondition: `resultantLength` is in 0…1.
  static func concentration(resultantLength r: Double) -> Double? {
    precondition((0...1).contains(r), "a mean resultant length lies between 0 and 1")
    guard r > 0 else { return 0 }
    guard r < 1 else { return nil }
    var kappa =
      if r < 0.53 { 2 * r + r * r * r + 5 * Double.pow(r, 5) / 6 } else if r < 0.85 {
        -0.4 + 1.39 * r + 0.43 / (1 - r)
      } else {
        1 / (r * r * r - 4 * r * r + 3 * r)
      }
    for _ in 0..<50 {
      let ratio = besselRatio(kappa)
      let step = (ratio - r) / (1 - ratio / kappa - ratio * ratio)
      guard step.isFinite else { break }
      kappa = max(kappa / 2, kappa - step)
      if abs(step) <= 1e-13 * kappa { break }
    }
    return kappa
  }

  /// I₁(κ)/I₀(κ) by its continued fraction κ/(2 + κ²/(4 + κ²/(6 + …))), NIST DLMF 10.33.1, from the far end.
  static func besselRatio(_ kappa: Double) -> Double {
    // Beyond it the asymptotic series is exact to the last digit.
    guard kappa < 2000 else { return 1 - 1 / (2 * kappa) - 1 / (8 * kappa * kappa) - 1 / (8 * kappa * kappa * kappa) }
    var tail = 0.0
    for order in stride(from: 30 + Int(2 * kappa), through: 1, by: -1) {
      tail = 1 / (2 * Double(order) / kappa + tail)
    }
    return tail
  }
}
