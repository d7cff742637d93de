import Foundation
import Testing

@testable import HabitusKernels

@Suite("BG/NBD fit")
struct LifetimeFitTests {
  struct Reference: Decodable {
    struct Fit: Decodable {
      let parameters: [Double]
      let errors: [Double]
      let logLikelihood: Double
    }
    let rows: [[Double]]
    let purchases: Fit
  }
  struct References: Decodable { let fit: Reference }

  /// Equation 6 of Fader, Hardie and Lee (2005), as it stands.
  static func logLikelihood(_ parameters: [Double], _ customers: [RecencyFrequency]) -> Double {
    let (r, alpha, a, b) = (parameters[0], parameters[1], parameters[2], parameters[3])
    return customers.reduce(0) { sum, customer in
      let x = Double(customer.frequency)
      let stayed = lgamma(a + b) + lgamma(b + x) - lgamma(b) - lgamma(a + b + x)
      let front = stayed + lgamma(r + x) - lgamma(r) + r * log(alpha)
      let left = x > 0 ? a / (b + x - 1) * pow(alpha + customer.recency, -r - x) : 0
      return sum + front + log(pow(alpha + customer.age, -r - x) + left)
    }
  }

  @Test(
    "CDNOW has the published parameters, errors and log-likelihood", .tags(.reference),
    .enabled(if: CDNOW.isThere, "the folder of published data is not there"))
  func published() throws {
    let rounded = try CDNOW.rows("clv/cdnow_customers_summary.csv.gz").map {
      try RecencyFrequency(frequency: Int($0[1]), recency: $0[2], age: $0[3])
    }
    let fit = try BetaGeometricNBD.fit(rounded)
    // Fader, Hardie and Lee (2005), table 2.
    for (found, expected) in zip(fit.model.parameters, [0.243, 4.414, 0.793, 2.426]) {
      #expect(abs(found - expected) < 5e-4)
    }
    #expect(abs(fit.logLikelihood - -9582.4) < 0.05 && fit.sampleCount == 2357)
    // The documentation of lifetimes.
    for (found, expected) in zip(fit.model.parameters, [0.242593, 4.413532, 0.792886, 2.425752]) {
      #expect(abs(found - expected) < 2e-6)
    }
    for (found, expected) in zip(fit.standardErrors, [0.012557, 0.378221, 0.185719, 0.705345]) {
      #expect(abs(found - expected) < 2e-6)
    }
    #expect(agree(fit.akaikeInformationCriterion, -2 * fit.logLikelihood + 8))
    #expect(agree(fit.bayesianInformationCriterion, -2 * fit.logLikelihood + 4 * log(2357.0)))
    let customer = try RecencyFrequency(frequency: 2, recency: 30.43, age: 38.86)
    #expect(abs(fit.model.expectedPurchases(of: customer, in: 39) - 1.226) < 1e-3)

    // CLVTools' test of correctness, and BTYD's log-likelihood: without rounding, in weeks.
    let weeks = try CDNOW.histories().values.map {
      try RecencyFrequency(frequency: $0.frequency, recency: $0.recency / 7, age: $0.age / 7)
    }
    let exact = try BetaGeometricNBD.fit(weeks)
    for (found, expected) in zip(exact.model.parameters, [0.2425945, 4.4136019, 0.7929199, 2.4258881]) {
      #expect(agreeRelatively(found, expected, tolerance: 1e-5))
    }
    #expect(abs(exact.logLikelihood - -9582.429) < 5e-4)
  }

