import ArgumentParser
import Habitus

/// `habitus keys`.
struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Makes, lists and revokes the keys that trackers send events with.",
    discussion: """
      Only a hash of a key is stored: the key itself is shown once, when it is made.

      Examples:
        habitus keys create website
        habitus keys create shop --source segment --rate 500 --expires 2027-01-01
        habitus keys list
        habitus keys revoke website
      """,
    subcommands: [Create.self, List.self, Revoke.self], defaultSubcommand: List.self)

  /// A key.
  struct KeyAnswer: Encodable {
    let id: Int64
    let name: String
    let prefix: String
    let scopes: [AccessScope]
    let source: String?
    let eventsPerSecond: Double?
    let created: Timestamp
    let expires: Timestamp?
    let lastUsed: Timestamp?
    let revoked: Timestamp?
    let state: AccessKey.State

    init(_ key: AccessKey) {
      id = key.id
      name = key.name
      prefix = key.prefix
      scopes = key.scopes.sorted { $0.rawValue < $1.rawValue }
      source = key.source
      eventsPerSecond = key.eventsPerSecond
      created = key.created
      expires = key.expires
      lastUsed = key.lastUsed
      revoked = key.revoked
      state = key.state(at: .now)
    }

    /// What it may be used for, in words.
    var uses: String {
      scopes.map(\.rawValue).joined(separator: ", ") + (source.map { " by \($0)" } ?? "")
        + (eventsPerSecond.map { ", \(NumberText.number($0)) events/s" } ?? "")
    }
  }

  /// `habitus keys create`.
  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create", abstract: "Makes a key and shows it, this once.",
      discussion: """
        Examples:
          habitus keys create website
          habitus keys create shop --source segment --rate 500 --expires 2027-01-01
        """)

    @Argument(help: "What the key is called.") var name: String

    @Option(
      name: .long,
      help: ArgumentHelp(
        "What it may be used for (repeatable): intake, which is also the default; admin, for /metrics; the others are reserved.",
        valueName: "scope"),
      transform: ChoiceText.parse)
    var scope: [AccessScope] = []

    @Option(
      name: .long,
      help: ArgumentHelp(
        "The only protocol that it may be used with: \(AccessKeys.protocols.joined(separator: ", ")).",
        valueName: "protocol"))
    var source: String?

    @Option(name: .long, help: ArgumentHelp("The most events that it may send in a second.", valueName: "n"))
    var rate: Double?

    @Option(
      name: .long,
      help: ArgumentHelp(
        "From when on it no longer counts: RFC 3339 or a date; never unless given.", valueName: "moment"),
      transform: WindowOptions.moment)
    var expires: Timestamp?

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
      let secret: String
      let key: KeyAnswer
    }

    func run() async throws {
      let workspace = try store.workspace(.administer)
      let created = try await AccessKeys(workspace).create(
        name: name, scopes: scope.isEmpty ? [.intake] : Set(scope), source: source, eventsPerSecond: rate,
        expires: expires)
      let answer = Answer(secret: created.secret, key: KeyAnswer(created.key))
      try output.print(answer) { page in
        page.title("Key '\(created.key.name)', number \(created.key.id)")
        page.blank()
        page.line("  " + created.secret)
        page.blank()
        page.fields([
          ("for", answer.key.uses),
          (
            "expires",
            created.key.expires.map { workspace.moments.plain($0) + " " + workspace.moments.timeZone } ?? "never"
          ),
        ])
        page.note("It is shown this once: only a hash of it is stored.", indentation: 2)
      }
    }
  }

  /// `habitus keys list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists keys: for what, until when, when last used.",
      discussion: """
        Example:
          habitus keys list --all
        """)

    @Flag(name: .long, help: "With those that were revoked.") var all = false
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable { let keys: [KeyAnswer] }

    func run() async throws {
      let workspace = try store.workspace(.read)
      let every = try await AccessKeys(workspace).list()
      let keys = every.filter { all || $0.revoked == nil }.map(KeyAnswer.init)
      try output.print(Answer(keys: keys)) { page in
        page.title(keys.isEmpty ? "No key." : NumberText.count(keys.count, "key"))
        let hidden = every.count - keys.count
        if !keys.isEmpty {
          var table = TextTable(
            [
              .number("key"), .text("name"), .init(title: "begins with"), .prose("for"), .init(title: "last used"),
              .prose("state"),
            ], indentation: 2)
          let moments = workspace.moments
          for key in keys {
            table.append([
              "\(key.id)", key.name, key.prefix, key.uses, key.lastUsed.map(moments.toMinute) ?? "never",
              Self.state(key, moments),
            ])
          }
          page.table(table)
        }
        if hidden > 0 { page.note("\(NumberText.count(hidden)) revoked: --all shows them, too.", indentation: 2) }
        if keys.isEmpty { page.next(["habitus keys create NAME\(store.repeatedFlags)"]) }
      }
    }

    private static func state(_ key: KeyAnswer, _ moments: MomentText) -> String {
      switch key.state {
      case .active: key.expires.map { "until \(moments.toMinute($0))" } ?? "active"
      case .expired: key.expires.map { "expired \(moments.toMinute($0))" } ?? "expired"
      case .revoked: key.revoked.map { "revoked \(moments.toMinute($0))" } ?? "revoked"
      }
    }
  }

  /// `habitus keys revoke`.
  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "revoke", abstract: "Revokes a key for good.",
      discussion: """
        Examples:
          habitus keys revoke website
          habitus keys revoke 3
        """)

    @Argument(help: ArgumentHelp("Its number, its name or its first characters.", valueName: "key")) var key: String
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let workspace = try store.workspace(.administer)
      let revoked = try await AccessKeys(workspace).revoke(key)
      try output.print(KeyAnswer(revoked)) { page in
        page.paragraph(
          "Key '\(revoked.name)', number \(revoked.id), is revoked. A running server turns it down within seconds.")
      }
    }
  }
}
