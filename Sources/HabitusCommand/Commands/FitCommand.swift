import ArgumentParser
import Habitus

/// `habitus fit`.
struct FitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit", abstract: "Says how well an item fits a user, and what speaks for and against it.",
    discussion: """
      By the item's category and the properties named in `preference_calculator.properties`: in how many of comparisons \
      with things that others took to the user would take this one. How far each property decides is learned from what \
      users took to, and measured on later days.

      Examples:
        habitus fit 12345 --item job-77
        habitus fit 12345 --category design --property location=Lyon --property salary=42000
        habitus fit 12345 --property skills=swift --property skills=sql --json
      """)

  @Argument(help: "The user.") var id: String

  @Option(name: .long, help: ArgumentHelp("An item of the catalogue (habitus items).", valueName: "id"))
  var item: String?

  @Option(name: .long, help: ArgumentHelp("The item's category.", valueName: "name"))
  var category: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A property of the item (repeatable; the same one again makes a list).", valueName: "name=value"),
    transform: FitCommand.property)
  var property: [Property] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only events before this moment: RFC 3339, or a date, which means its midnight UTC.", valueName: "moment"),
    transform: WindowOptions.moment)
  var asOf: Timestamp?

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  /// A property with a value.
  struct Property {
    let name: String
    let value: JSONValue
  }

  @Sendable private static func property(_ text: String) throws -> Property {
    guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
      throw ValidationError("'\(text)' is no property: write name=value.")
    }
    let value = String(text[text.index(after: sign)...])
    let number = Double(value).flatMap { $0.isFinite ? JSONValue.number($0) : nil }
    return Property(name: String(text[..<sign]), value: number ?? .string(value))
  }

  func validate() throws {
    if item == nil, category == nil, property.isEmpty {
      throw ValidationError("Name an item (--item), or describe one (--category, --property).")
    }
  }

  func run() async throws {
    let workspace = try store.workspace(.read)
    var described = Item(id: "")
    if let item { described = try await ItemCatalog(workspace).item(item) }
    if let category { described.category = category }
    let given = Dictionary(grouping: property, by: \.name)
    for (name, values) in given {
      described.properties[name] = values.count == 1 ? values[0].value : .array(values.map(\.value))
    }
    let fit = try await PreferenceCalculator(workspace).score(item: described, for: UserID(id), asOf: asOf)
    let language = workspace.configuration.visualization.language
    try output.print(FitAnswer(fit)) { page in
      page.title("Fit of \(fit.item.map { "item \($0)" } ?? "the item") to user \(fit.user)")
      page.note("By events before \(workspace.moments.plain(fit.asOf)).")
      page.blank()
      page.line(
        "  " + Bars.interval(fit.interval, point: fit.score, maximum: 1, width: 40) + "  \(NumberText.share(fit.score))"
      )
      page.note(
        "The user would take it in \(NumberText.share(fit.score)) of comparisons with what others took to; 90 % interval "
          + "\(NumberText.share(fit.interval.lowerBound)) to \(NumberText.share(fit.interval.upperBound)).",
        indentation: 2)
      Self.fill(&page, "For it", fit.reasons.filter { $0.contribution > 0 }, language)
      Self.fill(&page, "Against it", fit.reasons.filter { $0.contribution < 0 }, language)
      if !fit.unknown.isEmpty {
        page.note("Nobody has been seen with the item's \(fit.unknown.joined(separator: ", ")).", indentation: 2)
      }
      page.note(
        fit.quality?.words ?? "Too few users have taken to anything to learn how far tastes decide: all count alike.",
        indentation: 2)
    }
  }

  private static func fill(_ page: inout Page, _ heading: String, _ reasons: [ItemFit.Reason], _ language: Language) {
    guard !reasons.isEmpty else { return }
    page.heading(heading)
    for reason in reasons { page.point(reason.sentence[language]) }
  }
}

/// What `habitus fit` answers with.
private struct FitAnswer: Encodable {
  let user: UserID
  let item: String?
  let asOf: Timestamp
  let score: Double
  let intervalLow: Double
  let intervalHigh: Double
  let reasons: [ItemFit.Reason]
  let unknown: [String]
  let quality: FitQuality?

  init(_ fit: ItemFit) {
    user = fit.user
    item = fit.item
    asOf = fit.asOf
    score = fit.score
    intervalLow = fit.interval.lowerBound
    intervalHigh = fit.interval.upperBound
    reasons = fit.reasons
    unknown = fit.unknown
    quality = fit.quality
  }
}

extension FitQuality {
  /// In words.
  var words: String {
    let share = NumberText.share(concordance)
    let range = "\(NumberText.share(interval.lowerBound)) to \(NumberText.share(interval.upperBound))"
    let count = NumberText.count(users, "user")
    return interval.lowerBound > 0.5
      ? "On later days such scores put what a user took to above what others took to in \(share) of comparisons "
        + "(\(range), \(count); 50 % is chance)."
      : "On later days such scores did no better than chance: \(share) (\(range), \(count))."
  }
}
