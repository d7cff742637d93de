import ArgumentParser
import Habitus

/// `habitus patterns`.
struct PatternsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patterns", abstract: "Shows habits that are not chance: sequences, rhythms, what goes together.",
    discussion: """
      Only what chance does not explain is told, with control of false discoveries. A user's patterns are compared with \
      everybody's and with those of the user's group; --compare sorts them by whose they are.

      Examples:
        habitus patterns
        habitus patterns --user 12345 --window-days 90
        habitus patterns --user 12345 --compare
      """)

  @Option(name: .long, help: ArgumentHelp("The patterns of this user only.", valueName: "id"))
  var user: String?

  @Flag(name: .long, help: "With --user: what is the user's own, the group's, everybody's, and what is missing.")
  var compare = false

  @Flag(name: .long, help: "With the sessions in which each was seen.")
  var evidence = false

  @Option(
    name: .long, help: ArgumentHelp("The most patterns of a kind that are shown; --json shows all.", valueName: "n"))
  var limit = 10

  @OptionGroup var window: WindowOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if compare, user == nil { throw ValidationError("'--compare' needs '--user'.") }
    if limit < 0 { throw ValidationError("'--limit' takes a number of at least 0.") }
  }

  func run() async throws {
    let workspace = try store.workspace(.read, window.overrides)
    let detector = PatternDetector(workspace)
    let words = PatternPageWords(language: workspace.configuration.visualization.language)
    let page = PatternPage(words: words, moments: workspace.moments, limit: limit, showsEvidence: evidence)
    if let user, compare {
      let similar = try await detector.getSimilarPatterns(
        userID: UserID(user), asOf: window.asOf, windowDays: window.windowDays)
      let answer = SimilarPatternsAnswer(similar, workspace.configuration)
      return try output.print(answer) { page.fill(&$0, similar) }
    }
    let report =
      if let user {
        try await detector.detectPatterns(userID: UserID(user), asOf: window.asOf, windowDays: window.windowDays)
      } else {
        try await detector.detectPatterns(asOf: window.asOf, windowDays: window.windowDays)
      }
    try output.print(PatternsAnswer(report, workspace.configuration)) { page.fill(&$0, report) }
  }
}

/// What `habitus patterns` answers with.
struct PatternsAnswer: Encodable {
  let user: UserID?
  let window: WindowAnswer
  let patterns: [Pattern]
  let notes: [LocalizedText]

  init(_ report: PatternReport, _ configuration: HabitusConfiguration) {
    user = report.user
    window = WindowAnswer(report.window, configuration)
    patterns = report.patterns
    notes = report.notes
  }
}

/// What `habitus patterns --compare` answers with.
struct SimilarPatternsAnswer: Encodable {
  let user: UserID
  let window: WindowAnswer
  let cluster: Int?
  let own: [Pattern]
  let ofCluster: [Pattern]
  let shared: [Pattern]
  let missing: [Pattern]

  init(_ similar: SimilarPatterns, _ configuration: HabitusConfiguration) {
    user = similar.user
    window = WindowAnswer(similar.window, configuration)
    cluster = similar.cluster
    own = similar.own
    ofCluster = similar.ofCluster
    shared = similar.shared
    missing = similar.missing
  }
}
