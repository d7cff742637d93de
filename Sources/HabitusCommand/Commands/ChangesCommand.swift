import ArgumentParser
import Habitus

/// `habitus changes`.
struct ChangesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "changes", abstract: "Shows how the figures of the product went from day to day, and what changed.",
    discussion: """
      Changes of level, trends, unusual days and bursts are told where weekday, trend and chance do not explain them. \
      Metrics: active_users, new_users, sessions, events, events_per_active_user, goals, and type:NAME for the events of \
      one type; the 20 most frequent types unless metrics are given. Of one user, how often the user came is looked at.

      Examples:
        habitus changes --window-days 90
        habitus changes --metric active_users --metric type:search
        habitus changes --user 12345 --window-days 180
      """)

  @Option(name: .long, help: ArgumentHelp("How often this user came, in place of the product.", valueName: "id"))
  var user: String?

  @Option(
    name: .long, help: ArgumentHelp("Only this figure (repeatable).", valueName: "name"),
    transform: ChangesCommand.metric)
  var metric: [ChangeMetric] = []

  @Option(
    name: .long, help: ArgumentHelp("The most changes of a metric that are shown; --json shows all.", valueName: "n"))
  var limit = 10

  @OptionGroup var window: WindowOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if limit < 0 { throw ValidationError("'--limit' takes a number of at least 0.") }
    if user != nil, !metric.isEmpty { throw ValidationError("'--metric' chooses among the figures of the product.") }
  }

  func run() async throws {
    let workspace = try store.workspace(.read, window.overrides)
    let report = try await PatternDetector(workspace).changes(
      userID: user.map { UserID($0) }, metrics: metric.isEmpty ? nil : metric, asOf: window.asOf,
      windowDays: window.windowDays)
    let answer = ChangesAnswer(report, workspace.configuration)
    try output.print(answer) { answer.fill(&$0, note: workspace.moments.window(report.window), limit: limit) }
  }

  @Sendable static func metric(_ text: String) throws -> ChangeMetric {
    guard let metric = ChangeMetric(name: text) else {
      let names = ChangeMetric.general.map(\.name).joined(separator: ", ")
      throw ValidationError("'\(text)' is no metric. There are: \(names), and type:NAME for the events of one type.")
    }
    return metric
  }
}
