internal import CLAPACKE

/// Singular values and right singular vectors of a matrix with no more rows than columns, by LAPACK (`dgesdd`).
struct SingularValueDecomposition: Sendable {
  /// Singular values, descending, one a row.
  let values: [Double]
  /// The right singular vector of value *i* is row *i*, `rowCount × columnCount`, row-major. Its sign is LAPACK's.
  let rightVectors: [Double]

  /// Decomposes a matrix. O(`rowCount`² · `columnCount`) on the calling thread.
  ///
  /// - Parameter matrix: row-major, finite.
  /// - Precondition: 1 ≤ `rowCount` ≤ `columnCount`.
  init(of matrix: [Double], rowCount: Int, columnCount: Int) {
    precondition(rowCount >= 1 && rowCount <= columnCount, "the matrix must not have more rows than columns")
    MatrixProduct.usesCallingThreadOnly
    // Read column-major the matrix is its own transpose, whose left vectors are the right ones sought.
    let (tall, wide) = (Int32(columnCount), Int32(rowCount))
    var values = Array(repeating: 0.0, count: rowCount)
    var vectors = Array(repeating: 0.0, count: rowCount * columnCount)
    var others = Array(repeating: 0.0, count: rowCount * rowCount)
    var copy = matrix
    var status = LAPACKE_dgesdd(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "S")), tall, wide, &copy, tall, &values, &vectors, tall, &others, wide)
    if status != 0 {
      copy = matrix
      var rest = Array(repeating: 0.0, count: rowCount)
      status = LAPACKE_dgesvd(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "S")), CChar(UInt8(ascii: "S")), tall, wide, &copy, tall, &values,
        &vectors, tall, &others, wide, &rest)
    }
    precondition(status == 0, "the singular values of a finite matrix are found by one method or the other")
    (self.values, rightVectors) = (values, vectors)
  }
}
