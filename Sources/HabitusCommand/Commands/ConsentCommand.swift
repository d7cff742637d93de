import ArgumentParser
import Habitus

/// `habitus consent`.
struct ConsentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "consent", abstract: "Shows and records what users agree to.",
    discussion: """
      The latest statement about a purpose counts; what was said before is kept. Users who never said anything are \
      treated as consent.default says.

      Examples:
        habitus consent set 12345 analytics
        habitus consent withdraw 12345
        habitus consent show 12345
        habitus consent list
      """,
    subcommands: [Show.self, Set.self, Withdraw.self, List.self], defaultSubcommand: List.self)

  /// `habitus consent show`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Shows where a user stands on each purpose, and what the user said.",
      discussion: """
        Example:
          habitus consent show 12345
        """)

    @Argument(help: "The user.") var user: String

    @Option(
      name: .long,
      help: ArgumentHelp("The moment to look at: RFC 3339 or a date; now unless given.", valueName: "moment"),
      transform: WindowOptions.moment)
    var at: Timestamp?

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let workspace = try store.workspace(.read)
      let answer = try await ConsentAnswer(UserID(user), workspace, at: at ?? .now)
      try output.print(answer) { answer.fill(&$0, workspace.moments) }
    }
  }

  /// `habitus consent set`.
  struct Set: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set", abstract: "Records what a user agrees to.",
      discussion: """
        A purpose alone means that the user agrees; PURPOSE=withdrawn (or false) that the user does not. Without a \
        purpose the configured one is meant (analytics).

        Examples:
          habitus consent set 12345
          habitus consent set 12345 analytics marketing=withdrawn
          habitus consent set 12345 analytics --expires 2027-01-01
        """)

    @Argument(help: "The user.") var user: String
    @Argument(help: ArgumentHelp("What it is about.", valueName: "purpose")) var purposes: [String] = []

    @Option(
      name: .long,
      help: ArgumentHelp(
        "From when on it no longer counts: RFC 3339 or a date; never unless given.", valueName: "moment"),
      transform: WindowOptions.moment)
    var expires: Timestamp?

    @OptionGroup var statement: StatementOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws { for purpose in purposes { _ = try Self.parts(of: purpose) } }

    /// The purpose, and whether the user agrees.
    private static func parts(of text: String) throws -> (purpose: String, isGranted: Bool) {
      guard let sign = text.lastIndex(of: "=") else { return (text, true) }
      let purpose = String(text[..<sign])
      switch text[text.index(after: sign)...] {
      case "granted", "true": return (purpose, true)
      case "withdrawn", "false": return (purpose, false)
      case let other:
        throw ValidationError("'\(text)': '\(other)' is neither granted (true) nor withdrawn (false).")
      }
    }

    func run() async throws {
      let workspace = try store.workspace(.administer)
      let named = purposes.isEmpty ? [workspace.configuration.consent.purpose] : purposes
      let time = statement.time ?? .now
      let statements = try named.map { text in
        let (purpose, isGranted) = try Self.parts(of: text)
        return ConsentStatement(
          user: UserID(user), purpose: purpose, isGranted: isGranted, time: time, expires: isGranted ? expires : nil,
          source: statement.source)
      }
      try await ConsentManager(workspace).record(statements)
      let answer = try await ConsentAnswer(UserID(user), workspace, at: .now)
      try output.print(answer) { answer.fill(&$0, workspace.moments) }
    }
  }

  /// `habitus consent withdraw`.
  struct Withdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "withdraw", abstract: "Records that a user no longer agrees.",
      discussion: """
        Examples:
          habitus consent withdraw 12345             (every purpose)
          habitus consent withdraw 12345 marketing
        """)

    @Argument(help: "The user.") var user: String
    @Argument(help: ArgumentHelp("What it is about; every purpose unless given.", valueName: "purpose"))
    var purposes: [String] = []

    @OptionGroup var statement: StatementOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let workspace = try store.workspace(.administer)
      let time = statement.time ?? .now
      let statements = (purposes.isEmpty ? [ConsentStatement.everyPurpose] : purposes).map {
        ConsentStatement(user: UserID(user), purpose: $0, isGranted: false, time: time, source: statement.source)
      }
      try await ConsentManager(workspace).record(statements)
      let answer = try await ConsentAnswer(UserID(user), workspace, at: .now)
      try output.print(answer) { answer.fill(&$0, workspace.moments) }
    }
  }

  /// `habitus consent list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists where users stand who said something.",
      discussion: """
        Examples:
          habitus consent list
          habitus consent list 12345 67890
          habitus consent list --status withdrawn --purpose analytics
        """)

    @Argument(help: "The users; all who said something unless given.") var users: [String] = []
    @Option(name: .long, help: ArgumentHelp("Only this purpose.", valueName: "purpose")) var purpose: String?
    @Option(
      name: .long,
      help: ArgumentHelp(
        "Only those who stand so: \(ChoiceText.names(ConsentState.Status.self)).", valueName: "status"),
      transform: ChoiceText.parse)
    var status: ConsentState.Status?

    @Option(
      name: .long, help: ArgumentHelp("The most that are listed; 50 for people, all with --json.", valueName: "n"))
    var limit: Int?

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable { let consents: [ConsentState] }

    func validate() throws {
      if let limit, limit < 0 { throw ValidationError("'--limit' takes a number that is not negative.") }
    }

    func run() async throws {
      let workspace = try store.workspace(.read)
      let all = try await ConsentManager(workspace).statuses(of: users.isEmpty ? nil : users.map { UserID($0) })
      let matching = all.filter { ($0.purpose == purpose ?? $0.purpose) && ($0.status == status ?? $0.status) }
      let shown = Array(matching.prefix(limit ?? (output.json ? .max : 50)))
      try output.print(Answer(consents: shown)) { page in
        page.title(matching.isEmpty ? "No consent is recorded." : NumberText.count(matching.count, "state", "states"))
        page.note("Users who never said anything: \(workspace.configuration.consent.standing.rawValue).")
        guard !shown.isEmpty else { return }
        page.table(ConsentAnswer.table(shown, workspace.moments, withUsers: true))
        let left = matching.count - shown.count
        if left > 0 { page.note("\(NumberText.count(left)) more: --limit \(matching.count)", indentation: 2) }
      }
    }
  }
}
