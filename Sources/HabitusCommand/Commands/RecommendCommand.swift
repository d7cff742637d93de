import ArgumentParser
import Habitus

/// `habitus recommend`.
struct RecommendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recommend", abstract: "Shows items that a user may take to next, and because of what.",
    discussion: """
      Learned from who took to what, by factors of users and items or by items that the same users take to, whichever finds \
      more of the items that users took to last. Events count by `preference_calculator.event_weights`; what a user has met \
      or turned away from is left out. Rules are about the properties of items (habitus items import); --diverse leaves out \
      some of what is alike in category and properties. Every fifth may be an item of the catalogue that nobody has taken to \
      yet, where it fits what the user is drawn to (habitus fit).

      Examples:
        habitus recommend 12345
        habitus recommend 12345 --limit 20 --category jobs --category internships
        habitus recommend 12345 --where city=Paris --where 'salary>=40000' --where skills=swift
        habitus recommend 12345 --diverse 0.3
        habitus recommend 12345 --known --json
      """)

  @Argument(help: "The user.") var id: String

  @Option(name: .long, help: ArgumentHelp("The most items.", valueName: "n"))
  var limit = 10

  @Option(name: .long, help: ArgumentHelp("Only items of this category (repeatable).", valueName: "name"))
  var category: [String] = []

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      """
      Only items for which this holds (repeatable, all must): skills=swift, also for lists that hold it, \
      contract!=temporary, salary>=40000.
      """, valueName: "property=value"),
    transform: RecommendCommand.rule)
  var rules: [ItemRule] = []

  @Option(
    name: .long,
    help: ArgumentHelp("How much items should be unlike each other, from 0 to 1.", valueName: "share"))
  var diverse = 0.0

  @Flag(name: .long, help: "Also items that the user has met.")
  var known = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only events before this moment: RFC 3339, or a date, which means its midnight UTC.", valueName: "moment"),
    transform: WindowOptions.moment)
  var asOf: Timestamp?

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if limit < 1 { throw ValidationError("'--limit' takes a number of at least 1.") }
    if !(0...1).contains(diverse) { throw ValidationError("'--diverse' takes a number from 0 to 1.") }
  }

  /// The rule that a text means.
  @Sendable private static func rule(_ text: String) throws -> ItemRule {
    do {
      return try ItemRule(parsing: text)
    } catch let error as ItemError {
      throw ValidationError("\(error)")
    }
  }

  private struct Answer: Encodable {
    let user: String
    let asOf: Timestamp
    let way: RecommendationWay
    let qualities: [RecommendationQuality]
    let recommendations: [Recommendation]
  }

  func run() async throws {
    let workspace = try store.workspace(.read)
    let report = try await PreferenceCalculator(workspace).recommend(
      userID: UserID(id), limit: limit, categories: category.isEmpty ? nil : Set(category), rules: rules,
      diversity: diverse, includesKnown: known, asOf: asOf)
    let answer = Answer(
      user: report.user.rawValue, asOf: report.asOf, way: report.way, qualities: report.qualities,
      recommendations: report.recommendations)
    try output.print(answer) { page in
      page.title("Recommended to user \(report.user)")
      page.note("By events before \(workspace.moments.plain(report.asOf)).")
      page.blank()
      Self.fill(&page, report)
    }
  }

  private static func fill(_ page: inout Page, _ report: RecommendationReport) {
    guard !report.recommendations.isEmpty else {
      return page.paragraph("There is no item that the user has not met and that is asked for.")
    }
    var table = TextTable([.text("item"), .text("category"), .text("because of")], indentation: 2)
    for item in report.recommendations {
      let reasons = item.reasons.map { "\($0.item) (\(NumberText.share($0.share)))" }.joined(separator: ", ")
      let fit = item.fit.map { fit in
        "new, fits \(NumberText.share(fit.score)): "
          + fit.reasons.prefix(3).map { "\($0.dimension.replacing("_", with: " ")) \($0.value)" }.joined(
            separator: ", ")
      }
      table.append([item.item, item.category ?? "", fit ?? (reasons.isEmpty ? "popular" : reasons)])
    }
    page.table(table)
    if let quality = report.qualities.first(where: { $0.way == report.way }) {
      page.note("Found \(report.way.words); \(quality.words)", indentation: 2)
    } else {
      page.note("Too few users have two items to learn from: what is popular.", indentation: 2)
    }
  }
}

extension RecommendationWay {
  /// In words.
  var words: String {
    switch self {
    case .factors: "by factors of users and items"
    case .itemToItem: "by items that the same users take to"
    case .popular: "by what is popular"
    }
  }
}

extension RecommendationQuality {
  fileprivate var words: String {
    "among \(cutoff) it had the item that a user took to last for \(NumberText.share(recall)) of "
      + "\(NumberText.count(users, "user"))."
  }
}
