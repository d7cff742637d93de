/// Log-odds stretched and shifted: ln(q/(1 − q)) = ``slope`` · ln(p/(1 − p)) + ``intercept``.
///
/// Platt, "Probabilistic outputs for support vector machines and comparisons to regularized likelihood methods",
/// Advances in Large Margin Classifiers (1999), with his prior: of n₊ samples with the outcome and n₋ without, the
/// likelihood takes targets (n₊ + 1)/(n₊ + 2) and 1/(n₋ + 2), so that it has a maximum also where predictions separate
/// outcomes.
public struct LogisticCalibration: Hashable, Sendable, Codable {
  /// At least 0: where predictions are against outcomes it is 0, and so where they are all the same. 1 leaves
  /// log-odds as bold as they are.
  public let slope: Double
  /// The log-odds of a prediction of ½.
  public let intercept: Double

  /// Learns from predictions with known outcomes. O(*n*) a Newton step.
  ///
  /// - Throws: ``KernelError``: `noSamples`, `sampleCount` for another number of outcomes, `parameter` for a prediction
  ///   outside 0…1.
  public init(fittedTo predictions: [Double], outcomes: [Bool]) throws(KernelError) {
    try ProbabilityScores.require(predictions, outcomes: outcomes)
    let fit = try RisingLogOdds(of: [predictions.map(Double.logOdds(ofProbability:))], outcomes: outcomes)
    (slope, intercept) = (fit.slopes[0], fit.intercept)
  }

  /// The calibrated probability; predictions are kept within 2⁻⁵² of 0 and 1.
  public func callAsFunction(_ prediction: Double) -> Double {
    .probability(ofLogOdds: slope * .logOdds(ofProbability: prediction) + intercept)
  }
}

/// Log-odds that rise, or stay, with each of some variables, at Platt's targets.
struct RisingLogOdds {
  /// One a variable, at least 0.
  let slopes: [Double]
  let intercept: Double

  /// Learns by Newton's method; a variable with a negative slope is left out, the first one first, and the others are
  /// fitted again.
  ///
  /// - Precondition: there are samples, and each variable has a finite value for each.
  init(of variables: [[Double]], outcomes: [Bool]) throws(KernelError) {
    let positives = Double(outcomes.count { $0 })
    let (high, low) = ((positives + 1) / (positives + 2), 1 / (Double(outcomes.count) - positives + 2))
    var kept = variables.indices.filter { index in
      !Moments(of: variables[index]).isConstantUpToRounding
    }
    while true {
      let moments = kept.map { Moments(of: variables[$0]) }
      let centers = moments.map { $0.mean ?? 0 }
      let scales = moments.map { ($0.populationVariance ?? 1).squareRoot() }
      let rows = outcomes.indices.map { row in
        [1] + kept.indices.map { (variables[kept[$0]][row] - centers[$0]) / scales[$0] }
      }
      let likelihood = LogisticLikelihood(
        columns: Matrix(rows: rows), targets: outcomes.map { $0 ? high : low },
        weights: Array(repeating: 1, count: outcomes.count), penalties: Array(repeating: 0, count: kept.count + 1))
      let start = Array(repeating: 0.0, count: kept.count + 1)
      let found = try likelihood.minimum(from: start, maximumIterations: 200, threadCount: 1).coefficients
      if let negative = kept.indices.first(where: { found[$0 + 1] < 0 }) {
        kept.remove(at: negative)
        continue
      }
      var slopes = Array(repeating: 0.0, count: variables.count)
      var intercept = found[0]
      for (place, index) in kept.enumerated() {
        slopes[index] = found[place + 1] / scales[place]
        intercept -= slopes[index] * centers[place]
      }
      (self.slopes, self.intercept) = (slopes, intercept)
      return
    }
  }
}
