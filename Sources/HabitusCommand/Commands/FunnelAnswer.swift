import Habitus

/// What `habitus funnel` answers with; times are in seconds.
struct FunnelAnswer: Encodable {
  struct Times: Encodable {
    let p10: Double
    let p25: Double
    let median: Double
    let p75: Double
    let p90: Double

    init?(_ times: FunnelReport.Times?) {
      guard let seconds = times?.seconds, seconds.count == 5 else { return nil }
      (p10, p25, median, p75, p90) = (seconds[0], seconds[1], seconds[2], seconds[3], seconds[4])
    }

    /// As cells of a table.
    var texts: [String] { [p10, p25, median, p75, p90].map(NumberText.duration) }
  }

  struct Step: Encodable {
    let step: Int
    let event: String?
    let users: Int
    let rateFromFirst: Double?
    let rateFromPrevious: Double?
    let dropOff: Int
    let secondsFromPrevious: Times?
    let secondsFromFirst: Times?
  }

  struct Dropped: Encodable {
    let afterStep: Int
    let users: [String]
  }

  let name: String?
  let window: WindowAnswer
  let order: String
  let windowHours: Double
  let exclusions: [String]
  let steps: [Step]
  let converted: Int
  let conversionRate: Double?
  let unknownTypes: [String]
  let dropped: Dropped?
  private let stepTexts: [String]

  private enum CodingKeys: String, CodingKey {
    case name, window, order, windowHours, exclusions, steps, converted, conversionRate, unknownTypes, dropped
  }

  init(
    name: String?, _ report: FunnelReport, _ configuration: HabitusConfiguration, droppedAfter: Int?,
    dropped: [UserID]?
  ) {
    let definition = report.definition
    self.name = name
    window = WindowAnswer(report.window, configuration)
    order = definition.order.rawValue
    windowHours = definition.window / .seconds(3600)
    exclusions = definition.exclusions.map(\.description)
    steps = report.steps.enumerated().map { index, step in
      Step(
        step: index + 1, event: step.selector?.description, users: step.userCount, rateFromFirst: step.rateFromFirst,
        rateFromPrevious: step.rateFromPrevious, dropOff: step.dropOff,
        secondsFromPrevious: Times(step.timeFromPrevious), secondsFromFirst: Times(step.timeFromFirst))
    }
    converted = report.convertedUserCount
    conversionRate = report.conversionRate
    unknownTypes = report.unknownTypes
    self.dropped =
      if let droppedAfter, let dropped {
        Dropped(afterStep: droppedAfter, users: dropped.map(\.rawValue))
      } else {
        nil
      }
    stepTexts = definition.steps.map(\.description)
  }

  func fill(_ page: inout Page, note: String) {
    let separator = order == FunnelDefinition.Order.any.rawValue ? " + " : " → "
    page.title((name.map { "Funnel \($0): " } ?? "Funnel ") + stepTexts.joined(separator: separator))
    page.note(note)
    page.note(rules)
    page.blank()
    fillSteps(&page)
    page.blank()
    page.paragraph(summary)
    if !unknownTypes.isEmpty {
      page.note("No stored event is of type \(unknownTypes.map { "'\($0)'" }.joined(separator: ", ")).")
    }
    fillTimes(&page)
    fillDropped(&page)
  }

  /// What counts, in words.
  private var rules: String {
    let orderText =
      switch FunnelDefinition.Order(rawValue: order) {
      case .strict: "in this order with nothing between"
      case .any: "in any order"
      case .ordered, nil: "in this order"
      }
    let without = exclusions.isEmpty ? "" : ", without " + exclusions.joined(separator: ", ") + " between"
    return "\(orderText), within \(Self.text(windowHours: windowHours))\(without)"
  }

  /// A conversion window: `14 days`, `2 h`.
  static func text(windowHours hours: Double) -> String {
    let days = hours / 24
    return days >= 2 && days == days.rounded() ? NumberText.count(Int(days), "day") : NumberText.duration(hours * 3600)
  }

  private func title(_ step: Step) -> String { step.event ?? "\(step.step) of \(steps.count) steps" }

  private func fillSteps(_ page: inout Page) {
    let barWidth = max(10, min(32, page.width - 62))
    var table = TextTable(
      [
        .number(""), .text("step"), .number("users"), .init(title: ""), .number("of first"), .number("of previous"),
        .number("lost after"),
      ], indentation: 2)
    for step in steps {
      table.append([
        "\(step.step)", title(step), NumberText.count(step.users),
        Bars.bar(step.rateFromFirst ?? 0, width: barWidth), step.rateFromFirst.map(NumberText.share) ?? "",
        step.rateFromPrevious.map(NumberText.share) ?? "",
        step.step < steps.count && step.users > 0 ? NumberText.count(step.dropOff) : "",
      ])
    }
    page.table(table)
  }

  private var summary: String {
    guard let first = steps.first, first.users > 0 else { return "Nobody took the first step in this window." }
    guard steps.count > 1 else { return "\(NumberText.count(first.users, "user")) took the one step." }
    var text = "\(NumberText.count(converted)) of \(NumberText.count(first.users, "user"))"
    text += conversionRate.map { " (\(NumberText.share($0)))" } ?? ""
    text += " took all steps"
    if let median = steps.last?.secondsFromFirst?.median {
      text += ", half of them within \(NumberText.duration(median))"
    }
    text += "."
    if let worst = steps.dropLast().max(by: { $0.dropOff < $1.dropOff }), worst.dropOff > 0 {
      text +=
        " Most are lost after \(title(worst)): \(NumberText.count(worst.dropOff)) of \(NumberText.count(worst.users))."
    }
    return text
  }

  private func fillTimes(_ page: inout Page) {
    let timed = steps.filter { $0.secondsFromPrevious != nil }
    guard !timed.isEmpty else { return }
    page.heading("Time from step to step")
    var table = TextTable(
      [.text("to"), .number("10 %"), .number("25 %"), .number("half"), .number("75 %"), .number("90 %")],
      indentation: 2)
    for step in timed { table.append([title(step)] + (step.secondsFromPrevious?.texts ?? [])) }
    if steps.count > 2, let all = steps.last?.secondsFromFirst { table.append(["all steps"] + all.texts) }
    page.table(table)
  }

  private func fillDropped(_ page: inout Page) {
    guard let dropped else { return }
    let step = steps[dropped.afterStep - 1]
    page.heading("Users who took \(title(step)) and no further step")
    if dropped.users.isEmpty { page.note("None.", indentation: 2) }
    page.paragraph(dropped.users.joined(separator: "  "), indentation: 2)
    let total = dropped.afterStep < steps.count ? step.dropOff : step.users
    if dropped.users.count < total {
      page.note("\(NumberText.count(total - dropped.users.count)) more: --limit \(total)", indentation: 2)
    }
  }
}
