import ArgumentParser
import Habitus

/// `habitus clusters`.
struct ClustersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clusters", abstract: "Shows the groups of users who behave alike, or finds them anew.",
    discussion: """
      Without a subcommand it shows the groups that the last analysis found.

      Examples:
        habitus clusters
        habitus clusters fit --window-days 60 --set user_clustering.kmeans.n_clusters=5
      """,
    subcommands: [Show.self, Fit.self], defaultSubcommand: Show.self)

  /// `habitus clusters show`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Shows the groups that the last analysis found.",
      discussion: """
        Example:
          habitus clusters --json
        """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let workspace = try store.workspace(.read)
      let model = try await UserClustering(workspace).currentModel()
      try ClustersCommand.print(model, workspace, output)
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
      try ClustersCommand.print(model, workspace, output)
    }
  }

  private static func print(_ model: ClusterModel, _ workspace: Workspace, _ output: OutputOptions) throws {
    let answer = ClustersAnswer(model, workspace.configuration)
    try output.print(answer) { page in
      page.title("\(NumberText.count(answer.clusters.count, "group")) of \(NumberText.count(answer.users, "user"))")
      page.note(workspace.moments.window(model.window))
      page.blank()
      answer.fill(&page)
    }
  }
}
