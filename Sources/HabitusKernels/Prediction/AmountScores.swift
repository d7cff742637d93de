/// How good predicted amounts were.
public struct AmountScores: Hashable, Sendable, Codable {
  /// Number of samples.
  public let count: Int
  /// The mean of the predictions.
  public let meanPrediction: Double
  /// The mean of the amounts that came.
  public let meanAmount: Double
  /// The mean distance of prediction and amount.
  public let meanAbsoluteError: Double
  /// The mean squared difference of prediction and amount.
  public let meanSquaredError: Double
  /// The mean squared difference of ``meanAmount`` and amount: what predicting the same for everybody comes to, known
  /// only in hindsight and never easier to improve on.
  public let constantSquaredError: Double
  /// An interval of ``constantSquaredError`` − ``meanSquaredError``: above 0 where the predictions are better, and not
  /// by chance; by Student's t over samples, see ``BrierComparison``. Amounts with heavy tails make it wide.
  public let improvementInterval: ClosedRange<Double>

  /// Scores predictions. O(*n*).
  ///
  /// - Parameter confidence: of the interval, two-sided, strictly between 0 and 1.
  /// - Throws: ``KernelError``: `sampleCount` for arrays that do not fit or fewer than two samples, `notFinite` for an
  ///   amount (column 0) or a prediction (column 1) that is not finite, `parameter` for a confidence out of range.
  public init(of predictions: [Double], amounts: [Double], confidence: Double = 0.95) throws(KernelError) {
    guard predictions.count == amounts.count, amounts.count > 1 else {
      throw .sampleCount(expected: max(2, amounts.count), found: predictions.count)
    }
    if let row = amounts.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: row, column: 0) }
    if let row = predictions.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: row, column: 1) }
    guard confidence > 0, confidence < 1 else {
      throw .parameter(name: "confidence", value: confidence, allowed: "strictly between 0 and 1")
    }
    let size = Double(amounts.count)
    let mean = amounts.reduce(0, +) / size
    var differences = Moments()
    var (absolute, squared, constant) = (0.0, 0.0, 0.0)
    for (prediction, amount) in zip(predictions, amounts) {
      let (error, deviation) = (prediction - amount, mean - amount)
      absolute += abs(error)
      squared += error * error
      constant += deviation * deviation
      differences.add(deviation * deviation - error * error)
    }
    guard let difference = differences.mean, let variance = differences.sampleVariance else {
      throw .sampleCount(expected: 2, found: amounts.count)
    }
    let distribution = StudentTDistribution(degreesOfFreedom: size - 1)
    let half = (variance / size).squareRoot() * distribution.quantile(0.5 + confidence / 2)
    count = amounts.count
    meanPrediction = predictions.reduce(0, +) / size
    meanAmount = mean
    meanAbsoluteError = absolute / size
    meanSquaredError = squared / size
    constantSquaredError = constant / size
    improvementInterval = difference - half...difference + half
  }

  /// 1 − ``meanSquaredError`` / ``constantSquaredError``: 1 is perfect, 0 no better than ``meanAmount`` for everybody;
  /// `nil` where all amounts are the same.
  public var skill: Double? { constantSquaredError > 0 ? 1 - meanSquaredError / constantSquaredError : nil }

  /// The lower end of the interval of ``skill``.
  public var lowestSkill: Double? {
    constantSquaredError > 0 ? improvementInterval.lowerBound / constantSquaredError : nil
  }
}
