import ArgumentParser
import Foundation
import Glibc

/// The command `habitus`.
@main
struct HabitusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "habitus",
    abstract: "Turns the events that a product tracks into profiles of its users.",
    discussion: """
      Data lives in one folder (./data unless --data or the configuration says otherwise); habitus.yaml holds settings.

      Examples:
        habitus import events.csv
        habitus analyze
        habitus profile 12345

      Completions for the shell: habitus --generate-completion-script bash (or zsh, fish).
      Exit codes: 0 done, 1 failed, 64 wrong use, 130 interrupted.
      """,
    version: HabitusVersion.current,
    groupedSubcommands: [
      CommandGroup(
        name: "Events",
        subcommands: [
          ImportCommand.self, ServeCommand.self, SyncCommand.self, QuarantineCommand.self, UsersCommand.self,
          ItemsCommand.self,
        ]),
      CommandGroup(
        name: "Administration",
        subcommands: [KeysCommand.self, ConsentCommand.self, IdentityCommand.self, SourcesCommand.self]),
      CommandGroup(
        name: "Analysis",
        subcommands: [
          AnalyzeCommand.self, ProfileCommand.self, FeaturesCommand.self, ClustersCommand.self, PatternsCommand.self,
          PreferencesCommand.self, PredictCommand.self, RecommendCommand.self, FitCommand.self, EvaluateCommand.self, FunnelCommand.self,
          PathsCommand.self, RetentionCommand.self, ChangesCommand.self,
          SessionsCommand.self,
          ExportCommand.self,
        ]),
      CommandGroup(
        name: "Keeping",
        subcommands: [
          ProfilesCommand.self, ConfigCommand.self, DoctorCommand.self, DemoCommand.self, VersionCommand.self,
        ]),
    ])

  func run() throws {
    var page = Page()
    page.title("Habitus turns the events that a product tracks into profiles of its users.")
    page.blank()
    var table = TextTable([.init(title: ""), .prose("")], indentation: 2)
    table.append(["habitus import events.csv", "stores the events of a file"])
    table.append(["habitus serve", "takes what trackers send"])
    table.append(["habitus analyze", "finds features, groups, patterns and preferences of everybody"])
    table.append(["habitus profile 12345", "shows what is known about one user"])
    page.table(table)
    page.blank()
    page.line("No data at hand? `habitus demo` makes some up. All commands: habitus --help")
    try Terminal.output.print(page.text)
  }

  static func main() async {
    signal(SIGPIPE, SIG_DFL)
    let signals = Interruption.listen()
    defer { withExtendedLifetime(signals) {} }
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      guard let report = ErrorReport(error) else { exit(withError: error) }
      let style = Terminal.errors.style
      for line in report.lines {
        let text = line.hasPrefix("error: ") ? style.red("error: ") + line.dropFirst(7) : line
        // Where not even the error can be written there is nobody left to tell.
        try? Terminal.errors.print(text)
      }
      Foundation.exit(report.exitCode)
    }
  }
}
