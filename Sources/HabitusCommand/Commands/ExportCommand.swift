import ArgumentParser
import Habitus

/// `habitus export`.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes features, profiles, clusters, patterns, preferences or events as rows.",
    discussion: """
      An empty CSV cell, or a key that JSON Lines leaves out, is "no value". Rows are in the order of user identifiers \
      by bytes. A file appears under its name only when it is complete. Exported events can be imported again.

      Examples:
        habitus export features --out features.csv
        habitus export events --format jsonl | gzip > events.jsonl.gz
        habitus export preferences --limit 1 --window-days 90
      """)

  /// What can be exported.
  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case features, profiles, clusters, patterns, preferences, events
  }

  /// The names of formats on the command line.
  enum Format: String, CaseIterable, ExpressibleByArgument { case csv, jsonl }

  @Argument(help: "What to write.") var kind: Kind

  @Option(name: .long, help: "How rows are written.") var format = Format.csv

  @Option(name: .long, help: ArgumentHelp("The file; standard output unless given.", valueName: "file"))
  var out: String?

  @Option(name: .long, help: ArgumentHelp("Patterns of this user only.", valueName: "id"))
  var user: String?

  @Flag(name: .long, help: "Patterns: those of each user, one after the other.")
  var eachUser = false

  @Option(name: .long, help: ArgumentHelp("Preferences: the most values of each kind of one user.", valueName: "n"))
  var limit = 3

  @Flag(name: .long, help: "Profiles: with the fields that are kept apart.")
  var secure = false

  @OptionGroup var window: WindowOptions
  @OptionGroup var store: StoreOptions

  func validate() throws {
    if user != nil, kind != .patterns { throw ValidationError("'--user' is for patterns only.") }
    if eachUser, kind != .patterns { throw ValidationError("'--each-user' is for patterns only.") }
    if eachUser, user != nil { throw ValidationError("'--user' and '--each-user' exclude each other.") }
    if secure, kind != .profiles { throw ValidationError("'--secure' is for profiles only.") }
    if limit < 1 { throw ValidationError("'--limit' takes a number of at least 1.") }
  }

  func run() async throws {
    let workspace = try store.workspace(.read, window.overrides)
    let export = Export(workspace, format: format == .csv ? .csv : .jsonLines)
    let file = try OutputFile(out)
    do {
      try await write(export, to: file)
    } catch {
      file.discard()
      throw error
    }
    let byteCount = try file.finish()
    if let out { try Terminal.errors.print("Wrote \(kind.rawValue) to \(out) (\(NumberText.bytes(byteCount))).") }
  }

  private func write(_ export: Export, to file: OutputFile) async throws {
    let (asOf, days) = (window.asOf, window.windowDays)
    switch kind {
    case .features:
      try await export.features(asOf: asOf, windowDays: days, minimumEventCount: window.minEvents ?? 1) {
        try file.write($0)
      }
    case .profiles: try await export.profiles(includingSecureFields: secure) { try file.write($0) }
    case .clusters: try await export.clusters { try file.write($0) }
    case .patterns where eachUser:
      try await export.patternsOfEachUser(asOf: asOf, windowDays: days) { try file.write($0) }
    case .patterns:
      try await export.patterns(of: user.map { UserID($0) }, asOf: asOf, windowDays: days) { try file.write($0) }
    case .preferences:
      try await export.preferences(asOf: asOf, windowDays: days, limit: limit) { try file.write($0) }
    case .events: try await export.events { try file.write($0) }
    }
  }
}
