/// Differences of the logarithm of the gamma function and of its derivatives, from `x` > 0 to `x` + `rise`, `rise` ≥ 0.
///
/// The digits of the two values do not cancel out where `x` is large. NIST Digital Library of Mathematical Functions,
/// 5.5.1 (recurrence) and 5.11.1 (Stirling's series for large arguments), with their derivatives 5.5.2, 5.11.2, 5.15.5
/// and 5.15.8.
extension Double {
  /// ln Γ(`x` + `rise`) − ln Γ(`x`).
  static func logGammaRise(_ x: Double, by rise: Double) -> Double {
    guard x >= stirlingStart else { return logGamma(x + rise) - logGamma(x) }
    let top = x + rise
    func rest(_ x: Double) -> Double {
      let square = 1 / (x * x)
      return (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680))) / x
    }
    return (x - 0.5) * log(onePlus: rise / x) + rise * (log(top) - 1) + rest(top) - rest(x)
  }

  /// ψ(`x` + `rise`) − ψ(`x`) of the digamma function ψ, the derivative of ln Γ.
  static func digammaRise(_ x: Double, by rise: Double) -> Double {
    var (x, sum) = (x, 0.0)
    while x < stirlingStart {
      sum += rise / (x * (x + rise))
      x += 1
    }
    func rest(_ x: Double) -> Double {
      let square = 1 / (x * x)
      return 0.5 / x + square * (1.0 / 12 - square * (1.0 / 120 - square * (1.0 / 252 - square / 240)))
    }
    return sum + log(onePlus: rise / x) + rest(x) - rest(x + rise)
  }

  /// ψ′(`x` + `rise`) − ψ′(`x`) of the trigamma function ψ′.
  static func trigammaRise(_ x: Double, by rise: Double) -> Double {
    var (x, sum) = (x, 0.0)
    while x < stirlingStart {
      let product = x * (x + rise)
      sum -= rise * (2 * x + rise) / (product * product)
      x += 1
    }
    return sum - rise / (x * (x + rise)) + trigammaRest(x + rise) - trigammaRest(x)
  }

  /// ψ′(`x`), the trigamma function.
  static func trigamma(_ x: Double) -> Double {
    var (x, sum) = (x, 0.0)
    while x < stirlingStart {
      sum += 1 / (x * x)
      x += 1
    }
    return sum + 1 / x + trigammaRest(x)
  }

  /// What 1/`x` leaves of ψ′(`x`).
  private static func trigammaRest(_ x: Double) -> Double {
    let square = 1 / (x * x)
    return square * (0.5 + (1.0 / 6 - square * (1.0 / 30 - square * (1.0 / 42 - square / 30))) / x)
  }

  /// From here on, four terms of Stirling's series are exact to rounding.
  private static var stirlingStart: Double { 32 }
}
