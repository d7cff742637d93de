/// Days whose counts do not fit their weekday and the trend.
///
/// A robust multiplicative decomposition: the trend is a rolling median, the factor of a weekday the median of its
/// days' counts over the trend; both in turn, as in STL (Cleveland et al., J. Official Statistics 6, 1990) with medians
/// for loess, so that an anomaly moves neither. Counts vary about trend × factor as ``CountDistribution`` with one
/// dispersion for all days, from the median of squared Pearson residuals. The null: every day is drawn so,
/// independently. A day's own count enters its trend and its weekday, two medians that it hardly moves.
///
/// In made series of 180 normal days, with dispersions from 1 to 10, 2 to 4 days of 100 lay outside the 95 % interval,
/// and 0 to 11 series of 100 had a day with a q-value of at most 0.05, where 5 would be right: the dispersion is an
/// estimate. Take 0.01 where a false alarm a year matters.
///
/// Defined cases: a stretch shorter than `windowLength` uses what there is, at the ends the window is cut off; a
/// weekday without a day with a positive trend has the factor 1; where expectation is 0 any event is an anomaly; with
/// fewer than about 9 days nothing is known of the dispersion, which then counts as 1.
public struct DailyAnomalies: Hashable, Sendable, Codable {
  /// Days of the rolling median, odd, at least 7.
  public var windowLength: Int
  /// Of the interval of every day, two-sided, strictly between 0 and 1.
  public var confidence: Double

  /// Makes parameters.
  public init(windowLength: Int = 29, confidence: Double = 0.95) {
    self.windowLength = windowLength
    self.confidence = confidence
  }

  /// What a day was expected to be.
  public struct Day: Hashable, Sendable, Codable {
    /// What was counted.
    public let count: Int
    /// Trend × factor of the weekday.
    public let expected: Double
    /// Counts of a normal day, with the confidence asked for.
    public let interval: ClosedRange<Int>
    /// Probability of a count as far out, on either side: twice the smaller tail, at most 1.
    public let pValue: Double
    /// Benjamini and Hochberg's q-value among all days.
    public let qValue: Double
  }

  /// All days with what the expectation is made of.
  public struct Report: Hashable, Sendable, Codable {
    /// In order.
    public let days: [Day]
    /// The rolling median of counts over factors and the baseline, times the baseline, by day.
    public let trend: [Double]
    /// By weekday, with mean 1; index 0 is the weekday called 0.
    public let weekdayFactors: [Double]
    /// Variance over mean of a day's count, at least 1.
    public let dispersion: Double
  }

  /// Judges every day. O(*n* · window · log window).
  ///
  /// - Parameters:
  ///   - counts: of consecutive days, not negative.
  ///   - firstWeekday: of the first day, 0…6.
  ///   - baseline: what the trend is about proportional to, positive: a line where counts rise, with steps where their
  ///     level changes. The rolling median is that of counts over it, and so neither lags at the ends, where it sees
  ///     one side only, nor looks across a step. `nil` for a constant.
  /// - Throws: ``KernelError``: `noSamples`, `sampleCount` unless there is a baseline's value a count, `notFinite`,
  ///   `parameter` for one out of range, a negative count or a baseline that is not positive.
  public func report(
    counts: [Int], firstWeekday: Int, baseline: [Double]? = nil
  ) throws(KernelError) -> Report {
    try validate(counts, firstWeekday)
    if let baseline { try validate(baseline, dayCount: counts.count) }
    let values = counts.map(Double.init)
    var factors = Array(repeating: 1.0, count: 7)
    var trend: [Double] = []
    // Medians settle within a few rounds; the number is fixed so that the result does not hang on a tolerance.
    for _ in 0..<4 {
      trend = self.trend(values, factors, firstWeekday, baseline)
      factors = Self.factors(values, trend, firstWeekday)
    }
    trend = self.trend(values, factors, firstWeekday, baseline)
    let expected = values.indices.map { trend[$0] * factors[(firstWeekday + $0) % 7] }
    let dispersion = dispersion(values, expected)
    let laws = expected.map { CountDistribution(mean: $0, dispersion: dispersion) }
    let pValues = zip(laws, counts).map { law, count in
      min(1, 2 * min(law.upperTail(count), law.lowerTail(count)))
    }
    let qValues = Statistics.falseDiscoveryQValues(pValues)
    let days = counts.indices.map { index in
      let lower = laws[index].quantile((1 - confidence) / 2)
      return Day(
        count: counts[index], expected: expected[index],
        interval: lower...max(lower, laws[index].quantile((1 + confidence) / 2)), pValue: pValues[index],
        qValue: qValues[index])
    }
    return Report(days: days, trend: trend, weekdayFactors: factors, dispersion: dispersion)
  }

