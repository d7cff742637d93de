import Foundation
import HabitusKernels
import Testing

@Suite("Probability scores")
struct ProbabilityScoresTests {
  struct Reference: Decodable {
    let predictions: [Double]
    let outcomes: [Bool]
    let area: Double
    let areaError: Double
    let brier: Double
    let logLoss: Double
    let skill: Double
  }
  struct References: Decodable { let calibration: Reference }

  @Test("agrees with scikit-learn, and with DeLong's variance as defined", .tags(.reference))
  func agreesWithScikitLearn() throws {
    let reference = try ReferenceData.read("prediction", as: References.self).calibration
    let scores = try ProbabilityScores(of: reference.predictions, outcomes: reference.outcomes)
    #expect(agree(scores.brierScore, reference.brier) && agree(scores.logLoss, reference.logLoss))
    #expect(agree(try #require(scores.brierSkill), reference.skill))
    let area = try #require(scores.areaUnderCurve)
    #expect(agree(area.area, reference.area))
    #expect(agree(try #require(area.standardError), reference.areaError))
    // The interval and area ± 1.96 deviations are near each other.
    let interval = try #require(area.interval)
    #expect(abs(interval.lowerBound - (area.area - 1.96 * reference.areaError)) < 0.02)
    #expect(abs(interval.upperBound - (area.area + 1.96 * reference.areaError)) < 0.02)
  }

  @Test("four samples are scored as worked by hand")
  func byHand() throws {
    let scores = try ProbabilityScores(of: [0.9, 0.6, 0.6, 0.1], outcomes: [true, false, true, false], binCount: 2)
    // (0.01 + 0.36 + 0.16 + 0.01) / 4; the base rate ½ costs ¼.
    #expect(agree(scores.brierScore, 0.135))
    #expect(agree(try #require(scores.brierSkill), 0.46))
    #expect(agree(scores.logLoss, -(log(0.9) + log(0.4) + log(0.6) + log(0.9)) / 4))
    #expect(scores.baseRate == 0.5 && scores.baseRateBrierScore == 0.25 && agree(scores.baseRateLogLoss, log(2)))
    let base = try BrierComparison(
      of: [0.9, 0.6, 0.6, 0.1], with: [0.5, 0.5, 0.5, 0.5], outcomes: [true, false, true, false])
    #expect(scores.improvement == base && agree(base.difference, 0.115))
    // Pairs: 0.9 above both, 0.6 above 0.1 and level with 0.6: 3.5 of 4.
    #expect(scores.areaUnderCurve?.area == 0.875 && scores.count == 4 && scores.positiveCount == 2)
    // In order 0.1 | 0.6 0.6 0.9: the middle of the tie is the middle of all, and goes up.
    let bins = scores.calibration.bins
    #expect(bins.map(\.count) == [1, 3] && bins[0].predictions == 0.1...0.1 && bins[1].predictions == 0.6...0.9)
    #expect(agree(bins[1].meanPrediction, 0.7) && agree(bins[1].observedShare, 2.0 / 3))
    // 1/4 · 0.1 + 3/4 · (0.7 − 2/3).
    #expect(agree(scores.expectedCalibrationError, 0.05))
    #expect(bins[1].observedInterval == Statistics.wilsonInterval(successes: 2, trials: 3))
    let known = try ProbabilityScores(of: [0.9, 0.1], outcomes: [true, true], baseRate: 0.5)
    #expect(agree(try #require(known.brierSkill), 1 - (0.01 + 0.81) / 2 / 0.25))
    #expect(known.areaUnderCurve == nil)
  }

