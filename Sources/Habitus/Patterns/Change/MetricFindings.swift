/// What may have changed in a series of counts by day, before the many tests are weighed against each other.
struct MetricFindings {
  /// A change from one level to the next.
  struct Level {
    let before: Range<Int>
    let after: Range<Int>
    /// A day's count, of a middling weekday, just before the change and just after it.
    let levels: (before: Double, after: Double)
    /// Adjusted for the choice of the place.
    let pValue: Double
  }

  /// A day, or some days in a row, that do not fit what is around them.
  struct Stretch {
    let days: Range<Int>
    let count: Double
    let expected: Double
    /// What a single day would normally be; `nil` where that was not computed.
    let interval: ClosedRange<Double>?
    /// Adjusted for the choice of the days.
    let pValue: Double
  }

  /// The straight line of the last stretch without a change.
  struct Trend {
    let days: Range<Int>
    let weeklyRate: Double
    let interval: ClosedRange<Double>
    let pValue: Double
  }

  var levels: [Level] = []
  var stretches: [Stretch] = []
  var trend: Trend?
  /// By day; empty where the series is too short or too thin.
  var expected: [Double] = []

  /// How many hypotheses they stand for: a search without a candidate counts as one.
  var hypothesisCount: Int { max(1, levels.count) + max(1, stretches.count) }

  /// The same in another unit.
  func scaled(by factor: Double) -> MetricFindings {
    MetricFindings(
      levels: levels.map {
        Level(
          before: $0.before, after: $0.after, levels: ($0.levels.before * factor, $0.levels.after * factor),
          pValue: $0.pValue)
      },
      stretches: stretches.map {
        Stretch(
          days: $0.days, count: $0.count * factor, expected: $0.expected * factor,
          interval: $0.interval.map { $0.lowerBound * factor...$0.upperBound * factor }, pValue: $0.pValue)
      },
      trend: trend, expected: expected.map { $0 * factor })
  }
}
