import ArgumentParser
import Habitus

/// `habitus analyze`.
struct AnalyzeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Finds features, groups, patterns and preferences of everybody and writes the profiles.",
    discussion: """
      Examples:
        habitus analyze
        habitus analyze --window-days 90 --time-zone Europe/Paris
        habitus analyze --as-of 2026-02-01 --json
      """)

  @OptionGroup var window: WindowOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  private struct Answer: Encodable {
    let window: WindowAnswer
    let events: Int
    let users: Int
    let clusters: ClustersAnswer?
    let patterns: [Pattern]
    let notes: [String]
    let seconds: [String: Double]
  }

  private static let wording: [Analysis.Step: String] = [
    .features: "Extracting features", .clusters: "Grouping users", .patterns: "Looking for patterns",
    .preferences: "Calculating preferences", .predictions: "Learning to predict",
    .recommendations: "Learning to recommend", .profiles: "Writing profiles",
  ]

  func run() async throws {
    let workspace = try store.workspace(.write, window.overrides)
    let progress = ProgressLine(totalByteCount: nil)
    let report: Analysis.Report
    do {
      report = try await Analysis(workspace).run(asOf: window.asOf, windowDays: window.windowDays) { step in
        progress.say("\(Self.wording[step] ?? step.rawValue) …")
      }
    } catch {
      progress.end()
      throw error
    }
    progress.end()
    let answer = Answer(
      window: WindowAnswer(report.window, workspace.configuration), events: report.eventCount, users: report.userCount,
      clusters: report.clusters.map { ClustersAnswer($0, workspace.configuration) }, patterns: report.patterns,
      notes: report.notes, seconds: report.seconds)
    try output.print(answer) { fill(&$0, answer, report, workspace) }
  }

  private func fill(_ page: inout Page, _ answer: Answer, _ report: Analysis.Report, _ workspace: Workspace) {
    let users = NumberText.count(report.userCount, "user")
    let duration = NumberText.duration(report.seconds.values.reduce(0, +))
    page.title("Analysed \(users) with events in the window, in \(duration)")
    page.note(workspace.moments.window(report.window) + "; \(NumberText.count(report.eventCount, "event")) stored")
    if report.userCount == 0 {
      page.paragraph("Nobody has an event in the window. Choose a longer one (--window-days).")
    }
    if let clusters = answer.clusters {
      page.heading("Groups")
      clusters.fill(&page, showsTraits: false)
    }
    if report.userCount > 0 {
      page.heading("Patterns")
      if report.patterns.isEmpty { page.paragraph("None stands out from chance.", indentation: 2) }
      let language = workspace.configuration.visualization.language
      for pattern in report.patterns.prefix(5) { page.point(pattern.sentence[language]) }
      if report.patterns.count > 5 {
        page.note(
          "\(NumberText.count(report.patterns.count - 5)) more: habitus patterns\(store.repeatedFlags)", indentation: 4)
      }
    }
    if !report.notes.isEmpty { page.blank() }
    for note in report.notes { page.paragraph(note) }
    page.blank()
    page.note(
      "Time: "
        + Analysis.Step.allCases.compactMap { step in
          report.seconds[step.rawValue].map { "\(step.rawValue) \(NumberText.duration($0))" }
        }.joined(separator: ", "))
    page.next(
      ["users --limit 10", "profile ID", "clusters"].map { "habitus \($0)\(store.repeatedFlags)" })
  }
}
