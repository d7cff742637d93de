import ArgumentParser
import Habitus

/// `habitus users`.
struct UsersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "users", abstract: "Lists the identifiers of the users that the store knows, one a line.",
    discussion: """
      Examples:
        habitus users --limit 10
        habitus users --prefix u00
      """)

  @Option(name: .long, help: ArgumentHelp("Only identifiers that begin so.", valueName: "text"))
  var prefix = ""

  @Option(name: .long, help: ArgumentHelp("The most that are listed.", valueName: "n"))
  var limit: Int?

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("'--limit' takes a number that is not negative.") }
  }

  private struct Answer: Encodable { let users: [UserID] }

  func run() throws {
    let users = try store.workspace(.read).store.userIDs(prefix: prefix, limit: limit)
    if output.json { return try output.print(Answer(users: users)) { _ in } }
    guard !users.isEmpty else {
      return try Terminal.errors.print(prefix.isEmpty ? "No user yet." : "No user begins with '\(prefix)'.")
    }
    let texts = users.map(\.rawValue)
    try Terminal.output.print(
      (Terminal.output.isTerminal ? texts.map(DisplayWidth.printable) : texts).joined(separator: "\n"))
  }
}