  private func validate(_ counts: [Int], _ firstWeekday: Int) throws(KernelError) {
    guard !counts.isEmpty else { throw .noSamples }
    guard windowLength >= 7, !windowLength.isMultiple(of: 2) else {
      throw .parameter(name: "windowLength", value: Double(windowLength), allowed: "an odd number of 7 or more")
    }
    guard confidence > 0, confidence < 1 else {
      throw .parameter(name: "confidence", value: confidence, allowed: "strictly between 0 and 1")
    }
    guard (0..<7).contains(firstWeekday) else {
      throw .parameter(name: "firstWeekday", value: Double(firstWeekday), allowed: "0 to 6")
    }
    if let negative = counts.first(where: { $0 < 0 }) {
      throw .parameter(name: "counts", value: Double(negative), allowed: "0 or more")
    }
  }

  private func validate(_ baseline: [Double], dayCount: Int) throws(KernelError) {
    guard baseline.count == dayCount else { throw .sampleCount(expected: dayCount, found: baseline.count) }
    if let index = baseline.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: index, column: 0) }
    if let least = baseline.first(where: { $0 <= 0 }) {
      throw .parameter(name: "baseline", value: least, allowed: "above 0")
    }
  }

  /// The rolling median of counts over factors and the baseline, times the baseline.
  private func trend(
    _ values: [Double], _ factors: [Double], _ firstWeekday: Int, _ baseline: [Double]?
  ) -> [Double] {
    let levels = rollingMedian(
      values.indices.map { values[$0] / factors[(firstWeekday + $0) % 7] / (baseline?[$0] ?? 1) })
    guard let baseline else { return levels }
    return zip(levels, baseline).map { $0 * $1 }
  }

  private func rollingMedian(_ values: [Double]) -> [Double] {
    let reach = windowLength / 2
    return values.indices.map { index in
      let window = values[max(0, index - reach)..<min(values.count, index + reach + 1)]
      return Statistics.median(of: window) ?? 0
    }
  }

  private static func factors(_ values: [Double], _ trend: [Double], _ firstWeekday: Int) -> [Double] {
    var ratios: [[Double]] = Array(repeating: [], count: 7)
    for index in values.indices where trend[index] > 0 {
      ratios[(firstWeekday + index) % 7].append(values[index] / trend[index])
    }
    // A weekday on which hardly anything happens keeps a small factor: the trend divides by it.
    let medians = ratios.map { max(0.01, Statistics.median(of: $0) ?? 1) }
    let mean = medians.reduce(0, +) / 7
    return medians.map { $0 / mean }
  }

  /// From the median squared Pearson residual over that of a chi-square with one degree of freedom, 0.4549; at least 1.
  ///
  /// A fit by medians passes through as many counts as it has parameters, so that the median is taken that much higher
  /// up, and the small-sample factor applied (Rousseeuw and Leroy, "Robust Regression and Outlier Detection", 1987,
  /// section 5.1).
  private func dispersion(_ values: [Double], _ expected: [Double]) -> Double {
    let residuals = zip(values, expected).compactMap { value, mean -> Double? in
      mean > 0 ? (value - mean) * (value - mean) / mean : nil
    }
    let count = Double(residuals.count)
    let parameterCount = 7 + count / Double(windowLength)
    guard count > parameterCount else { return 1 }
    let middle = Statistics.quantile((1 + parameterCount / count) / 2, of: residuals) ?? 0
    let factor = 1 + 5 / (count - parameterCount)
    return max(1, factor * factor * middle / 0.454936423119572)
  }
}
