import ArgumentParser
import Glibc
import Habitus
import HabitusServer
import Logging

/// `habitus serve`.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Listens for the events that trackers send, and stores them.",
    discussion: """
      Ctrl-C or SIGTERM ends the service: requests under way are answered, and everything that was accepted is stored. \
      A second one ends it at once.

      Examples:
        habitus serve
        habitus serve --host 0.0.0.0 --port 80 --set log.format=json
        habitus serve --port 0 --json
      """)

  @Option(
    name: .long, help: ArgumentHelp("The name or address of the interface to listen on.", valueName: "address"))
  var host: String?

  @Option(name: .long, help: ArgumentHelp("The port; 0 for one that the system chooses.", valueName: "n"))
  var port: Int?

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  /// The settings that the flags override.
  var overrides: [ConfigurationOverride] {
    let given: [(String, String?, String)] = [
      ("api.host", host, "--host"), ("api.port", port.map(String.init), "--port"),
    ]
    return given.compactMap { key, value, flag in value.map { ConfigurationOverride(key: key, value: $0, flag: flag) } }
  }

  func run() async throws {
    let workspace = try store.workspace(.write, overrides)
    let options = ServerOptions(workspace.configuration)
    let logger = Logger(label: "habitus") { _ in LineLog(workspace.configuration.log) }
    let parts = try await ServiceParts(workspace, logger: logger)
    // Whoever reads the log or the output may go: the service goes on.
    signal(SIGPIPE, SIG_IGN)
    let server = try HabitusHTTPServer(
      options, protocols: parts.protocols, intake: parts.intake, keys: parts.keys, consents: parts.consents,
      items: parts.items, logger: logger, figures: parts.figures,
      onListening: { [output] port in
        let answer = ServeAnswer(options, port: port, parts: parts, directory: workspace.store.directory)
        // The service goes on where nobody reads what it says.
        try? output.print(answer) { answer.fill(&$0) }
      })
    let service = ServiceRun(server: server, intake: parts.intake, jobs: parts.jobs, logger: logger)
    Interruption.handle { service.end() }
    try await service.run()
  }
}