  @Test("agrees with lifetimes on made customers (Scripts/reference/lifetime.py)", .tags(.reference))
  func agreesWithLifetimes() throws {
    let reference = try ReferenceData.read("lifetime", as: References.self).fit
    let customers = try reference.rows.map {
      try RecencyFrequency(frequency: Int($0[0]), recency: $0[1], age: $0[2])
    }
    let fit = try BetaGeometricNBD.fit(customers)
    for (found, expected) in zip(fit.model.parameters, reference.purchases.parameters) {
      #expect(agreeRelatively(found, expected, tolerance: 1e-6))
    }
    for (found, expected) in zip(fit.standardErrors, reference.purchases.errors) {
      #expect(agreeRelatively(found, expected, tolerance: 1e-5))
    }
    #expect(agree(fit.logLikelihood, reference.purchases.logLikelihood, tolerance: 1e-12))
    #expect(agree(fit.logLikelihood, Self.logLikelihood(fit.model.parameters, customers), tolerance: 1e-12))
  }

  @Test(
    "it is the maximum of the likelihood, and the covariance its curvature", .tags(.differential),
    arguments: [[0.5, 8, 1, 3], [2, 20, 0.5, 5], [1, 3, 3, 9]], [UInt64(1), 2])
  func isMaximum(parameters: [Double], seed: UInt64) throws {
    let model = BetaGeometricNBD(parameters: parameters)
    let customers = try MadeCustomer.several(600, model, ages: 5...60, seed: seed).map(\.history)
    let fit = try BetaGeometricNBD.fit(customers)
    func value(_ shifts: [Double]) -> Double {
      Self.logLikelihood(zip(fit.model.parameters, shifts).map { $0 * exp($1) }, customers)
    }
    func shift(_ entries: [(Int, Double)]) -> [Double] {
      var shifts = [0.0, 0, 0, 0]
      for (index, amount) in entries { shifts[index] += amount }
      return shifts
    }
    let step = 1e-3
    let information = (0..<16).map { place -> Double in
      let (row, column) = place.quotientAndRemainder(dividingBy: 4)
      let corners = [(1.0, 1.0), (1, -1), (-1, 1), (-1, -1)].map { signs in
        signs.0 * signs.1 * value(shift([(row, signs.0 * step), (column, signs.1 * step)]))
      }
      return -corners.reduce(0, +) / (4 * step * step)
    }
    for index in 0..<4 {
      let slope = (value(shift([(index, step)])) - value(shift([(index, -step)]))) / (2 * step)
      // Of a step of one standard error, next to nothing; third derivatives leave step² of the information.
      #expect(abs(slope) < 1e-4 * information[5 * index].squareRoot())
    }
    for place in 0..<16 {
      let (row, column) = place.quotientAndRemainder(dividingBy: 4)
      let product = (0..<4).reduce(0) { $0 + information[row * 4 + $1] * fit.logCovariance[$1 * 4 + column] }
      #expect(abs(product - (row == column ? 1 : 0)) < 2e-2)
    }
  }

  @Test("finds the parameters that made customers were made with, within its standard errors")
  func recovery() throws {
    let model = try BetaGeometricNBD(r: 0.8, alpha: 6, a: 1.2, b: 3)
    var squares = 0.0
    for seed in 0..<UInt64(10) {
      let customers = try MadeCustomer.several(1500, model, ages: 20...60, seed: seed).map(\.history)
      let fit = try BetaGeometricNBD.fit(customers)
      let errors = zip(fit.model.parameters, model.parameters).map { log($0 / $1) }
      let whitened = try #require(CholeskyDecomposition(of: fit.logCovariance, order: 4)).solve(errors)
      squares += zip(errors, whitened).reduce(0) { $0 + $1.0 * $1.1 }
    }
    // Chi-square with 40 degrees of freedom: in this range with probability 0.999.
    #expect((16.9...76.1).contains(squares))
  }

