/// The BG/NBD model of repeat buying, or of returning: when customers come, when they leave for good, and how both
/// differ between them.
///
/// A customer buys at random (Poisson) at a rate λ while active, and right after any repeat purchase turns inactive
/// with probability p. Over customers λ is gamma-distributed with shape ``r`` and rate ``alpha`` (in units of time),
/// and p beta-distributed with shapes ``a`` and ``b``, independently. Fader, Hardie and Lee, "Counting your customers
/// the easy way: an alternative to the Pareto/NBD model", Marketing Science 24 (2005), doi:10.1287/mksc.1040.0098;
/// equations are numbered as there.
///
/// A customer without repeats has had no occasion to leave, and is active for certain.
public struct BetaGeometricNBD: PositiveParameterModel {
  /// Shape of the rates' distribution, positive: the smaller, the more customers differ in how often they come.
  public let r: Double
  /// The inverse scale of the rates' distribution, a time, positive; the mean rate is ``r`` / ``alpha``.
  public let alpha: Double
  /// First shape of the distribution of the probability to leave, positive; its mean is ``a`` / (``a`` + ``b``).
  public let a: Double
  /// Second shape of the distribution of the probability to leave, positive.
  public let b: Double

  /// Makes the model with known parameters.
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for one that is not positive and finite.
  public init(r: Double, alpha: Double, a: Double, b: Double) throws(KernelError) {
    try Self.requirePositive([r, alpha, a, b])
    self.init(parameters: [r, alpha, a, b])
  }

  // MARK: Parameters

  /// r, alpha, a, b.
  public static var parameterNames: [String] { ["r", "alpha", "a", "b"] }

  /// ``r``, ``alpha``, ``a``, ``b``.
  public var parameters: [Double] { [r, alpha, a, b] }

  /// Makes the model with ``r``, ``alpha``, ``a``, ``b``.
  ///
  /// - Precondition: there are four parameters, positive and finite.
  public init(parameters: [Double]) {
    Self.preconditionPositive(parameters)
    (r, alpha, a, b) = (parameters[0], parameters[1], parameters[2], parameters[3])
  }

  // MARK: One customer's prospects

  /// Probability that a customer is still active at the end of the observation; 1 without repeats. O(1).
  ///
  /// Fader, Hardie and Lee, "Computing P(alive) using the BG/NBD model" (brucehardie.com/notes/021).
  public func probabilityActive(_ customer: RecencyFrequency) -> Double {
    guard customer.frequency > 0 else { return 1 }
    let frequency = Double(customer.frequency)
    let logOdds =
      (r + frequency) * Double.log(onePlus: (customer.age - customer.recency) / (alpha + customer.recency))
      + Double.log(a / (b + frequency - 1))
    return 1 / (1 + Double.exp(logOdds))
  }

  /// Expected number of purchases of a customer in the time `duration` after the observation; equation 10.
  ///
  /// To about 11 digits, at most a few thousand operations.
  ///
  /// - Precondition: `duration` is finite and not negative.
  public func expectedPurchases(of customer: RecencyFrequency, in duration: Double) -> Double {
    Self.requireDuration(duration)
    let frequency = Double(customer.frequency)
    return probabilityActive(customer)
      * ExpectedRepeats(shape: r + frequency, leaving: a, staying: b + frequency)
      .value(afterRelativeTime: duration / (alpha + customer.age))
  }

  /// Probability of at least one purchase of a customer in the time `duration` after the observation. O(1).
  ///
  /// Exact: customers who are active do not leave before they next buy, so that it takes no purchase in `duration` at
  /// a rate that is gamma-distributed with shape r + frequency and inverse scale alpha + age:
  /// P(active) · (1 − ((alpha + age)/(alpha + age + `duration`))^(r + frequency)).
  ///
  /// - Precondition: `duration` is finite and not negative.
  public func probabilityOfPurchase(by customer: RecencyFrequency, in duration: Double) -> Double {
    Self.requireDuration(duration)
    let exponent = (r + Double(customer.frequency)) * Double.log(onePlus: duration / (alpha + customer.age))
    return -probabilityActive(customer) * Double.expMinusOne(-exponent)
  }

  // MARK: New customers

  /// Expected number of repeat purchases of a new customer in the time `duration` after the first; equation 9.
  ///
  /// To about 11 digits, at most a few thousand operations.
  ///
  /// - Precondition: `duration` is finite and not negative.
  public func expectedRepeats(in duration: Double) -> Double {
    Self.requireDuration(duration)
    return ExpectedRepeats(shape: r, leaving: a, staying: b).value(afterRelativeTime: duration / alpha)
  }

  /// Probability that a new customer makes just `count` repeat purchases in the time `duration` after the first;
  /// equation 8. O(√`count`).
  ///
  /// - Precondition: `duration` is finite and not negative.
  public func probability(ofRepeats count: Int, in duration: Double) -> Double {
    Self.requireDuration(duration)
    guard count >= 0 else { return 0 }
    guard duration > 0 else { return count == 0 ? 1 : 0 }
    let (n, relative) = (Double(count), duration / alpha)
    // Chance to stay after n purchases; ln of the chance that one who does not leave would make n.
    func logStaying(_ n: Double) -> Double { Double.logGammaRise(b, by: n) - Double.logGammaRise(a + b, by: n) }
    let logCount =
      Double.logGammaRise(r, by: n) - Double.logGamma(n + 1) - r * Double.log(onePlus: relative)
      - n * Double.log(onePlus: 1 / relative)
    let stayed = Double.exp(logStaying(n) + logCount)
    guard count > 0 else { return stayed }
    let left = Double.exp(logStaying(n - 1)) * a / (a + b + n - 1)
    let reaches = BetaDistribution(alpha: n, beta: r).cumulative(relative / (1 + relative))
    return stayed + left * reaches
  }

  private static func requireDuration(_ duration: Double) {
    precondition(duration >= 0 && duration.isFinite, "a duration is finite and not negative")
  }
}
