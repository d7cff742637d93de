import HabitusKernels
import Testing

@Suite("Local outlier factors")
struct LocalOutlierFactorTests {
  @Test("gives factors worked by hand")
  func byHand() throws {
    // Distances to the second neighbor: 2, 1, 2, 9. Mean reachability distances: (1 + 2) / 2, (2 + 2) / 2, (1 + 2) / 2
    // and (9 + 10) / 2, each 1e-10 more.
    let factors = try localOutlierFactors(of: Matrix(rows: [[0], [1], [2], [11]]), neighborCount: 2)
    let expected = [
      1.5 * (1 / 2.0 + 1 / 1.5) / 2, 2 / 1.5, 1.5 * (1 / 2.0 + 1 / 1.5) / 2, 9.5 * (1 / 1.5 + 1 / 2.0) / 2,
    ]
    for (factor, value) in zip(factors, expected) { #expect(agree(factor, value, tolerance: 1e-9)) }
  }

  @Test("agrees with scikit-learn", .tags(.reference))
  func matchesScikitLearn() throws {
    for reference in try DensityReference.all() {
      let points = Matrix(rows: reference.points)
      let factors = try localOutlierFactors(of: points, neighborCount: reference.dbscan.minimumNeighborCount)
      #expect(factors.count == reference.localOutlierFactors.count)
      for (factor, expected) in zip(factors, reference.localOutlierFactors) {
        #expect(agreeRelatively(factor, expected, tolerance: 1e-9), "\(reference.name)")
      }
      #expect(
        try localOutlierFactors(
          of: points, neighborCount: reference.dbscan.minimumNeighborCount, threadCount: 3) == factors)
    }
  }

  @Test("has answers for few and identical points, and refuses others")
  func edgeCases() throws {
    #expect(try localOutlierFactors(of: Matrix(rowCount: 0, columnCount: 2, values: []), neighborCount: 3).isEmpty)
    #expect(try localOutlierFactors(of: Matrix(rows: [[3]]), neighborCount: 3) == [1])
    #expect(try localOutlierFactors(of: Matrix(rows: [[3], [5]]), neighborCount: 3) == [1, 1])
    #expect(
      try localOutlierFactors(of: Matrix(rowCount: 9, columnCount: 2, repeating: 4), neighborCount: 3)
        == Array(repeating: 1, count: 9))
    #expect(throws: KernelError.parameter(name: "neighborCount", value: 0, allowed: "1 or more")) {
      try localOutlierFactors(of: Matrix(rows: [[3]]), neighborCount: 0)
    }
    #expect(throws: KernelError.notFinite(row: 0, column: 0)) {
      try localOutlierFactors(of: Matrix(rows: [[.nan]]), neighborCount: 1)
    }
  }
}
