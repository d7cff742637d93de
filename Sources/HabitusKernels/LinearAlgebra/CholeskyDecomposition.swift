internal import CLAPACKE

/// The lower triangular L with L · Lᵀ = a symmetric positive definite matrix, by LAPACK (`dpotrf`).
struct CholeskyDecomposition: Sendable {
  /// Number of rows and of columns.
  let order: Int
  /// L, row-major, zeros above the diagonal.
  let factor: [Double]

  /// Decomposes a matrix; `nil` unless it is positive definite beyond rounding. O(`order`³) on the calling thread.
  ///
  /// - Parameter matrix: row-major, symmetric; one triangle is read. NaN or an infinite value give `nil`.
  init?(of matrix: [Double], order: Int) {
    precondition(matrix.count == order * order, "a symmetric matrix needs order × order values")
    self.order = order
    guard order > 0 else {
      factor = []
      return
    }
    MatrixProduct.usesCallingThreadOnly
    // The upper triangle of a column-major matrix is the lower one of a row-major matrix.
    var copy = matrix
    guard
      LAPACKE_dpotrf(LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), Int32(order), &copy, Int32(order)) == 0,
      (0..<order).allSatisfy({ copy[$0 * order + $0] > 0 && copy[$0 * order + $0].isFinite })
    else { return nil }
    for row in 0..<order {
      for column in row + 1..<order { copy[row * order + column] = 0 }
    }
    factor = copy
  }

  /// The logarithm of the matrix's determinant. O(`order`).
  var logDeterminant: Double {
    (0..<order).reduce(0) { $0 + 2 * Double.log(factor[$1 * order + $1]) }
  }

  /// L⁻¹, row-major, lower triangular; the matrix's inverse is L⁻ᵀ · L⁻¹. O(`order`³).
  var inverseFactor: [Double] {
    guard order > 0 else { return [] }
    var inverse = factor
    let status = LAPACKE_dtrtri(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), CChar(UInt8(ascii: "N")), Int32(order), &inverse, Int32(order))
    precondition(status == 0, "a factor with a positive diagonal has an inverse")
    return inverse
  }

  /// The solution x of (L · Lᵀ) x = `values`. O(`order`²).
  ///
  /// - Precondition: there are `order` values.
  func solve(_ values: [Double]) -> [Double] {
    precondition(values.count == order, "there must be a value a row")
    guard order > 0 else { return [] }
    var (solution, copy) = (values, factor)
    let status = LAPACKE_dpotrs(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), Int32(order), 1, &copy, Int32(order), &solution, Int32(order))
    precondition(status == 0, "sizes fit")
    return solution
  }
}
