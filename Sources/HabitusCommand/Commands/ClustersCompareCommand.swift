import ArgumentParser
import Habitus

extension ClustersCommand {
  /// `habitus clusters compare`.
  struct Compare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "compare", abstract: "Shows in what two groups differ.",
      discussion: """
        Example:
          habitus clusters compare 1 3
        """)

    @Argument(help: "The number of the group to describe.") var first: Int
    @Argument(help: "The number of the group to compare it with.") var second: Int

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private static let rowLimit = 12
    private static let sentenceLimit = 4

    func validate() throws {
      if first == second { throw ValidationError("Give two different groups.") }
    }

    func run() async throws {
      let workspace = try store.workspace(.read)
      let clustering = UserClustering(workspace)
      let model = try await clustering.currentModel()
      let comparison = try await clustering.compareClusters(first, second)
      try output.print(comparison) { page in
        fill(&page, comparison, model, workspace)
      }
    }

    private func fill(
      _ page: inout Page, _ comparison: ClusterComparison, _ model: ClusterModel, _ workspace: Workspace
    ) {
      let words = ClusterPageWords(language: workspace.configuration.visualization.language)
      func name(_ id: Int) -> String { model.clusters.first { $0.id == id }?.name[words.language] ?? "" }
      page.title(words.comparison(first, second))
      page.note(workspace.moments.window(model.window))
      page.blank()
      page.fields([first, second].map { ("\($0)", name($0)) })
      page.blank()
      let sure = comparison.differences.filter { !$0.interval.contains(0) }
      if sure.isEmpty { return page.paragraph(words.noDifference) }
      for difference in sure.prefix(Self.sentenceLimit) { page.point(difference.sentence[words.language]) }
      page.blank()
      var table = EffectTable(
        words: words, columns: [words.title(first), words.title(second)], lastColumn: words.superiority)
      for difference in sure.prefix(Self.rowLimit) {
        table.append(
          difference.feature, difference.firstMean, difference.secondMean, difference.effectSize, difference.interval,
          last: FeatureTexts.value(difference.superiority, .share)[words.language])
      }
      page.table(table.table(width: page.width))
      page.blank()
      page.note(words.effectNote)
      page.note(words.superiorityNote(first, second))
    }
  }
}
