import Foundation
import HabitusKernels
import Testing

@Suite("Principal components")
struct PrincipalComponentsTests {
  @Test("finds the diagonal of four points: directions, variances and places worked by hand")
  func byHand() throws {
    // Along (1, 1)/√2 the places are ±2√2 and 0, across it ±√2.
    let points = Matrix(rows: [[3, 2], [-1, -2], [0, 1], [2, -1]])
    let model = try PrincipalComponents(.count(2)).fit(points)
    let half = 0.5.squareRoot()
    #expect(model.mean == [1, 0])
    #expect(agree(model.components[0, 0], half) && agree(model.components[0, 1], half))
    #expect(agree(model.components[1, 0], half) && agree(model.components[1, 1], -half))
    #expect(agree(model.explainedVariances[0], 16.0 / 3) && agree(model.explainedVariances[1], 4.0 / 3))
    #expect(agree(model.explainedVarianceShares[0], 0.8) && agree(model.totalVariance, 20.0 / 3))
    let places = try model.transform(points)
    let expected: [Double] = [4 * half, 0, -4 * half, 0, 0, -2 * half, 0, 2 * half]
    for (found, expected) in zip(places.values, expected) {
      #expect(agree(found, expected))
    }
  }

  struct Reference: Decodable, Sendable, CustomTestStringConvertible {
    let seed: UInt64
    let rows: Int
    let columns: Int
    let whitens: Bool
    let count: Int
    let components: [[Double]]
    let variances: [Double]
    let shares: [Double]
    let mean: [Double]
    let firstRow: [Double]
    let restored: [Double]
    var testDescription: String { "\(rows) × \(columns)" }
  }
  struct References: Decodable { let principalComponents: [Reference] }
  static var references: [Reference] {
    (try? ReferenceData.read("mixture", as: References.self))?.principalComponents ?? []
  }

  func points(_ reference: Reference) -> Matrix {
    var points = groups(
      seed: reference.seed, rows: reference.rows, columns: reference.columns, groupCount: 3, distance: 2.5)
    for row in 0..<points.rowCount { points[row, 2] = 4.25 }
    return points
  }

  @Test("agrees with scikit-learn's PCA (Scripts/reference/mixture.py), signs included", .tags(.reference))
  func agreesWithScikitLearn() throws {
    #expect(Self.references.count == 4)
    for reference in Self.references {
      let points = points(reference)
      let model = try PrincipalComponents(.count(reference.count), whitens: reference.whitens).fit(points)
      #expect(close(model.components.values, reference.components.flatMap { $0 }))
      #expect(close(model.explainedVariances, reference.variances))
      #expect(close(model.explainedVarianceShares, reference.shares))
      #expect(close(model.mean, reference.mean))
      let places = try model.transform(points)
      #expect(close(Array(places.row(0)), reference.firstRow))
      #expect(close(Array(try model.inverseTransform(places).row(0)), reference.restored))
    }
  }

  func close(_ found: [Double], _ expected: [Double]) -> Bool {
    found.count == expected.count && zip(found, expected).allSatisfy { agree($0, $1, tolerance: 1e-9) }
  }

