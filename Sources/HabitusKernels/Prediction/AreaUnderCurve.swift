/// How well predictions tell samples with an outcome from those without: the probability that a random one with it was
/// given a higher prediction than a random one without, ties counting one half.
///
/// The area under the receiver operating characteristic. 0.5 is chance; only the order of predictions counts.
public struct AreaUnderCurve: Hashable, Sendable, Codable {
  /// The area, 0…1.
  public let area: Double
  /// The standard error of the area; `nil` where an outcome occurs only once. DeLong, DeLong and Clarke-Pearson,
  /// "Comparing the areas under two or more correlated receiver operating characteristic curves", Biometrics 44 (1988),
  /// doi:10.2307/2531595. 0 where the order is perfect.
  public let standardError: Double?
  /// The interval of the area, that of ``RankEffect``: it stays within 0…1 and is no point where the order is perfect;
  /// `nil` where an outcome occurs only once.
  public let interval: ClosedRange<Double>?

  /// Compares predictions with outcomes; `nil` where only one outcome occurs. O(*n* log *n*).
  ///
  /// - Parameter confidence: of the interval, two-sided, strictly between 0 and 1.
  /// - Precondition: there is an outcome a prediction, and no prediction is NaN.
  public init?(of predictions: [Double], outcomes: [Bool], confidence: Double = 0.95) {
    precondition(predictions.count == outcomes.count, "there must be an outcome a prediction")
    precondition(!predictions.contains { $0.isNaN }, "predictions are numbers")
    let with = zip(predictions, outcomes).filter { $0.1 }.map(\.0).sorted()
    let without = zip(predictions, outcomes).filter { !$0.1 }.map(\.0).sorted()
    guard let effect = RankEffect(of: with, against: without, confidence: confidence) else { return nil }
    area = effect.superiority
    interval = effect.interval.map { ($0.lowerBound + 1) / 2...($0.upperBound + 1) / 2 }
    let placements = [(with, without), (without, with)].map { values, others in
      Moments(of: Self.sharesBelow(values, among: others))
    }
    if let first = placements[0].sampleVariance, let second = placements[1].sampleVariance {
      standardError = (first / Double(with.count) + second / Double(without.count)).squareRoot()
    } else {
      standardError = nil
    }
  }

  /// Of every value the share of the others below it, ties counting one half; both ascending.
  private static func sharesBelow(_ values: [Double], among others: [Double]) -> [Double] {
    var (below, notAbove) = (0, 0)
    return values.map { value in
      while below < others.count, others[below] < value { below += 1 }
      while notAbove < others.count, others[notAbove] <= value { notAbove += 1 }
      return Double(below + notAbove) / (2 * Double(others.count))
    }
  }
}
