/// What a customer is worth from now on, from how often customers buy and for how much.
///
/// Fader, Hardie and Lee, "RFM and CLV" (2005), doi:10.1509/jmkr.2005.42.4.415, with purchases counted at the end of
/// equal periods in place of continuous time.
public struct CustomerLifetimeValue: Hashable, Sendable, Codable {
  /// When customers buy.
  public let purchases: BetaGeometricNBD
  /// For how much.
  public let values: GammaGamma
  /// Length of a period, in the time unit of ``purchases``, positive.
  public let period: Double
  /// By how much less a period later is worth, 0 or more: a value in k periods counts 1/(1 + `discountRate`)ᵏ.
  public let discountRate: Double

  /// Makes an evaluation.
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for a period or rate out of range.
  public init(
    purchases: BetaGeometricNBD, values: GammaGamma, period: Double, discountRate: Double
  ) throws(KernelError) {
    guard period > 0, period.isFinite else {
      throw .parameter(name: "period", value: period, allowed: "a finite number above 0")
    }
    guard discountRate >= 0, discountRate.isFinite else {
      throw .parameter(name: "discountRate", value: discountRate, allowed: "a finite number of 0 or more")
    }
    self.purchases = purchases
    self.values = values
    self.period = period
    self.discountRate = discountRate
  }

  /// Expected number of purchases in the next periods, each discounted from the end of its period. O(`periodCount`).
  ///
  /// - Precondition: `periodCount` is not negative.
  public func discountedPurchases(of customer: RecencyFrequency, periodCount: Int) -> Double {
    precondition(periodCount >= 0, "a number of periods is not negative")
    var (before, sum, factor) = (0.0, 0.0, 1.0)
    for number in 0..<periodCount {
      let after = purchases.expectedPurchases(of: customer, in: Double(number + 1) * period)
      factor /= 1 + discountRate
      sum += max(0, after - before) * factor
      before = after
    }
    return sum
  }

  /// The expected discounted value of a customer's purchases in the next periods. O(`periodCount`).
  ///
  /// ``discountedPurchases(of:periodCount:)`` times what the customer's purchases are expected to be worth; 0 without
  /// periods, ∞ where the latter is.
  ///
  /// - Parameter mean: the mean value of the customer's repeat purchases, 0 without repeats.
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for a mean that does not go with the frequency.
  /// - Precondition: `periodCount` is not negative.
  public func value(
    of customer: RecencyFrequency, meanRepeatValue mean: Double, periodCount: Int
  ) throws(KernelError) -> Double {
    let expected = try values.expectedValue(of: RepeatValue(frequency: customer.frequency, mean: mean))
    let count = discountedPurchases(of: customer, periodCount: periodCount)
    return count > 0 ? count * expected : 0
  }
}
