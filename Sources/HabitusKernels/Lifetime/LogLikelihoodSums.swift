/// Sums of log-likelihoods and of their derivatives by the logarithms of at most four parameters.
struct LogLikelihoodSums: Sendable {
  var value = 0.0
  var gradient = SIMD4<Double>()
  /// The upper triangle of the Hessian; what is below the diagonal is not kept up.
  var rows = (SIMD4<Double>(), SIMD4<Double>(), SIMD4<Double>(), SIMD4<Double>())

  /// Adds the derivatives of −(r + x)·ln(1 + t/α) by ln r and ln α.
  ///
  /// - Parameters:
  ///   - exponent: r + x.
  ///   - logarithm: ln(1 + t/α).
  ///   - share: t/(α + t).
  @inline(__always)
  mutating func addActive(_ weight: Double, _ r: Double, _ exponent: Double, _ logarithm: Double, _ share: Double) {
    gradient[0] -= weight * r * logarithm
    gradient[1] += weight * exponent * share
    rows.0[0] -= weight * r * logarithm
    rows.0[1] += weight * r * share
    rows.1[1] -= weight * exponent * share * (1 - share)
  }

  /// Adds `weight` times the matrix of products of the vector with itself.
  @inline(__always)
  mutating func addSquare(of vector: SIMD4<Double>, weight: Double) {
    let weighted = weight * vector
    rows.0 += weighted[0] * vector
    rows.1 += weighted[1] * vector
    rows.2 += weighted[2] * vector
    rows.3 += weighted[3] * vector
  }

  mutating func add(_ other: LogLikelihoodSums) {
    value += other.value
    gradient += other.gradient
    rows.0 += other.rows.0
    rows.1 += other.rows.1
    rows.2 += other.rows.2
    rows.3 += other.rows.3
  }

  /// The mean of `count` samples, for the first `order` parameters.
  func mean(of count: Double, order: Int) -> LogLikelihoodPoint {
    let upper = [rows.0, rows.1, rows.2, rows.3]
    let hessian = (0..<order * order).map { index in
      let (row, column) = index.quotientAndRemainder(dividingBy: order)
      return upper[min(row, column)][max(row, column)] / count
    }
    return LogLikelihoodPoint(
      value: value / count, gradient: (0..<order).map { gradient[$0] / count }, hessian: hessian)
  }
}
