/// A weak belief about positive parameters that keeps them finite where the data leave them open: their logarithms are
/// independent and normal with deviation ``deviation``.
struct LogNormalPrior {
  /// The means of the logarithms.
  let logMeans: [Double]
  /// How often the prior counts; 0 for not at all.
  let weight: Double

  /// A parameter may well be e² = 7 times as great or small as believed.
  private static let deviation = 2.0

  /// The log-density at logarithms of parameters, up to a constant.
  func logDensity(at logParameters: [Double]) -> Double {
    zip(logParameters, logMeans).reduce(0) { sum, pair in
      let distance = (pair.0 - pair.1) / Self.deviation
      return sum - weight * distance * distance / 2
    }
  }

  /// A mean log-likelihood of `sampleCount` samples with the prior's share in it.
  func added(to point: LogLikelihoodPoint, at logParameters: [Double], sampleCount: Int) -> LogLikelihoodPoint {
    guard weight > 0 else { return point }
    var sum = point
    let count = Double(sampleCount)
    let curvature = weight / (Self.deviation * Self.deviation) / count
    sum.value += logDensity(at: logParameters) / count
    for index in logParameters.indices {
      sum.gradient[index] -= curvature * (logParameters[index] - logMeans[index])
      sum.hessian[index * logParameters.count + index] -= curvature
    }
    return sum
  }
}
