/// The probability of an outcome from features: log-odds linear in columns that the features become, with large
/// coefficients penalised.
///
/// Minimises Σ weight · log-loss + ½ · ``penalty`` · Σ coefficient² over an intercept, which is not penalised, and one
/// coefficient for each standardised column of a ``FeatureBasis``; scikit-learn's `LogisticRegression` with
/// C = 1 / ``penalty``. le Cessie and van Houwelingen, "Ridge estimators in logistic regression", Applied Statistics 41
/// (1992), doi:10.2307/2347628. The minimum is unique, and exists wherever both outcomes occur, also where features
/// separate them.
///
/// ```swift
/// let model = try LogisticRegression(penalty: 10, shape: .signedLogarithm).fit(points, outcomes: hasLeft)
/// let probabilities = try model.probabilities(of: others)
/// ```
public struct LogisticRegression: Hashable, Sendable, Codable {
  /// What a squared coefficient costs, positive: 1 over the variance of a normal prior of the change of the log-odds
  /// for one standard deviation. It does not grow with the samples, so that many of them outweigh it.
  public var penalty: Double
  /// How features bend.
  public var shape: FeatureShape
  /// The most Newton steps, at least 1.
  public var maximumIterations: Int

  /// Makes parameters.
  public init(penalty: Double = 1, shape: FeatureShape = .linear, maximumIterations: Int = 100) {
    self.penalty = penalty
    self.shape = shape
    self.maximumIterations = maximumIterations
  }

  /// Learns from samples with known outcomes, by Newton's method.
  ///
  /// O(*n* · columns²) a step, about 5 to 10 steps; the result does not depend on the order of samples, but to
  /// rounding, nor on the number of threads.
  ///
  /// - Parameters:
  ///   - points: samples by features; NaN is missing.
  ///   - outcomes: one a sample.
  ///   - weights: one a sample, not negative, finite; `nil`: 1 each. Whole weights stand for repeated samples.
  /// - Throws: ``KernelError``: `noSamples`, `sampleCount` for outcomes or weights that do not fit, `parameter` out of
  ///   range, `notFinite` for an infinite value, `noMaximum` where samples of positive weight share one outcome,
  ///   `notConverged`.
  public func fit(
    _ points: Matrix, outcomes: [Bool], weights: [Double]? = nil, threadCount: Int? = nil
  ) throws(KernelError) -> Model {
    let models = try path(over: [penalty], points, outcomes: outcomes, weights: weights, threadCount: threadCount)
    return models[0]
  }

  /// The models for several penalties, in their order, whatever ``penalty`` is.
  ///
  /// Fitted from the greatest penalty to the least, each fit starting where the one before ended.
  ///
  /// - Throws: as ``fit(_:outcomes:weights:threadCount:)``.
  public func path(
    over penalties: [Double], _ points: Matrix, outcomes: [Bool], weights: [Double]? = nil, threadCount: Int? = nil
  ) throws(KernelError) -> [Model] {
    if let wrong = penalties.first(where: { !($0 > 0 && $0.isFinite) }) {
      throw .parameter(name: "penalty", value: wrong, allowed: "a finite number above 0")
    }
    guard maximumIterations >= 1 else {
      throw .parameter(name: "maximumIterations", value: Double(maximumIterations), allowed: "1 or more")
    }
    guard outcomes.count == points.rowCount else {
      throw .sampleCount(expected: points.rowCount, found: outcomes.count)
    }
    let weights = try FeatureBasis.checkedWeights(weights, sampleCount: points.rowCount)
    let basis = try FeatureBasis(fittedTo: points, weights: weights, shape: shape, threadCount: threadCount)
    let columns = try basis.transform(points).precededByOnes
    let total = weights.reduce(0, +)
    let share = zip(outcomes, weights).reduce(0) { $0 + ($1.0 ? $1.1 : 0) } / total
    guard share > 0, share < 1 else { throw .noMaximum(parameters: ["intercept"]) }
    let likelihood = LogisticLikelihood(
      columns: columns, targets: outcomes.map { $0 ? 1 : 0 }, weights: weights,
      penalties: Array(repeating: 0, count: columns.columnCount))
    var start = Array(repeating: 0.0, count: columns.columnCount)
    start[0] = Double.log(share / (1 - share))
    var found: [Double: Model] = [:]
    for penalty in Set(penalties).sorted(by: >) {
      let penalized = likelihood.penalized(by: start.indices.map { $0 == 0 ? 0 : penalty })
      let minimum = try penalized.minimum(
        from: start, maximumIterations: maximumIterations, threadCount: threadCount)
      start = minimum.coefficients
      found[penalty] = Model(basis: basis, penalty: penalty, minimum: minimum, totalWeight: total)
    }
    return penalties.compactMap { found[$0] }
  }
}

extension Matrix {
  /// The matrix with a column of ones before its own.
  var precededByOnes: Matrix {
    var values: [Double] = []
    values.reserveCapacity(rowCount * (columnCount + 1))
    for index in 0..<rowCount {
      values.append(1)
      values.append(contentsOf: row(index))
    }
    return Matrix(rowCount: rowCount, columnCount: columnCount + 1, values: values)
  }
}
