/// What is believed of a share after a prior and evidence: a beta distribution, or no doubt at all.
struct BetaPosterior {
  /// Evidence for the share.
  let own: Double
  /// Evidence for everything else.
  let rest: Double

  init(own: Double, rest: Double) {
    self.own = own
    self.rest = rest
  }

  /// The mean of a share with evidence `own` and `rest`, and more spread: a variance of the logit is added to that of
  /// the beta distribution, so that the variance of the share grows by (mean · (1 − mean))² times that.
  @inline(__always)
  init(own: Double, rest: Double, logitVariance: Double) {
    let total = own + rest
    let spread = logitVariance > 0 && total > 0 ? 1 + logitVariance * (own / total) * rest : 1
    self.init(own: own / spread, rest: rest / spread)
  }

  /// The mean; 0 without any evidence.
  var mean: Double { own + rest > 0 ? own / (own + rest) : 0 }

  /// The central interval, widened to hold the mean where the distribution is so skewed that it lies outside.
  ///
  /// Below a sixty-fourth of an event the lower end is less than 10⁻⁷⁷ at a confidence of 0.9 and is given as 0, and
  /// the mean is the upper end.
  func interval(confidence: Double) -> ClosedRange<Double> {
    guard own + rest > 0 else { return 0...1 }
    if own < Self.leastShape || own <= 1e-12 * rest { return 0...mean }
    if rest < Self.leastShape || rest <= 1e-12 * own { return mean...1 }
    let beta = BetaDistribution(alpha: own, beta: rest)
    return min(mean, beta.quantile((1 - confidence) / 2))...max(mean, beta.quantile((1 + confidence) / 2))
  }

  /// Probability that the share is above `level`.
  func probability(above level: Double) -> Double {
    guard own + rest > 0 else { return 1 - level }
    guard own > 0 else { return 0 }
    guard rest > 0 else { return level < 1 ? 1 : 0 }
    return BetaDistribution(alpha: own, beta: rest).upperTail(level)
  }

  private static let leastShape = 1.0 / 64
}
