import ArgumentParser
import Habitus

/// `habitus funnel`.
struct FunnelCommand: AsyncParsableCommand {
  /// The names of orders on the command line.
  typealias Order = FunnelDefinition.Order

  static let configuration = CommandConfiguration(
    commandName: "funnel", abstract: "Shows how many users take one step after the other, and where they are lost.",
    discussion: """
      A step names event types, separated by commas, or * for all, and then what the event must have: \
      click:category=books, '*:page=/prices'. A single name stands for a funnel of navigation.funnels. Without \
      arguments the configured funnels are listed.

      Examples:
        habitus funnel search click apply
        habitus funnel search,filter apply --window-hours 24 --exclude logout
        habitus funnel application --users-dropped-after 2
      """)

  @Argument(help: ArgumentHelp("A configured funnel, or the steps.", valueName: "name | step"))
  var steps: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("The longest time from the first to the last step; 14 days unless given.", valueName: "n"))
  var windowHours: Double?

  @Option(
    name: .long,
    help: ArgumentHelp("How steps follow each other: \(ChoiceText.names(Order.self)).", valueName: "order"),
    transform: ChoiceText.parse)
  var order: Order?

  @Option(
    name: .long,
    help: ArgumentHelp("Events that end an attempt, written like a step (repeatable).", valueName: "event"))
  var exclude: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("Lists the users who took this step (1 for the first) and none after it.", valueName: "step"))
  var usersDroppedAfter: Int?

  @Option(name: .long, help: ArgumentHelp("The most users that are listed.", valueName: "n"))
  var limit = 100

  @OptionGroup var window: WindowOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let windowHours, !(windowHours > 0 && windowHours <= 876_000) {
      throw ValidationError("'--window-hours' takes a number above 0, at most 876000.")
    }
    if limit < 0 { throw ValidationError("'--limit' takes a number of at least 0.") }
  }

  func run() async throws {
    let workspace = try store.workspace(.read, window.overrides)
    let navigation = NavigationAnalyzer(workspace)
    guard !steps.isEmpty else { return try list(navigation) }
    let (name, definition) = try definition(navigation)
    let report = try await navigation.funnel(definition, asOf: window.asOf, windowDays: window.windowDays)
    var dropped: [UserID]?
    if let usersDroppedAfter {
      dropped = try await navigation.users(
        stoppingAfter: usersDroppedAfter, of: definition, limit: limit, asOf: report.window.asOf,
        windowDays: window.windowDays)
    }
    let answer = FunnelAnswer(
      name: name, report, workspace.configuration, droppedAfter: usersDroppedAfter, dropped: dropped)
    try output.print(answer) { answer.fill(&$0, note: workspace.moments.window(report.window)) }
  }

  /// What was asked for: one word that names a configured funnel is that funnel, with what the flags change.
  private func definition(_ navigation: NavigationAnalyzer) throws -> (name: String?, definition: FunnelDefinition) {
    let settings = navigation.workspace.configuration.navigation
    let isName = steps.count == 1 && (settings.funnels[steps[0]] != nil || !steps[0].contains { ":,*".contains($0) })
    let name = isName ? steps[0] : nil
    var definition =
      if let name {
        try navigation.configuredFunnel(name)
      } else {
        FunnelDefinition(steps: try steps.map { try EventSelector($0) }, window: settings.funnelWindow)
      }
    if let order { definition.order = order }
    if let windowHours { definition.window = .milliseconds(Int64((windowHours * 3_600_000).rounded())) }
    definition.exclusions += try exclude.map { try EventSelector($0) }
    return (name, definition)
  }

  private struct ConfiguredFunnel: Encodable {
    let name: String
    let steps: [String]
    let order: String
    let windowHours: Double
    let exclusions: [String]
  }

  private func list(_ navigation: NavigationAnalyzer) throws {
    let funnels = try navigation.configuredFunnels().map { name, definition in
      ConfiguredFunnel(
        name: name, steps: definition.steps.map(\.description), order: definition.order.rawValue,
        windowHours: definition.window / .seconds(3600), exclusions: definition.exclusions.map(\.description))
    }
    try output.print(funnels) { page in
      guard !funnels.isEmpty else {
        page.paragraph(
          "No funnel is configured (navigation.funnels). Give the steps: habitus funnel search click apply")
        return
      }
      var table = TextTable([.text("funnel"), .prose("steps"), .text("order"), .number("within")])
      for funnel in funnels {
        table.append([
          funnel.name, funnel.steps.joined(separator: " → "), funnel.order,
          FunnelAnswer.text(windowHours: funnel.windowHours),
        ])
      }
      page.table(table)
    }
  }
}
