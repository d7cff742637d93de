/// The penalised log-likelihood of weighted yes-or-no outcomes whose log-odds are linear in some columns, turned round:
/// Σ weight · (cross-entropy of target and probability) + ½ Σ penaltyⱼ · coefficientⱼ². Convex.
struct LogisticLikelihood: Sendable {
  /// Samples by columns; a column of ones stands for the intercept.
  let columns: Matrix
  /// One a sample, 0…1: the share of yes.
  let targets: [Double]
  /// One a sample, not negative.
  let weights: [Double]
  /// One a column, not negative.
  let penalties: [Double]

  /// The value at some coefficients, with its derivatives.
  struct Point: Sendable {
    let value: Double
    let gradient: [Double]
    /// Row-major, symmetric.
    let hessian: [Double]
  }

  /// The same samples under other penalties.
  func penalized(by penalties: [Double]) -> LogisticLikelihood {
    LogisticLikelihood(columns: columns, targets: targets, weights: weights, penalties: penalties)
  }

  /// O(samples · columns²); the same on any number of threads.
  func point(at coefficients: [Double], threadCount: Int?) -> Point {
    let order = columns.columnCount
    let parts = Chunks(rowCount: columns.rowCount).map(threadCount: threadCount) { rows in
      part(of: rows, at: coefficients)
    }
    var value = 0.0
    var gradient = Array(repeating: 0.0, count: order)
    var hessian = Array(repeating: 0.0, count: order * order)
    for part in parts {
      value += part.value
      for index in gradient.indices { gradient[index] += part.gradient[index] }
      for index in hessian.indices { hessian[index] += part.hessian[index] }
    }
    for row in 0..<order {
      value += penalties[row] * coefficients[row] * coefficients[row] / 2
      gradient[row] += penalties[row] * coefficients[row]
      hessian[row * order + row] += penalties[row]
      for column in 0..<row { hessian[row * order + column] = hessian[column * order + row] }
    }
    return Point(value: value, gradient: gradient, hessian: hessian)
  }

  /// What some rows add; of the Hessian the upper triangle.
  private func part(of rows: Range<Int>, at coefficients: [Double]) -> Point {
    let order = columns.columnCount
    var logOdds = Array(repeating: 0.0, count: rows.count)
    var scaled = Array(columns.values[rows.lowerBound * order..<rows.upperBound * order])
    Self.multiply(scaled, rowCount: rows.count, by: coefficients, into: &logOdds)
    var value = 0.0
    var residuals = logOdds
    for (index, row) in rows.enumerated() {
      let (x, target, weight) = (logOdds[index], targets[row], weights[row])
      // −target · ln p − (1 − target) · ln(1 − p), without overflow.
      let small = Double.exp(-abs(x))
      value += weight * (max(0, x) - target * x + Double.log(onePlus: small))
      let probability = (x >= 0 ? 1 : small) / (1 + small)
      residuals[index] = weight * (probability - target)
      logOdds[index] = (weight * small).squareRoot() / (1 + small)
    }
    var gradient = Array(repeating: 0.0, count: order)
    var hessian = Array(repeating: 0.0, count: order * order)
    scaled.withUnsafeMutableBufferPointer { scaled in
      guard let base = scaled.baseAddress else { return }
      MatrixProduct.of(residuals, rowCount: 1, base, columnCount: order, innerCount: rows.count, into: &gradient)
      for row in 0..<rows.count {
        let factor = logOdds[row]
        for place in row * order..<(row + 1) * order { base[place] *= factor }
      }
      MatrixProduct.addScatter(of: base, rowCount: rows.count, columnCount: order, to: &hessian)
    }
    return Point(value: value, gradient: gradient, hessian: hessian)
  }

