import ArgumentParser
import Foundation
import Habitus

/// `habitus features`.
struct FeaturesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "features", abstract: "Shows the feature dictionary, a user's features, or how they are spread.",
    discussion: """
      Examples:
        habitus features
        habitus features 12345 --window-days 60
        habitus features --summary --min-events 10
        habitus features 12345 --history
      """)

  @Argument(help: "The user; without one the dictionary is shown.") var id: String?

  @Flag(name: .long, help: "Extracts everybody's features and shows how each is spread.")
  var summary = false

  @Flag(name: .long, help: "Shows the user's values at earlier analyses.")
  var history = false

  @Option(name: .long, help: ArgumentHelp("Only this feature of the history.", valueName: "name"))
  var feature: String?

  @OptionGroup var window: WindowOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if summary, id != nil { throw ValidationError("'--summary' is about everybody: leave the user out.") }
    if history, id == nil { throw ValidationError("'--history' is about one user: name one.") }
    if feature != nil, !history { throw ValidationError("'--feature' selects from a history: add --history.") }
  }

  func run() async throws {
    if summary { return try await printSummary() }
    guard let id else { return try printDictionary() }
    if history { return try await printHistory(UserID(id)) }
    try await printFeatures(UserID(id))
  }

  // MARK: Dictionary

  private struct DictionaryAnswer: Encodable { let features: [FeatureDefinition] }

  private func printDictionary() throws {
    let groups = try store.load(window.overrides).configuration.features.groups
    let definitions = FeatureDictionary.definitions.filter { groups.contains($0.group) }
    try output.print(DictionaryAnswer(features: definitions)) { page in
      page.title("\(definitions.count) features")
      for group in FeatureGroup.allCases where groups.contains(group) {
        page.heading(group.rawValue.capitalized)
        var table = TextTable([.init(title: "name"), .init(title: "unit"), .prose("description")], indentation: 2)
        for definition in definitions where definition.group == group {
          table.append([definition.name, definition.unit.rawValue, definition.description])
        }
        page.table(table)
      }
    }
  }

  // MARK: One user

  private struct UserAnswer: Encodable {
    let user: UserID
    let window: WindowAnswer
    /// Every feature; null for no value.
    let features: [String: Double?]
    let activity: ActivitySummary
  }

  private func printFeatures(_ user: UserID) async throws {
    let workspace = try store.workspace(.read, window.overrides)
    let vector = try await FeatureExtractor(workspace).extractFeatures(
      userID: user, asOf: window.asOf, windowDays: window.windowDays)
    let answer = UserAnswer(
      user: user, window: WindowAnswer(vector.window, workspace.configuration),
      features: Dictionary(uniqueKeysWithValues: vector.definitions.map { ($0.name, vector[$0.name]) }),
      activity: vector.activity)
    try output.print(answer) { page in
      page.title("Features of user \(user)")
      page.note(workspace.moments.window(vector.window))
      for group in FeatureGroup.allCases {
        let rows = zip(vector.definitions, vector.storage).filter { $0.0.group == group }
        guard !rows.isEmpty else { continue }
        page.heading(group.rawValue.capitalized)
        var table = TextTable([.init(title: ""), .number(""), .prose("")], indentation: 2)
        for (definition, value) in rows {
          table.append([
            definition.name, value.isNaN ? "no value" : NumberText.value(value, definition.unit),
            definition.description,
          ])
        }
        page.table(table)
      }
    }
  }

  // MARK: Everybody

  private struct SummaryAnswer: Encodable {
    struct Quantiles: Encodable {
      let name: String
      let group: FeatureGroup
      let unit: FeatureUnit
      let count: Int
      let shareWithValue: Double?
      let min: Double?
      let q25: Double?
      let median: Double?
      let q75: Double?
      let max: Double?

      init(_ summary: FeatureSummary) {
        name = summary.definition.name
        group = summary.definition.group
        unit = summary.definition.unit
        count = summary.count
        shareWithValue = summary.shareWithValue
        let quantiles = summary.quantiles
        (min, q25, median, q75, max) = (quantiles?[0], quantiles?[1], quantiles?[2], quantiles?[3], quantiles?[4])
      }
    }

    let window: WindowAnswer
    let users: Int
    let events: Int?
    let seconds: Double
    let features: [Quantiles]
  }

  private func printSummary() async throws {
    let workspace = try store.workspace(.read, window.overrides)
    let extractor = FeatureExtractor(workspace)
    let started = ContinuousClock.now
    let extracted = try await extractor.extractAll(asOf: window.asOf, windowDays: window.windowDays)
    let seconds = (ContinuousClock.now - started) / .seconds(1)
    let table = try extracted.filtered(window.minEvents ?? 1)
    let summaries = try await extractor.summaries(of: table)
    let events = table.values(of: "event_count").map { Int($0.reduce(0, +)) }
    let answer = SummaryAnswer(
      window: WindowAnswer(table.window, workspace.configuration), users: table.users.count, events: events,
      seconds: seconds,
      features: summaries.map(SummaryAnswer.Quantiles.init))
    try output.print(answer) { page in
      page.title(
        "\(NumberText.count(table.users.count, "user"))" + (events.map { ", \(NumberText.count($0, "event"))" } ?? ""))
      page.note(workspace.moments.window(table.window) + "; extracted in \(NumberText.duration(seconds))")
      for group in FeatureGroup.allCases {
        let rows = summaries.filter { $0.definition.group == group }
        guard !rows.isEmpty else { continue }
        page.heading(group.rawValue.capitalized)
        var text = TextTable(
          [
            .text("feature"), .number("with value"), .number("least"), .number("25 %"), .number("median"),
            .number("75 %"), .number("most"),
          ],
          indentation: 2)
        for summary in rows {
          let quantiles = summary.quantiles.map { $0.map { ShortNumber.text($0, summary.definition.unit) } }
          text.append(
            [summary.definition.name, summary.shareWithValue.map(NumberText.share) ?? ""]
              + (quantiles ?? Array(repeating: "", count: 5)))
        }
        page.table(text)
      }
    }
  }

  // MARK: History

  private struct HistoryAnswer: Encodable {
    struct Entry: Encodable {
      let window: WindowAnswer
      let values: [String: Double]
    }
    let user: UserID
    let history: [Entry]
  }

  private func printHistory(_ user: UserID) async throws {
    let workspace = try store.workspace(.read, window.overrides)
    let known = FeatureDictionary.definitions
    if let feature, !known.contains(where: { $0.name == feature }) {
      throw HabitusError.unknownFeature(feature, known: known.map(\.name))
    }
    let history = try await ProfileManager(workspace).getFeatureHistory(userID: user, feature: feature)
    let answer = HistoryAnswer(
      user: user,
      history: history.map { .init(window: WindowAnswer($0.window, workspace.configuration), values: $0.values) })
    try output.print(answer) { page in
      page.title("Feature values of user \(user) at earlier analyses")
      guard !history.isEmpty else { return page.paragraph("None is kept yet: `habitus analyze` keeps them.") }
      // As many analyses as fit beside the names, the latest ones.
      let shown = history.suffix(max(1, (page.width - 28) / 18))
      if shown.count < history.count { page.note("The last \(shown.count) of \(history.count); --json shows all.") }
      page.blank()
      var table = TextTable(
        [.text("as of")] + shown.map { .number(workspace.moments.toMinute($0.window.asOf)) }, indentation: 2)
      table.append(["window"] + shown.map { NumberText.count($0.window.days, "day") })
      for definition in known where feature == nil || feature == definition.name {
        let values = shown.map { $0.values[definition.name] }
        guard values.contains(where: { $0 != nil }) else { continue }
        table.append([definition.name] + values.map { $0.map { NumberText.value($0, definition.unit) } ?? "" })
      }
      page.table(table)
    }
  }
}

/// Values of features where there is room for few characters.
enum ShortNumber {
  static func text(_ value: Double, _ unit: FeatureUnit) -> String {
    switch unit {
    case .seconds, .hours:
      let seconds = unit == .hours ? value * 3600 : value
      switch seconds {
      case ..<60: return NumberText.number(seconds, digits: 1) + " s"
      case ..<3600: return NumberText.decimal(seconds / 60, digits: 1) + " min"
      case ..<172_800: return NumberText.decimal(seconds / 3600, digits: 1) + " h"
      default: return NumberText.decimal(seconds / 86_400, digits: 1) + " d"
      }
    case .days: return NumberText.number(value, digits: 1) + " d"
    case .bits, .score: return NumberText.number(value, digits: unit == .bits ? 2 : 1)
    default: return NumberText.value(value, unit)
    }
  }
}
