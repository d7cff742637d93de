import ArgumentParser
import Habitus

extension ClustersCommand {
  /// `habitus clusters similar`.
  struct Similar: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "similar", abstract: "Lists the users who behave most like a user.",
      discussion: """
        Distances are those in the space in which the groups were found: 0 is the same behaviour.

        Example:
          habitus clusters similar 12345 --limit 5
        """)

    @Argument(help: ArgumentHelp("The user.", valueName: "id")) var id: String
    @Option(help: ArgumentHelp("How many users to list.", valueName: "n")) var limit = 10

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
      let user: UserID
      let similar: [SimilarUser]
    }

    func validate() throws {
      if limit < 1 { throw ValidationError("--limit is at least 1.") }
    }

    func run() async throws {
      let workspace = try store.workspace(.read)
      let clustering = UserClustering(workspace)
      let model = try await clustering.currentModel()
      let similar = try await clustering.getSimilarUsers(userID: UserID(id), limit: limit)
      let words = ClusterPageWords(language: workspace.configuration.visualization.language)
      try output.print(Answer(user: UserID(id), similar: similar)) { page in
        page.title(words.similar(to: id))
        var table = TextTable(
          [.text(words.user), .number(words.distance), .number(words.group), .prose(words.name)], indentation: 2)
        for other in similar {
          let cluster = model.clusters.first { $0.id == other.cluster }
          table.append([
            other.user.rawValue, words.decimal(other.distance), cluster.map { "\($0.id)" } ?? "",
            cluster?.name[words.language] ?? words.noGroup,
          ])
        }
        page.table(table)
      }
    }
  }
}
