/// A log-likelihood per customer at some logarithms of parameters, with its derivatives by these.
struct LogLikelihoodPoint {
  var value: Double
  var gradient: [Double]
  /// Row-major, symmetric.
  var hessian: [Double]
}

/// Newton's method for the maximum of a log-likelihood of few parameters, given as logarithms.
///
/// Away from the maximum, where the Hessian is not negative definite, a multiple of the unit matrix is taken off it
/// (Levenberg's damping); no step changes a parameter by more than a factor of e²; steps are halved until the value
/// rises by enough (Armijo's rule).
struct NewtonAscent {
  /// The maximum that was found.
  struct Maximum {
    let logParameters: [Double]
    let point: LogLikelihoodPoint
    /// The inverse of minus the Hessian.
    let inverse: [Double]
    let iterationCount: Int
  }

  /// For errors.
  let parameterNames: [String]
  /// The most steps.
  let maximumIterations: Int

  private static let longestStep = 2.0
  /// A full step this short is the last one: by quadratic convergence it ends at rounding.
  private static let convergedStep = 1e-6
  /// About ln 10⁷: a parameter this near to 0 or ∞ makes no difference to the data, scaled as they are.
  private static let farthest = 16.0

  /// Climbs from the first of several parameters that leads to a maximum.
  ///
  /// - Throws: ``KernelError``: `noMaximum` of the first start where none does, `notConverged`.
  func maximum(
    fromAnyOf starts: [[Double]], of evaluate: ([Double]) -> LogLikelihoodPoint
  ) throws(KernelError) -> Maximum {
    var first: KernelError?
    for start in starts {
      do throws(KernelError) {
        return try maximum(from: start.map { Double.log($0) }, of: evaluate)
      } catch {
        guard case .noMaximum = error else { throw error }
        first = first ?? error
      }
    }
    throw first ?? .noMaximum(parameters: parameterNames)
  }

  /// Climbs from `start`.
  ///
  /// - Throws: ``KernelError``: `noMaximum` where parameters leave for 0 or ∞ or make no difference, `notConverged`
  ///   where steps run out.
  private func maximum(
    from start: [Double], of evaluate: ([Double]) -> LogLikelihoodPoint
  ) throws(KernelError) -> Maximum {
    var (place, point) = (start, evaluate(start))
    for iteration in 1...maximumIterations {
      let (step, isNewtons) = ascent(at: point)
      let length = step.lazy.map(abs).max() ?? 0
      let isLast = isNewtons && length <= Self.convergedStep
      guard let next = climb(from: place, point, along: step, of: evaluate) else {
        // Flat to rounding, and yet no maximum.
        throw .noMaximum(parameters: step.indices.filter { abs(step[$0]) >= length }.map { parameterNames[$0] })
      }
      (place, point) = next
      let far = place.indices.filter { abs(place[$0]) > Self.farthest }
      guard far.isEmpty else { throw .noMaximum(parameters: far.map { parameterNames[$0] }) }
      if isLast, let inverse = Self.inverse(of: point) {
        return Maximum(logParameters: place, point: point, inverse: inverse, iterationCount: iteration)
      }
    }
    throw .notConverged(iterationCount: maximumIterations)
  }

  /// A direction in which the value rises, and whether it is Newton's own step.
  private func ascent(at point: LogLikelihoodPoint) -> (step: [Double], isNewtons: Bool) {
    let order = point.gradient.count
    var damping = 0.0
    while true {
      var matrix = point.hessian.map { -$0 }
      for index in 0..<order { matrix[index * order + index] += damping }
      if let factor = CholeskyDecomposition(of: matrix, order: order) {
        let step = factor.solve(point.gradient)
        let length = step.lazy.map(abs).max() ?? 0
        guard length > Self.longestStep else { return (step, damping == 0) }
        return (step.map { $0 * Self.longestStep / length }, false)
      }
      damping = damping == 0 ? 1e-12 : damping * 10
      // Only a Hessian that is not finite is left.
      guard damping < 1e12 else { return (point.gradient.map { _ in 0 }, false) }
    }
  }

  /// The first place along a step, halved as need be, where the value has risen by enough; `nil` if there is none.
  private func climb(
    from place: [Double], _ point: LogLikelihoodPoint, along step: [Double],
    of evaluate: ([Double]) -> LogLikelihoodPoint
  ) -> ([Double], LogLikelihoodPoint)? {
    let slope = zip(point.gradient, step).reduce(0) { $0 + $1.0 * $1.1 }
    let rounding = 1e-13 * (1 + abs(point.value))
    var share = 1.0
    while share > 1e-10 {
      let next = zip(place, step).map { $0 + share * $1 }
      let reached = evaluate(next)
      if reached.value >= point.value + 1e-4 * share * slope - rounding { return (next, reached) }
      share /= 2
    }
    return nil
  }

  /// The inverse of minus the Hessian; `nil` unless that is positive definite.
  private static func inverse(of point: LogLikelihoodPoint) -> [Double]? {
    let order = point.gradient.count
    guard let factor = CholeskyDecomposition(of: point.hessian.map { -$0 }, order: order) else { return nil }
    return (0..<order).flatMap { row in factor.solve((0..<order).map { $0 == row ? 1 : 0 }) }
  }
}

extension MaximumLikelihood {
  /// Fits the model by Newton's method to data in units of their own.
  ///
  /// - Parameters:
  ///   - starts: first parameters, of the scaled data; another is taken where the one before leads to no maximum.
  ///   - logUnits: what the log-likelihood of the data themselves has more than that of the scaled data.
  ///   - units: what to multiply each parameter by for the data themselves.
  ///   - priorWeight: how often a prior around the first start counts, see ``LogNormalPrior``; not negative.
  ///   - mean: the mean log-likelihood of the scaled data at logarithms of parameters.
  /// - Throws: ``KernelError``: `parameter` for `maximumIterations` below 1, or where a parameter in units of the data
  ///   is beyond all numbers; `noMaximum` of the first start if no start leads to a maximum; `notConverged`.
  init(
    from starts: [[Double]], maximumIterations: Int, sampleCount: Int, logUnits: Double, units: [Double],
    priorWeight: Double = 0, mean: ([Double]) -> LogLikelihoodPoint
  ) throws(KernelError) {
    guard maximumIterations >= 1 else {
      throw .parameter(name: "maximumIterations", value: Double(maximumIterations), allowed: "1 or more")
    }
    guard priorWeight >= 0, priorWeight.isFinite else {
      throw .parameter(name: "priorWeight", value: priorWeight, allowed: "a finite number of 0 or more")
    }
    let prior = LogNormalPrior(logMeans: (starts.first ?? []).map { Double.log($0) }, weight: priorWeight)
    let ascent = NewtonAscent(parameterNames: Model.parameterNames, maximumIterations: maximumIterations)
    let maximum = try ascent.maximum(fromAnyOf: starts) {
      prior.added(to: mean($0), at: $0, sampleCount: sampleCount)
    }
    let parameters = zip(maximum.logParameters, units).map { Double.exp($0) * $1 }
    try Model.requirePositive(parameters)
    let count = Double(sampleCount)
    self.init(
      model: Model(parameters: parameters),
      logLikelihood: count * maximum.point.value - prior.logDensity(at: maximum.logParameters) + logUnits,
      sampleCount: sampleCount, iterationCount: maximum.iterationCount,
      logCovariance: maximum.inverse.map { $0 / count })
  }
}
