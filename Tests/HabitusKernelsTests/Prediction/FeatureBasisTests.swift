import Foundation
import HabitusKernels
import Testing

@Suite("Feature basis")
struct FeatureBasisTests {
  private func columns(
    _ values: [Double], _ shape: FeatureShape, at others: [Double]? = nil, weights: [Double]? = nil
  ) throws -> Matrix {
    let basis = try FeatureBasis(
      fittedTo: Matrix(rowCount: values.count, columnCount: 1, values: values), weights: weights, shape: shape)
    let points = others ?? values
    return try basis.transform(Matrix(rowCount: points.count, columnCount: 1, values: points))
  }

  /// Straightens out what standardisation did, by two values that are known.
  private func restored(_ column: [Double], first: Double, last: Double) throws -> [Double] {
    let (low, high) = (try #require(column.first), try #require(column.last))
    return column.map { first + ($0 - low) / (high - low) * (last - first) }
  }

  @Test("a missing value stands at the mean, and has a column that says so; worked by hand")
  func missing() throws {
    // Present 1 and 3: mean 2; squares 1 + 0 + 1 + 0 over four samples: deviation √½. Half are missing: (1 or 0 − ½) /
    // ½.
    let found = try columns([1, .nan, 3, .nan], .linear)
    #expect(found.columnCount == 2)
    let half = 2.0.squareRoot()
    let expected = [-half, -1, 0, 1, half, -1, 0, 1]
    #expect(zip(found.values, expected).allSatisfy { agree($0, $1) })
    #expect(agree(try columns([1, 2, 3], .linear, at: [.nan]).values[0], 0))
  }

  @Test("columns have mean 0 and deviation 1", arguments: 0..<4)
  func standardised(index: Int) throws {
    var generator = SplitMix64(seed: UInt64(index))
    let values = (0..<200).map { _ in
      generator.nextUnit() < 0.1 ? .nan : (exp(3 * made(&generator)) * 4).rounded() - 2
    }
    let weights = (0..<200).map { _ in generator.nextUnit() }
    let total = weights.reduce(0, +)
    let shape = [FeatureShape.linear, .signedLogarithm, .ranks, .hinges(knotCount: 4)][index]
    let found = try columns(values, shape, weights: weights)
    #expect(found.columnCount >= 2)
    for column in 0..<found.columnCount {
      let values = found.column(column)
      #expect(abs(zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total) < 1e-10)
      #expect(agree(zip(values, weights).reduce(0) { $0 + $1.0 * $1.0 * $1.1 } / total, 1, tolerance: 1e-10))
    }
  }

  @Test("the signed logarithm is odd and shortens tails")
  func signedLogarithm() throws {
    let found = try columns([-3, 0, 7], .signedLogarithm).values
    let straight = try restored(found, first: -log(4.0), last: log(8.0))
    #expect(agree(straight[1], 0))
  }

  @Test("ranks are shares below, ties by half, straight between and flat beyond; worked by hand")
  func ranks() throws {
    // Of 0, 0, 0, 1, 5: shares below 0.3, 0.7, 0.9.
    let found = try columns([0, 0, 0, 1, 5], .ranks, at: [0, 0.5, 1, 3, 5])
    let straight = try restored(found.values, first: 0.3, last: 0.9)
    #expect(zip(straight, [0.3, 0.5, 0.7, 0.8, 0.9]).allSatisfy { agree($0, $1) })
    let beyond = try columns([0, 0, 0, 1, 5], .ranks, at: [-100, 0, 5, 1e9]).values
    #expect(beyond[0] == beyond[1] && beyond[2] == beyond[3])
  }

  @Test("ranks do not change when values pass through a rising function")
  func ranksAreOrder() throws {
    var generator = SplitMix64(seed: 4)
    let values = (0..<500).map { _ in Double(generator.nextIndex(below: 60)) }
    let plain = try columns(values, .ranks)
    let curved = try columns(values.map { $0 * $0 * $0 - 5 }, .ranks)
    // Between the quantiles kept a straight line depends on values; at these it does not.
    #expect(zip(plain.values, curved.values).allSatisfy { abs($0 - $1) < 0.1 })
    let few = (0..<500).map { _ in Double(generator.nextIndex(below: 20)) }
    #expect(
      zip(try columns(few, .ranks).values, try columns(few.map { exp($0) }, .ranks).values).allSatisfy { agree($0, $1) }
    )
  }

