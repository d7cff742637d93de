import Foundation
import Testing

@testable import HabitusKernels

@Suite("Logistic regression")
struct LogisticRegressionTests {
  struct Reference: Decodable {
    struct Case: Decodable {
      let name: String
      let penalty: Double
      let coefficients: [Double]
      let intercept: Double
      let standardErrors: [Double]
      let logLoss: Double
      let probabilities: [Double]
    }
    let points: [[Double]]
    let missing: [[Double?]]
    let outcomes: [Bool]
    let weights: [Double]
    let cases: [Case]
  }
  struct References: Decodable { let regression: Reference }

  /// What the fit minimises, as it stands, of columns that are standardised already.
  static func objective(
    _ columns: Matrix, _ outcomes: [Bool], _ weights: [Double], penalty: Double, intercept: Double, _ slopes: [Double]
  ) -> Double {
    (0..<columns.rowCount).reduce(penalty / 2 * slopes.reduce(0) { $0 + $1 * $1 }) { sum, row in
      let logOdds = intercept + zip(columns.row(row), slopes).reduce(0) { $0 + $1.0 * $1.1 }
      return sum + weights[row] * log1p(exp(outcomes[row] ? -logOdds : logOdds))
    }
  }

  static func made(_ generator: inout SplitMix64, rows: Int, columns: Int, missing: Double = 0) -> (Matrix, [Bool]) {
    var points = Matrix(rowCount: rows, columnCount: columns, repeating: 0)
    let outcomes = (0..<rows).map { row in
      var score = 0.0
      for column in 0..<columns {
        let value = HabitusKernelsTests.made(&generator)
        score += column % 2 == 0 ? value : -value / 2
        points[row, column] = generator.nextUnit() < missing ? .nan : value * Double(column + 1) + 3
      }
      return generator.nextUnit() < 1 / (1 + exp(-score))
    }
    return (points, outcomes)
  }

  @Test("agrees with scikit-learn on complete, missing and weighted samples", .tags(.reference))
  func agreesWithScikitLearn() throws {
    let reference = try ReferenceData.read("prediction", as: References.self).regression
    let complete = Matrix(rows: reference.points)
    let missing = Matrix(rows: reference.missing.map { $0.map { $0 ?? .nan } })
    for expected in reference.cases {
      let points = expected.name == "missing" ? missing : complete
      let weights = expected.name == "weighted" ? reference.weights : nil
      let model = try LogisticRegression(penalty: expected.penalty)
        .fit(points, outcomes: reference.outcomes, weights: weights)
      let note: Comment = "\(expected.name), penalty \(expected.penalty)"
      #expect(model.coefficients.count == expected.coefficients.count, note)
      #expect(zip(model.coefficients, expected.coefficients).allSatisfy { agree($0, $1, tolerance: 1e-8) }, note)
      #expect(agree(model.intercept, expected.intercept, tolerance: 1e-8), note)
      #expect(zip(model.standardErrors, expected.standardErrors).allSatisfy { agree($0, $1, tolerance: 1e-8) }, note)
      #expect(agree(model.meanLogLoss, expected.logLoss, tolerance: 1e-8), note)
      let found = try model.probabilities(of: points)
      #expect(zip(found, expected.probabilities).allSatisfy { agree($0, $1, tolerance: 1e-8) }, note)
    }
  }

  @Test("of two mirrored samples the coefficient solves its equation, worked by hand")
  func byHand() throws {
    // Values ±1 are standardised already, the intercept is 0 by symmetry, and 2 · (1 − p) = penalty · b with
    // p = 1/(1 + e^−b): b = 1 for penalty 2/(1 + e).
    let model = try LogisticRegression(penalty: 2 / (1 + exp(1.0)))
      .fit(Matrix(rows: [[-1], [1]]), outcomes: [false, true])
    #expect(agree(model.coefficients[0], 1) && abs(model.intercept) < 1e-12)
    #expect(agree(try model.probabilities(of: Matrix(rows: [[1], [0]]))[0], 1 / (1 + exp(-1.0))))
    #expect(agree(model.meanLogLoss, log(1 + exp(-1.0))))
    // A constant column leaves the intercept alone: weights 2 and 6 make log-odds of ln 3.
    let constant = try LogisticRegression()
      .fit(Matrix(rows: [[5], [5]]), outcomes: [false, true], weights: [2, 6])
    #expect(constant.coefficients.isEmpty && agree(constant.intercept, log(3.0)))
    // The inverse of 8 · ¾ · ¼.
    #expect(agree(constant.standardErrors[0], (1 / 1.5).squareRoot()))
  }