  @Test(
    "keeps its invariants, with more rows than columns and with fewer", .tags(.differential), arguments: 0..<UInt64(20))
  func keepsInvariants(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let (rows, columns) = (2 + generator.nextIndex(below: 30), 1 + generator.nextIndex(below: 12))
    let points = groups(seed: seed, rows: rows, columns: columns, groupCount: 2, distance: 1)
    let most = min(rows, columns)
    let model = try PrincipalComponents(.count(most)).fit(points)
    for first in 0..<most {
      for second in 0..<most {
        let pairs = zip(model.components.row(first), model.components.row(second))
        let product: Double = pairs.reduce(0) { $0 + $1.0 * $1.1 }
        #expect(agree(product, first == second ? 1 : 0, tolerance: 1e-10), "seed \(seed)")
      }
    }
    #expect(zip(model.explainedVariances, model.explainedVariances.dropFirst()).allSatisfy { $0 >= $1 })
    let places = try model.transform(points)
    for component in 0..<most {
      let moments = Moments(of: places.column(component))
      #expect(agree(moments.mean ?? .nan, 0, tolerance: 1e-10), "seed \(seed)")
      let variance = (moments.populationVariance ?? .nan) * Double(rows) / Double(rows - 1)
      #expect(agree(variance, model.explainedVariances[component], tolerance: 1e-10), "seed \(seed)")
    }
    var total = 0.0
    for column in 0..<columns {
      let variance: Double = Moments(of: points.column(column)).populationVariance ?? .nan
      total += variance * Double(rows) / Double(rows - 1)
    }
    #expect(agree(model.totalVariance, total, tolerance: 1e-10), "seed \(seed)")
    #expect(close(try model.inverseTransform(places).values, points.values), "seed \(seed)")
    let whitened = try PrincipalComponents(.count(1), whitens: true).fit(points)
    let variance = Moments(of: try whitened.transform(points).column(0)).populationVariance ?? .nan
    #expect(agree(variance * Double(rows) / Double(rows - 1), 1, tolerance: 1e-10), "seed \(seed)")
    let plain = try PrincipalComponents(.count(1)).fit(points)
    #expect(
      close(try whitened.reconstruction(of: points).values, try plain.reconstruction(of: points).values), "seed \(seed)"
    )
  }

  @Test("takes the fewest components that reach a share of the variance")
  func varianceShare() throws {
    // Variances 8/3·(4, 1): shares 0.8 and 0.2.
    let points = Matrix(rows: [[4, 0], [-4, 0], [0, 2], [0, -2]])
    func count(_ share: Double) throws -> Int {
      try PrincipalComponents(.varianceShare(share)).fit(points).componentCount
    }
    #expect(try count(0.1) == 1 && count(0.79) == 1 && count(0.81) == 2 && count(1) == 2)
    let equal = Matrix(rows: [[1, 2, 3], [1, 2, 3]])
    #expect(try PrincipalComponents(.varianceShare(1)).fit(equal).componentCount == 1)
    let line = Matrix(rows: (0..<20).map(Double.init).map { [$0, $0 * 0.1, 7, $0 / 3] })
    #expect(try PrincipalComponents(.varianceShare(1)).fit(line).componentCount == 1)
  }

  @Test("the greatest entry of a component is positive, the first where rounding alone tells them apart")
  func signs() throws {
    var points = Matrix(rowCount: 50, columnCount: 3, repeating: 0)
    for row in 0..<50 {
      points[row, 0] = Double(row) * 0.1
      points[row, 1] = Double(row) * -0.1
      points[row, 2] = Double(row % 2) * 0.01
    }
    let model = try PrincipalComponents(.count(1)).fit(points)
    #expect(model.components[0, 0] > 0 && model.components[0, 1] < 0)
  }

  @Test("one row, equal rows and constant columns have no variance, and still a place")
  func degenerate() throws {
    let single = try PrincipalComponents(.count(1), whitens: true).fit(Matrix(rows: [[3, 4, 5]]))
    #expect(single.explainedVariances == [0] && single.explainedVarianceShares == [0] && single.scales == [1])
    #expect(try single.transform(Matrix(rows: [[3, 4, 5]])).values == [0])
    let equal = try PrincipalComponents(.count(2), whitens: true).fit(Matrix(rows: [[1, 2], [1, 2], [1, 2]]))
    #expect(equal.explainedVariances == [0, 0])
    #expect(try equal.inverseTransform(equal.transform(Matrix(rows: [[5, 6]]))) == Matrix(rows: [[5, 6]]))
    let constant = try PrincipalComponents(.count(2)).fit(Matrix(rows: [[1, 1e6], [2, 1e6], [4, 1e6]]))
    #expect(constant.components == Matrix(rows: [[1, 0], [0, 1]]) && constant.explainedVariances[1] == 0)
    let none = try PrincipalComponents(.varianceShare(0.5)).fit(Matrix(rowCount: 3, columnCount: 0, repeating: 0))
    #expect(none.componentCount == 0)
    #expect(try none.transform(Matrix(rowCount: 2, columnCount: 0, repeating: 0)).rowCount == 2)
    #expect(try single.transform(Matrix(rowCount: 0, columnCount: 3, repeating: 0)).rowCount == 0)
  }

  @Test("is the same to the bit on any number of threads, and survives encoding")
  func threads() throws {
    let points = groups(seed: 5, rows: 3_000, columns: 6, groupCount: 3, distance: 1)
    let parameters = PrincipalComponents(.count(3), whitens: true)
    let alone = try parameters.fit(points, threadCount: 1)
    for threadCount in [2, 3] {
      #expect(try parameters.fit(points, threadCount: threadCount) == alone)
      #expect(try alone.transform(points, threadCount: threadCount) == alone.transform(points, threadCount: 1))
    }
    #expect(try JSONDecoder().decode(PrincipalComponents.Model.self, from: JSONEncoder().encode(alone)) == alone)
  }

  @Test("refuses what has no components")
  func refuses() throws {
    let points = Matrix(rows: [[1, 2], [3, 5], [4, 4]])
    #expect(throws: KernelError.noSamples) { try PrincipalComponents(.count(1)).fit(Matrix(rows: [])) }
    for count in [0, 3] {
      let allowed = "1 to the smaller of rows and columns, 2"
      #expect(throws: KernelError.parameter(name: "count", value: Double(count), allowed: allowed)) {
        try PrincipalComponents(.count(count)).fit(points)
      }
    }
    #expect(throws: KernelError.parameter(name: "varianceShare", value: 0, allowed: "above 0, up to 1")) {
      try PrincipalComponents(.varianceShare(0)).fit(points)
    }
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) {
      try PrincipalComponents(.count(1)).fit(Matrix(rows: [[1], [.nan]]))
    }
    #expect(throws: KernelError.notFinite(row: 0, column: 0)) {
      try PrincipalComponents(.count(1)).fit(Matrix(rows: [[1e200], [1]]))
    }
    let model = try PrincipalComponents(.count(1)).fit(points)
    #expect(throws: KernelError.columnCount(expected: 2, found: 1)) { try model.transform(Matrix(rows: [[1]])) }
    #expect(throws: KernelError.columnCount(expected: 1, found: 2)) { try model.inverseTransform(points) }
    #expect(throws: KernelError.notFinite(row: 0, column: 1)) { try model.transform(Matrix(rows: [[1, .infinity]])) }
  }
}

extension PrincipalComponents.Model {
  /// What is left of points in the components that were kept.
  fileprivate func reconstruction(of points: Matrix) throws -> Matrix { try inverseTransform(transform(points)) }
}
