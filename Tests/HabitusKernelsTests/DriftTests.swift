import Foundation
import HabitusKernels
import Testing

@Suite("Population stability index")
struct PopulationStabilityTests {
  @Test("the index of two bins is that worked by hand")
  func byHand() throws {
    // 4 of 8 at most 4.5, later 2 of 8: (1/4 − 1/2)·ln(1/2) + (3/4 − 1/2)·ln(3/2) = ln(3)/4; expected 1·(1/8 + 1/8).
    let reference = try PopulationStability(binCount: 2).fit(Matrix(rows: (1...8).map { [Double($0)] }))
    #expect(reference.columns[0].edges == [4.5] && reference.columns[0].counts == [4, 4, 0])
    let report = try reference.drift(of: Matrix(rows: [1, 2, 5, 6, 7, 8, 9, 99].map { [$0] }))
    #expect(agree(report.columns[0].index, log(3) / 4) && report.columns[0].expectedIndex == 0.25)
    #expect(agree(report.columns[0].pValue, erfc((log(3) / 2).squareRoot())))
    #expect(report.columns[0].level() == .none && report.columns[0].level(significance: 1) == .major)
  }

  @Test("index and p-value equal numpy's and scipy's", .tags(.reference))
  func equalsNumpy() throws {
    // Scripts/reference/drift.py
    let reference = try PopulationStability().fit(Matrix(rowCount: 1000, columnCount: 1, values: sample(21, 1000, 1)))
    let drift = try reference.drift(of: Matrix(rowCount: 600, columnCount: 1, values: sample(22, 600, 1.5))).columns[0]
    #expect(agree(drift.index, 0.17203412930215606, tolerance: 1e-10))
    #expect(agreeRelatively(drift.pValue, 1.7943605547591935e-10, tolerance: 1e-8))
    #expect(drift.level() == .moderate)
  }

  @Test("without drift the index is as large as expected on average, and p-values are spread evenly")
  func calibration() throws {
    var (ratio, rejected, flagged) = (0.0, 0, 0)
    for seed in 0..<UInt64(300) {
      let reference = try PopulationStability(binCount: 5)
        .fit(Matrix(rowCount: 200, columnCount: 1, values: sample(1000 + seed, 200, 1)))
      let drift = try reference.drift(of: Matrix(rowCount: 60, columnCount: 1, values: sample(5000 + seed, 60, 1)))
      ratio += drift.columns[0].index / drift.columns[0].expectedIndex / 300
      if drift.columns[0].pValue < 0.05 { rejected += 1 }
      if drift.columns[0].level() != .none { flagged += 1 }
    }
    #expect(abs(ratio - 1) < 0.15 && (5...30).contains(rejected) && flagged <= 8)
  }

  @Test("missing values have a bin, and so has a value that fills one: both tell drift")
  func bins() throws {
    let zeros = (0..<100).map { $0 < 60 ? 0 : Double($0) }
    let reference = try PopulationStability().fit(Matrix(rowCount: 100, columnCount: 1, values: zeros))
    #expect(reference.columns[0].edges.prefix(2) == [-Double.leastNonzeroMagnitude, 0])
    #expect(reference.columns[0].counts[0] == 0 && reference.columns[0].counts[1] == 60)
    #expect(try reference.drift(of: Matrix(rowCount: 100, columnCount: 1, values: zeros)).maximumIndex == 0)
    let fewer = zeros.map { $0 == 0 ? -1 : $0 }
    #expect(try reference.drift(of: Matrix(rowCount: 100, columnCount: 1, values: fewer)).columns[0].level() == .major)
    let missing = zeros.enumerated().map { $0.offset.isMultiple(of: 2) ? .nan : $0.element }
    let drift = try reference.drift(of: Matrix(rowCount: 100, columnCount: 1, values: missing)).columns[0]
    #expect(drift.level() == .major && drift.missingShare == 0.5 && drift.referenceMissingShare == 0)
  }

  @Test("a constant column notices another constant; one outlier in few samples is no drift")
  func constants() throws {
    let constant = Matrix(rowCount: 10_000, columnCount: 2, repeating: 3)
    let reference = try PopulationStability().fit(constant)
    var later = Matrix(rowCount: 100, columnCount: 2, repeating: 3)
    #expect(try reference.drift(of: later).columns.allSatisfy { $0.index == 0 && $0.pValue == 1 })
    later[0, 0] = 8
    let drift = try reference.drift(of: later)
    // 0 of 10,000 counts as half of one in 100: (0.01 − 0.005)·ln 2 + (0.99 − 1)·ln 0.99.
    #expect(agree(drift.columns[0].index, 0.005 * log(2) - 0.01 * log(0.99)))
    #expect(drift.columns[0].level() == .none && drift.largestDriftColumn == 0)
    #expect(agree(drift.meanIndex, drift.maximumIndex / 2))
    let lower = Matrix(rowCount: 100, columnCount: 2, repeating: 2)
    #expect(try reference.drift(of: lower).columns.allSatisfy { $0.level() == .major })
  }

