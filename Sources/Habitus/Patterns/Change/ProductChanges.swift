internal import HabitusKernels
internal import HabitusModel

/// What changed in the metrics of the product, weighed against each other.
struct ProductChanges {
  private let days: WholeDays
  private let settings: HabitusConfiguration.Patterns

  init(days: WholeDays, _ settings: HabitusConfiguration.Patterns) {
    self.days = days
    self.settings = settings
  }

  /// One a series, with q-values over all series: changes of level and stretches together, trends by themselves.
  func changes(_ series: [MetricSeries], workers: Int) throws -> [MetricChanges] {
    let results = Collected<(place: Int, findings: MetricFindings)>()
    let firstWeekday = days.weekday(0)
    try Parallel.forEach(series.count, workers: workers) { place in
      let analysis = MetricAnalysis(series[place].counts, firstWeekday: firstWeekday, settings)
      results.append((place, try analysis.findings().scaled(by: series[place].unit)))
    }
    let findings = results.elements.sorted { $0.place < $1.place }.map(\.findings)
    var qValues = Self.qValues(findings)[...]
    let trendQValues = Self.trendQValues(findings)
    return zip(series, zip(findings, trendQValues)).map { series, found in
      let (finding, trendQValue) = found
      let levels = Array(zip(finding.levels, qValues.prefix(finding.levels.count)))
      qValues = qValues.dropFirst(finding.levels.count)
      let stretches = zip(finding.stretches, qValues.prefix(finding.stretches.count))
      qValues = qValues.dropFirst(finding.stretches.count)
      let text = MetricText(metric: series.metric, days: days)
      let told = levels.filter { $0.1 <= settings.falseDiscoveryLevel }
      let patterns =
        told.indices.map { place in
          text.pattern(told[place].0, qValue: told[place].1, isLast: place == told.count - 1)
        }
        + stretches.filter { $0.1 <= settings.falseDiscoveryLevel }.map { text.pattern($0.0, qValue: $0.1) }
      return MetricChanges(
        metric: series.metric, values: series.values, expected: finding.expected,
        trend: finding.trend.flatMap { trend in trendQValue.map { text.trend(trend, qValue: $0) } },
        patterns: patterns.inOrderOfTime)
    }
  }

  /// Of every metric's levels, then stretches.
  private static func qValues(_ findings: [MetricFindings]) -> [Double] {
    Statistics.falseDiscoveryQValues(
      findings.flatMap { $0.levels.map(\.pValue) + $0.stretches.map(\.pValue) },
      hypothesisCount: Double(findings.reduce(0) { $0 + $1.hypothesisCount }))
  }

  /// By metric; `nil` for those without a trend.
  private static func trendQValues(_ findings: [MetricFindings]) -> [Double?] {
    var qValues = Statistics.falseDiscoveryQValues(findings.compactMap { $0.trend?.pValue })[...]
    return findings.map { $0.trend == nil ? nil : qValues.popFirst() }
  }
}
