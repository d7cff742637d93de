import Foundation
import HabitusKernels
import Testing

@Suite("Scaling")
struct ScalingTests {
  let table = Matrix(rows: [[1, 10, -2], [2, .nan, 0], [4, 30, 5], [8, 30, .nan], [16, 90, 1]])

  @Test(
    "equals scikit-learn's scalers after imputation of medians", .tags(.reference),
    arguments: [
      (
        Scaling.Method.standard,
        [
          [-0.9532062476387962, -1.0, -1.1766968108291043],
          [-0.7698973538621047, -0.3333333333333333, -0.3922322702763681],
          [-0.4032795663087215, -0.3333333333333333, 1.5689290811054724],
          [0.3299560087980448, -0.3333333333333333, -0.19611613513818404],
          [1.7964271590115777, 1.6666666666666667, 0.0],
        ]
      ),
      (
        .minMax,
        [
          [0, 0, 0], [0.06666666666666667, 0.25, 0.2857142857142857], [0.2, 0.25, 1],
          [0.4666666666666667, 0.25, 0.3571428571428571], [1, 1, 0.42857142857142855],
        ]
      ),
      (
        .robust,
        [
          [-0.5, -1, -1], [-0.3333333333333333, 0, -0.2], [0, 0, 1.8], [0.6666666666666666, 0, 0], [2, 3, 0.2],
        ]
      ),
      (.none, [[1, 10, -2], [2, 30, 0], [4, 30, 5], [8, 30, 0.5], [16, 90, 1]]),
    ])
  func equalsScikitLearn(method: Scaling.Method, expected: [[Double]]) throws {
    let scaled = try Scaling(method: method).fit(table).transform(table)
    #expect(zip(scaled.values, expected.joined()).allSatisfy { agree($0, $1) })
    #expect(scaled.rowCount == 5 && scaled.columnCount == 3)
  }

  @Test(
    "is undone by the inverse, in original units", .tags(.differential),
    arguments: Scaling.Method.allCases,
    [.none, .signedLogarithm(minimumSkewness: 0), .yeoJohnson(minimumSkewness: 0)] as [Scaling.TailTransform])
  func isUndone(method: Scaling.Method, tailTransform: Scaling.TailTransform) throws {
    let scaler = try Scaling(method: method, tailTransform: tailTransform).fit(table)
    let restored = try scaler.inverseTransform(scaler.transform(table))
    for (found, original) in zip(restored.values, table.values) where !original.isNaN {
      #expect(agree(found, original, tolerance: 1e-9))
    }
    #expect(agree(restored[1, 1], 30, tolerance: 1e-9) && agree(restored[3, 2], 0.5, tolerance: 1e-9))
  }

