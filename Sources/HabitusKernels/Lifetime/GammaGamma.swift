/// A customer's repeat purchases and what they were worth on average.
public struct RepeatValue: Hashable, Sendable, Codable {
  /// Number of repeat purchases.
  public let frequency: Int
  /// The mean value of the repeat purchases, the first purchase left out; 0 without repeats.
  public let mean: Double

  /// Makes a value.
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for a negative frequency, a mean that is not positive and
  ///   finite, or one other than 0 without repeats.
  public init(frequency: Int, mean: Double) throws(KernelError) {
    guard frequency >= 0 else {
      throw .parameter(name: "frequency", value: Double(frequency), allowed: "0 or more")
    }
    guard frequency > 0 ? mean > 0 && mean.isFinite : mean == 0 else {
      throw .parameter(
        name: "mean", value: mean,
        allowed: frequency > 0 ? "a finite number above 0" : "0, for there are no repeats")
    }
    self.frequency = frequency
    self.mean = mean
  }
}

/// The gamma-gamma model of what purchases are worth.
///
/// The values of a customer's purchases are gamma-distributed with shape ``p`` and a rate ν of the customer's own, that
/// is gamma-distributed with shape ``q`` and rate ``v`` over customers. How much is independent of how often:
/// ``frequencyCorrelation(_:)`` tells whether that is about so. Fader, Hardie and Lee, "RFM and CLV: using iso-value
/// curves for customer base analysis", J. Marketing Research 42 (2005), doi:10.1509/jmkr.2005.42.4.415; Fader and
/// Hardie, "The gamma-gamma model of monetary value" (brucehardie.com/notes/025), by which equations are numbered.
public struct GammaGamma: PositiveParameterModel {
  /// Shape of the values of one customer, positive: the smaller, the more they vary.
  public let p: Double
  /// Shape of the distribution of customers' rates, positive: the smaller, the more customers differ.
  public let q: Double
  /// Rate of the distribution of customers' rates, a value, positive.
  public let v: Double

  /// Makes the model with known parameters.
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for one that is not positive and finite.
  public init(p: Double, q: Double, v: Double) throws(KernelError) {
    try Self.requirePositive([p, q, v])
    self.init(parameters: [p, q, v])
  }

  /// p, q, v.
  public static var parameterNames: [String] { ["p", "q", "v"] }

  /// ``p``, ``q``, ``v``.
  public var parameters: [Double] { [p, q, v] }

  /// Makes the model with ``p``, ``q``, ``v``.
  ///
  /// - Precondition: there are three parameters, positive and finite.
  public init(parameters: [Double]) {
    Self.preconditionPositive(parameters)
    (p, q, v) = (parameters[0], parameters[1], parameters[2])
  }

  /// The mean value of purchases over all customers, p·v/(q − 1); ∞ where q is at most 1.
  public var meanValue: Double { q > 1 ? p * v / (q - 1) : .infinity }

  /// The expected mean value of a customer's purchases, given those so far; equation 5. O(1).
  ///
  /// p·(v + frequency · mean)/(p · frequency + q − 1): between the customer's own mean and ``meanValue``, nearer to the
  /// former the more purchases there are. ∞ where the denominator is not positive.
  public func expectedValue(of customer: RepeatValue) -> Double {
    let frequency = Double(customer.frequency)
    let strength = p * frequency + q - 1
    return strength > 0 ? p * (v + frequency * customer.mean) / strength : .infinity
  }

  /// Pearson's correlation of frequency and mean value over the customers with repeats, which the model takes to be 0.
  ///
  /// `nil` for fewer than two of them, or where either does not vary. O(*n*).
  public static func frequencyCorrelation(_ customers: [RepeatValue]) -> Double? {
    let repeating = customers.filter { $0.frequency > 0 }
    let frequencies = Moments(of: repeating.lazy.map { Double($0.frequency) })
    let values = Moments(of: repeating.lazy.map(\.mean))
    guard let frequencyMean = frequencies.mean, let valueMean = values.mean,
      let frequencyVariance = frequencies.populationVariance, frequencyVariance > 0,
      let valueVariance = values.populationVariance, valueVariance > 0
    else { return nil }
    let covariance =
      repeating.reduce(0) { $0 + (Double($1.frequency) - frequencyMean) * ($1.mean - valueMean) }
      / Double(repeating.count)
    return (covariance / (frequencyVariance.squareRoot() * valueVariance.squareRoot())).clamped(to: -1...1)
  }
}
