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
    /// How far the shares would lie apart by chance alone.
    let chance: ChanceDistance
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
  /// bins of equal mass. Above 0 by chance even for the true probabilities, see ``chanceCalibrationError``.
  public var expectedCalibrationError: Double { mean { abs($0.meanPrediction - $0.observedShare) } }

  /// The expectation of ``expectedCalibrationError`` if the predictions were the true probabilities and samples
  /// independent: the greater, the fewer samples a bin holds; 0 without samples.
  ///
  /// Of bins in which the variance of the number of outcomes is at most 100 it is exact, of others that of a normal
  /// distribution.
  public var chanceCalibrationError: Double { mean(\.chance.mean) }

  /// The standard deviation of ``expectedCalibrationError`` under the same condition.
  public var chanceCalibrationDeviation: Double {
    let total = Double(bins.reduce(0) { $0 + $1.count })
    guard total > 0 else { return 0 }
    return bins.reduce(0) { sum, bin in
      let weight = Double(bin.count) / total
      return sum + weight * weight * bin.chance.variance
    }.squareRoot()
  }

  /// The mean over the samples of a property of their bins; 0 without samples.
  private func mean(_ property: (Bin) -> Double) -> Double {
    let total = bins.reduce(0) { $0 + $1.count }
    guard total > 0 else { return 0 }
    return bins.reduce(0) { $0 + Double($1.count) * property($1) } / Double(total)
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
    chance = ChanceDistance(of: samples.map(\.0))
  }
}
