import ArgumentParser
import Habitus

/// `habitus sessions`.
struct SessionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sessions", abstract: "Shows which kinds of sessions there are, and where users get stuck in them.",
    discussion: """
      Kinds of sessions are clusters by length, actions and time, if there are any. Signals of friction are rage \
      clicks, quick returns, loops and searches without results that end a session; what visits in random order would \
      show as well is marked as chance.

      Examples:
        habitus sessions --window-days 60
        habitus sessions --user 12345
        habitus sessions --json
      """)

  @Option(name: .long, help: ArgumentHelp("The sessions of this user, beside everybody's.", valueName: "id"))
  var user: String?

  @Option(name: .long, help: ArgumentHelp("The most places that are shown for a signal.", valueName: "n"))
  var limit = 5

  @OptionGroup var window: WindowOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if limit < 0 { throw ValidationError("'--limit' takes a number of at least 0.") }
  }

  func run() async throws {
    let workspace = try store.workspace(.read, window.overrides)
    let detector = PatternDetector(workspace)
    let friction = try await detector.frictionSignals(
      userID: user.map { UserID($0) }, asOf: window.asOf, windowDays: window.windowDays)
    let answer: SessionsAnswer
    if let user {
      let own = try await detector.sessionArchetypes(
        userID: UserID(user), asOf: window.asOf, windowDays: window.windowDays)
      answer = SessionsAnswer(own.everybody, own: own, friction, workspace.configuration, limit: limit)
    } else {
      let archetypes = try await detector.sessionArchetypes(asOf: window.asOf, windowDays: window.windowDays)
      answer = SessionsAnswer(archetypes, own: nil, friction, workspace.configuration, limit: limit)
    }
    try output.print(answer) { answer.fill(&$0, note: workspace.moments.window(friction.window)) }
  }
}
