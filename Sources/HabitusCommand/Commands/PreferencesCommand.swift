import ArgumentParser
import Habitus

/// `habitus preferences`.
struct PreferencesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preferences", abstract: "Shows what a user is drawn to, and how sure that is.",
    discussion: """
      A score is the user's share of recent, weighted events, drawn to everybody's share where there is little to go by.

      Examples:
        habitus preferences 12345
        habitus preferences 12345 --limit 10 --window-days 90
      """)

  @Argument(help: "The user.") var id: String

  @Option(name: .long, help: ArgumentHelp("The most values of each kind.", valueName: "n"))
  var limit = 5

  @OptionGroup var window: WindowOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  private struct Answer: Encodable {
    let user: String
    let window: WindowAnswer
    let preferences: [PreferenceAnswer]
  }

  func run() async throws {
    let workspace = try store.workspace(.read, window.overrides)
    let days = window.windowDays ?? workspace.configuration.preferences.windowDays
    let preferences = try await PreferenceCalculator(workspace).calculatePreferences(
      userID: UserID(id), asOf: window.asOf, windowDays: days, limit: max(1, limit))
    let range = try workspace.window(
      asOf: window.asOf, days: days, in: try workspace.store.snapshot(withAllStrings: false))
    let answer = Answer(
      user: id, window: WindowAnswer(range, workspace.configuration),
      preferences: preferences.map(PreferenceAnswer.init))
    try output.print(answer) { page in
      page.title("Preferences of user \(id)")
      page.note(workspace.moments.window(range))
      page.blank()
      if preferences.isEmpty { page.paragraph("Nothing to go by in this window.") }
      PreferenceAnswer.fill(&page, preferences)
    }
  }
}

/// A preference with what follows from its parts.
struct PreferenceAnswer: Encodable {
  let family: Preference.Family
  let dimension: String
  let value: String
  let score: Double
  let intervalLow: Double
  let intervalHigh: Double
  let evidence: Double
  let populationShare: Double
  let lift: Double?

  init(_ preference: Preference) {
    family = preference.family
    dimension = preference.dimension
    value = preference.value
    score = preference.score
    intervalLow = preference.interval.lowerBound
    intervalHigh = preference.interval.upperBound
    evidence = preference.evidence
    populationShare = preference.populationShare
    lift = preference.lift
  }

  /// By dimension, each value with its score as a point in its interval.
  static func fill(_ page: inout Page, _ preferences: [Preference], limit: Int = .max) {
    var table = TextTable(
      [
        .text("what"), .text("value"), .number("score"), .init(title: ""), .number("90 % interval"),
        .number("everybody"),
      ], indentation: 2)
    var counts: [String: Int] = [:]
    let highest = preferences.reduce(into: [String: Double]()) {
      $0[$1.dimension] = max($0[$1.dimension] ?? 0, $1.interval.upperBound)
    }
    for preference in preferences {
      let place = counts[preference.dimension, default: 0]
      counts[preference.dimension] = place + 1
      guard place < limit else { continue }
      table.append([
        place == 0 ? preference.dimension.replacing("_", with: " ") : "", preference.value,
        NumberText.share(preference.score),
        Bars.interval(
          preference.interval, point: preference.score, maximum: highest[preference.dimension] ?? 1, width: 16),
        intervalText(preference.interval),
        NumberText.share(preference.populationShare),
      ])
    }
    guard !table.rows.isEmpty else { return }
    page.table(table)
  }

  /// An interval of shares in percent.
  private static func intervalText(_ interval: ClosedRange<Double>) -> String {
    NumberText.decimal(interval.lowerBound * 100, digits: 1) + "–"
      + NumberText.decimal(interval.upperBound * 100, digits: 1) + " %"
  }
}
