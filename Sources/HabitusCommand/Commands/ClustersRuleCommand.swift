import ArgumentParser
import Habitus

extension ClustersCommand {
  /// `habitus clusters rule`.
  struct RuleOfGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rule", abstract: "Shows a short condition on features that stands for a group.",
      discussion: """
        The condition is found by a small decision tree. In SQL it is one over columns that are called as the features \
        and are NULL where there is no value, as those of 'habitus export features'.

        Examples:
          habitus clusters rule 2
          habitus clusters rule 2 --sql
        """)

    @Argument(help: "The number of the group.") var id: Int

    @Flag(name: .long, help: "Prints nothing but the condition in SQL.")
    var sql = false

    @Option(name: .long, help: ArgumentHelp("The most comparisons that decide about a user, 1 to 6.", valueName: "n"))
    var depth = 3

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
      let cluster: Int
      let name: LocalizedText
      let rule: ClusterRule?
      let sql: String?
    }

    func validate() throws {
      if sql, output.json { throw ValidationError("Give --sql or --json, not both.") }
      guard (1...6).contains(depth) else { throw ValidationError("'--depth' takes a number from 1 to 6.") }
    }

    func run() async throws {
      let workspace = try store.workspace(.read)
      let clustering = UserClustering(workspace)
      let rule = try await clustering.rule(for: id, maximumDepth: depth)
      let words = ClusterPageWords(language: workspace.configuration.visualization.language)
      if sql {
        guard let rule else { throw CommandError.noRule(id) }
        return try Terminal.output.print(rule.sql)
      }
      let model = try await clustering.currentModel()
      let name = model.clusters.first { $0.id == id }?.name ?? LocalizedText(english: "", french: "")
      try output.print(Answer(cluster: id, name: name, rule: rule, sql: rule?.sql)) { page in
        page.title(words.heading(id, name[words.language]))
        page.note(workspace.moments.window(model.window))
        page.blank()
        guard let rule else { return page.paragraph(words.noRule) }
        page.paragraph(rule.text[words.language], indentation: 2)
        page.blank()
        func text(_ value: Double, _ unit: FeatureUnit) -> String { FeatureTexts.value(value, unit)[words.language] }
        var table = TextTable([.number(""), .prose("")], indentation: 2)
        table.append([text(rule.precision, .share), words.precision])
        table.append([text(rule.recall, .share), words.recall])
        table.append([text(rule.f1Score, .ratio), words.f1Score])
        page.table(table)
        page.heading(words.asSQL)
        page.paragraph(rule.sql, indentation: 2)
      }
    }
  }
}