  /// `result` = rows · coefficients.
  static func multiply(
    _ rows: [Double], rowCount: Int, by coefficients: [Double], into result: inout [Double]
  ) {
    precondition(rows.count == rowCount * coefficients.count && result.count >= rowCount, "sizes fit")
    result.withUnsafeMutableBufferPointer { result in
      guard let result = result.baseAddress else { return }
      MatrixProduct.byTransposed(
        rows, rowCount: rowCount, coefficients, columnCount: 1, innerCount: coefficients.count, into: result)
    }
  }
}

extension LogisticLikelihood {
  /// The least value that was found.
  struct Minimum: Sendable {
    let coefficients: [Double]
    let point: Point
    let iterationCount: Int
  }

  /// A full Newton step this short is the last one: by quadratic convergence it ends at rounding.
  private static let convergedStep = 1e-6
  /// A step that can gain no more than this share of the value is the last one, however long it is: along it the value
  /// is flat to rounding, as where columns depend on each other.
  private static let negligibleGain = 1e-15

  /// Goes down from `start` by Newton's method; steps are halved until the value falls by enough (Armijo's rule).
  ///
  /// Where rounding makes the Hessian singular, a multiple of the unit matrix is added to it.
  ///
  /// - Throws: ``KernelError/notConverged(iterationCount:)`` where steps run out.
  func minimum(from start: [Double], maximumIterations: Int, threadCount: Int?) throws(KernelError) -> Minimum {
    var (place, point) = (start, point(at: start, threadCount: threadCount))
    for iteration in 1...maximumIterations {
      let (step, isNewtons) = Self.descent(at: point)
      guard let next = descend(from: place, point, along: step, threadCount: threadCount) else {
        // Flat to rounding.
        return Minimum(coefficients: place, point: point, iterationCount: iteration)
      }
      let isShort = isNewtons && (step.lazy.map(abs).max() ?? 0) <= Self.convergedStep
      let isFlat = -next.slope <= Self.negligibleGain * (1 + abs(point.value))
      let isLast = next.isFullStep && (isShort || isFlat)
      (place, point) = (next.place, next.point)
      if isLast { return Minimum(coefficients: place, point: point, iterationCount: iteration) }
    }
    throw .notConverged(iterationCount: maximumIterations)
  }

  private static func descent(at point: Point) -> (step: [Double], isNewtons: Bool) {
    let order = point.gradient.count
    let largest = (0..<order).lazy.map { point.hessian[$0 * order + $0] }.max() ?? 0
    var damping = 0.0
    while damping <= 1 {
      var matrix = point.hessian
      for index in 0..<order { matrix[index * order + index] += damping * largest }
      if let factor = CholeskyDecomposition(of: matrix, order: order) {
        return (factor.solve(point.gradient.map { -$0 }), damping == 0)
      }
      damping = damping == 0 ? 1e-14 : damping * 10
    }
    return (point.gradient.map { _ in 0 }, false)
  }

  private func descend(
    from place: [Double], _ point: Point, along step: [Double], threadCount: Int?
  ) -> (place: [Double], point: Point, slope: Double, isFullStep: Bool)? {
    let slope = zip(point.gradient, step).reduce(0) { $0 + $1.0 * $1.1 }
    let rounding = 1e-13 * (1 + abs(point.value))
    var share = 1.0
    while share > 1e-10 {
      let next = zip(place, step).map { $0 + share * $1 }
      let reached = self.point(at: next, threadCount: threadCount)
      if reached.value <= point.value + 1e-4 * share * slope + rounding {
        return (next, reached, slope, share == 1)
      }
      share /= 2
    }
    return nil
  }

  /// The inverse of the Hessian, row-major; zeros where it is singular to rounding.
  static func inverse(of hessian: [Double], order: Int) -> [Double] {
    guard let factor = CholeskyDecomposition(of: hessian, order: order) else {
      return Array(repeating: 0, count: order * order)
    }
    return (0..<order).flatMap { row in factor.solve((0..<order).map { $0 == row ? 1 : 0 }) }
  }
}
