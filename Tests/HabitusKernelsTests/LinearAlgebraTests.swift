import Testing

@testable import HabitusKernels

@Suite("Linear algebra")
struct LinearAlgebraTests {
  @Test("Cholesky's factor, determinant, inverse and solution, worked by hand")
  func cholesky() throws {
    // [[2, 0], [1, 3]] times its transpose.
    let decomposition = try #require(CholeskyDecomposition(of: [4, 2, 2, 10], order: 2))
    #expect(decomposition.factor == [2, 0, 1, 3])
    #expect(agree(decomposition.logDeterminant, 3.58351893845611))
    for (found, expected) in zip(decomposition.inverseFactor, [0.5, 0, -1.0 / 6, 1.0 / 3]) {
      #expect(agree(found, expected))
    }
    for (found, expected) in zip(decomposition.solve([8, 22]), [1.0, 2.0]) { #expect(agree(found, expected)) }
    #expect(CholeskyDecomposition(of: [1, 2, 2, 1], order: 2) == nil)
    #expect(CholeskyDecomposition(of: [1, 1, 1, 1], order: 2) == nil)
    #expect(CholeskyDecomposition(of: [.nan], order: 1) == nil && CholeskyDecomposition(of: [0], order: 1) == nil)
  }

  @Test("eigenvectors and singular vectors rebuild their matrices", .tags(.differential), arguments: 1..<8)
  func decompositions(order: Int) {
    var generator = SplitMix64(seed: UInt64(order))
    let columnCount = order + 3
    let rows = (0..<order * columnCount).map { _ in generator.nextUnit() - 0.5 }
    var products = Array(repeating: 0.0, count: order * order)
    MatrixProduct.byTransposed(
      rows, rowCount: order, rows, columnCount: order, innerCount: columnCount, into: &products)
    let eigen = SymmetricEigenDecomposition(of: products, order: order)
    let singular = SingularValueDecomposition(of: rows, rowCount: order, columnCount: columnCount)
    for first in 0..<order {
      #expect(agree(eigen.values[first], singular.values[first] * singular.values[first]))
      for second in 0..<order {
        var (product, rebuilt) = (0.0, 0.0)
        for column in 0..<columnCount {
          product += rows[first * columnCount + column] * rows[second * columnCount + column]
        }
        for index in 0..<order {
          rebuilt += eigen.values[index] * eigen.vectors[index * order + first] * eigen.vectors[index * order + second]
        }
        #expect(agree(products[first * order + second], product) && agree(rebuilt, product))
      }
    }
  }
}
