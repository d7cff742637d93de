/// How good predicted probabilities of an outcome were.
public struct ProbabilityScores: Hashable, Sendable, Codable {
  /// Number of samples.
  public let count: Int
  /// How many had the outcome.
  public let positiveCount: Int
  /// The mean squared difference of prediction and outcome (1 or 0), 0…1; small is good. Brier, "Verification of
  /// forecasts expressed in terms of probability", Monthly Weather Review 78 (1950).
  public let brierScore: Double
  /// The mean of −ln(probability given to what happened), probabilities kept within 2⁻⁵² of 0 and 1; small is good.
  public let logLoss: Double
  /// The probability that everybody is given for comparison.
  public let baseRate: Double
  /// The Brier score of ``baseRate``.
  public let baseRateBrierScore: Double
  /// The log-loss of ``baseRate``.
  public let baseRateLogLoss: Double
  /// How well predictions order samples; `nil` where only one outcome occurs.
  public let areaUnderCurve: AreaUnderCurve?
  /// Predicted beside observed shares.
  public let calibration: CalibrationTable
  /// By how much the Brier score of ``baseRate`` is above that of the predictions; `nil` for a single sample.
  public let improvement: BrierComparison?

  /// Scores predictions. O(*n* log *n*).
  ///
  /// - Parameters:
  ///   - predictions: probabilities of the outcome, 0…1.
  ///   - outcomes: one a prediction.
  ///   - baseRate: the probability that a prediction must improve on, such as the share among the samples learned from;
  ///     `nil`: the share among `outcomes`, known only in hindsight and never easier to improve on.
  ///   - binCount: of the calibration table, at least 1.
  ///   - confidence: of all intervals, two-sided, strictly between 0 and 1.
  /// - Throws: ``KernelError``: `noSamples`, `sampleCount` for another number of outcomes, `parameter` out of range.
  public init(
    of predictions: [Double], outcomes: [Bool], baseRate: Double? = nil, binCount: Int = 10, confidence: Double = 0.95
  ) throws(KernelError) {
    try Self.require(predictions, outcomes: outcomes, baseRate: baseRate)
    guard binCount >= 1 else { throw .parameter(name: "binCount", value: Double(binCount), allowed: "1 or more") }
    guard confidence > 0, confidence < 1 else {
      throw .parameter(name: "confidence", value: confidence, allowed: "strictly between 0 and 1")
    }
    count = outcomes.count
    positiveCount = outcomes.count { $0 }
    let base = baseRate ?? Double(positiveCount) / Double(count)
    let constant = Array(repeating: base, count: outcomes.count)
    self.baseRate = base
    brierScore = Self.mean(predictions, outcomes, Double.squaredError(of:outcome:))
    logLoss = Self.mean(predictions, outcomes, Double.logLoss(of:outcome:))
    baseRateBrierScore = Self.mean(constant, outcomes, Double.squaredError(of:outcome:))
    baseRateLogLoss = Self.mean(constant, outcomes, Double.logLoss(of:outcome:))
    areaUnderCurve = AreaUnderCurve(of: predictions, outcomes: outcomes, confidence: confidence)
    calibration = CalibrationTable(
      of: predictions, outcomes: outcomes, binCount: binCount, confidence: confidence)
    improvement =
      outcomes.count > 1
      ? try BrierComparison(of: predictions, with: constant, outcomes: outcomes, confidence: confidence) : nil
  }

  /// 1 − Brier score / Brier score of ``baseRate``: 1 is perfect, 0 no better than ``baseRate``; `nil` where that is
  /// perfect.
  public var brierSkill: Double? { baseRateBrierScore > 0 ? 1 - brierScore / baseRateBrierScore : nil }

  /// ``CalibrationTable/expectedCalibrationError`` of ``calibration``.
  public var expectedCalibrationError: Double { calibration.expectedCalibrationError }

  static func require(_ predictions: [Double], outcomes: [Bool], baseRate: Double? = nil) throws(KernelError) {
    guard !predictions.isEmpty else { throw .noSamples }
    guard outcomes.count == predictions.count else {
      throw .sampleCount(expected: predictions.count, found: outcomes.count)
    }
    if let wrong = predictions.first(where: { !(0...1).contains($0) }) {
      throw .parameter(name: "predictions", value: wrong, allowed: "0 to 1")
    }
    if let baseRate, !(0...1).contains(baseRate) {
      throw .parameter(name: "baseRate", value: baseRate, allowed: "0 to 1")
    }
  }

  private static func mean(_ predictions: [Double], _ outcomes: [Bool], _ loss: (Double, Bool) -> Double) -> Double {
    zip(predictions, outcomes).reduce(0) { $0 + loss($1.0, $1.1) } / Double(outcomes.count)
  }
}

extension Double {
  /// −ln of the probability that was given to what happened, the probability kept within 2⁻⁵² of 0 and 1.
  static func logLoss(of probability: Double, outcome: Bool) -> Double {
    let bounded = min(max(probability, ulpOfOne), 1 - ulpOfOne)
    return outcome ? -log(bounded) : -log(onePlus: -bounded)
  }

  static func squaredError(of probability: Double, outcome: Bool) -> Double {
    let error = probability - (outcome ? 1 : 0)
    return error * error
  }
}
