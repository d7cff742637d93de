import ArgumentParser
import Habitus

/// `habitus clusters`.
struct ClustersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clusters", abstract: "Shows the groups of users who behave alike, or finds them anew.",
    discussion: """
      Without a subcommand it lists the groups that the last analysis found, and says why there are so many.

      Examples:
        habitus clusters
        habitus clusters show 2
        habitus clusters fit --window-days 60 --set user_clustering.kmeans.n_clusters=5
      """,
    subcommands: [
      List.self, Show.self, Compare.self, RuleOfGroup.self, Similar.self, User.self, Outliers.self,
      ClustersDriftCommand.self,
      Fit.self,
    ], defaultSubcommand: List.self)

  /// `habitus clusters list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists the groups that the last analysis found, and says why there are so many.",
      discussion: """
        Example:
          habitus clusters list --json
        """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let workspace = try store.workspace(.read)
      let model = try await UserClustering(workspace).currentModel()
      try ClustersCommand.print(model, workspace, output) { $1.fillList(&$0) }
    }
  }

  /// `habitus clusters show`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Says what sets the groups apart, or one of them.",
      discussion: """
        Examples:
          habitus clusters show
          habitus clusters show 2 --json
        """)

    @Argument(help: "The number of the one group to show.") var id: Int?

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let workspace = try store.workspace(.read)
      let model = try await UserClustering(workspace).currentModel()
      guard let id else { return try ClustersCommand.print(model, workspace, output) { $1.fill(&$0) } }
      let cluster = try model.cluster(id)
      let answer = ClustersAnswer(model, workspace.configuration, only: cluster)
      try output.print(answer) { answer.fillOnly(&$0, note: workspace.moments.window(model.window)) }
    }
  }

  /// `habitus clusters fit`.
  struct Fit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "fit", abstract: "Groups the users anew and writes each one's group into the profile.",
      discussion: """
        Example:
          habitus clusters fit --as-of 2026-02-01 --min-events 20
        """)

    @OptionGroup var window: WindowOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let workspace = try store.workspace(.write, window.overrides)
      let model = try await UserClustering(workspace).updateClusters(asOf: window.asOf, windowDays: window.windowDays)
      try ClustersCommand.print(model, workspace, output) { $1.fill(&$0) }
    }
  }

  private static func print(
    _ model: ClusterModel, _ workspace: Workspace, _ output: OutputOptions,
    _ fill: (inout Page, ClustersAnswer) -> Void
  ) throws {
    let answer = ClustersAnswer(model, workspace.configuration)
    try output.print(answer) { page in
      page.title(answer.title)
      page.note(workspace.moments.window(model.window))
      page.blank()
      fill(&page, answer)
    }
  }
}
