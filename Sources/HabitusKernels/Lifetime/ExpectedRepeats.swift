/// How many more purchases an active customer is expected to make, over the customer's rate of buying and probability
/// to leave.
///
/// The customer's rate is gamma-distributed with the given shape, and the probability to leave beta-distributed. In a
/// time u, relative to the inverse scale of the rate, one who never left would make K purchases, where K is
/// negative binomial with that shape and mean shape · u; the j-th takes place if the customer has stayed after the
/// j − 1 before it. Hence E = Σₖ P(K = k) · Σ_{j<k} E[(1 − p)ʲ], which is equation 10 of Fader, Hardie and Lee (2005)
/// for active customers without its Gaussian hypergeometric function, whose digits cancel out near a = 1 and for short
/// times, and which overflows for many purchases. All terms here are positive.
struct ExpectedRepeats {
  /// Shape of the distribution of rates: r + frequency.
  let shape: Double
  /// First shape of the distribution of the probability to leave: a.
  let leaving: Double
  /// Its second shape: b + frequency.
  let staying: Double

  /// The expectation, to about 12 digits.
  func value(afterRelativeTime time: Double) -> Double {
    guard time > 0 else { return 0 }
    // About how many terms the series has that matter; beyond, the integral is faster.
    return (shape + 40) * (1 + time) < 1500 ? series(time) : integral(time)
  }

  /// The sum over K.
  func series(_ time: Double) -> Double {
    let ratio = time / (1 + time)
    var probability = Double.exp(-shape * Double.log(onePlus: time))
    // Chance to have stayed after k purchases, and the expected number that takes place of k.
    var (stayed, purchases) = (1.0, 0.0)
    var (sum, k) = (0.0, 0.0)
    while true {
      probability *= ratio * (shape + k) / (k + 1)
      purchases += stayed
      stayed *= (staying + k) / (leaving + staying + k)
      k += 1
      let term = probability * purchases
      sum += term
      // Terms fall at least this fast from here on, as purchases grow by 1/k of themselves at most.
      let fall = ratio * (shape + k) / (k + 1) * (1 + 1 / k)
      if fall < 1, term * fall <= 1e-16 * sum * (1 - fall) { return sum }
    }
  }

  /// The expectation over the probability to leave p of (1 − (1 + p·u)^(−shape))/p, the expectation for a known p.
  ///
  /// With p = 1/(1 + e⁻ʸ) the integrand falls exponentially on both sides and is analytic in a strip about the real
  /// axis, so that the trapezoidal rule converges geometrically (Trefethen and Weideman, SIAM Review 56 (2014),
  /// doi:10.1137/130932132, section 5). Beyond ±40 or so the terms are geometric sequences to rounding.
  func integral(_ time: Double) -> Double {
    let spread = (1 / leaving + 1 / staying).squareRoot()
    let step = min(0.25, 0.6 * spread)
    let mode = Double.log(leaving / staying)
    let leftEnd = max(
      -40 - Double.log(onePlus: staying + leaving + shape * time), mode - 10 * spread - 80 / leaving)
    let rightEnd = 40 + Double.log(onePlus: staying + leaving)
    let logPeak = logWeight(at: mode)
    var (weights, sum) = (0.0, 0.0)
    var y = leftEnd
    while true {
      let p = 1 / (1 + Double.exp(-y))
      let weight = Double.exp(logWeight(at: y) - logPeak)
      let term = weight * purchases(time, leavingWith: p)
      let isFirst = y == leftEnd
      let isLast = y >= rightEnd
      // At an end, all the terms beyond it come along.
      let share = isFirst ? 1 + tail(leaving, step) : (isLast ? 1 + tail(staying, step) : 1)
      weights += share * weight
      sum += share * term
      if isLast || y > mode && weight < 1e-17 * weights && term < 1e-17 * sum { return sum / weights }
      y += step
    }
  }

  /// Σ_{k≥1} e^(−rate·k·step).
  private func tail(_ rate: Double, _ step: Double) -> Double { 1 / Double.expMinusOne(rate * step) }

  /// ln of p^leaving · (1 − p)^staying, the density of the log-odds y of p but for a constant.
  private func logWeight(at y: Double) -> Double {
    let smaller = Double.log(onePlus: Double.exp(-abs(y)))
    let (logP, logRest) = y < 0 ? (y - smaller, -smaller) : (-smaller, -y - smaller)
    return leaving * logP + staying * logRest
  }

  /// Expected purchases of one who leaves with probability `p` above 0.
  private func purchases(_ time: Double, leavingWith p: Double) -> Double {
    -Double.expMinusOne(-shape * Double.log(onePlus: p * time)) / p
  }
}
