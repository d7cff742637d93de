import Habitus

/// The page of `habitus paths`.
struct PathsPage {
  private let report: PathsReport
  private let definition: PathsDefinition
  /// What is listed of each kind.
  private var limit: Int { definition.limit }

  init(_ report: PathsReport) {
    self.report = report
    definition = report.definition
  }

  func fill(_ page: inout Page, note: String) {
    page.title(title)
    page.note(note)
    page.note(rules)
    page.blank()
    page.paragraph(summary)
    fillNotes(&page)
    guard report.sessionCount > 0 else { return }
    if definition.from == nil, definition.to == nil { fillEnds(&page) }
    fillTrees(&page)
    fillPaths(&page)
    fillTransitions(&page)
    fillSurprises(&page)
    if definition.from == nil, definition.to == nil { fillDepth(&page) }
  }

  /// The name of a step.
  private func name(_ step: Int) -> String {
    report.steps[step].isJoined ? "(\(report.steps[step].name))" : report.steps[step].name
  }

  private var title: String {
    let steps =
      switch definition.dimension {
      case .eventType: "event types"
      case .page: "pages"
      case .item: "items"
      case .category: "categories"
      }
    var title = "Paths of \(steps)"
    if let from = definition.from { title += " from \(from)" }
    if let to = definition.to { title += " to \(to)" }
    return title
  }

  /// What counts, in words.
  private var rules: String {
    var rules = [definition.countsRepeats ? "a step right after itself counts again" : "repeats of a step count once"]
    if definition.events != EventSelector() { rules.insert("only \(definition.events)", at: 0) }
    if report.omissions.joinedStepCount > 0 {
      let joined = NumberText.count(report.omissions.joinedStepCount, "step")
      let visits = NumberText.count(report.omissions.joinedVisitCount, "visit")
      rules.append("\(joined) with \(visits) are one (--states)")
    }
    return rules.joined(separator: "; ")
  }

  private var summary: String {
    guard report.sessionCount > 0, let depth = report.depth, depth.quantiles.count == 5 else {
      return "No session in this window has a step."
    }
    let (visits, steps) = (NumberText.count(report.visitCount, "visit"), NumberText.count(report.steps.count, "step"))
    var text = "\(NumberText.count(report.sessionCount, "session")) of \(NumberText.count(report.userCount, "user"))"
    text += " with \(visits) to \(steps): half of the sessions have \(NumberText.number(depth.quantiles[2])) or fewer"
    return text + ", the longest \(NumberText.count(depth.maximum))."
  }

  private func fillNotes(_ page: inout Page) {
    for step in report.unvisitedSteps { page.note("Nobody came to '\(step)' in this window.") }
    if !report.unknownTypes.isEmpty {
      page.note("No stored event is of type \(report.unknownTypes.map { "'\($0)'" }.joined(separator: ", ")).")
    }
    if report.omissions.eventsWithoutStep > 0 {
      page.note(
        "\(NumberText.count(report.omissions.eventsWithoutStep)) of \(NumberText.count(report.eventCount, "event")) "
          + "have no \(definition.dimension.rawValue) and are passed over.")
    }
  }

  /// Where sessions begin and end.
  private func fillEnds(_ page: inout Page) {
    page.heading("Where sessions begin")
    var begins = TextTable([.text("step"), .number("sessions"), .number("share"), .init(title: "")], indentation: 2)
    for step in sorted(by: \.entryCount) {
      begins.append([
        name(step), NumberText.count(report.steps[step].entryCount), NumberText.share(report.steps[step].entryShare),
        Bars.bar(report.steps[step].entryShare, width: 20),
      ])
    }
    page.table(begins)
    page.heading("Where sessions end")
    var ends = TextTable(
      [.text("step"), .number("visits"), .number("end there"), .number("share"), .number("95 % interval")],
      indentation: 2)
    for step in sorted(by: \.exitCount) {
      let interval = report.steps[step].exitInterval.map { interval in
        let (low, high) = (interval.lowerBound * 100, interval.upperBound * 100)
        return "\(NumberText.decimal(low, digits: 1))–\(NumberText.decimal(high, digits: 1)) %"
      }
      ends.append([
        name(step), NumberText.count(report.steps[step].visitCount), NumberText.count(report.steps[step].exitCount),
        NumberText.share(report.steps[step].exitShare), interval ?? "",
      ])
    }
    page.table(ends)
  }

  /// The steps with most of something, those without any left out.
  private func sorted(by count: KeyPath<PathsReport.Step, Int>) -> [Int] {
    report.steps.indices.filter { report.steps[$0][keyPath: count] > 0 }
      .sorted { (-report.steps[$0][keyPath: count], $0) < (-report.steps[$1][keyPath: count], $1) }
      .prefix(limit).map { $0 }
  }

