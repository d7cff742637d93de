/// A model with the parameters of greatest likelihood, and how well the data fix them.
public struct MaximumLikelihood<Model: PositiveParameterModel>: Hashable, Sendable, Codable {
  /// The model at the maximum.
  public let model: Model
  /// The natural logarithm of the likelihood there, in the units of the data.
  public let logLikelihood: Double
  /// Number of customers fitted to.
  public let sampleCount: Int
  /// Number of Newton steps taken.
  public let iterationCount: Int
  /// The covariance matrix of the *logarithms* of the parameters, row-major: the inverse of the observed information.
  public let logCovariance: [Double]

  /// The standard errors of the parameters, in their order.
  ///
  /// Good where they are small beside the parameters; else the logarithms are nearer to normal.
  public var standardErrors: [Double] {
    let parameters = model.parameters
    return parameters.indices.map { parameters[$0] * logCovariance[$0 * parameters.count + $0].squareRoot() }
  }

  /// −2 · `logLikelihood` + 2 · parameters; of several models of the same data the least is best.
  ///
  /// Akaike, "A new look at the statistical model identification", IEEE Trans. Automat. Contr. 19 (1974).
  public var akaikeInformationCriterion: Double { -2 * logLikelihood + 2 * Double(model.parameters.count) }

  /// −2 · `logLikelihood` + parameters · ln *n*; of several models of the same data the least is best.
  ///
  /// Schwarz, "Estimating the dimension of a model", Ann. Statist. 6 (1978).
  public var bayesianInformationCriterion: Double {
    -2 * logLikelihood + Double(model.parameters.count) * Double.log(Double(sampleCount))
  }

  /// The standard error that a prediction has because the parameters are estimates, by the delta method.
  ///
  /// It says nothing about how customers scatter about their expectation. The prediction must be smooth in the
  /// parameters; it is made twice a parameter.
  public func standardError(of prediction: (Model) -> Double) -> Double {
    let parameters = model.parameters
    let step = 1e-4
    let slopes = parameters.indices.map { index in
      func predicted(_ shift: Double) -> Double {
        var moved = parameters
        moved[index] *= Double.exp(shift)
        return prediction(Model(parameters: moved))
      }
      return (predicted(step) - predicted(-step)) / (2 * step)
    }
    var variance = 0.0
    for row in slopes.indices {
      for column in slopes.indices {
        variance += slopes[row] * logCovariance[row * slopes.count + column] * slopes[column]
      }
    }
    return max(0, variance).squareRoot()
  }
}
