internal import CKernels

/// Means and variances of columns, gathered in one pass over all rows. O(rows · columns).
///
/// Values are added up less those of the first row, so that nothing is lost where data lie far from the origin.
struct ColumnSummary: Sendable {
  /// Mean of every column.
  let means: [Double]
  /// Variance of every column, divided by the number of rows.
  let variances: [Double]
  /// Whether every value is finite and at most the limit in size; where not, means and variances mean nothing.
  let isWithinLimit: Bool

  /// - Precondition: there is a row.
  init(of points: Matrix, limit: Double) {
    let dimension = points.columnCount
    let first = Array(points.row(0))
    let parts = Chunks(rowCount: points.rowCount).map(threadCount: nil) { rows in
      var sums = Array(repeating: 0.0, count: dimension)
      var squares = sums
      let isWithin = points.values.withUnsafeBufferPointer { values in
        habitus_column_sums(
          values.baseAddress.map { $0 + rows.lowerBound * dimension }, rows.count, dimension, first, limit, &sums,
          &squares)
      }
      return (sums: sums, squares: squares, isWithin: isWithin != 0)
    }
    isWithinLimit = parts.allSatisfy(\.isWithin)
    var (sums, squares) = (Array(repeating: 0.0, count: dimension), Array(repeating: 0.0, count: dimension))
    for part in parts {
      for column in 0..<dimension {
        sums[column] += part.sums[column]
        squares[column] += part.squares[column]
      }
    }
    let rowCount = Double(points.rowCount)
    means = zip(first, sums).map { $0 + $1 / rowCount }
    variances = zip(sums, squares).map { max(0, ($1 - $0 * ($0 / rowCount)) / rowCount) }
  }

  /// The mean of the variances; 0 without columns.
  var meanVariance: Double {
    variances.isEmpty ? 0 : variances.reduce(0, +) / Double(variances.count)
  }

  /// Numbers to subtract before adding up: 0 where that loses nothing, and near the mean for columns that lie farther
  /// from 0 than they spread.
  ///
  /// Whole multiples of a power of two that is large beside the spread, so that whole numbers stay whole.
  var origin: [Double] {
    zip(means, variances).map { mean, variance in
      let deviation = variance.squareRoot()
      guard deviation > 0 else { return mean }
      guard deviation.isFinite else { return 0 }
      let unit = Double(sign: .plus, exponent: deviation.exponent + 3, significand: 1)
      return (mean / unit).rounded() * unit
    }
  }
}
