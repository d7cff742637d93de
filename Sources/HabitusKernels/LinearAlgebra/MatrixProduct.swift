internal import COpenBLAS

/// Products of dense row-major matrices by OpenBLAS, on the calling thread.
///
/// Parallel work is cut into chunks by the kernels, so that results do not depend on the number of threads; threads of
/// the library's own would get in the way of that. Numbers of rows and columns must fit 32 bits.
enum MatrixProduct {
  /// Switches the library's threads off, once a process; every caller of the library evaluates it first.
  static let usesCallingThreadOnly: Void = openblas_set_num_threads(1)

  /// `result` = `first` · `second`ᵀ, with `rowCount × innerCount` and `columnCount × innerCount` factors.
  ///
  /// O(`rowCount` · `innerCount` · `columnCount`). Nothing may overlap `result`.
  static func byTransposed(
    _ first: UnsafePointer<Double>, rowCount: Int, _ second: UnsafePointer<Double>, columnCount: Int, innerCount: Int,
    into result: UnsafeMutablePointer<Double>
  ) {
    guard rowCount > 0, columnCount > 0 else { return }
    guard innerCount > 0 else { return result.update(repeating: 0, count: rowCount * columnCount) }
    usesCallingThreadOnly
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rowCount), Int32(columnCount), Int32(innerCount), 1,
      first, Int32(innerCount), second, Int32(innerCount), 0, result, Int32(columnCount))
  }

  /// `result` = `first` · `second`, with `rowCount × innerCount` and `innerCount × columnCount` factors.
  ///
  /// O(`rowCount` · `innerCount` · `columnCount`). Nothing may overlap `result`.
  static func of(
    _ first: UnsafePointer<Double>, rowCount: Int, _ second: UnsafePointer<Double>, columnCount: Int, innerCount: Int,
    into result: UnsafeMutablePointer<Double>
  ) {
    guard rowCount > 0, columnCount > 0 else { return }
    guard innerCount > 0 else { return result.update(repeating: 0, count: rowCount * columnCount) }
    usesCallingThreadOnly
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rowCount), Int32(columnCount), Int32(innerCount), 1,
      first, Int32(innerCount), second, Int32(columnCount), 0, result, Int32(columnCount))
  }

  /// Adds `rows`ᵀ · `rows` to the upper triangle of `result`; what lies below the diagonal is left alone.
  ///
  /// - Parameters:
  ///   - rows: `rowCount × columnCount`.
  ///   - result: `columnCount × columnCount`.
  static func addScatter(
    of rows: UnsafePointer<Double>, rowCount: Int, columnCount: Int, to result: UnsafeMutablePointer<Double>
  ) {
    guard rowCount > 0, columnCount > 0 else { return }
    usesCallingThreadOnly
    cblas_dsyrk(
      CblasRowMajor, CblasUpper, CblasTrans, Int32(columnCount), Int32(rowCount), 1, rows, Int32(columnCount), 1,
      result, Int32(columnCount))
  }
}
