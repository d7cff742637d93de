/// Whether predictions have a lower Brier score than others for the same samples, or only by chance.
///
/// The paired t test on each sample's difference of squared errors, after Diebold and Mariano, "Comparing predictive
/// accuracy", J. Business & Economic Statistics 13 (1995), doi:10.1080/07350015.1995.10524599, for samples that are
/// independent of each other, such as one a user.
public struct BrierComparison: Hashable, Sendable, Codable {
  /// The others' Brier score less that of the predictions: above 0 where these are better.
  public let difference: Double
  /// Its standard error.
  public let standardError: Double
  /// The interval of the difference.
  public let interval: ClosedRange<Double>
  /// The probability of such a difference, or a greater one, if the predictions were no better; 1 or 0 where all
  /// samples differ by the same and that is not, or is, above 0.
  public let pValue: Double

  /// Compares predictions with others. O(*n*).
  ///
  /// - Parameter confidence: of the interval, two-sided, strictly between 0 and 1.
  /// - Throws: ``KernelError``: `sampleCount` for arrays that do not fit or fewer than two samples, `parameter` for a
  ///   number out of range.
  public init(
    of predictions: [Double], with others: [Double], outcomes: [Bool], confidence: Double = 0.95
  ) throws(KernelError) {
    try ProbabilityScores.require(predictions, outcomes: outcomes)
    try ProbabilityScores.require(others, outcomes: outcomes)
    guard confidence > 0, confidence < 1 else {
      throw .parameter(name: "confidence", value: confidence, allowed: "strictly between 0 and 1")
    }
    var moments = Moments()
    for (index, outcome) in outcomes.enumerated() {
      moments.add(
        Double.squaredError(of: others[index], outcome: outcome)
          - Double.squaredError(of: predictions[index], outcome: outcome))
    }
    guard let mean = moments.mean, let variance = moments.sampleVariance else {
      throw .sampleCount(expected: 2, found: outcomes.count)
    }
    let error = (variance / Double(outcomes.count)).squareRoot()
    let distribution = StudentTDistribution(degreesOfFreedom: Double(outcomes.count - 1))
    let half = error * distribution.quantile(0.5 + confidence / 2)
    difference = mean
    standardError = error
    interval = mean - half...mean + half
    pValue = error > 0 ? distribution.upperTail(mean / error) : (mean > 0 ? 0 : 1)
  }
}