  @Test("bins without ties differ by at most one sample, and ties stay together", arguments: 1..<25)
  func bins(count: Int) {
    let predictions = (0..<count).map { Double(($0 * 29) % count) / Double(count) }
    let outcomes = (0..<count).map { $0 % 3 == 0 }
    let sizes = CalibrationTable(of: predictions, outcomes: outcomes).bins.map(\.count)
    #expect(sizes.reduce(0, +) == count && sizes.count == min(10, count))
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    let tied = CalibrationTable(of: predictions.map { ($0 * 3).rounded() / 3 }, outcomes: outcomes)
    #expect(tied.bins.map(\.count).reduce(0, +) == count)
    #expect(Set(tied.bins.map(\.predictions.lowerBound)).count == tied.bins.count)
    #expect(
      zip(tied.bins, tied.bins.dropFirst()).allSatisfy {
        $0.predictions.upperBound < $1.predictions.lowerBound
      })
    let constant = CalibrationTable(of: Array(repeating: 0.25, count: count), outcomes: outcomes)
    #expect(constant.bins.count == 1 && constant.bins[0].meanPrediction == 0.25)
  }

  @Test("the area is that of all pairs, and its error DeLong's", .tags(.differential), arguments: 0..<UInt64(20))
  func areaTwin(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let predictions = (0..<40).map { _ in Double(generator.nextIndex(below: 15)) / 14 }
    let outcomes = predictions.map { generator.nextUnit() < $0 * 0.6 + 0.2 }
    let with = zip(predictions, outcomes).filter(\.1).map(\.0)
    let without = zip(predictions, outcomes).filter { !$0.1 }.map(\.0)
    func win(_ first: Double, _ second: Double) -> Double { first > second ? 1 : (first == second ? 0.5 : 0) }
    let rows = with.map { first in without.reduce(0) { $0 + win(first, $1) } / Double(without.count) }
    let columns = without.map { second in with.reduce(0) { $0 + win($1, second) } / Double(with.count) }
    func variance(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    }
    let area = try #require(AreaUnderCurve(of: predictions, outcomes: outcomes))
    #expect(agree(area.area, rows.reduce(0, +) / Double(rows.count)))
    let expected = variance(rows) / Double(with.count) + variance(columns) / Double(without.count)
    #expect(agree(try #require(area.standardError), expected.squareRoot()))
    // Turned round, the area is what is left.
    let turned = try #require(AreaUnderCurve(of: predictions.map { 1 - $0 }, outcomes: outcomes))
    #expect(agree(turned.area, 1 - area.area, tolerance: 1e-9))
  }

  @Test("certain predictions cost as much as rounding allows, perfect order leaves an interval")
  func extremes() throws {
    let perfect = try ProbabilityScores(of: [0, 0, 1, 1], outcomes: [false, false, true, true])
    #expect(perfect.brierScore == 0 && perfect.brierSkill == 1 && perfect.logLoss < 1e-15)
    let area = try #require(perfect.areaUnderCurve)
    #expect(area.area == 1 && area.standardError == 0)
    #expect(try #require(area.interval).lowerBound < 0.9)
    let wrong = try ProbabilityScores(of: [0, 1], outcomes: [true, false])
    #expect(agree(wrong.logLoss, 52 * log(2), tolerance: 1e-9) && wrong.brierSkill == -3)
    let single = try ProbabilityScores(of: [0.3], outcomes: [true])
    #expect(single.improvement == nil && single.areaUnderCurve == nil && single.brierSkill == nil)
    #expect(agree(single.expectedCalibrationError, 0.7))
    #expect(CalibrationTable(of: [], outcomes: []).expectedCalibrationError == 0)
    let oneEach = try #require(AreaUnderCurve(of: [0.2, 0.4], outcomes: [false, true]))
    #expect(oneEach.area == 1 && oneEach.standardError == nil && oneEach.interval == nil)
  }

  @Test("the comparison is the paired t test, worked by hand")
  func comparison() throws {
    // Differences of squared errors: 0.25 − 0.04, 0.25 − 0.09, 0.25 − 0.25 = 0.21, 0.16, 0.
    let found = try BrierComparison(
      of: [0.8, 0.3, 0.5], with: [0.5, 0.5, 0.5], outcomes: [true, false, true])
    #expect(agree(found.difference, 0.37 / 3))
    // Deviations 0.26/3, 0.11/3, −0.37/3: squares sum to 0.2166/9, so that s² = 0.1083/9.
    #expect(agree(found.standardError, (0.1083 / 27).squareRoot()))
    // scipy 1.17.1: t.ppf(0.975, 2), t.sf(1.9473…, 2) = ½ − t/(2√(2 + t²)).
    let t = found.difference / found.standardError
    #expect(agree(found.pValue, 0.5 - t / (2 * (2 + t * t).squareRoot()), tolerance: 1e-9))
    #expect(
      agree(found.interval.upperBound, found.difference + 4.302652729911275 * found.standardError, tolerance: 1e-9))
    let same = try BrierComparison(of: [0.4, 0.6], with: [0.4, 0.6], outcomes: [true, false])
    #expect(same.difference == 0 && same.pValue == 1 && same.interval == 0...0)
  }

  @Test("predictions no better than the base rate pass the test as often as the level says")
  func level() throws {
    // Predictions that have nothing to do with outcomes, no bolder than what they gain by: at most 5 % of 400 at 0.05,
    // held to four deviations of the binomial distribution.
    var (generator, passed) = (SplitMix64(seed: 2), 0)
    for _ in 0..<400 {
      let outcomes = (0..<100).map { _ in generator.nextUnit() < 0.5 }
      let others = (0..<100).map { _ in 0.4 + 0.2 * generator.nextUnit() }
      let predictions = (0..<100).map { _ in 0.4 + 0.2 * generator.nextUnit() }
      if try BrierComparison(of: predictions, with: others, outcomes: outcomes).pValue < 0.05 { passed += 1 }
    }
    #expect((3...37).contains(passed), "\(passed) of 400")
  }

  @Test("refuses what is no probability, or does not fit")
  func refuses() throws {
    #expect(throws: KernelError.noSamples) { try ProbabilityScores(of: [], outcomes: []) }
    #expect(throws: KernelError.sampleCount(expected: 1, found: 2)) {
      try ProbabilityScores(of: [0.5], outcomes: [true, false])
    }
    for wrong in [-0.01, 1.01, .nan] {
      #expect(throws: KernelError.self) { try ProbabilityScores(of: [wrong], outcomes: [true]) }
      #expect(throws: KernelError.self) { try ProbabilityScores(of: [0.5], outcomes: [true], baseRate: wrong) }
    }
    #expect(throws: KernelError.self) { try ProbabilityScores(of: [0.5], outcomes: [true], binCount: 0) }
    #expect(throws: KernelError.self) { try ProbabilityScores(of: [0.5], outcomes: [true], confidence: 1) }
    #expect(throws: KernelError.sampleCount(expected: 2, found: 1)) {
      try BrierComparison(of: [0.5], with: [0.5], outcomes: [true])
    }
    let scores = try ProbabilityScores(of: [0.2, 0.5, 0.9], outcomes: [false, true, true])
    #expect(try JSONDecoder().decode(ProbabilityScores.self, from: JSONEncoder().encode(scores)) == scores)
  }
}