  @Test("columns without values, infinite values and no columns are defined")
  func edges() throws {
    let empty = try PopulationStability().fit(Matrix(rowCount: 50, columnCount: 1, repeating: .nan))
    #expect(empty.columns[0].edges.isEmpty && empty.columns[0].counts == [0, 50])
    #expect(try empty.drift(of: Matrix(rowCount: 50, columnCount: 1, repeating: .nan)).maximumIndex == 0)
    #expect(try empty.drift(of: Matrix(rowCount: 50, columnCount: 1, repeating: 1)).columns[0].level() == .major)
    let line = Matrix(rows: [[-.infinity], [1], [2], [.infinity]])
    #expect(try PopulationStability(binCount: 2).fit(line).columns[0].counts == [2, 2, 0])
    let none = Matrix(rowCount: 3, columnCount: 0, values: [])
    let report = try PopulationStability().fit(none).drift(of: none)
    #expect(report.maximumIndex == 0 && report.meanIndex == 0 && report.largestDriftColumn == nil)
  }

  @Test("a reference outlives its storage, threads change nothing, and unfit data is refused")
  func contract() throws {
    let points = groups(seed: 4, rows: 200, columns: 5, groupCount: 2, distance: 1)
    let reference = try PopulationStability().fit(points, threadCount: 1)
    #expect(try PopulationStability().fit(points, threadCount: 3) == reference)
    let stored = try JSONDecoder().decode(
      PopulationStability.Reference.self, from: JSONEncoder().encode(reference))
    #expect(stored == reference)
    #expect(throws: KernelError.noSamples) { try PopulationStability().fit(Matrix(rows: [])) }
    #expect(throws: KernelError.noSamples) { try reference.drift(of: points.selectingRows([])) }
    #expect(throws: KernelError.columnCount(expected: 5, found: 1)) { try reference.drift(of: Matrix(rows: [[1]])) }
    #expect(throws: KernelError.parameter(name: "binCount", value: 1, allowed: "2 or more")) {
      try PopulationStability(binCount: 1).fit(points)
    }
  }

  @Test(
    "the upper tail of the χ² distribution equals scipy's", .tags(.reference),
    arguments: [
      (1, 0.5, 0.47950012218695337), (1, 30, 4.3204630578274955e-08), (2, 3, 0.22313016014842982),
      (5, 4, 0.5494159513527802), (9, 30, 0.00043872177097947936), (10, 2, 0.9963401531726563),
      (49, 70, 0.026054770413323585), (3, 0, 1), (3, -1, 1), (3, .infinity, 0),
    ] as [(Int, Double, Double)])
  func chiSquare(degrees: Int, x: Double, expected: Double) {
    #expect(
      agreeRelatively(
        ChiSquareDistribution(degreesOfFreedom: degrees).upperTail(x), expected, tolerance: 1e-11))
  }
}

@Suite("Two-sample Kolmogorov–Smirnov test")
struct KolmogorovSmirnovTests {
  @Test("the statistic is that worked by hand, ties included")
  func byHand() throws {
    // After 2 the shares are 2/3 and 1/4; after 5 they are 1 and 1/2, which is the most.
    let test = try #require(KolmogorovSmirnov(comparing: [1, 2, 5, .nan], with: [2, 5, 6, 7]))
    #expect(agree(test.statistic, 0.5))
  }

  @Test(
    "statistic and p-value equal scipy's", .tags(.reference),
    arguments: [
      (20, 25, 1.5, 0.16, 0.8997662316832965, 0.01), (200, 300, 1.0, 0.05666666666666664, 0.8145870265335418, 5e-4),
      (200, 300, 1.3, 0.125, 0.04299596049375398, 5e-4),
      (5000, 4000, 1.02, 0.014300000000000035, 0.7481753451165876, 5e-4),
      (2000, 2000, 1.2, 0.09949999999999998, 4.526775051448949e-09, 2e-10),
    ] as [(Int, Int, Double, Double, Double, Double)])
  func equalsScipy(
    count: Int, otherCount: Int, power: Double, statistic: Double, pValue: Double, tolerance: Double
  ) throws {
    let test = try #require(
      KolmogorovSmirnov(comparing: sample(31, count, 1), with: sample(32, otherCount, power)))
    #expect(agree(test.statistic, statistic))
    #expect(abs(test.pValue - pValue) <= tolerance, "\(test.pValue)")
  }

  @Test("equal samples have p-value 1, separate ones none to speak of, and missing samples no test")
  func edges() throws {
    let values = sample(1, 50, 1)
    #expect(KolmogorovSmirnov(comparing: values, with: values).map { [$0.statistic, $0.pValue] } == [0, 1])
    let apart = try #require(KolmogorovSmirnov(comparing: values, with: values.map { $0 + 2 }))
    #expect(apart.statistic == 1 && apart.pValue < 1e-20)
    #expect(try #require(KolmogorovSmirnov(comparing: [1], with: [2])).pValue > 0.2)
    #expect(KolmogorovSmirnov(comparing: [], with: [1]) == nil)
    #expect(KolmogorovSmirnov(comparing: [.nan], with: [1]) == nil)
  }
}

private func sample(_ seed: UInt64, _ count: Int, _ power: Double) -> [Double] {
  var generator = SplitMix64(seed: seed)
  return (0..<count).map { _ in pow(generator.nextUnit(), power) }
}
