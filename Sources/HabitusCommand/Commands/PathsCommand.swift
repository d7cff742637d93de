import ArgumentParser
import Habitus

/// `habitus paths`.
struct PathsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paths", abstract: "Shows how users go from step to step in their sessions.",
    discussion: """
      Where sessions begin and end, what follows what, the paths that most sessions take, and after how many steps \
      they end. --from shows what follows a step, --to what leads to it.

      Examples:
        habitus paths --of page --window-days 30
        habitus paths --from search --depth 4
        habitus paths --to apply --length 3-5
        habitus paths --format dot | dot -Tsvg > paths.svg
      """)

  @Option(
    name: .customLong("of"),
    help: ArgumentHelp("What a step is: \(ChoiceText.names(EventDimension.self)).", valueName: "part"),
    transform: ChoiceText.parse)
  var dimension = EventDimension.eventType

  @Option(name: .long, help: ArgumentHelp("The step that paths begin with.", valueName: "step"))
  var from: String?

  @Option(name: .long, help: ArgumentHelp("The step that paths end with.", valueName: "step"))
  var to: String?

  @Option(
    name: .long, help: ArgumentHelp("How many steps paths have, from 2 to 10; 3-4 unless given.", valueName: "n | a-b"),
    transform: PathsCommand.lengths)
  var length: ClosedRange<Int> = PathsDefinition().lengths

  @Option(name: .long, help: ArgumentHelp("How many steps the tree goes; 1 to 10.", valueName: "n"))
  var depth = PathsDefinition().depth

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The most rows of a list, paths of a length, or edges of a graph; 10, and 40 edges, unless given.", valueName: "n"
    ))
  var limit: Int?

  @Flag(name: .long, help: "A step right after itself counts again.")
  var repeats = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The events that count: types, separated by commas, or * for all, and then what they must have.",
      valueName: "event"))
  var events = "*"

  @Option(
    name: .long,
    help: ArgumentHelp("How many steps are told apart, the most visited; all others are one.", valueName: "n"))
  var states = PathsDefinition().stateLimit

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Writes the graph of transitions for a drawing program: \(ChoiceText.names(PathsGraph.Format.self)).",
      valueName: "language"),
    transform: ChoiceText.parse)
  var format: PathsGraph.Format?

  @OptionGroup var window: WindowOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if format != nil, output.json { throw ValidationError("'--format' and '--json' exclude each other.") }
  }

  func run() async throws {
    let workspace = try store.workspace(.read, window.overrides)
    var definition = PathsDefinition(
      dimension: dimension, events: try EventSelector(events), countsRepeats: repeats, from: from, to: to,
      lengths: length, depth: depth, stateLimit: states)
    if let limit { definition.limit = limit }
    let report = try await NavigationAnalyzer(workspace).paths(
      definition, asOf: window.asOf, windowDays: window.windowDays)
    if let format {
      let graph = PathsGraph(report, limit: limit ?? PathsGraph.standardLimit).text(format)
      return try Terminal.output.write(graph.utf8)
    }
    try output.print(PathsAnswer(report, workspace.configuration)) {
      PathsPage(report).fill(&$0, note: workspace.moments.window(report.window))
    }
  }

  /// The lengths that `4` or `3-5` names.
  @Sendable static func lengths(_ text: String) throws -> ClosedRange<Int> {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard let first = parts.first ?? nil, let last = parts.last ?? nil, parts.count <= 2, first <= last else {
      throw ValidationError("'\(text)' is no length. Write one, as in 4, or the shortest and the longest, as in 3-5.")
    }
    return first...last
  }
}
