import Foundation
import HabitusKernels
import Testing

@Suite("Gamma-gamma model and lifetime value")
struct LifetimeValueTests {
  struct Reference: Decodable {
    struct Values: Decodable {
      let parameters: [Double]
      let errors: [Double]
      let logLikelihood: Double
      let correlation: Double
      let expected: [Double]
    }
    let rows: [[Double]]
    let values: Values
    let worth: [Double]
  }
  struct References: Decodable { let fit: Reference }

  private func values(_ rows: [[Double]]) throws -> [RepeatValue] {
    try rows.map { try RepeatValue(frequency: Int($0[0]), mean: $0[3]) }
  }

  @Test("by hand: expected values lie between a customer's mean and that of all")
  func byHand() throws {
    let model = try GammaGamma(p: 2, q: 3, v: 10)
    #expect(model.meanValue == 10)
    // 2·(10 + 2·15)/(2·2 + 3 − 1).
    #expect(try agree(model.expectedValue(of: RepeatValue(frequency: 2, mean: 15)), 80.0 / 6))
    #expect(try model.expectedValue(of: RepeatValue(frequency: 0, mean: 0)) == 10)
    let heavy = try GammaGamma(p: 0.5, q: 0.4, v: 10)
    #expect(heavy.meanValue == .infinity)
    #expect(try heavy.expectedValue(of: RepeatValue(frequency: 1, mean: 5)) == .infinity)
    // 0.5·(10 + 2·5)/(1 + 0.4 − 1).
    #expect(try agree(heavy.expectedValue(of: RepeatValue(frequency: 2, mean: 5)), 25))
    // A new customer, of whom ln(1 + t) purchases are expected by t: ln 2 in the first period, ln 3 − ln 2 in the
    // second, at 100 % a period.
    let worth = try CustomerLifetimeValue(
      purchases: BetaGeometricNBD(r: 1, alpha: 1, a: 1, b: 1), values: model, period: 1, discountRate: 1)
    let customer = try RecencyFrequency(frequency: 0, recency: 0, age: 0)
    let purchases = log(2.0) / 2 + log(1.5) / 4
    #expect(agree(worth.discountedPurchases(of: customer, periodCount: 2), purchases))
    #expect(try agree(worth.value(of: customer, meanRepeatValue: 0, periodCount: 2), 10 * purchases))
    #expect(try worth.value(of: customer, meanRepeatValue: 0, periodCount: 0) == 0)
  }

