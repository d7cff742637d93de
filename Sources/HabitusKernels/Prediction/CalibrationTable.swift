/// Predicted probabilities beside what happened, in bins of equally many samples.
///
/// Samples are ordered by prediction, and equal predictions stay together: of *n* samples a run of equal predictions
/// with *b* below and *m* members goes to bin ⌊(b + m/2) · bins / n⌋. Without ties bins differ by at most one sample;
/// with ties they may differ by more, and empty ones are left out.
public struct CalibrationTable: Hashable, Sendable, Codable {
  /// The bins that hold samples, by rising prediction.
  public let bins: [Bin]

  /// Samples of like prediction.
  public struct Bin: Hashable, Sendable, Codable {
    /// The least and the greatest prediction.
    public let predictions: ClosedRange<Double>
    /// The mean prediction.
    public let meanPrediction: Double
    /// The share with the outcome.
    public let observedShare: Double
    /// Wilson's interval of the share.
    public let observedInterval: ClosedRange<Double>
    /// Number of samples.
    public let count: Int
  }

  /// Sorts samples into bins; no bins without samples. O(*n* log *n*).
  ///
  /// - Parameters:
  ///   - binCount: at least 1.
  ///   - confidence: of the intervals, two-sided, strictly between 0 and 1.
  /// - Precondition: there is an outcome a prediction, and predictions lie in 0…1.
  public init(of predictions: [Double], outcomes: [Bool], binCount: Int = 10, confidence: Double = 0.95) {
    precondition(predictions.count == outcomes.count, "there must be an outcome a prediction")
    precondition(predictions.allSatisfy { (0...1).contains($0) }, "predictions are probabilities")
    precondition(binCount >= 1, "there must be at least one bin")
    let samples = zip(predictions, outcomes).sorted { $0.0 < $1.0 }
    var ranges = Array(repeating: 0..<0, count: binCount)
    var start = 0
    while start < samples.count {
      var end = start + 1
      while end < samples.count, samples[end].0 == samples[start].0 { end += 1 }
      let bin = min(binCount - 1, (start + end) * binCount / (2 * samples.count))
      ranges[bin] = (ranges[bin].isEmpty ? start : ranges[bin].lowerBound)..<end
      start = end
    }
    bins = ranges.compactMap { Bin(samples[$0], confidence: confidence) }
  }

  /// The mean distance of predicted and observed share over the bins, weighted by their samples; 0 without samples.
  ///
  /// Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015, with
  /// bins of equal mass. Above 0 by chance even for the true probabilities: the more so, the fewer samples a bin holds.
  public var expectedCalibrationError: Double {
    let total = bins.reduce(0) { $0 + $1.count }
    guard total > 0 else { return 0 }
    return bins.reduce(0) { $0 + Double($1.count) * abs($1.meanPrediction - $1.observedShare) } / Double(total)
  }
}

extension CalibrationTable.Bin {
  /// `nil` without samples.
  fileprivate init?(_ samples: ArraySlice<(Double, Bool)>, confidence: Double) {
    guard let first = samples.first, let last = samples.last else { return nil }
    let successes = samples.count { $0.1 }
    guard
      let interval = Statistics.wilsonInterval(
        successes: Double(successes), trials: Double(samples.count), confidence: confidence)
    else { return nil }
    predictions = first.0...last.0
    let mean = samples.reduce(0) { $0 + $1.0 } / Double(samples.count)
    meanPrediction = min(max(mean, first.0), last.0)
    observedShare = Double(successes) / Double(samples.count)
    observedInterval = interval
    count = samples.count
  }
}
