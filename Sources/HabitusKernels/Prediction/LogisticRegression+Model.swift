extension LogisticRegression {
  /// A fitted ``LogisticRegression``.
  ///
  /// Invariants: probabilities lie in 0…1; the contributions of a sample's features and the intercept sum to its
  /// log-odds; every contribution is 0 on (weighted) average over the samples fitted to.
  public struct Model: Hashable, Sendable, Codable {
    /// What features become.
    public let basis: FeatureBasis
    /// The penalty fitted with.
    public let penalty: Double
    /// The log-odds of an average sample.
    public let intercept: Double
    /// By column of ``basis``, the change of the log-odds for one standard deviation.
    public let coefficients: [Double]
    /// The covariance of the intercept and the coefficients, row-major: the inverse of the penalised Hessian, Laplace's
    /// approximation to the posterior under the normal prior that the penalty stands for.
    public let covariance: [Double]
    /// The mean log-loss (natural logarithm) over the weighted samples fitted to, without the penalty.
    public let meanLogLoss: Double
    /// Number of Newton steps taken.
    public let iterationCount: Int

    init(basis: FeatureBasis, penalty: Double, minimum: LogisticLikelihood.Minimum, totalWeight: Double) {
      let order = minimum.coefficients.count
      let slopes = Array(minimum.coefficients.dropFirst())
      self.basis = basis
      self.penalty = penalty
      intercept = minimum.coefficients[0]
      coefficients = slopes
      covariance = LogisticLikelihood.inverse(of: minimum.point.hessian, order: order)
      let cost = penalty / 2 * slopes.reduce(0) { $0 + $1 * $1 }
      meanLogLoss = max(0, minimum.point.value - cost) / totalWeight
      iterationCount = minimum.iterationCount
    }

    /// The standard errors of the intercept and of each coefficient, from ``covariance``.
    public var standardErrors: [Double] {
      let order = coefficients.count + 1
      return (0..<order).map { max(0, covariance[$0 * order + $0]).squareRoot() }
    }

    /// The log-odds of samples. O(values · knots + samples · columns).
    ///
    /// - Throws: ``KernelError``: `columnCount` for another number of features, `notFinite` for an infinite value.
    public func logOdds(of points: Matrix) throws(KernelError) -> [Double] {
      logOdds(ofColumns: try basis.transform(points))
    }

    /// The log-odds of samples that ``basis`` has transformed.
    func logOdds(ofColumns columns: Matrix) -> [Double] {
      var result = Array(repeating: 0.0, count: columns.rowCount)
      LogisticLikelihood.multiply(columns.values, rowCount: columns.rowCount, by: coefficients, into: &result)
      return result.map { $0 + intercept }
    }

    /// The probabilities of the outcome for samples.
    ///
    /// - Throws: as ``logOdds(of:)``.
    public func probabilities(of points: Matrix) throws(KernelError) -> [Double] {
      try logOdds(of: points).map(Double.probability(ofLogOdds:))
    }

    /// What each feature adds to the log-odds of a sample against an average one: reasons for a probability.
    ///
    /// A missing value has a contribution too, where it was missing in fitting. O(features · knots).
    ///
    /// - Parameter features: one value a feature; NaN is missing.
    /// - Throws: as ``logOdds(of:)``.
    public func contributions(of features: [Double]) throws(KernelError) -> [Double] {
      let columns = try columns(of: features)
      var place = 0
      return basis.features.map { feature in
        defer { place += feature.columnCount }
        return (place..<place + feature.columnCount).reduce(0) { $0 + columns[$1] * coefficients[$1] }
      }
    }

    /// The standard error of the log-odds of a sample, from ``covariance``. O(columns²).
    ///
    /// - Parameter features: one value a feature; NaN is missing.
    /// - Throws: as ``logOdds(of:)``.
    public func logOddsStandardError(of features: [Double]) throws(KernelError) -> Double {
      let columns = [1] + (try columns(of: features))
      var variance = 0.0
      for (row, first) in columns.enumerated() {
        for (column, second) in columns.enumerated() {
          variance += first * covariance[row * columns.count + column] * second
        }
      }
      return max(0, variance).squareRoot()
    }

    private func columns(of features: [Double]) throws(KernelError) -> [Double] {
      try basis.transform(Matrix(rowCount: 1, columnCount: features.count, values: features)).values
    }
  }
}

extension Double {
  /// 1 / (1 + e^−`logOdds`).
  static func probability(ofLogOdds logOdds: Double) -> Double {
    let small = exp(-abs(logOdds))
    return (logOdds >= 0 ? 1 : small) / (1 + small)
  }

  /// ln(p / (1 − p)) for p kept within 2⁻⁵² of 0 and 1.
  static func logOdds(ofProbability probability: Double) -> Double {
    let bounded = min(max(probability, ulpOfOne), 1 - ulpOfOne)
    return log(bounded) - log(onePlus: -bounded)
  }
}
