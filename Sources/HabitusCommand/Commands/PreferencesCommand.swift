import ArgumentParser
import Habitus

/// `habitus preferences`.
struct PreferencesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preferences", abstract: "Shows what a user is drawn to, and how sure that is.",
    discussion: """
      A score is the user's share of recent, weighted events, drawn to everybody's share where there is little to go by. \
      An arrow tells where the user turns to or from lately, beyond chance.

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

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit is at least 1.") }
  }

  func run() async throws {
    let workspace = try store.workspace(.read, window.overrides)
    let report = try await PreferenceCalculator(workspace).preferenceReport(
      userID: UserID(id), asOf: window.asOf,
      windowDays: window.windowDays ?? workspace.configuration.preferences.windowDays, limit: limit)
    let answer = PreferencesAnswer(report, workspace.configuration)
    try output.print(answer) { page in
      page.title("Preferences of user \(report.user)")
      page.note(workspace.moments.window(report.window))
      if report.populationAsOf != report.window.asOf {
        page.note("Everybody as of the analysis of \(workspace.moments.plain(report.populationAsOf)).")
      }
      answer.fill(&page)
    }
  }
}

/// What `habitus preferences` answers with.
struct PreferencesAnswer: Encodable {
  let user: UserID
  let window: WindowAnswer
  let populationAsOf: Timestamp
  let preferences: [PreferenceAnswer]
  let aversions: [AversionAnswer]
  let changes: [TasteChange]
  private let told: [Preference]
  private let language: Language

  private enum CodingKeys: CodingKey { case user, window, populationAsOf, preferences, aversions, changes }

  init(_ report: PreferenceReport, _ configuration: HabitusConfiguration) {
    user = report.user
    window = WindowAnswer(report.window, configuration)
    populationAsOf = report.populationAsOf
    preferences = report.preferences.map(PreferenceAnswer.init)
    aversions = report.aversions.map(AversionAnswer.init)
    changes = report.changes
    told = report.preferences
    language = configuration.visualization.language
  }

  func fill(_ page: inout Page) {
    page.blank()
    if told.isEmpty { page.paragraph("Nothing to go by in this window.") }
    PreferenceAnswer.fill(&page, told)
    if !aversions.isEmpty {
      page.heading("Turned away from")
      for aversion in aversions {
        page.point(
          "\(aversion.dimension.replacing("_", with: " ")) \(aversion.value): "
            + "\(NumberText.count(aversion.eventsAgainst, "event")) against, \(aversion.eventsFor) for; appeal "
            + "\(NumberText.share(aversion.appeal)), everybody's \(NumberText.share(aversion.populationAppeal))")
      }
    }
    if !changes.isEmpty {
      page.heading("Changes of taste")
      for change in changes { page.point(change.sentence[language]) }
    }
  }
}

/// Something that a user turns away from, as it is told.
struct AversionAnswer: Encodable {
  let dimension: String
  let value: String
  let appeal: Double
  let intervalLow: Double
  let intervalHigh: Double
  let populationAppeal: Double
  let probabilityBelowPopulation: Double
  let eventsFor: Int
  let eventsAgainst: Int

  init(_ aversion: Aversion) {
    dimension = aversion.dimension
    value = aversion.value
    appeal = aversion.appeal
    intervalLow = aversion.interval.lowerBound
    intervalHigh = aversion.interval.upperBound
    populationAppeal = aversion.populationAppeal
    probabilityBelowPopulation = aversion.probabilityBelowPopulation
    eventsFor = aversion.eventsFor
    eventsAgainst = aversion.eventsAgainst
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
  let evidenceAgainst: Double
  let eventsFor: Int
  let eventsAgainst: Int
  let populationShare: Double
  let lift: Double?
  let liftLow: Double?
  let liftHigh: Double?
  let probabilityAbovePopulation: Double
  let trend: Preference.Trend
  let eventTypes: [String: Int]?

  init(_ preference: Preference) {
    family = preference.family
    dimension = preference.dimension
    value = preference.value
    score = preference.score
    intervalLow = preference.interval.lowerBound
    intervalHigh = preference.interval.upperBound
    evidence = preference.evidence
    evidenceAgainst = preference.evidenceAgainst
    eventsFor = preference.eventsFor
    eventsAgainst = preference.eventsAgainst
    populationShare = preference.populationShare
    lift = preference.lift
    liftLow = preference.liftInterval?.lowerBound
    liftHigh = preference.liftInterval?.upperBound
    probabilityAbovePopulation = preference.probabilityAbovePopulation
    trend = preference.trend
    eventTypes = preference.eventTypes.isEmpty ? nil : preference.eventTypes
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
        NumberText.share(preference.score) + " " + arrow(preference.trend),
        Bars.interval(
          preference.interval, point: preference.score, maximum: highest[preference.dimension] ?? 1, width: 14),
        intervalText(preference.interval),
        NumberText.share(preference.populationShare),
      ])
    }
    guard !table.rows.isEmpty else { return }
    page.table(table)
  }

  private static func arrow(_ trend: Preference.Trend) -> String {
    switch trend.direction {
    case .rising: "↗"
    case .falling: "↘"
    case .stable: " "
    }
  }

  /// An interval of shares in percent.
  private static func intervalText(_ interval: ClosedRange<Double>) -> String {
    NumberText.decimal(interval.lowerBound * 100, digits: 1) + "–"
      + NumberText.decimal(interval.upperBound * 100, digits: 1) + " %"
  }
}