  @Test("a prediction's standard error is the scatter of predictions over refits")
  func predictionErrors() throws {
    let model = try BetaGeometricNBD(r: 0.8, alpha: 6, a: 1.2, b: 3)
    let customer = try RecencyFrequency(frequency: 3, recency: 12, age: 20)
    var (found, errors) = (Moments(), Moments())
    for seed in 0..<UInt64(40) {
      let customers = try MadeCustomer.several(400, model, ages: 20...60, seed: 100 + seed).map(\.history)
      let fit = try BetaGeometricNBD.fit(customers)
      found.add(fit.model.expectedPurchases(of: customer, in: 20))
      errors.add(fit.standardError { $0.expectedPurchases(of: customer, in: 20) })
    }
    let ratio = try #require(errors.mean) / #require(found.sampleVariance).squareRoot()
    #expect((0.7...1.4).contains(ratio))
    // Of a parameter itself it is that parameter's standard error.
    let fit = try BetaGeometricNBD.fit(MadeCustomer.several(400, model, ages: 20...60, seed: 7).map(\.history))
    #expect(agree(fit.standardError { $0.alpha }, fit.standardErrors[1], tolerance: 1e-7))
    #expect(fit.standardError { _ in 3 } == 0)
  }

  @Test("order, threads and repeated rows do not matter, and a unit of time only scales")
  func invariances() throws {
    let model = try BetaGeometricNBD(r: 0.8, alpha: 6, a: 1.2, b: 3)
    let customers = try MadeCustomer.several(2500, model, ages: 20...60, seed: 3).map(\.history)
    let fit = try BetaGeometricNBD.fit(customers, threadCount: 1)
    #expect(try BetaGeometricNBD.fit(customers.reversed(), threadCount: 3) == fit)
    let twice = try BetaGeometricNBD.fit(customers + customers)
    #expect(agree(twice.logLikelihood, 2 * fit.logLikelihood, tolerance: 1e-12))
    for (found, expected) in zip(twice.standardErrors, fit.standardErrors) {
      #expect(agreeRelatively(found, expected / 2.0.squareRoot(), tolerance: 1e-8))
    }
    let seconds = try BetaGeometricNBD.fit(
      customers.map { try RecencyFrequency(frequency: $0.frequency, recency: $0.recency * 6e5, age: $0.age * 6e5) })
    for (index, unit) in [1, 6e5, 1, 1].enumerated() {
      #expect(agreeRelatively(seconds.model.parameters[index], unit * fit.model.parameters[index], tolerance: 1e-9))
    }
    let repeats = customers.reduce(0) { $0 + $1.frequency }
    #expect(agree(seconds.logLikelihood, fit.logLikelihood - Double(repeats) * log(6e5), tolerance: 1e-12))
    #expect(
      try JSONDecoder().decode(MaximumLikelihood<BetaGeometricNBD>.self, from: JSONEncoder().encode(fit)) == fit)
  }

  @Test("hundreds of visits each are no harder")
  func manyVisits() throws {
    let model = try BetaGeometricNBD(r: 1.5, alpha: 0.01, a: 0.6, b: 150)
    let customers = try MadeCustomer.several(400, model, ages: 2...8, seed: 4).map(\.history)
    #expect((customers.map(\.frequency).max() ?? 0) > 1000)
    let fit = try BetaGeometricNBD.fit(customers)
    for index in 0..<4 {
      let error = log(fit.model.parameters[index] / model.parameters[index])
      #expect(abs(error) < 3.5 * fit.logCovariance[index * 5].squareRoot())
    }
  }

  @Test("where hardly any have left, another start has the maximum")
  func fewHaveLeft() throws {
    let model = try BetaGeometricNBD(r: 0.5, alpha: 3, a: 0.02, b: 0.3)
    let customers = try MadeCustomer.several(60, model, ages: 5...20, seed: 87).map(\.history)
    let fit = try BetaGeometricNBD.fit(customers)
    let parameters = fit.model.parameters
    #expect(agree(fit.logLikelihood, Self.logLikelihood(parameters, customers), tolerance: 1e-12))
    for index in 0..<4 {
      for factor in [0.8, 1.25] {
        var moved = parameters
        moved[index] *= factor
        #expect(Self.logLikelihood(moved, customers) < fit.logLikelihood)
      }
    }
  }

  @Test("data without an answer are refused")
  func degenerate() throws {
    func history(_ frequency: Int, _ recency: Double, _ age: Double) throws -> RecencyFrequency {
      try RecencyFrequency(frequency: frequency, recency: recency, age: age)
    }
    #expect(throws: KernelError.noSamples) { try BetaGeometricNBD.fit([]) }
    #expect(throws: KernelError.parameter(name: "frequency", value: 0, allowed: "above 0 for at least one customer")) {
      try BetaGeometricNBD.fit([history(0, 0, 3), history(0, 0, 9)])
    }
    #expect(throws: KernelError.parameter(name: "maximumIterations", value: 0, allowed: "1 or more")) {
      try BetaGeometricNBD.fit([history(1, 1, 2)], maximumIterations: 0)
    }
    #expect(throws: KernelError.notConverged(iterationCount: 2)) {
      let model = try BetaGeometricNBD(r: 0.8, alpha: 6, a: 1.2, b: 3)
      return try BetaGeometricNBD.fit(
        MadeCustomer.several(300, model, ages: 20...60, seed: 3).map(\.history), maximumIterations: 2)
    }
    // One customer, customers who are all alike, and customers of whom none has left.
    let endless = try (1..<200).map { try history($0, 10, 10) }
    for customers in try [[history(1, 1, 2)], Array(repeating: history(4, 9, 10), count: 50), endless] {
      do {
        let fit = try BetaGeometricNBD.fit(customers)
        Issue.record("found \(fit)")
      } catch {
        guard case KernelError.noMaximum(let parameters) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(!parameters.isEmpty)
      }
    }
  }

  @Test("a prior of one customer moves little, and leaves no data that have a repeat without an answer")
  func prior() throws {
    let made = try BetaGeometricNBD(r: 0.8, alpha: 6, a: 1.2, b: 3)
    let customers = try MadeCustomer.several(1500, made, ages: 20...60, seed: 5).map(\.history)
    let (plain, held) = (
      try BetaGeometricNBD.fit(customers), try BetaGeometricNBD.fit(customers, priorWeight: 1)
    )
    for (index, (one, other)) in zip(plain.model.parameters, held.model.parameters).enumerated() {
      // The prior's deviation is 2: it moves a parameter by (error/2)² of its distance, a fraction of the error.
      #expect(abs(log(one / other)) < 0.2 * plain.logCovariance[5 * index].squareRoot())
    }
    // The likelihood is that of the data alone, and so below its maximum, by next to nothing.
    #expect((0..<0.05).contains(plain.logLikelihood - held.logLikelihood))
    func history(_ frequency: Int, _ recency: Double, _ age: Double) throws -> RecencyFrequency {
      try RecencyFrequency(frequency: frequency, recency: recency, age: age)
    }
    // One customer; customers who are all alike; customers of whom none has left.
    let endless = try (1..<200).map { try history($0, 10, 10) }
    for customers in try [[history(1, 1, 2)], Array(repeating: history(4, 9, 10), count: 50), endless] {
      let fit = try BetaGeometricNBD.fit(customers, priorWeight: 1)
      #expect(fit.model.parameters.allSatisfy { (1e-4...1e4).contains($0) }, "\(fit.model)")
    }
    // All alike, four repeats in ten: in one unit of time more 1 - exp(-0.4) for those who have not left.
    let alike = try history(4, 9, 10)
    let model = try BetaGeometricNBD.fit(Array(repeating: alike, count: 500), priorWeight: 1).model
    let expected = (1 - exp(-0.4)) * model.probabilityActive(alike)
    #expect(abs(model.probabilityOfPurchase(by: alike, in: 1) / expected - 1) < 0.05)
    #expect(model.probabilityActive(alike) > 0.8)
    for weight in [-1, .nan, .infinity] {
      #expect(throws: KernelError.self) { try BetaGeometricNBD.fit(customers, priorWeight: weight) }
    }
  }
}