  private func fillTrees(_ page: inout Page) {
    if let tree = report.forwardTree, definition.from != nil || definition.to == nil {
      page.heading(definition.from.map { "What follows \($0)" } ?? "How sessions go on")
      page.table(PathsTreeTable(tree, isBackward: false, name: name).table)
    }
    if let tree = report.backwardTree, let to = definition.to {
      page.heading("What leads to \(to)")
      page.table(PathsTreeTable(tree, isBackward: true, name: name).table)
    }
  }

  private func fillPaths(_ page: inout Page) {
    for length in definition.lengths {
      let paths = report.paths.filter { $0.steps.count == length }
      guard !paths.isEmpty else { continue }
      page.heading("Most frequent paths of \(length) steps")
      fill(paths, &page)
    }
    if let length = report.omissions.searchedLength {
      page.note("Paths of more than \(NumberText.count(length, "step")) are too many to be counted.", indentation: 2)
    }
    if report.omissions.leastSessionCount > 1 {
      page.note(
        "Paths in fewer than \(NumberText.count(report.omissions.leastSessionCount)) sessions are too many to be counted.",
        indentation: 2)
    }
    guard definition.from == nil, definition.to == nil, !report.courses.isEmpty else { return }
    page.heading("Most frequent whole sessions")
    fill(report.courses, &page)
  }

  private func fill(_ paths: [PathsReport.Path], _ page: inout Page) {
    var table = TextTable(
      [.prose("path"), .number("sessions"), .number("of all"), .number("users")], indentation: 2)
    for path in paths {
      table.append([
        path.steps.map(name).joined(separator: " → "), NumberText.count(path.sessionCount),
        NumberText.share(Double(path.sessionCount) / Double(report.sessionCount)), NumberText.count(path.userCount),
      ])
    }
    page.table(table)
  }

  /// Whether a transition touches the steps that are asked for.
  private func isAsked(_ transition: PathsReport.Transition) -> Bool {
    guard definition.from != nil || definition.to != nil else { return true }
    return report.steps[transition.from].name == definition.from || report.steps[transition.to].name == definition.to
  }

  private func fillTransitions(_ page: inout Page) {
    let transitions = report.transitions.filter { $0.count > 0 && isAsked($0) }
    guard !transitions.isEmpty else { return }
    page.heading("Most frequent transitions")
    var table = TextTable(
      [
        .text("from"), .text("to"), .number("times"), .number("users"), .number("of next"), .number("half within"),
        .number("to chance"),
      ], indentation: 2)
    for transition in transitions.prefix(limit) {
      table.append([
        name(transition.from), name(transition.to), NumberText.count(transition.count),
        NumberText.count(transition.userCount), NumberText.share(transition.share),
        transition.medianSeconds.map(NumberText.duration) ?? "", mark(transition),
      ])
    }
    page.table(table)
    if transitions.count > limit {
      page.note("\(NumberText.count(transitions.count - limit)) more: --limit, or --json.", indentation: 2)
    }
  }

  private func fillSurprises(_ page: inout Page) {
    let surprises = report.surprises.filter(isAsked)
    guard !surprises.isEmpty else { return }
    page.heading("Transitions that chance does not explain")
    var table = TextTable(
      [.text("from"), .text("to"), .number("times"), .number("expected"), .number("to chance")], indentation: 2)
    for transition in surprises.prefix(limit) {
      table.append([
        name(transition.from), name(transition.to), NumberText.count(transition.count),
        NumberText.number(transition.chance?.expectedCount ?? 0, digits: 1), mark(transition),
      ])
    }
    page.table(table)
    page.note(
      "Expected: if the next step did not depend on the one before. ▲: at least twice, ▼: at most half as often.",
      indentation: 2)
  }

  /// How a transition compares with chance.
  private func mark(_ transition: PathsReport.Transition) -> String {
    guard let chance = transition.chance, chance.expectedCount > 0 else { return "" }
    let ratio = Double(transition.count) / chance.expectedCount
    let mark = chance.isSurprising ? (ratio > 1 ? "▲ " : "▼ ") : ""
    return "\(mark)\(NumberText.decimal(ratio, digits: ratio < 10 ? 1 : 0))×"
  }

  private func fillDepth(_ page: inout Page) {
    guard let depth = report.depth else { return }
    page.heading("After how many steps sessions end")
    var table = TextTable(
      [.number("step"), .number("sessions"), .init(title: ""), .number("end here"), .number("of those")],
      indentation: 2)
    for (index, position) in depth.positions.prefix(limit).enumerated() {
      table.append([
        "\(index + 1)", NumberText.count(position.reachedCount),
        Bars.bar(Double(position.reachedCount) / Double(report.sessionCount), width: 30),
        NumberText.count(position.endedCount), NumberText.share(position.dropOff),
      ])
    }
    page.table(table)
  }
}