  @Test("no step in any direction lowers the objective", .tags(.differential), arguments: 0..<UInt64(12))
  func isMinimum(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let (points, outcomes) = Self.made(&generator, rows: 60, columns: 3, missing: seed % 2 == 0 ? 0.2 : 0)
    let weights = (0..<60).map { _ in generator.nextUnit() * 2 }
    let penalty = exp(Double(generator.nextIndex(below: 12)) - 6)
    let shape = [FeatureShape.linear, .signedLogarithm, .ranks, .hinges(knotCount: 2)][Int(seed) % 4]
    let model = try LogisticRegression(penalty: penalty, shape: shape)
      .fit(points, outcomes: outcomes, weights: weights)
    let columns = try model.basis.transform(points)
    func objective(_ intercept: Double, _ slopes: [Double]) -> Double {
      Self.objective(columns, outcomes, weights, penalty: penalty, intercept: intercept, slopes)
    }
    let least = objective(model.intercept, model.coefficients)
    for _ in 0..<40 {
      let size = exp(Double(generator.nextIndex(below: 12)) - 9)
      let other = objective(
        model.intercept + size * HabitusKernelsTests.made(&generator),
        model.coefficients.map { $0 + size * HabitusKernelsTests.made(&generator) })
      #expect(other > least - 1e-11, "seed \(seed)")
    }
  }

  @Test("separated samples converge under any penalty, to probabilities that hold")
  func separated() throws {
    let points = Matrix(rows: (0..<20).map { [Double($0), 7] })
    let outcomes = (0..<20).map { $0 >= 10 }
    var before = 0.0
    for penalty in [100, 1, 1e-3, 1e-8] {
      let model = try LogisticRegression(penalty: penalty).fit(points, outcomes: outcomes)
      let found = try model.probabilities(of: points)
      #expect(zip(found, found.dropFirst()).allSatisfy { $0 <= $1 } && found.allSatisfy { $0 > 0 && $0 <= 1 })
      #expect(zip(found, outcomes).allSatisfy { ($0 > 0.5) == $1 })
      #expect(model.coefficients.count == 1 && model.coefficients[0] > before)
      before = model.coefficients[0]
    }
    #expect(before > 20)
  }