  @Test(
    "CDNOW has the published parameters, correlation and expected values", .tags(.reference),
    .enabled(if: CDNOW.isThere, "the folder of published data is not there"))
  func published() throws {
    let customers = try CDNOW.rows("clv/cdnow_customers_summary_with_transactions.csv.gz").map {
      try RepeatValue(frequency: Int($0[1]), mean: $0[4])
    }
    let fit = try GammaGamma.fit(customers)
    // Fader and Hardie's note 025.
    for (found, expected) in zip(fit.model.parameters, [6.25, 3.74, 15.44]) { #expect(abs(found - expected) < 0.01) }
    // Fitted to the customers with repeats.
    #expect(fit.sampleCount == 946)
    // numpy.corrcoef.
    #expect(try abs(#require(GammaGamma.frequencyCorrelation(customers)) - 0.11388391) < 5e-9)
    let expected = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    for (customer, value) in zip(customers, expected) {
      #expect(abs(fit.model.expectedValue(of: customer) - value) < 0.02)
    }
  }

  @Test("agrees with lifetimes on made customers (Scripts/reference/lifetime.py)", .tags(.reference))
  func agreesWithLifetimes() throws {
    let reference = try ReferenceData.read("lifetime", as: References.self).fit
    let customers = try values(reference.rows)
    let fit = try GammaGamma.fit(customers)
    for (found, expected) in zip(fit.model.parameters, reference.values.parameters) {
      #expect(agreeRelatively(found, expected, tolerance: 1e-6))
    }
    for (found, expected) in zip(fit.standardErrors, reference.values.errors) {
      #expect(agreeRelatively(found, expected, tolerance: 1e-5))
    }
    #expect(agree(fit.logLikelihood, reference.values.logLikelihood, tolerance: 1e-12))
    #expect(
      try agree(#require(GammaGamma.frequencyCorrelation(customers)), reference.values.correlation, tolerance: 1e-12))
    for (customer, expected) in zip(customers, reference.values.expected) {
      #expect(agreeRelatively(fit.model.expectedValue(of: customer), expected, tolerance: 1e-6))
    }
    let histories = try reference.rows.map {
      try RecencyFrequency(frequency: Int($0[0]), recency: $0[1], age: $0[2])
    }
    let worth = try CustomerLifetimeValue(
      purchases: BetaGeometricNBD.fit(histories).model, values: fit.model, period: 4.345, discountRate: 0.02)
    #expect(reference.worth.count == 20)
    for (index, expected) in reference.worth.enumerated() {
      let found = try worth.value(of: histories[index], meanRepeatValue: customers[index].mean, periodCount: 6)
      #expect(agreeRelatively(found, expected, tolerance: 1e-6))
    }
  }

  @Test("finds what made customers were made with, in any order, on any threads and in any currency")
  func recovery() throws {
    let model = try GammaGamma(p: 4, q: 5, v: 60)
    var generator = SplitMix64(seed: 6)
    let customers = try (0..<3000).map { _ in
      let frequency = 1 + generator.nextIndex(below: 6)
      let rate = made(gammaOfShape: model.q, &generator) / model.v
      let mean = made(gammaOfShape: model.p * Double(frequency), &generator) / rate / Double(frequency)
      return try RepeatValue(frequency: frequency, mean: mean)
    }
    let fit = try GammaGamma.fit(customers, threadCount: 1)
    for index in 0..<3 {
      let error = log(fit.model.parameters[index] / model.parameters[index])
      #expect(abs(error) < 3 * fit.logCovariance[index * 4].squareRoot())
    }
    let idle = try RepeatValue(frequency: 0, mean: 0)
    #expect(try GammaGamma.fit(customers.reversed() + [idle], threadCount: 3) == fit)
    let cents = try GammaGamma.fit(customers.map { try RepeatValue(frequency: $0.frequency, mean: 100 * $0.mean) })
    #expect(agreeRelatively(cents.model.v, 100 * fit.model.v, tolerance: 1e-9))
    #expect(agreeRelatively(cents.model.q, fit.model.q, tolerance: 1e-9))
    #expect(agree(cents.logLikelihood, fit.logLikelihood - 3000 * log(100), tolerance: 1e-12))
  }

  @Test("many customers, who are fitted from the parameters of a sample, have the maximum of all of them")
  func fromSample() throws {
    let model = try GammaGamma(p: 4, q: 5, v: 60)
    var generator = SplitMix64(seed: 7)
    let customers = try (0..<34_000).map { _ in
      let frequency = 1 + generator.nextIndex(below: 6)
      let rate = made(gammaOfShape: model.q, &generator) / model.v
      let mean = made(gammaOfShape: model.p * Double(frequency), &generator) / rate / Double(frequency)
      return try RepeatValue(frequency: frequency, mean: mean)
    }
    let fit = try GammaGamma.fit(customers)
    #expect(try fit.iterationCount < GammaGamma.fit(Array(customers.prefix(2000))).iterationCount)
    // Equation 1a.
    func logLikelihood(_ parameters: [Double]) -> Double {
      let (p, q, v) = (parameters[0], parameters[1], parameters[2])
      return customers.reduce(0) { sum, customer in
        let (shape, total) = (p * Double(customer.frequency), Double(customer.frequency) * customer.mean)
        return sum + lgamma(shape + q) - lgamma(shape) - lgamma(q) + q * log(v) + shape * log(total)
          - log(customer.mean) - (shape + q) * log(total + v)
      }
    }
    let best = logLikelihood(fit.model.parameters)
    #expect(agreeRelatively(fit.logLikelihood, best, tolerance: 1e-11))
    for index in 0..<3 {
      for factor in [0.9995, 1.0005] {
        var moved = fit.model.parameters
        moved[index] *= factor
        #expect(logLikelihood(moved) < best)
      }
    }
  }

  @Test("data without an answer are refused")
  func degenerate() throws {
    #expect(throws: KernelError.noSamples) { try GammaGamma.fit([]) }
    #expect(throws: KernelError.noSamples) { try GammaGamma.fit([RepeatValue(frequency: 0, mean: 0)]) }
    for customers in try [
      [RepeatValue(frequency: 3, mean: 5)], (1..<40).map { try RepeatValue(frequency: $0 % 4 + 1, mean: 5) },
    ] {
      do {
        let fit = try GammaGamma.fit(customers)
        Issue.record("found \(fit)")
      } catch {
        guard case KernelError.noMaximum = error else {
          Issue.record("\(error)")
          continue
        }
      }
    }
    for (frequency, mean) in [(-1, 1.0), (1, 0), (1, -2), (1, .nan), (1, .infinity), (0, 3)] {
      #expect(throws: KernelError.self) { try RepeatValue(frequency: frequency, mean: mean) }
    }
    #expect(try GammaGamma.frequencyCorrelation([RepeatValue(frequency: 1, mean: 3)]) == nil)
    #expect(throws: KernelError.self) { try GammaGamma(p: 1, q: -1, v: 1) }
    let (purchases, values) = try (BetaGeometricNBD(r: 1, alpha: 1, a: 1, b: 1), GammaGamma(p: 1, q: 2, v: 1))
    for (period, rate) in [(0, 0.1), (.nan, 0.1), (1, -0.1), (1, .nan)] {
      #expect(throws: KernelError.self) {
        try CustomerLifetimeValue(purchases: purchases, values: values, period: period, discountRate: rate)
      }
    }
    let worth = try CustomerLifetimeValue(purchases: purchases, values: values, period: 1, discountRate: 0)
    let customer = try RecencyFrequency(frequency: 1, recency: 1, age: 2)
    #expect(throws: KernelError.self) { try worth.value(of: customer, meanRepeatValue: 0, periodCount: 3) }
  }
}
