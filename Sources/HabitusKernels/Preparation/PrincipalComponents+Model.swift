extension PrincipalComponents {
  /// Fitted principal components.
  ///
  /// Invariants: `components` are orthonormal to rounding and ordered by falling variance; columns of the transformed
  /// points have mean 0 and, unless whitened, the variances `explainedVariances`; with all components kept,
  /// ``inverseTransform(_:threadCount:)`` undoes ``transform(_:threadCount:)`` to rounding.
  public struct Model: Hashable, Sendable, Codable {
    /// One value a column of the data: what is subtracted.
    public let mean: [Double]
    /// One direction of length 1 a row, in the columns of the data.
    public let components: Matrix
    /// Variance (divided by *n* − 1) of the points along each component, descending.
    public let explainedVariances: [Double]
    /// `explainedVariances` as shares of `totalVariance`; 0 where nothing varies.
    public let explainedVarianceShares: [Double]
    /// The variances of all columns of the data, added up.
    public let totalVariance: Double
    /// What transformed columns are divided by: standard deviations if whitened, otherwise 1.
    public let scales: [Double]

    /// Number of components that were kept.
    public var componentCount: Int { components.rowCount }

    /// The points' places along the components: one row a point, one column a component.
    ///
    /// O(rows · columns · components); the same on any number of threads.
    ///
    /// - Throws: ``KernelError``: `columnCount` if the number of columns differs, `notFinite` for a value that is not.
    public func transform(_ points: Matrix, threadCount: Int? = nil) throws(KernelError) -> Matrix {
      guard points.columnCount == mean.count else {
        throw .columnCount(expected: mean.count, found: points.columnCount)
      }
      try points.requireFinite()
      let count = componentCount
      let parts = Chunks(rowCount: points.rowCount).map(threadCount: threadCount) { rows in
        var centered = Array(repeating: 0.0, count: rows.count * mean.count)
        center(rows, of: points, on: mean, into: &centered)
        var result = product(centered, rowCount: rows.count, innerCount: mean.count, columnCount: count) {
          MatrixProduct.byTransposed($0, rowCount: $1, $2, columnCount: count, innerCount: mean.count, into: $3)
        }
        for index in result.indices { result[index] /= scales[index % count] }
        return result
      }
      return Matrix(rowCount: points.rowCount, columnCount: count, values: Array(parts.joined()))
    }

    /// Points in the columns of the data from their places along the components. O(rows · columns · components).
    ///
    /// - Throws: ``KernelError``: `columnCount` unless there is a column a component, `notFinite` for a value that is
    ///   not.
    public func inverseTransform(_ points: Matrix, threadCount: Int? = nil) throws(KernelError) -> Matrix {
      let count = componentCount
      guard points.columnCount == count else { throw .columnCount(expected: count, found: points.columnCount) }
      try points.requireFinite()
      let parts = Chunks(rowCount: points.rowCount).map(threadCount: threadCount) { rows in
        var places = Array(points.values[rows.lowerBound * count..<rows.upperBound * count])
        for index in places.indices { places[index] *= scales[index % count] }
        var result = product(places, rowCount: rows.count, innerCount: count, columnCount: mean.count) {
          MatrixProduct.of($0, rowCount: $1, $2, columnCount: mean.count, innerCount: count, into: $3)
        }
        for index in result.indices { result[index] += mean[index % mean.count] }
        return result
      }
      return Matrix(rowCount: points.rowCount, columnCount: mean.count, values: Array(parts.joined()))
    }

    /// The product of `rows` and the components that `multiply` makes, `rowCount × columnCount`.
    private func product(
      _ rows: [Double], rowCount: Int, innerCount: Int, columnCount: Int,
      _ multiply: (UnsafePointer<Double>, Int, UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void
    ) -> [Double] {
      guard innerCount > 0 else { return Array(repeating: 0, count: rowCount * columnCount) }
      return Array(unsafeUninitializedCapacity: rowCount * columnCount) { result, initializedCount in
        rows.withUnsafeBufferPointer { rows in
          components.values.withUnsafeBufferPointer { components in
            guard let rows = rows.baseAddress, let components = components.baseAddress,
              let result = result.baseAddress
            else { return }
            multiply(rows, rowCount, components, result)
            initializedCount = rowCount * columnCount
          }
        }
      }
    }
  }
}
