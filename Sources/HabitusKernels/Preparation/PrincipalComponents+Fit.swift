extension PrincipalComponents.Plan {
  /// Learns the components. The result does not depend on `threadCount` (`nil`: one a processor).
  ///
  /// O(rows · columns² + columns³), or O(rows² · columns) where there are more columns than rows.
  public func fit(threadCount: Int? = nil) -> PrincipalComponents.Model {
    let columnCount = points.columnCount
    let (mean, variances, vectors) =
      points.rowCount >= columnCount ? fromCovariance(threadCount) : fromCenteredRows(threadCount)
    let total = variances.reduce(0, +)
    let shares = variances.map { total > 0 ? $0 / total : 0 }
    let count = componentCount(shares)
    var components = Matrix(
      rowCount: count, columnCount: columnCount, values: Array(vectors.prefix(count * columnCount)))
    for index in 0..<count where isNegative(components.row(index)) {
      for column in 0..<columnCount { components[index, column] = 0 - components[index, column] }
    }
    let kept = Array(variances.prefix(count))
    let negligible = total * Double(max(points.rowCount, columnCount)) * Double.ulpOfOne
    let scales = kept.map { parameters.whitens && $0 > negligible ? $0.squareRoot() : 1 }
    return PrincipalComponents.Model(
      mean: mean, components: components, explainedVariances: kept,
      explainedVarianceShares: Array(shares.prefix(count)),
      totalVariance: total, scales: scales)
  }

  private typealias Directions = (mean: [Double], variances: [Double], vectors: [Double])

  private func fromCovariance(_ threadCount: Int?) -> Directions {
    let scatter = Scatter(of: points, threadCount: threadCount)
    let divisor = Double(max(1, points.rowCount - 1))
    let found = SymmetricEigenDecomposition(of: scatter.products.map { $0 / divisor }, order: points.columnCount)
    // Rounding can make an eigenvalue that is 0 a little less.
    return (scatter.mean, found.values.map { max(0, $0) }, found.vectors)
  }

  private func fromCenteredRows(_ threadCount: Int?) -> Directions {
    let mean = columnMeans(of: points, threadCount: threadCount)
    var centered = Array(repeating: 0.0, count: points.values.count)
    center(0..<points.rowCount, of: points, on: mean, into: &centered)
    let found = SingularValueDecomposition(
      of: centered, rowCount: points.rowCount, columnCount: points.columnCount)
    let divisor = Double(max(1, points.rowCount - 1))
    return (mean, found.values.map { $0 * $0 / divisor }, found.rightVectors)
  }

  private func componentCount(_ shares: [Double]) -> Int {
    switch parameters.selection {
    case .count(let count): return count
    case .varianceShare(let share):
      var sum = 0.0
      for (index, part) in shares.enumerated() {
        sum += part
        if sum >= share { return index + 1 }
      }
      let varying = shares.lastIndex { $0 > Double(points.columnCount) * Double.ulpOfOne } ?? 0
      return min(shares.count, varying + 1)
    }
  }

  /// Whether the entry of greatest size, of those equal but for rounding the first, is negative.
  private func isNegative(_ vector: ArraySlice<Double>) -> Bool {
    let greatest = vector.reduce(0) { max($0, abs($1)) }
    return (vector.first { abs($0) >= greatest * (1 - 1e-10) } ?? 0) < 0
  }
}
