import Habitus

/// What `habitus changes` answers with.
struct ChangesAnswer: Encodable {
  struct Metric: Encodable {
    let name: String
    /// By day, from the first; `null` where there is no value.
    let values: [Double?]
    /// By day, what weekday and trend would give.
    let expected: [Double]
    let trend: Trend?
    let changes: [Pattern]
  }

  struct Trend: Encodable {
    let firstDay: String
    let days: Int
    /// The change in a week, as a share.
    let weeklyRate: Double
    let intervalLow: Double
    let intervalHigh: Double
    let pValue: Double
    let qValue: Double
    let sentence: LocalizedText
  }

  let user: String?
  let window: WindowAnswer
  let firstDay: String?
  let days: Int
  let metrics: [Metric]
  let unknownTypes: [String]
  /// Users who stay away longer than is usual for them; absent of one user, and where metrics were chosen.
  let slippingAway: [SlippingUser]?
  private let labels: [LocalizedText]
  private let language: Language
  private let falseDiscoveryLevel: Double

  private enum CodingKeys: String, CodingKey {
    case user, window, firstDay, days, metrics, unknownTypes, slippingAway
  }

  init(_ report: ChangeReport, _ configuration: HabitusConfiguration) {
    user = report.user?.rawValue
    window = WindowAnswer(report.window, configuration)
    firstDay = report.firstDay?.description
    days = report.dayCount
    metrics = report.metrics.map { metric in
      Metric(
        name: metric.metric.name, values: metric.values, expected: metric.expected,
        trend: metric.trend.map { trend in
          Trend(
            firstDay: trend.firstDay.description, days: trend.dayCount, weeklyRate: trend.weeklyRate,
            intervalLow: trend.interval.lowerBound, intervalHigh: trend.interval.upperBound, pValue: trend.pValue,
            qValue: trend.qValue, sentence: trend.sentence)
        }, changes: metric.patterns)
    }
    unknownTypes = report.unknownTypes
    slippingAway = report.slippingAway
    labels = report.metrics.map(\.metric.label)
    language = configuration.visualization.language
    falseDiscoveryLevel = configuration.patterns.falseDiscoveryLevel
  }

  func fill(_ page: inout Page, note: String, limit: Int) {
    page.title(user.map { "Changes of user \($0)" } ?? "Changes of the product")
    page.note(note)
    page.blank()
    if let firstDay {
      page.note("Whole days only: \(NumberText.count(days, "day")) from \(firstDay).")
      fillMetrics(&page)
      fillChanges(&page, limit)
    } else {
      page.paragraph("No whole day lies in this window after the day of the first event. Choose a longer one.")
    }
    if let slippingAway { Self.fill(&page, slippingAway, limit) }
    if !unknownTypes.isEmpty {
      page.blank()
      page.note("No stored event is of type \(unknownTypes.map { "'\($0)'" }.joined(separator: ", ")).")
    }
  }

  private func fillMetrics(_ page: inout Page) {
    page.blank()
    let width = max(10, min(60, page.width - 60))
    var table = TextTable(
      [.text("metric"), .init(title: "by day"), .number("mean"), .number("last 7 days"), .number("a week")],
      indentation: 2)
    for (label, metric) in zip(labels, metrics) {
      let rate = metric.trend.flatMap { $0.qValue <= falseDiscoveryLevel ? Self.signed($0.weeklyRate) : nil }
      table.append([
        label[language], Bars.sparkline(metric.values, width: width), Self.mean(metric.values),
        Self.mean(metric.values.suffix(7)), rate ?? "",
      ])
    }
    page.table(table)
    if metrics.contains(where: { $0.trend != nil }) {
      page.note("A week: the present trend, where there is one beyond chance.", indentation: 2)
    }
  }

  private func fillChanges(_ page: inout Page, _ limit: Int) {
    for (label, metric) in zip(labels, metrics) {
      var sentences = metric.changes.map { $0.sentence[language] }
      if let trend = metric.trend, trend.qValue <= falseDiscoveryLevel {
        sentences.append(trend.sentence[language])
      }
      guard !sentences.isEmpty else { continue }
      page.heading(label[language])
      Self.fill(&page, sentences, limit)
    }
    if metrics.allSatisfy(\.changes.isEmpty) {
      page.blank()
      page.paragraph("Nothing has changed that weekday, trend and chance do not explain.")
    }
  }

  private static func fill(_ page: inout Page, _ sentences: [String], _ limit: Int) {
    for sentence in sentences.suffix(limit) { page.point(sentence) }
    if sentences.count > limit {
      page.note("\(sentences.count - limit) earlier ones: --limit \(sentences.count)", indentation: 2)
    }
  }

  private static func fill(_ page: inout Page, _ users: [SlippingUser], _ limit: Int) {
    page.heading("Users who stay away longer than is usual for them")
    guard !users.isEmpty else { return page.paragraph("Nobody, beyond chance.") }
    var table = TextTable(
      [.text("user"), .number("days away"), .number("usual gap, days"), .number("probability")], indentation: 2)
    for user in users.prefix(limit) {
      table.append([
        user.user.rawValue, NumberText.number(user.elapsedDays, digits: 1),
        NumberText.number(user.usualGapDays, digits: 1), PatternText.probability(user.probability),
      ])
    }
    page.table(table)
    if users.count > limit {
      page.note("\(users.count - limit) others: --limit \(users.count)", indentation: 2)
    }
  }

  private static func mean(_ values: some Collection<Double?>) -> String {
    let present = values.compactMap { $0 }
    guard !present.isEmpty else { return "" }
    return NumberText.number(present.reduce(0, +) / Double(present.count), digits: 1)
  }

  /// `+3.1 %`.
  private static func signed(_ share: Double) -> String {
    (share > 0 ? "+" : "-") + NumberText.share(abs(share))
  }
}
