/// The mean of a matrix's rows, and the sums of products of their deviations from it.
struct Scatter: Sendable {
  /// One value a column.
  let mean: [Double]
  /// Σ (x − mean)(x − mean)ᵀ over the rows x; symmetric, columns × columns, row-major.
  let products: [Double]

  /// Adds up chunk by chunk, the chunks' parts in their order. O(rows · columns²); at most 16 · columns² of memory
  /// beside the result. The same on any number of threads.
  ///
  /// - Precondition: there is at least one row, and values are finite.
  init(of points: Matrix, threadCount: Int?) {
    let columnCount = points.columnCount
    let mean = columnMeans(of: points, threadCount: threadCount)
    let chunks = Chunks(rowCount: points.rowCount, minimumLength: max(1024, (points.rowCount + 15) / 16))
    let parts = chunks.map(threadCount: threadCount) { rows in
      var part = Array(repeating: 0.0, count: columnCount * columnCount)
      var centered = Array(repeating: 0.0, count: 256 * columnCount)
      for first in stride(from: rows.lowerBound, to: rows.upperBound, by: 256) {
        let block = first..<min(first + 256, rows.upperBound)
        center(block, of: points, on: mean, into: &centered)
        centered.withUnsafeBufferPointer { centered in
          part.withUnsafeMutableBufferPointer { part in
            guard let centered = centered.baseAddress, let part = part.baseAddress else { return }
            MatrixProduct.addScatter(of: centered, rowCount: block.count, columnCount: columnCount, to: part)
          }
        }
      }
      return part
    }
    var products = Array(repeating: 0.0, count: columnCount * columnCount)
    for part in parts {
      for index in products.indices { products[index] += part[index] }
    }
    for row in 0..<columnCount {
      for column in 0..<row { products[row * columnCount + column] = products[column * columnCount + row] }
    }
    self.mean = mean
    self.products = products
  }
}

/// The mean of every column: a first mean, then the mean of the deviations from it, which mends its rounding.
///
/// O(values); the same on any number of threads.
///
/// - Precondition: there is at least one row.
func columnMeans(of points: Matrix, threadCount: Int?) -> [Double] {
  let columnCount = points.columnCount
  let chunks = Chunks(rowCount: points.rowCount)
  func meanDeviation(from center: [Double]) -> [Double] {
    let parts = chunks.map(threadCount: threadCount) { rows in
      var sums = Array(repeating: 0.0, count: columnCount)
      let (values, center) = (points.values.span, center.span)
      var target = sums.mutableSpan
      for row in rows {
        let offset = row * columnCount
        // Rows are those of the matrix, and there is a centre and a sum a column.
        for column in 0..<columnCount {
          target[unchecked: column] += values[unchecked: offset + column] - center[unchecked: column]
        }
      }
      return sums
    }
    var sums = Array(repeating: 0.0, count: columnCount)
    for part in parts {
      for column in 0..<columnCount { sums[column] += part[column] }
    }
    return sums.map { $0 / Double(points.rowCount) }
  }
  let first = meanDeviation(from: Array(points.values.prefix(columnCount)))
  let coarse = zip(points.values, first).map { $0 + $1 }
  return zip(coarse, meanDeviation(from: coarse)).map { $0 + $1 }
}

/// Writes `rows` of `points`, less `center`, to the front of `result`, row-major.
func center(_ rows: Range<Int>, of points: Matrix, on center: [Double], into result: inout [Double]) {
  let columnCount = points.columnCount
  precondition(
    rows.lowerBound >= 0 && rows.upperBound <= points.rowCount && center.count == columnCount
      && result.count >= rows.count * columnCount, "rows of the matrix need room and a centre a column")
  let (values, center) = (points.values.span, center.span)
  var target = result.mutableSpan
  for (index, row) in rows.enumerated() {
    let (from, to) = (row * columnCount, index * columnCount)
    for column in 0..<columnCount {
      target[unchecked: to + column] = values[unchecked: from + column] - center[unchecked: column]
    }
  }
}
