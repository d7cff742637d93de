import Foundation
import Testing

@testable import HabitusKernels

@Suite("BG/NBD predictions")
struct LifetimePredictionTests {
  /// Fader, Hardie and Lee's estimates for CDNOW, as published.
  private static let cdnow = [0.243, 4.414, 0.793, 2.426]

  private func history(_ frequency: Int, _ recency: Double, _ age: Double) throws -> RecencyFrequency {
    try RecencyFrequency(frequency: frequency, recency: recency, age: age)
  }

  @Test("by hand: exponential rates and uniform probabilities to leave")
  func byHand() throws {
    let model = try BetaGeometricNBD(r: 1, alpha: 1, a: 1, b: 1)
    // Odds to have left: 1/(1 + 1 − 1) · ((1 + 3)/(1 + 1))² = 4.
    let customer = try history(1, 1, 3)
    #expect(agree(model.probabilityActive(customer), 0.2))
    // Gamma(2) with inverse scale 4: no purchase in 4 with probability (4/8)².
    #expect(agree(model.probabilityOfPurchase(by: customer, in: 4), 0.2 * 0.75))
    // E[(1 − 1/(1 + p·t))/p] = ∫ t/(1 + p·t) dp = ln(1 + t).
    for t in [1e-9, 0.5, 3, 1e6] { #expect(agreeRelatively(model.expectedRepeats(in: t), log1p(t), tolerance: 1e-12)) }
    // K is geometric, P(K = k) = 2^(−k−1). P(1) = E[1 − p]/4 + E[p]·P(K ≥ 1) = 1/8 + 1/4;
    // P(2) = E[(1 − p)²]/8 + E[p·(1 − p)]·P(K ≥ 2) = 1/24 + 1/24.
    let probabilities = (0..<3).map { model.probability(ofRepeats: $0, in: 1) }
    #expect(agree(probabilities[0], 0.5) && agree(probabilities[1], 3.0 / 8) && agree(probabilities[2], 1.0 / 12))
  }

  @Test("agrees with BTYD's vignette, lifetimes' tests and Hardie's spreadsheet", .tags(.reference))
  func published() throws {
    // BTYD's vignette, whose parameters are printed with seven digits, of which predictions keep five.
    let vignette = BetaGeometricNBD(parameters: [0.2425982, 4.4136842, 0.7929899, 2.4261667])
    for (frequency, expected) in [(10, 0.3474606), (15, 0.04283391), (20, 0.004158973), (25, 0.0003583685)] {
      let found = try vignette.expectedPurchases(of: history(frequency, 20, 39), in: 52)
      #expect(agreeRelatively(found, expected, tolerance: 6e-6))
    }
    let best = try history(26, 30.85714, 31)
    #expect(agreeRelatively(vignette.expectedPurchases(of: best, in: 52), 25.75659, tolerance: 6e-6))
    #expect(abs(vignette.probabilityActive(best) - 0.9688523) < 1e-6)
    #expect(abs(vignette.expectedRepeats(in: 52) - 1.444004) < 2e-6)
    // lifetimes' tests, and Hardie's spreadsheet in them.
    let model = BetaGeometricNBD(parameters: Self.cdnow)
    #expect(try model.probabilityActive(history(0, 0, 1)) == 1)
    #expect(try abs(model.expectedPurchases(of: history(2, 30.43, 38.86), in: 39) - 1.226) < 1e-3)
    let times = [0.1429, 1.0, 3.0, 31.8571, 32.0, 78.0]
    for (time, expected) in zip(times, [0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576]) {
      #expect(abs(vignette.expectedRepeats(in: time) - expected) < 5e-4)
    }
    #expect(abs(model.probability(ofRepeats: 10, in: 2) - 1.07869e-7) < 5e-13)
    #expect(abs(model.probability(ofRepeats: 0, in: 39) - 0.5737864) < 5e-8)
    let tail = [
      0.0019995214, 0.0015170236, 0.001163315, 0.0009003148, 0.0007023638, 0.0005517902, 0.0004361913, 0.0003467171,
      0.0002769613, 0.000222226,
    ]
    for (offset, expected) in tail.enumerated() {
      #expect(abs(model.probability(ofRepeats: 11 + offset, in: 30) - expected) < 6e-11)
    }
  }

  struct Expectation: Decodable {
    let model: [Double]
    let frequency: Int
    let recency: Double
    let age: Double
    let duration: Double
    let exact: Double
    let lifetimes: Double?
    let active: Double
  }
  struct NewCustomer: Decodable {
    let model: [Double]
    let duration: Double
    let exact: Double
    let lifetimes: Double?
    let probabilities: [Double]
  }
  struct GammaRise: Decodable {
    let x: Double
    let rise: Double
    let logGamma: Double
    let digamma: Double
    let trigamma: Double
    let trigammaItself: Double
  }
  struct References: Decodable {
    let expectations: [Expectation]
    let newCustomers: [NewCustomer]
    let gammaRises: [GammaRise]
  }

  @Test(
    "agrees with the published equation at 80 digits, and with lifetimes where that is finite (Scripts/reference)",
    .tags(.reference))
  func agreesWithEquation() throws {
    let references = try ReferenceData.read("lifetime", as: References.self)
    #expect(references.expectations.count == 129 && references.expectations.count { $0.lifetimes != nil } > 95)
    for reference in references.expectations {
      let model = BetaGeometricNBD(parameters: reference.model)
      let customer = try history(reference.frequency, reference.recency, reference.age)
      let found = model.expectedPurchases(of: customer, in: reference.duration)
      let name = Comment(rawValue: "\(reference) gives \(found)")
      #expect(agreeRelatively(found, reference.exact, tolerance: 1e-11), name)
      if let theirs = reference.lifetimes { #expect(agree(found, theirs, tolerance: 1e-6), name) }
      #expect(agreeRelatively(model.probabilityActive(customer), reference.active, tolerance: 1e-11), name)
    }
    for reference in references.newCustomers {
      let model = BetaGeometricNBD(parameters: reference.model)
      let found = model.expectedRepeats(in: reference.duration)
      #expect(agreeRelatively(found, reference.exact, tolerance: 1e-12))
      if let theirs = reference.lifetimes { #expect(agree(found, theirs, tolerance: 1e-6)) }
      for (count, expected) in reference.probabilities.enumerated() {
        // They take the second term as one minus a sum.
        #expect(agree(model.probability(ofRepeats: count, in: reference.duration), expected, tolerance: 1e-12))
      }
    }
  }

  @Test("the series and the integral are the same", .tags(.differential))
  func seriesIsIntegral() {
    var generator = SplitMix64(seed: 8)
    func power(_ from: Double, _ to: Double) -> Double { pow(10, from + (to - from) * generator.nextUnit()) }
    for _ in 0..<60 {
      let law = ExpectedRepeats(shape: power(-2, 2), leaving: power(-3, 3), staying: power(-3, 3))
      let time = power(-4, 1)
      let (series, integral) = (law.series(time), law.integral(time))
      #expect(agreeRelatively(series, integral, tolerance: 1e-11), "\(law) \(time): \(series) \(integral)")
    }
  }

  @Test("rises of the gamma function and its derivatives agree with mpmath", .tags(.reference))
  func gammaFunctions() throws {
    let references = try ReferenceData.read("lifetime", as: References.self).gammaRises
    #expect(references.count == 45)
    for reference in references {
      let (x, rise) = (reference.x, reference.rise)
      // ln Γ is up to 80 where it is taken as it is.
      #expect(agree(Double.logGammaRise(x, by: rise), reference.logGamma, tolerance: 3e-14), "\(reference)")
      #expect(agreeRelatively(Double.digammaRise(x, by: rise), reference.digamma, tolerance: 2e-14), "\(reference)")
      #expect(agreeRelatively(Double.trigammaRise(x, by: rise), reference.trigamma, tolerance: 2e-14), "\(reference)")
      #expect(agreeRelatively(Double.trigamma(x), reference.trigammaItself, tolerance: 1e-14), "\(reference)")
    }
  }

  @Test("probabilities add up to 1, their mean is the expectation, and none and any are complements")
  func probabilitiesAddUp() throws {
    for parameters in [Self.cdnow, [3, 900, 4.5, 30], [2.5, 0.3, 1, 0.7]] {
      let model = BetaGeometricNBD(parameters: parameters)
      let time = 2 * model.alpha
      let probabilities = (0..<400).map { model.probability(ofRepeats: $0, in: time) }
      #expect(probabilities.allSatisfy { (0...1).contains($0) })
      #expect(agree(probabilities.reduce(0, +), 1, tolerance: 1e-9))
      let mean = probabilities.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
      #expect(agree(mean, model.expectedRepeats(in: time), tolerance: 1e-7))
      let new = try history(0, 0, 0)
      #expect(agree(model.probabilityOfPurchase(by: new, in: time), 1 - probabilities[0]))
      #expect(agree(model.expectedPurchases(of: new, in: time), model.expectedRepeats(in: time)))
    }
  }

  @Test("what is expected of made customers is what they do, by what is expected of them")
  func agreesWithSimulation() throws {
    let model = try BetaGeometricNBD(r: 0.6, alpha: 5, a: 0.7, b: 2)
    let customers = try MadeCustomer.several(6000, model, ages: 10...40, later: 30, seed: 12)
    let expected = customers.map { model.expectedPurchases(of: $0.history, in: 30) }
    let chances = customers.map { model.probabilityOfPurchase(by: $0.history, in: 30) }
    let order = customers.indices.sorted { chances[$0] < chances[$1] }
    for part in 0..<4 {
      let indices = order[part * 1500..<(part + 1) * 1500]
      let counts = Moments(of: indices.map { Double(customers[$0].laterCount) })
      let predicted = try #require(Statistics.mean(of: indices.map { expected[$0] }))
      let (mean, variance) = try (#require(counts.mean), #require(counts.sampleVariance))
      #expect(abs(mean - predicted) < 3.5 * (variance / 1500).squareRoot(), "quarter \(part)")
      let buyers = Double(indices.count { customers[$0].laterCount > 0 })
      let sum = indices.reduce(0) { $0 + chances[$1] }
      let spread = indices.reduce(0) { $0 + chances[$1] * (1 - chances[$1]) }
      #expect(abs(buyers - sum) < 3.5 * spread.squareRoot(), "quarter \(part)")
    }
  }

  @Test("more time is more purchases; no time is none; the unit of time does not matter")
  func invariants() throws {
    let model = BetaGeometricNBD(parameters: Self.cdnow)
    let days = BetaGeometricNBD(parameters: [Self.cdnow[0], 7 * Self.cdnow[1], Self.cdnow[2], Self.cdnow[3]])
    for (frequency, recency, age) in [(0, 0.0, 0.0), (3, 20.0, 39.0), (200, 38.9, 39.0), (100_000, 30, 39)] {
      let (customer, daily) = try (history(frequency, recency, age), history(frequency, 7 * recency, 7 * age))
      #expect(model.expectedPurchases(of: customer, in: 0) == 0)
      #expect(model.probabilityOfPurchase(by: customer, in: 0) == 0)
      var previous = 0.0
      for time in [0.1, 1, 10, 100, 1e4, 1e8] {
        let found = model.expectedPurchases(of: customer, in: time)
        #expect(found >= previous && found.isFinite)
        #expect(agreeRelatively(days.expectedPurchases(of: daily, in: 7 * time), found, tolerance: 1e-9))
        #expect(found >= model.probabilityOfPurchase(by: customer, in: time) * (1 - 1e-12))
        previous = found
      }
    }
    #expect(model.probability(ofRepeats: 0, in: 0) == 1 && model.probability(ofRepeats: 2, in: 0) == 0)
    #expect(model.probability(ofRepeats: -1, in: 3) == 0)
    #expect(throws: KernelError.self) { try BetaGeometricNBD(r: 1, alpha: 0, a: 1, b: 1) }
    #expect(throws: KernelError.self) { try BetaGeometricNBD(r: 1, alpha: 1, a: .nan, b: 1) }
  }
}
