internal import HabitusKernels

/// A series of counts as straight lines through the square roots of its days, the weekdays taken out.
struct TrendLines {
  /// The days of each line, in order.
  let segments: [Range<Int>]
  private let cost: LinearTrendCost

  /// Cuts a series where that pays by the modified Bayesian information criterion.
  ///
  /// - Parameters:
  ///   - counts: by day, without days that fit nowhere.
  ///   - spreads: dispersion of each day over that of the report, 1 or more; empty for 1.
  ///   - inflation: variance of the sum of many days over that of independent ones.
  init(
    _ counts: [Double], _ report: DailyAnomalies.Report, spreads: [Double], firstWeekday: Int, inflation: Double
  ) throws(KernelError) {
    let factors = counts.indices.map { report.weekdayFactors[(firstWeekday + $0) % 7] }
    // Anscombe, "The transformation of Poisson, binomial and negative-binomial data", Biometrika 35 (1948): the variance
    // of √(count + 3/8) is a fourth of the dispersion; over the weekday's factor it is as much larger as that is small.
    let roots = zip(counts, factors).map { (($0 + 0.375) / $1).squareRoot() }
    let weights = spreads.isEmpty ? factors : zip(factors, spreads).map { $0 / $1 }
    cost = try LinearTrendCost(roots, weights: weights, variance: report.dispersion * inflation / 4)
    segments = try PELT(minimumLength: LevelSearch.minimumLength).segmentation(of: cost).segments
  }

  /// The lines as counts of a middling weekday, by day, a thousandth at least.
  var baseline: [Double] {
    segments.flatMap { days in
      let line = cost.line(of: days)
      return days.map { max(0.001, Self.count(line.value(at: Double($0)))) }
    }
  }

  /// By day, how much greater than that of a middling day of its line the dispersion may be.
  ///
  /// Where a series grows, days of many counts spread more than by a constant dispersion if what moves them moves all
  /// users at once. Days of fewer counts are not taken to spread less: what each user does by chance makes a constant
  /// dispersion.
  var spreads: [Double] {
    let baseline = baseline
    return segments.flatMap { days in
      let middle = Statistics.median(of: baseline[days]) ?? 1
      return baseline[days].map { max(1, $0 / middle) }
    }
  }

  /// How much higher one line begins than the one before ends, over its standard error; and the counts on either side.
  func jump(between before: Int, and after: Int) -> (statistic: Double, levels: (before: Double, after: Double)) {
    let (left, right) = (cost.line(of: segments[before]), cost.line(of: segments[after]))
    let place = Double(segments[after].lowerBound) - 0.5
    let (low, high) = (left.value(at: place), right.value(at: place))
    let deviation = (left.variance(at: place) + right.variance(at: place)).squareRoot()
    return ((high - low) / deviation, (Self.count(low), Self.count(high)))
  }

  /// The change of some days' counts in a week as a share of them, and its standard error; `nil` where the line is at
  /// nothing.
  func weeklyRate(of days: Range<Int>) -> (rate: Double, deviation: Double)? {
    let line = cost.line(of: days)
    guard line.level > 0.5 else { return nil }
    // The count is the square of the root: its share of change is twice the root's.
    let factor = 2 * 7 / line.level
    return (line.slope * factor, line.slopeVariance.squareRoot() * factor)
  }

  private static func count(_ root: Double) -> Double { max(0, max(0, root) * max(0, root) - 0.375) }
}
