import ArgumentParser
import Habitus

/// `habitus identity`.
struct IdentityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identity", abstract: "Shows which identifiers are one person's; joins and parts them.",
    discussion: """
      Events keep the identifiers that they came with: a join is an edge beside them, and can be undone.

      Examples:
        habitus identity show 12345
        habitus identity preview visitor-77 12345
        habitus identity link visitor-77 12345
        habitus identity unlink visitor-77
      """,
    subcommands: [Show.self, Preview.self, Link.self, Unlink.self, List.self], defaultSubcommand: List.self)

  /// `habitus identity show`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Shows a person's identifiers, and who said when that they belong together.",
      discussion: """
        Example:
          habitus identity show 12345
        """)

    @Argument(help: "One of the person's identifiers.") var id: String
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let workspace = try store.workspace(.read)
      let person = try await IdentityManager(workspace).person(of: UserID(id))
      try output.print(PersonAnswer(person)) { page in PersonAnswer.fill(&page, person, workspace.moments) }
    }
  }

  /// `habitus identity preview`.
  struct Preview: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "preview", abstract: "Says what joining two identifiers would do; changes nothing.",
      discussion: """
        Example:
          habitus identity preview visitor-77 12345
        """)

    @Argument(help: "The identifier that was used before.") var former: String
    @Argument(help: "The identifier that the person is known by.") var known: String
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
      let former: PersonAnswer
      let known: PersonAnswer
      let canonical: UserID
      let ids: Int
      let maxIdsPerPerson: Int
      let isJoined: Bool
      let refusal: IdentityRefusal?
    }

    func run() async throws {
      let workspace = try store.workspace(.read)
      let preview = try await IdentityManager(workspace).preview(UserID(former), UserID(known))
      let answer = Answer(
        former: PersonAnswer(preview.former), known: PersonAnswer(preview.known), canonical: preview.canonical,
        ids: preview.identifierCount, maxIdsPerPerson: preview.maximumIdentifierCount, isJoined: preview.isJoined,
        refusal: preview.refusal)
      try output.print(answer) { page in
        if preview.isJoined {
          page.title("'\(former)' and '\(known)' are one person's already")
        } else if let refusal = preview.refusal {
          page.title("'\(former)' and '\(known)' cannot be joined: \(refusal.message)")
        } else {
          page.title("Joining '\(former)' and '\(known)' would make one person of two")
        }
        for (name, person) in [(former, preview.former), (known, preview.known)] where !preview.isJoined {
          page.heading("The person of \(name)")
          page.table(PersonAnswer.table(of: person))
        }
        page.blank()
        page.fields([
          ("known as", preview.canonical.rawValue),
          (
            "identifiers",
            "\(NumberText.count(preview.identifierCount)) of at most \(NumberText.count(preview.maximumIdentifierCount))"
          ),
        ])
        if !preview.isJoined, preview.refusal == nil {
          page.next([
            "habitus identity link \(ShellText.quoted(former)) \(ShellText.quoted(known))\(store.repeatedFlags)"
          ])
        }
      }
    }
  }

  /// `habitus identity link`.
  struct Link: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "link", abstract: "Joins two identifiers, also those that were parted before.",
      discussion: """
        Answers about a moment take the links that were made before it: --time says since when this one holds.

        Examples:
          habitus identity link visitor-77 12345
          habitus identity link visitor-77 12345 --time 2026-01-01
        """)

    @Argument(help: "The identifier that was used before.") var former: String
    @Argument(help: "The identifier that the person is known by.") var known: String
    @OptionGroup var statement: StatementOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let workspace = try store.workspace(.administer)
      let person = try await IdentityManager(workspace).link(
        UserID(former), UserID(known), time: statement.time, source: statement.source)
      try output.print(PersonAnswer(person)) { page in PersonAnswer.fill(&page, person, workspace.moments) }
    }
  }

  /// `habitus identity unlink`.
  struct Unlink: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "unlink", abstract: "Parts an identifier from its person, or from one other identifier.",
      discussion: """
        What was undone stays listed, and is not joined again when a tracker says the same once more; `habitus identity \
        link` joins it again.

        Examples:
          habitus identity unlink visitor-77
          habitus identity unlink visitor-77 12345
        """)

    @Argument(help: "The identifier.") var id: String
    @Argument(help: "The one it is parted from; all unless given.") var other: String?
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
      let undone: [IdentityEdge]
      let person: PersonAnswer
    }

    /// Computes the profiles again, unless a service runs, which does so by itself.
    private func repair(after undone: [IdentityEdge]) async throws {
      do {
        try await PersonRepair(try store.workspace(.write)).run(after: undone)
      } catch StoreError.inUse {
        return
      }
    }

    func run() async throws {
      let workspace = try store.workspace(.administer)
      let manager = IdentityManager(workspace)
      let undone = try await manager.unlink(UserID(id), from: other.map { UserID($0) })
      try await repair(after: undone)
      let person = try await manager.person(of: UserID(id))
      try output.print(Answer(undone: undone, person: PersonAnswer(person))) { page in
        page.title("\(NumberText.count(undone.count, "link")) undone")
        for edge in undone { page.point("\(edge.former) – \(edge.known)") }
        page.blank()
        PersonAnswer.fill(&page, person, workspace.moments)
      }
    }
  }

  /// `habitus identity list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists what was said about identifiers, the latest first.",
      discussion: """
        Example:
          habitus identity list --state refused
        """)

    @Option(
      name: .long,
      help: ArgumentHelp("Only what came to this: \(ChoiceText.names(IdentityEdge.State.self)).", valueName: "state"),
      transform: ChoiceText.parse)
    var state: IdentityEdge.State?
    @Option(
      name: .long, help: ArgumentHelp("The most that are listed; 50 for people, all with --json.", valueName: "n"))
    var limit: Int?
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
      let counts: [String: Int]
      let edges: [IdentityEdge]
    }

    func validate() throws {
      if let limit, limit < 0 { throw ValidationError("'--limit' takes a number that is not negative.") }
    }

    func run() async throws {
      let workspace = try store.workspace(.read)
      let counts = try workspace.store.identityEdgeCounts()
      let edges = try workspace.store.identityEdges(state, limit: limit ?? (output.json ? nil : 50))
      let named = Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })
      try output.print(Answer(counts: named, edges: edges)) { page in
        page.title(counts.isEmpty ? "No identifiers were joined yet." : "What was said about identifiers")
        page.fields(
          IdentityEdge.State.allCases.filter { counts[$0] != nil }.map {
            ($0.rawValue, NumberText.count(counts[$0] ?? 0))
          })
        guard !edges.isEmpty else { return }
        page.blank()
        page.table(PersonAnswer.table(of: edges, workspace.moments))
      }
    }
  }
}
