/// Probabilities as if predictions were beta-distributed under either outcome:
/// ln(q/(1 − q)) = ``a`` · ln p − ``b`` · ln(1 − p) + ``c``.
///
/// Kull, Silva Filho and Flach, "Beta calibration: a well-founded and easily implemented improvement on logistic
/// calibration for binary classifiers", AISTATS 2017; here with the prior of ``LogisticCalibration``. Equal ``a`` and
/// ``b`` make it that; all of 1, 1, 0 leave predictions as they are.
public struct BetaCalibration: Hashable, Sendable, Codable {
  /// At least 0; acts on small predictions.
  public let a: Double
  /// At least 0; acts on large predictions.
  public let b: Double
  /// The shift.
  public let c: Double

  /// Learns from predictions with known outcomes. O(*n*) a Newton step.
  ///
  /// Where ``a`` or ``b`` would be negative it is 0, and the others are fitted again.
  ///
  /// - Throws: ``KernelError``: `noSamples`, `sampleCount` for another number of outcomes, `parameter` for a prediction
  ///   outside 0…1.
  public init(fittedTo predictions: [Double], outcomes: [Bool]) throws(KernelError) {
    try ProbabilityScores.require(predictions, outcomes: outcomes)
    let logarithms = predictions.map(Self.logarithms(of:))
    let fit = try RisingLogOdds(of: [logarithms.map(\.low), logarithms.map(\.high)], outcomes: outcomes)
    (a, b, c) = (fit.slopes[0], fit.slopes[1], fit.intercept)
  }

  /// The calibrated probability; predictions are kept within 2⁻⁵² of 0 and 1.
  public func callAsFunction(_ prediction: Double) -> Double {
    let (low, high) = Self.logarithms(of: prediction)
    return .probability(ofLogOdds: a * low + b * high + c)
  }

  /// ln p and −ln(1 − p).
  private static func logarithms(of prediction: Double) -> (low: Double, high: Double) {
    let bounded = min(max(prediction, .ulpOfOne), 1 - .ulpOfOne)
    return (Double.log(bounded), -Double.log(onePlus: -bounded))
  }
}
