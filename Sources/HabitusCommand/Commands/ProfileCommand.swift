import ArgumentParser
import Habitus

/// `habitus profile`.
struct ProfileCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile", abstract: "Shows what is known about one user.",
    discussion: """
      The stored profile is shown where there is one; otherwise, and where a window is asked for, it is calculated \
      from the events.

      Examples:
        habitus profile 12345
        habitus profile 12345 --as-of 2026-02-01 --window-days 90
        habitus profile 12345 --json --secure
      """)

  @Argument(help: "The user.") var id: String

  @Flag(name: .long, help: "With the fields that are kept apart.") var secure = false

  @OptionGroup var window: WindowOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let workspace = try store.workspace(.read, window.overrides)
    let view = try await ProfileView(UserID(id), workspace, window, includingSecureFields: secure)
    try output.print(view.answer) { ProfilePage(view: view, moments: workspace.moments).fill(&$0) }
  }
}
