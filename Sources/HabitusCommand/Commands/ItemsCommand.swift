import ArgumentParser
import Habitus

/// `habitus items`.
struct ItemsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "items", abstract: "Keeps what is known about items: their category and properties.",
    discussion: """
      Items are what users act on, by the ids that events name them by. Recommendations are filtered by their properties, \
      and made diverse by them.

      Examples:
        habitus items import jobs.csv --list skills
        habitus items list --prefix job-
        habitus items show job-17
        habitus recommend 12345 --where city=Paris --where 'salary>=40000'
      """,
    subcommands: [Import.self, List.self, Show.self, Remove.self], defaultSubcommand: List.self)

  /// `habitus items import`.
  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Stores the items of files: CSV, TSV, JSON Lines or a JSON array, plain, .gz or .zst.",
      discussion: """
        The id stands in a column called item_id, item or id, the category in one called category; all other columns are \
        properties. A cell that is a plain decimal number becomes a number, true and false Booleans; empty cells are left \
        out. An item replaces the one with its id; others stay. Rows that cannot be read are told and left out. '-' is \
        standard input.

        Examples:
          habitus items import jobs.csv
          habitus items import jobs.csv --list skills --list languages
          habitus items import products.tsv.gz --id sku --category department
          habitus items import films.jsonl
        """)

    /// The names of formats on the command line.
    enum Format: String, CaseIterable, ExpressibleByArgument { case auto, csv, jsonl, json }

    @Argument(help: ArgumentHelp("Files, patterns such as 'items/*.csv', or - for standard input.", valueName: "file"))
    var files: [String]

    @Option(name: .long, help: ArgumentHelp("The column, or key of JSON, that holds the id.", valueName: "column"))
    var id: String?

    @Option(
      name: .long, help: ArgumentHelp("The column, or key of JSON, that holds the category.", valueName: "column"))
    var category: String?

    @Option(name: .long, help: ArgumentHelp("A column whose cells are lists (repeatable).", valueName: "column"))
    var list: [String] = []

    @Option(name: .long, help: ArgumentHelp("What stands between the elements of a list.", valueName: "character"))
    var listSeparator = "|"

    @Option(name: .long, help: "The format of the files.") var format = Format.auto

    @Option(name: .long, help: "What separates the fields of a text table.")
    var delimiter = ReadingOptions.Delimiter.auto

    @Flag(name: .long, help: "The first line holds no names; the columns are called column1, column2 ….")
    var noHeader = false

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
      if listSeparator.count != 1 { throw ValidationError("'--list-separator' takes one character.") }
    }

    private var options: ItemFileOptions {
      var options = ItemFileOptions()
      options.format = FileFormat(rawValue: format.rawValue)
      let delimiter = HabitusConfiguration.Importing.Delimiter(rawValue: delimiter.rawValue)
      options.delimiter = delimiter?.character?.asciiValue
      options.hasHeader = !noHeader
      (options.idColumn, options.categoryColumn) = (id, category)
      options.listColumns = Swift.Set(list)
      options.listSeparator = listSeparator.first ?? "|"
      return options
    }

    func run() async throws {
      let files = try FilePatterns.files(files)
      let catalog = ItemCatalog(try store.workspace(.administer))
      let options = options
      let started = ContinuousClock.now
      let task = Task { try await catalog.importItems(files, options: options) }
      Interruption.handle { task.cancel() }
      let report = try await task.value
      let answer = ItemImportAnswer(
        report, fileCount: files.count, seconds: (ContinuousClock.now - started) / .seconds(1))
      try output.print(answer) { answer.fill(&$0, flags: store.repeatedFlags) }
    }
  }

  /// `habitus items list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists items in the order of their ids.",
      discussion: """
        Examples:
          habitus items list
          habitus items list --prefix job- --limit 20
          habitus items list --after job-17 --json
        """)

    @Option(name: .long, help: ArgumentHelp("Only items whose ids begin with this.", valueName: "text"))
    var prefix = ""

    @Option(name: .long, help: ArgumentHelp("Only items behind this id: the last of the page before.", valueName: "id"))
    var after: String?

    @Option(name: .long, help: ArgumentHelp("The most items.", valueName: "n"))
    var limit = 50

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
      let count: Int
      let items: [Item]
    }

    func validate() throws {
      if limit < 1 { throw ValidationError("'--limit' takes a number of at least 1.") }
    }

    func run() async throws {
      let catalog = ItemCatalog(try store.workspace(.read))
      let count = try await catalog.count()
      let items = try await catalog.items(prefix: prefix, after: after, limit: limit)
      try output.print(Answer(count: count, items: items)) { page in
        guard count > 0 else {
          page.title("The catalogue holds no items.")
          return page.next(["habitus items import FILE\(store.repeatedFlags)"])
        }
        page.title(NumberText.count(count, "item"))
        guard !items.isEmpty else { return page.paragraph("None of them is asked for.") }
        var table = TextTable([.text("item"), .text("category"), .text("properties")], indentation: 2)
        for item in items { table.append([item.id, item.category ?? "", ItemText.properties(item)]) }
        page.table(table)
        if items.count == limit, let last = items.last?.id {
          let begin = prefix.isEmpty ? "" : " --prefix " + ShellText.quoted(prefix)
          page.next(["habitus items list\(begin) --after \(ShellText.quoted(last))\(store.repeatedFlags)"])
        }
      }
    }
  }

  /// `habitus items show`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Shows what is known about an item, and how much users have done with it.",
      discussion: """
        Example:
          habitus items show job-17
        """)

    @Argument(help: "The item.") var id: String
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
      let item: Item
      let usage: ItemUsage
    }

    func run() async throws {
      let workspace = try store.workspace(.read)
      let catalog = ItemCatalog(workspace)
      let answer = Answer(item: try await catalog.item(id), usage: try await catalog.usage(of: id))
      let (item, usage) = (answer.item, answer.usage)
      try output.print(answer) { page in
        page.title("Item \(item.id)")
        let seen =
          usage.events == 0
          ? "no event names it"
          : "\(NumberText.count(usage.events, "event")) of \(NumberText.count(usage.users, "user"))"
        page.fields(
          [("category", item.category ?? "none"), ("events", seen)]
            + (item.updated.map { [("written", workspace.moments.toMinute($0))] } ?? []))
        guard !item.properties.isEmpty else { return }
        page.heading("Properties")
        page.fields(item.properties.sorted { $0.key < $1.key }.map { ($0.key, ItemText.value($0.value)) })
      }
    }
  }

  /// `habitus items remove`.
  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove", abstract: "Removes an item from the catalogue; the events that name it stay.",
      discussion: """
        Example:
          habitus items remove job-17
        """)

    @Argument(help: "The item.") var id: String
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable { let removed: String }

    func run() async throws {
      try await ItemCatalog(try store.workspace(.administer)).remove(id)
      try output.print(Answer(removed: id)) { $0.title("Removed item \(id) from the catalogue.") }
    }
  }
}
