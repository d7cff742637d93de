import ArgumentParser
import Habitus

extension ClustersCommand {
  /// `habitus clusters outliers`.
  struct Outliers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "outliers", abstract: "Lists the users who fit nowhere, and what sets them apart.",
      discussion: """
        Example:
          habitus clusters outliers --limit 5
        """)

    @Option(help: ArgumentHelp("How many users to list.", valueName: "n")) var limit = 20

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
      let outliers: [OutlyingUser]
    }

    /// Features that a row names.
    private static let namedParts = 3

    func validate() throws {
      if limit < 1 { throw ValidationError("--limit is at least 1.") }
    }

    func run() async throws {
      let workspace = try store.workspace(.read)
      let outliers = try await UserClustering(workspace).getOutliers(limit: limit)
      let words = ClusterPageWords(language: workspace.configuration.visualization.language)
      try output.print(Answer(outliers: outliers)) { page in
        page.title(words.outlyingUsers)
        if outliers.isEmpty { return page.paragraph(words.noOutliers, indentation: 2) }
        var table = TextTable(
          [.text(words.user), .number(words.group), .number(words.distance), .prose(words.apart)], indentation: 2)
        for outlier in outliers {
          let membership = outlier.explanation.membership
          table.append([
            outlier.user.rawValue, membership.cluster.map(String.init) ?? words.noGroup,
            words.decimal(membership.distance),
            outlier.explanation.apart.prefix(Self.namedParts).map(words.text).joined(separator: "; "),
          ])
        }
        page.table(table)
      }
    }
  }
}
