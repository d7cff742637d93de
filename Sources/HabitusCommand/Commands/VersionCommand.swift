import ArgumentParser
import Habitus

/// Which Habitus this is.
enum HabitusVersion {
  static let current = "0.1.0"
}

/// `habitus version`.
struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Prints the version.",
    discussion: """
      Example:
        habitus version --json
      """)

  @OptionGroup var output: OutputOptions

  private struct Answer: Encodable {
    let version: String
    let sqlite: String
    let swift: String
  }

  func run() throws {
    let answer = Answer(
      version: HabitusVersion.current, sqlite: try Store.sqliteVersion(), swift: Machine.swiftVersion)
    try output.print(answer) { page in
      page.line("habitus \(answer.version)")
      page.line("SQLite \(answer.sqlite), built with Swift \(answer.swift)")
    }
  }
}
