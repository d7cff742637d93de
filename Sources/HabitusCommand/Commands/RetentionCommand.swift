import ArgumentParser
import Habitus

/// `habitus retention`.
struct RetentionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retention", abstract: "Shows how many users come back, by the period in which they started.",
    discussion: """
      Users start with their first event (--start narrows it down, --recurring looks at the first in each period), and \
      come back with any event (--return). Events are written as types, separated by commas, or * for all, and then \
      what they must have: click:category=books.

      Examples:
        habitus retention --window-days 90
        habitus retention --period day --start search --return apply --rolling
      """)

  @Option(name: .long, help: ArgumentHelp("The events that users start with.", valueName: "event"))
  var start: String?

  @Option(name: .customLong("return"), help: ArgumentHelp("The events that count as coming back.", valueName: "event"))
  var returning: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The length of a period: \(ChoiceText.names(RetentionDefinition.Period.self)).", valueName: "period"),
    transform: ChoiceText.parse)
  var period: RetentionDefinition.Period?

  @Option(name: .long, help: ArgumentHelp("How many periods after that of the start are looked at.", valueName: "n"))
  var periods: Int?

  @Flag(name: .long, help: "Periods are 24 hours, 7 or 30 times that, from each user's own start.")
  var rolling = false

  @Flag(name: .long, help: "The first start event of each period counts, not only the first of all.")
  var recurring = false

  @Flag(name: .long, help: "Users count as returned in a period if they come back in it or later.")
  var onOrAfter = false

  @OptionGroup var window: WindowOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  /// The settings that the flags override.
  private var overrides: [ConfigurationOverride] {
    let given: [(String, String?, String)] = [
      ("navigation.retention_start", start, "--start"), ("navigation.retention_return", returning, "--return"),
      ("navigation.retention_period", period?.rawValue, "--period"),
      ("navigation.retention_periods", periods.map(String.init), "--periods"),
      ("navigation.retention_cut", rolling ? RetentionDefinition.Cut.rolling.rawValue : nil, "--rolling"),
      ("navigation.retention_cohorts", recurring ? RetentionDefinition.Cohorts.recurring.rawValue : nil, "--recurring"),
      (
        "navigation.retention_counting", onOrAfter ? RetentionDefinition.Counting.onOrAfter.rawValue : nil,
        "--on-or-after"
      ),
    ]
    return given.compactMap { key, value, flag in value.map { ConfigurationOverride(key: key, value: $0, flag: flag) } }
  }

  func run() async throws {
    let workspace = try store.workspace(.read, window.overrides + overrides)
    let report = try await NavigationAnalyzer(workspace).retention(asOf: window.asOf, windowDays: window.windowDays)
    let answer = RetentionAnswer(report, workspace.configuration)
    try output.print(answer) { answer.fill(&$0, note: workspace.moments.window(report.window)) }
  }
}
