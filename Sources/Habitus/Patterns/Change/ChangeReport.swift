public import HabitusModel

/// How the figures of the product, or of one user, went from day to day, and what changed in them.
public struct ChangeReport: Sendable, Equatable {
  /// Whose figures they are; `nil` for the product's.
  public let user: UserID?
  /// Over which window.
  public let window: AnalysisWindow
  /// The first of the days; `nil` where no whole day lies in the window after the first event.
  public let firstDay: CivilDate?
  /// The metrics, those that were asked for in that order.
  public let metrics: [MetricChanges]
  /// Event types that were asked for and that no stored event has.
  public let unknownTypes: [String]
  /// Users who stay away longer than is usual for them, the least probable first; `nil` where that was not looked at.
  public let slippingAway: [SlippingUser]?

  /// How many days there are.
  public var dayCount: Int { metrics.first?.values.count ?? 0 }

  /// Everything that was found, metric by metric.
  public var patterns: [Pattern] { metrics.flatMap(\.patterns) }
}

/// One metric from day to day.
public struct MetricChanges: Sendable, Equatable {
  /// What is counted.
  public let metric: ChangeMetric
  /// By day; `nil` where there is no value.
  public let values: [Double?]
  /// By day, what its weekday and the trend would give; empty where there is too little to say.
  public let expected: [Double]
  /// How it rises or falls at present; `nil` where that is not known.
  public let trend: MetricTrend?
  /// Changes of level, bursts and unusual days that chance does not explain, in the order of time.
  public let patterns: [Pattern]
}

/// How a metric rises or falls since its last change.
public struct MetricTrend: Sendable, Equatable {
  /// The first of the days that it is fitted to.
  public let firstDay: CivilDate
  /// How many days those are.
  public let dayCount: Int
  /// The change in a week, as a share of the level.
  public let weeklyRate: Double
  /// With 95 % confidence.
  public let interval: ClosedRange<Double>
  /// Probability of as steep a line if there were no trend, on either side.
  public let pValue: Double
  /// The p-value after control of the false-discovery rate over all metrics.
  public let qValue: Double
  /// What it means, in a sentence.
  public let sentence: LocalizedText
}