  @Test("gives later rows what it gave the same rows in fitting, also after encoding")
  func servesLaterRows() throws {
    let scaler = try Scaling(tailTransform: .yeoJohnson(minimumSkewness: 0)).fit(table)
    let stored = try JSONDecoder().decode(Scaler.self, from: JSONEncoder().encode(scaler))
    let together = try scaler.transform(table)
    for row in 0..<5 { #expect(try stored.transform(table.selectingRows([row])) == together.selectingRows([row])) }
  }

  @Test("drops, or keeps as 0, columns that are constant, missing, or seen once; centres come back whole")
  func uninformativeColumns() throws {
    let points = Matrix(rows: [[7, .nan, 1, .nan], [7, .nan, 2, 5], [7, .nan, 3, .nan]])
    let dropping = try Scaling().fit(points)
    #expect(dropping.keptColumns == [2])
    let scaled = try dropping.transform(points)
    #expect(scaled.columnCount == 1 && scaled[1, 0] == 0)
    let centre = try dropping.inverseTransform(Matrix(rows: [[0]]))
    #expect(centre[0, 0] == 7 && centre[0, 1].isNaN && centre[0, 2] == 2 && centre[0, 3] == 5)

    let zeroing = try Scaling(uninformativeColumns: .zeroed).fit(points)
    #expect(zeroing.keptColumns == [0, 1, 2, 3])
    let zeroed = try zeroing.transform(points)
    #expect(Array(zeroed.row(1)) == [0, 0, 0, 0])
    #expect(zeroed.values.allSatisfy { $0.isFinite })
    #expect(try zeroing.inverseTransform(zeroed)[2, 0] == 7)
    #expect(try zeroing.inverseTransform(zeroed)[2, 2] == 3)
  }

  @Test("takes a column for constant that only rounding moves")
  func constantUpToRounding() throws {
    let rounded = Matrix(rows: [[0.1 + 0.2, 1], [0.3, 2]])
    #expect(try Scaling().fit(rounded).keptColumns == [1])
  }

  @Test("robust scaling falls back on the standard deviation where the quartiles agree")
  func robustFallback() throws {
    let spike = Matrix(rows: [[0], [0], [0], [0], [0], [0], [0], [8]])
    // Mean 1, squared deviations 7 · 1 + 49, so the variance is 7.
    #expect(try agree(Scaling(method: .robust).fit(spike).columns[0].scale, 7.0.squareRoot()))
  }

  @Test("Yeo and Johnson's power is scipy's likeliest one", .tags(.reference))
  func yeoJohnson() throws {
    let column = [0.1, 0.4, 0.5, 1.0, 1.5, 2.0, 4.0, 9.0, 40.0]
    let parameters = Scaling(method: .none, tailTransform: .yeoJohnson(minimumSkewness: 1))
    let scaler = try parameters.fit(Matrix(rows: column.map { [$0] }))
    guard case .yeoJohnson(let power) = scaler.columns[0].shape else {
      Issue.record("the column is skewed and must be transformed")
      return
    }
    // Both searches end where rounding flattens the likelihood, about √2⁻⁵² from the top.
    #expect(agree(power, -0.5932720250258057, tolerance: 1e-6))
    let expected = [
      0.09266560887715472, 0.30501642813264646, 0.36038364465035705, 0.5683094731180807, 0.7068451905719313,
      0.8071854070229616, 1.0368332464093453, 1.2555618324196651, 1.499390186882878,
    ]
    let transformed = try scaler.transform(Matrix(rows: column.map { [$0] }))
    #expect(zip(transformed.values, expected).allSatisfy { agree($0, $1, tolerance: 1e-6) })

    let mixed = try parameters.fit(Matrix(rows: [-9, -2, -0.5, 0, 0.25, 1, 1.5].map { [$0] }))
    guard case .yeoJohnson(let mixedPower) = mixed.columns[0].shape else {
      Issue.record("the column is skewed and must be transformed")
      return
    }
    #expect(agree(mixedPower, 1.886521704417844, tolerance: 1e-6))
  }

  @Test("transforms only columns with the skewness asked for")
  func skewnessRule() throws {
    let points = Matrix(rows: [[1, 1], [2, 10], [3, 100], [4, 1_000], [5, 10_000]])
    let scaler = try Scaling(tailTransform: .signedLogarithm(minimumSkewness: 1)).fit(points)
    #expect(scaler.columns.map(\.shape) == [.identity, .signedLogarithm])
  }

  @Test("the signed logarithm is odd and keeps 0")
  func signedLogarithm() {
    let shape = ShapeTransform.signedLogarithm
    #expect(shape(0) == 0)
    #expect(agree(shape(M_E - 1), 1) && agree(shape(1 - M_E), -1))
    #expect(agree(shape.inverse(shape(-1234.5)), -1234.5))
  }

  @Test("refuses what it cannot scale, and says where")
  func refuses() throws {
    #expect(throws: KernelError.noSamples) { try Scaling().fit(Matrix(rows: [])) }
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) { try Scaling().fit(Matrix(rows: [[1], [.infinity]])) }
    #expect(throws: KernelError.parameter(name: "minimumSkewness", value: -1, allowed: "0 or more")) {
      try Scaling(tailTransform: .signedLogarithm(minimumSkewness: -1)).fit(table)
    }
    let scaler = try Scaling().fit(table)
    #expect(throws: KernelError.columnCount(expected: 3, found: 1)) { try scaler.transform(Matrix(rows: [[1]])) }
    #expect(throws: KernelError.notFinite(row: 0, column: 1)) {
      try scaler.transform(Matrix(rows: [[1, -.infinity, 2]]))
    }
  }

  @Test("learns the same on any number of threads")
  func threads() throws {
    let points = groups(seed: 5, rows: 60, columns: 9, groupCount: 3, distance: 10)
    let plan = try Scaling(tailTransform: .yeoJohnson(minimumSkewness: 0)).validated(for: points)
    #expect(plan.fit(threadCount: 1) == plan.fit(threadCount: 4))
  }
}
