internal import CLAPACKE

/// Eigenvalues and orthonormal eigenvectors of a symmetric matrix, by LAPACK (`dsyevd`: divide and conquer).
struct SymmetricEigenDecomposition: Sendable {
  /// Eigenvalues, descending.
  let values: [Double]
  /// The eigenvector of value *i* is row *i*, `order × order`, row-major. Its sign is LAPACK's choice.
  let vectors: [Double]

  /// Decomposes a matrix of `order` rows and columns. O(`order`³) on the calling thread.
  ///
  /// - Parameter matrix: row-major, symmetric, finite; one triangle is read.
  init(of matrix: [Double], order: Int) {
    precondition(matrix.count == order * order, "a symmetric matrix needs order × order values")
    guard order > 0 else {
      (values, vectors) = ([], [])
      return
    }
    MatrixProduct.usesCallingThreadOnly
    // A symmetric matrix is the same row-major and column-major, and a column of the result is contiguous.
    var (ascending, columns) = (Array(repeating: 0.0, count: order), matrix)
    var status = LAPACKE_dsyevd(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")),
      Int32(order), &columns, Int32(order), &ascending)
    if status != 0 {
      columns = matrix
      status = LAPACKE_dsyev(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")),
        Int32(order), &columns, Int32(order), &ascending)
    }
    precondition(status == 0, "the eigenvalues of a finite symmetric matrix are found by one method or the other")
    values = ascending.reversed()
    vectors = (0..<order).reversed().flatMap { columns[$0 * order..<($0 + 1) * order] }
  }
}
