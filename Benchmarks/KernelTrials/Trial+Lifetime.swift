import HabitusKernels

extension Trial {
  /// The BG/NBD model. The rows of the points are a customer's frequency, recency and age.
  func betaGeometric() throws -> TrialAnswer {
    let customers = try (0..<points.rowCount).map { row in
      try RecencyFrequency(frequency: Int(points[row, 0]), recency: points[row, 1], age: points[row, 2])
    }
    let threadCount = try options.integer("threads", 2)
    let (fit, seconds) = try timed { try BetaGeometricNBD.fit(customers, threadCount: threadCount) }
    return Self.answer(fit, seconds)
  }

  /// The gamma-gamma model. The rows of the points are a customer's frequency and mean value.
  func gammaGamma() throws -> TrialAnswer {
    let customers = try (0..<points.rowCount).map { row in
      try RepeatValue(frequency: Int(points[row, 0]), mean: points[row, 1])
    }
    let threadCount = try options.integer("threads", 2)
    let (fit, seconds) = try timed { try GammaGamma.fit(customers, threadCount: threadCount) }
    return Self.answer(fit, seconds)
  }

  private static func answer(_ fit: MaximumLikelihood<some PositiveParameterModel>, _ seconds: Double) -> TrialAnswer {
    var figures = parameters(of: fit.model)
    figures["log_likelihood"] = fit.logLikelihood
    return TrialAnswer(seconds: seconds, figures: figures)
  }

  private static func parameters<Model: PositiveParameterModel>(of model: Model) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: zip(Model.parameterNames, model.parameters))
  }
}
