internal import HabitusKernels

/// One metric as it is analysed: whole counts in some unit.
struct MetricSeries: Sendable {
  let metric: ChangeMetric
  let values: [Double?]
  /// What is analysed.
  let counts: [Int]
  /// A value over a count.
  let unit: Double

  /// The metric's values; `nil` for a type that no stored event has.
  init?(_ metric: ChangeMetric, _ counts: MetricCounts, _ plan: MetricPlan) {
    switch metric {
    case .activeUsers: self.init(metric, counts.activeUsers)
    case .newUsers: self.init(metric, counts.newUsers)
    case .sessions: self.init(metric, counts.sessions)
    case .events: self.init(metric, counts.events)
    case .goals: self.init(metric, counts.goals)
    case .eventsPerActiveUser:
      self.init(
        metric, ratios: zip(counts.events, counts.activeUsers).map { $1 > 0 ? Double($0) / Double($1) : nil })
    case .eventType(let name):
      guard let code = plan.features.types.code(of: name), let place = plan.types.firstIndex(of: code) else {
        return nil
      }
      self.init(metric, counts.events(ofType: place))
    }
  }

  private init(_ metric: ChangeMetric, _ counts: [Int]) {
    self.metric = metric
    self.counts = counts
    values = counts.map { Double($0) }
    unit = 1
  }

  /// A ratio is analysed as a count of ten-thousandths of its median: the dispersion is estimated anyway. A day without
  /// a value counts as the last one that has one.
  private init(_ metric: ChangeMetric, ratios: [Double?]) {
    self.metric = metric
    values = ratios
    let present = ratios.compactMap { $0 }
    let unit = (Statistics.median(of: present) ?? 1) / 10_000
    var last = present.first ?? 0
    counts = ratios.map { ratio in
      last = ratio ?? last
      return Int((last / unit).rounded())
    }
    self.unit = unit
  }
}
