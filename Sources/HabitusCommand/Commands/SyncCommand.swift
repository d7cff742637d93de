import ArgumentParser
import Habitus

/// `habitus sync`.
struct SyncCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync", abstract: "Pulls once what is new in the configured sources.",
    discussion: """
      Sources are named in the section tracking_integration of the configuration: postgres_dsn and \
      tracking_service_url. Each goes on where its last pull ended. `habitus serve` pulls by itself; this is for \
      machines on which it does not run. Ends with 1 where a source failed; the others are read all the same.

      Examples:
        habitus sync
        HABITUS_TRACKING_INTEGRATION_POSTGRES_DSN=postgres://reader@db/app habitus sync --json
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let workspace = try store.workspace(.write)
    let intake = try Intake(workspace)
    let sync = try SourceSync(workspace, intake: intake)
    guard !sync.sources.isEmpty else { throw CommandError.noSources }
    let task = Task { await sync.runOnce() }
    Interruption.handle { task.cancel() }
    let outcomes = await task.value
    await intake.stop()
    try output.print(outcomes) { page in
      page.title("Pulled from \(NumberText.count(outcomes.count, "source"))")
      page.blank()
      var table = TextTable(
        [
          .init(title: "source"), .number("events"), .number("new"), .number("consents"), .number("refused"),
          .prose(""),
        ],
        indentation: 2)
      for outcome in outcomes {
        table.append([
          outcome.source, NumberText.count(outcome.events), NumberText.count(outcome.stored),
          NumberText.count(outcome.consents), NumberText.count(outcome.refused), outcome.error == nil ? "" : "failed",
        ])
      }
      page.table(table)
    }
    let problems = outcomes.compactMap { outcome in outcome.error.map { "\(outcome.source): \($0)" } }
    if !problems.isEmpty { throw CommandError.problemsFound(problems) }
  }
}