  @Test("hinges bend at quantiles, and are flat before their knot and beyond what was seen; worked by hand")
  func hinges() throws {
    // e^k − 1 has the logarithm k: knots of 0…8 at quartiles are 2, 4, 6.
    let values = (0...8).map { expm1(Double($0)) }
    let found = try columns(values, .hinges(knotCount: 3))
    #expect(found.columnCount == 4)
    for (column, knot) in [2, 4, 6].enumerated() {
      let straight = try restored(found.column(column + 1), first: 0, last: Double(8 - knot))
      #expect(zip(straight, (0...8).map { Double(max(0, $0 - knot)) }).allSatisfy { agree($0, $1, tolerance: 1e-9) })
    }
    let beyond = try columns(values, .hinges(knotCount: 3), at: [-5, 0, values[8], 1e12])
    #expect(beyond.row(0) == beyond.row(1) || beyond.row(0).elementsEqual(beyond.row(1)))
    #expect(beyond.row(2).elementsEqual(beyond.row(3)))
    // Most values are the least one: knots there are none.
    #expect(try columns([0, 0, 0, 0, 0, 0, 0, 1, 2], .hinges(knotCount: 3)).columnCount == 1)
    #expect(try columns([0, 0, 0, 0, 0, 1, 1, 1, 2], .hinges(knotCount: 3)).columnCount == 2)
  }

  @Test("what tells nothing has no column: constants, nothing present, one sample")
  func uninformative() throws {
    for shape in [FeatureShape.linear, .signedLogarithm, .ranks, .hinges(knotCount: 3)] {
      #expect(try columns([4, 4, 4], shape).columnCount == 0)
      #expect(try columns([.nan, .nan], shape).columnCount == 0)
      #expect(try columns([4], shape).columnCount == 0)
      // Only whether it is there.
      #expect(try columns([4, .nan, 4], shape).columnCount == 1)
      #expect(try columns([1, 2, 9], shape, weights: [1, 1, 0]).values[2].isFinite)
    }
    #expect(try columns([0.1, 0.1, 0.1], .linear).columnCount == 0)
    let basis = try FeatureBasis(fittedTo: Matrix(rows: [[1, 4, .nan], [2, 4, 3], [4, 4, .nan]]))
    #expect(basis.features.map(\.columnCount) == [1, 0, 1] && basis.features.map(\.presentCount) == [3, 3, 1])
    #expect(basis.columnCount == 2 && basis.featureCount == 3)
  }

  @Test("refuses what has no square, and knots out of range")
  func refuses() throws {
    let points = Matrix(rows: [[1], [2]])
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) {
      try FeatureBasis(fittedTo: Matrix(rows: [[1], [1e151]]))
    }
    for count in [0, 65] {
      #expect(throws: KernelError.self) { try FeatureBasis(fittedTo: points, shape: .hinges(knotCount: count)) }
    }
    #expect(throws: KernelError.noSamples) { try FeatureBasis(fittedTo: points, weights: [0, 0]) }
    let basis = try FeatureBasis(fittedTo: points, shape: .ranks)
    #expect(throws: KernelError.columnCount(expected: 1, found: 2)) { try basis.transform(Matrix(rows: [[1, 2]])) }
    #expect(throws: KernelError.notFinite(row: 0, column: 0)) { try basis.transform(Matrix(rows: [[.infinity]])) }
    #expect(try JSONDecoder().decode(FeatureBasis.self, from: JSONEncoder().encode(basis)) == basis)
  }
}
