import Habitus

/// What `habitus retention` answers with.
struct RetentionAnswer: Encodable {
  struct Cohort: Encodable {
    let start: String
    let isWhole: Bool
    let users: Int
    /// By period, from 0.
    let returned: [Int]
    let isComplete: [Bool]

    /// The share of its users who returned in `period`.
    func share(in period: Int) -> Double? { users > 0 ? Double(returned[period]) / Double(users) : nil }
  }

  struct Total: Encodable {
    let period: Int
    let users: Int
    let returned: Int
    let share: Double?
    let intervalLow: Double?
    let intervalHigh: Double?
  }

  let window: WindowAnswer
  let start: String
  let `return`: String
  let period: String
  let periods: Int
  let cut: String
  let cohortsBy: String
  let counting: String
  let cohorts: [Cohort]
  let totals: [Total]
  let unknownTypes: [String]

  init(_ report: RetentionReport, _ configuration: HabitusConfiguration) {
    let definition = report.definition
    window = WindowAnswer(report.window, configuration)
    start = definition.start.description
    `return` = definition.returning.description
    period = definition.period.rawValue
    periods = definition.periodCount
    cut = definition.cut.rawValue
    cohortsBy = definition.cohorts.rawValue
    counting = definition.counting.rawValue
    cohorts = report.cohorts.map { cohort in
      Cohort(
        start: cohort.start.description, isWhole: cohort.isWhole, users: cohort.userCount,
        returned: cohort.cells.map(\.returnedUserCount), isComplete: cohort.cells.map(\.isComplete))
    }
    totals = report.totals.enumerated().map { index, total in
      Total(
        period: index, users: total.userCount, returned: total.returnedUserCount, share: total.share,
        intervalLow: total.interval?.lowerBound, intervalHigh: total.interval?.upperBound)
    }
    unknownTypes = report.unknownTypes
  }

  func fill(_ page: inout Page, note: String) {
    page.title("Retention by \(period): \(name(start, "any event")), then \(name(`return`, "any event"))")
    page.note(note)
    page.note(rules)
    page.blank()
    if cohorts.isEmpty {
      page.paragraph("Nobody started in this window.")
    } else {
      fillCohorts(&page)
      fillTotals(&page)
    }
    if !unknownTypes.isEmpty {
      page.blank()
      page.note("No stored event is of type \(unknownTypes.map { "'\($0)'" }.joined(separator: ", ")).")
    }
  }

  private func name(_ text: String, _ all: String) -> String { text == "*" ? all : text }

  private var rules: String {
    let who =
      cohortsBy == RetentionDefinition.Cohorts.first.rawValue
      ? "users by their first start of all" : "users by their first start in each \(period)"
    let length = ["day": "24 hours", "week": "7 times 24 hours", "month": "30 times 24 hours"][period] ?? period
    let what =
      cut == RetentionDefinition.Cut.rolling.rawValue
      ? "periods of \(length) from it" : "periods of the calendar"
    let how = counting == RetentionDefinition.Counting.onOrAfter.rawValue ? ", back in it or later" : ""
    return "\(who); \(what)\(how)"
  }

  /// Cells take two columns of gap and four of their own.
  private func fillCohorts(_ page: inout Page) {
    let shown = max(1, min(periods + 1, (page.width - 23) / 6))
    let shares = cohorts.flatMap { cohort in (1..<max(2, shown)).compactMap { cohort.share(in: $0) } }
    let highest = shares.max() ?? 1
    var table = TextTable(
      [.init(title: period), .number("users")] + (0..<shown).map { .number("\($0)") }, indentation: 2)
    for cohort in cohorts {
      let cells = (0..<shown).map { index -> String in
        guard let share = cohort.share(in: index) else { return "" }
        // What has not begun is left empty; what goes on can only grow.
        guard cohort.isComplete[index] || cohort.returned[index] > 0 else { return "" }
        if share == 0 { return Bars.shade(0) }
        let percent = NumberText.decimal(share * 100, digits: 0)
        return (cohort.isComplete[index] ? Bars.shade(highest > 0 ? share / highest : 0) : "~") + percent
      }
      table.append([cohort.start + (cohort.isWhole ? "" : " …"), NumberText.count(cohort.users)] + cells)
    }
    page.table(table)
    page.note(
      "Percent of the users who returned, by \(period)s since the start. ~: the period goes on. …: the window cuts the "
        + "\(period) in which they started.",
      indentation: 2)
    if shown <= periods {
      page.note("Periods \(shown) to \(periods): a wider terminal, or --json.", indentation: 2)
    }
  }

  private func fillTotals(_ page: inout Page) {
    page.heading("All cohorts for which the \(period) is over")
    // Where the same events start and return, period 0 has everybody: its bar would only make the others small.
    let isDrawn = { (total: Total) in total.period > 0 || start != `return` }
    let highest = totals.filter(isDrawn).compactMap(\.intervalHigh).max() ?? 1
    let width = max(16, min(40, page.width - 56))
    var table = TextTable(
      [
        .number(period), .number("users"), .number("returned"), .number("share"), .init(title: ""),
        .number("95 % interval"),
      ], indentation: 2)
    for total in totals {
      guard let share = total.share, let low = total.intervalLow, let high = total.intervalHigh else { continue }
      table.append([
        "\(total.period)", NumberText.count(total.users), NumberText.count(total.returned), NumberText.share(share),
        isDrawn(total) ? Bars.interval(low...high, point: share, maximum: highest, width: width) : "",
        "\(NumberText.decimal(low * 100, digits: 1))–\(NumberText.decimal(high * 100, digits: 1)) %",
      ])
    }
    if table.rows.isEmpty {
      page.note("There is none yet.", indentation: 2)
    } else {
      page.table(table)
    }
  }
}