  @Test("an outlier that would carry Newton's own steps away does not", arguments: [1, 0.01, 1e-6])
  func outlier(penalty: Double) throws {
    let points = Matrix(rows: (0..<19).map { [Double($0 % 7) - 3] } + [[100]])
    let outcomes = (0..<20).map { $0 == 0 || $0 == 19 }
    let model = try LogisticRegression(penalty: penalty).fit(points, outcomes: outcomes)
    let errors = zip(try model.probabilities(of: points), outcomes).map { $0 - ($1 ? 1 : 0) }
    // Both derivatives are 0.
    #expect(abs(errors.reduce(0, +)) < 1e-9)
    let slope = zip(errors, try model.basis.transform(points).values).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(slope + penalty * model.coefficients[0]) < 1e-9)
  }

  @Test("a path is what single fits are, in any order, with less work")
  func path() throws {
    var generator = SplitMix64(seed: 3)
    let (points, outcomes) = Self.made(&generator, rows: 200, columns: 4)
    let penalties = [1, 1000, 0.01, 10, 1]
    let path = try LogisticRegression().path(over: penalties, points, outcomes: outcomes)
    #expect(path.map(\.penalty) == penalties)
    for (penalty, model) in zip(penalties, path) {
      let single = try LogisticRegression(penalty: penalty).fit(points, outcomes: outcomes)
      #expect(zip(model.coefficients, single.coefficients).allSatisfy { agree($0, $1, tolerance: 1e-10) })
    }
    #expect(try LogisticRegression().path(over: [], points, outcomes: outcomes).isEmpty)
  }

  @Test("weights are repetitions, samples without weight are none, and the order makes no difference", arguments: 0..<4)
  func weights(index: Int) throws {
    let shape = [FeatureShape.linear, .signedLogarithm, .ranks, .hinges(knotCount: 3)][index]
    var generator = SplitMix64(seed: 9)
    let (points, outcomes) = Self.made(&generator, rows: 50, columns: 2, missing: 0.1)
    let weights = (0..<50).map { $0 % 4 }
    let repeated = (0..<50).flatMap { Array(repeating: $0, count: weights[$0]) }
    let regression = LogisticRegression(penalty: 2, shape: shape)
    let weighted = try regression.fit(points, outcomes: outcomes, weights: weights.map { Double($0) })
    for order in [repeated, repeated.reversed()] {
      let plain = try regression.fit(points.selectingRows(order), outcomes: order.map { outcomes[$0] })
      #expect(weighted.coefficients.count == plain.coefficients.count)
      #expect(zip(weighted.coefficients, plain.coefficients).allSatisfy { agree($0, $1, tolerance: 1e-9) })
      #expect(agree(weighted.intercept, plain.intercept, tolerance: 1e-9))
      #expect(agree(weighted.meanLogLoss, plain.meanLogLoss, tolerance: 1e-9))
    }
  }

  @Test("contributions sum to the log-odds, are 0 on average, and a missing value has one too")
  func contributions() throws {
    var generator = SplitMix64(seed: 11)
    let (points, outcomes) = Self.made(&generator, rows: 90, columns: 3, missing: 0.2)
    let model = try LogisticRegression(shape: .hinges(knotCount: 2)).fit(points, outcomes: outcomes)
    let logOdds = try model.logOdds(of: points)
    var sums = [0.0, 0, 0]
    for row in 0..<90 {
      let found = try model.contributions(of: Array(points.row(row)))
      #expect(found.count == 3 && agree(model.intercept + found.reduce(0, +), logOdds[row]))
      for column in 0..<3 { sums[column] += found[column] }
    }
    #expect(sums.allSatisfy { abs($0) < 1e-9 })
    // Nothing is known but that it is not known: 0 but for the indicators.
    let unknown = try model.contributions(of: [.nan, .nan, .nan])
    #expect(unknown.allSatisfy { $0 != 0 })
    let complete = try LogisticRegression().fit(
      Matrix(rows: [[1, 2], [2, 1], [3, 4], [4, 3]]), outcomes: [false, true, false, true])
    #expect(try complete.contributions(of: [.nan, .nan]) == [0, 0])
  }

  @Test("the error of the log-odds grows away from the samples and is the intercept's at their mean")
  func logOddsError() throws {
    var generator = SplitMix64(seed: 5)
    let (points, outcomes) = Self.made(&generator, rows: 300, columns: 1)
    let model = try LogisticRegression().fit(points, outcomes: outcomes)
    let mean = try #require(Statistics.mean(of: points.values))
    #expect(agree(try model.logOddsStandardError(of: [mean]), model.standardErrors[0], tolerance: 1e-9))
    #expect(try model.logOddsStandardError(of: [mean + 10]) > 2 * model.standardErrors[0])
  }

  @Test("the error of the log-odds is the covariance from both sides", .tags(.differential))
  func logOddsErrorTwin() throws {
    var generator = SplitMix64(seed: 6)
    let (points, outcomes) = Self.made(&generator, rows: 40, columns: 3, missing: 0.1)
    let model = try LogisticRegression().fit(points, outcomes: outcomes)
    let order = model.coefficients.count + 1
    let columns = try model.basis.transform(points)
    for row in 0..<40 {
      let place = [1] + Array(columns.row(row))
      let products = (0..<order).map { first in
        (0..<order).reduce(0) { $0 + model.covariance[first * order + $1] * place[$1] }
      }
      let variance = zip(place, products).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(agree(try model.logOddsStandardError(of: Array(points.row(row))), variance.squareRoot()))
    }
  }

  @Test("the intervals of coefficients hold the truth")
  func intervalsHold() throws {
    // 90 % intervals of a slope of 1; of 200 sets 180 ± 4.2 by the binomial distribution, held to four deviations.
    var (generator, held) = (SplitMix64(seed: 21), 0)
    for _ in 0..<200 {
      var points = Matrix(rowCount: 150, columnCount: 1, repeating: 0)
      let outcomes = (0..<150).map { row in
        points[row, 0] = HabitusKernelsTests.made(&generator)
        return generator.nextUnit() < 1 / (1 + exp(-points[row, 0]))
      }
      let model = try LogisticRegression(penalty: 0.01).fit(points, outcomes: outcomes)
      let moments = Moments(of: points.values)
      let truth = try #require(moments.populationVariance).squareRoot()
      if abs(model.coefficients[0] - truth) <= 1.6449 * model.standardErrors[1] { held += 1 }
    }
    #expect((163...197).contains(held), "\(held) of 200")
  }

  @Test("features that are the same share their effect, and no feature at all leaves the shares")
  func collinear() throws {
    let points = Matrix(rows: [[1, 1], [2, 2], [3, 3], [4, 4], [5, 5]])
    let outcomes = [false, true, false, true, true]
    let model = try LogisticRegression(penalty: 1e-9).fit(points, outcomes: outcomes)
    #expect(agree(model.coefficients[0], model.coefficients[1], tolerance: 1e-4) && model.coefficients[0] > 0)
    let empty = try LogisticRegression().fit(Matrix(rowCount: 5, columnCount: 0, values: []), outcomes: outcomes)
    #expect(agree(empty.intercept, log(1.5)))
    #expect(try empty.probabilities(of: Matrix(rowCount: 2, columnCount: 0, values: [])).allSatisfy { agree($0, 0.6) })
    let blank = try LogisticRegression().fit(Matrix(rowCount: 5, columnCount: 1, repeating: .nan), outcomes: outcomes)
    #expect(blank.coefficients.isEmpty && agree(blank.intercept, log(1.5)))
    #expect(try blank.contributions(of: [3]) == [0])
  }

  @Test("refuses what has no answer, and says why")
  func refuses() throws {
    let points = Matrix(rows: [[1], [2]])
    let regression = LogisticRegression()
    #expect(throws: KernelError.noMaximum(parameters: ["intercept"])) {
      try regression.fit(points, outcomes: [true, true])
    }
    #expect(throws: KernelError.noMaximum(parameters: ["intercept"])) {
      try regression.fit(points, outcomes: [true, false], weights: [1, 0])
    }
    #expect(throws: KernelError.noMaximum(parameters: ["intercept"])) {
      try regression.fit(Matrix(rows: [[1]]), outcomes: [true])
    }
    #expect(throws: KernelError.noSamples) {
      try regression.fit(Matrix(rowCount: 0, columnCount: 1, values: []), outcomes: [])
    }
    #expect(throws: KernelError.noSamples) { try regression.fit(points, outcomes: [true, false], weights: [0, 0]) }
    #expect(throws: KernelError.sampleCount(expected: 2, found: 1)) { try regression.fit(points, outcomes: [true]) }
    #expect(throws: KernelError.sampleCount(expected: 2, found: 1)) {
      try regression.fit(points, outcomes: [true, false], weights: [1])
    }
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) {
      try regression.fit(Matrix(rows: [[1], [.infinity]]), outcomes: [true, false])
    }
    for wrong in [0, -1, Double.nan, .infinity] {
      #expect(throws: KernelError.self) { try LogisticRegression(penalty: wrong).fit(points, outcomes: [true, false]) }
    }
    #expect(throws: KernelError.self) { try regression.fit(points, outcomes: [true, false], weights: [1, -1]) }
    #expect(throws: KernelError.self) { try regression.fit(points, outcomes: [true, false], weights: [1, .nan]) }
    #expect(throws: KernelError.self) {
      try LogisticRegression(maximumIterations: 0).fit(points, outcomes: [true, false])
    }
    #expect(throws: KernelError.notConverged(iterationCount: 1)) {
      try LogisticRegression(maximumIterations: 1).fit(points, outcomes: [true, false])
    }
    let model = try regression.fit(points, outcomes: [true, false])
    #expect(throws: KernelError.columnCount(expected: 1, found: 2)) { try model.logOdds(of: Matrix(rows: [[1, 2]])) }
    #expect(throws: KernelError.columnCount(expected: 1, found: 0)) { try model.contributions(of: []) }
    #expect(throws: KernelError.notFinite(row: 0, column: 0)) { try model.contributions(of: [-.infinity]) }
  }

  @Test("a model comes back from its code, and the number of threads makes no difference")
  func coding() throws {
    var generator = SplitMix64(seed: 8)
    let (points, outcomes) = Self.made(&generator, rows: 3000, columns: 2, missing: 0.05)
    let regression = LogisticRegression(shape: .ranks)
    let model = try regression.fit(points, outcomes: outcomes, threadCount: 1)
    #expect(try regression.fit(points, outcomes: outcomes, threadCount: 2) == model)
    #expect(try JSONDecoder().decode(LogisticRegression.Model.self, from: JSONEncoder().encode(model)) == model)
  }
}
