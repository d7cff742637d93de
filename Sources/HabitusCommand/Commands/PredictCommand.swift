import ArgumentParser
import Habitus

/// `habitus predict`.
struct PredictCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Says what is expected of a user, and how far that can be trusted.",
    discussion: """
      Whether the user still comes and on how many days, the risk of losing the user, the probability of each goal \
      within `predictions.horizon_days`, for how much the user buys (with `predictions.value_types`), and what the user \
      does next. What did no better than everybody's rate on held-out time is not told; \
      `habitus evaluate` shows how well each prediction does.

      Examples:
        habitus predict 12345
        habitus predict 12345 --as-of 2026-03-01 --json
        habitus predict 12345 --set predictions.value_types=purchase
      """)

  @Argument(help: "The user.") var id: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The moment from which is looked ahead: RFC 3339, or a date, which means its midnight UTC. One millisecond after "
        + "the last stored event unless given.", valueName: "moment"), transform: WindowOptions.moment)
  var asOf: Timestamp?

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let workspace = try store.workspace(.read)
    let report = try await PreferenceCalculator(workspace).predict(userID: UserID(id), asOf: asOf)
    let answer = PredictionAnswer(report, workspace.configuration.visualization.language)
    try output.print(answer) { page in
      page.title("What is expected of user \(report.user)")
      page.note("Seen from \(workspace.moments.plain(report.asOf)).")
      answer.fill(&page)
    }
  }
}

/// What `habitus predict` answers with.
struct PredictionAnswer: Encodable {
  let user: String
  let asOf: Timestamp
  let predictions: [Prediction]
  let withheld: [WithheldPrediction]
  private let language: Language

  private enum CodingKeys: CodingKey { case user, asOf, predictions, withheld }

  init(_ report: PredictionReport, _ language: Language) {
    user = report.user.rawValue
    asOf = report.asOf
    predictions = report.predictions
    withheld = report.withheld
    self.language = language
  }

  func fill(_ page: inout Page) {
    for prediction in predictions {
      page.heading(prediction.heading)
      page.point(prediction.sentence[language])
      for reason in prediction.reasons {
        let label = FeatureTexts.label(of: reason.feature)[language]
        let value = reason.value.map { FeatureTexts.value($0, FeatureTexts.unit(of: reason.feature))[language] }
        page.note(
          "\(reason.contribution > 0 ? "raised" : "lowered") by \(label): \(value ?? "no value")", indentation: 4)
      }
      page.note(
        "Held-out \(NumberText.count(prediction.quality.heldOutDays, "day")): \(prediction.quality.words)",
        indentation: 4)
    }
    WithheldPrediction.fill(&page, withheld, language)
  }
}

extension PredictionQuality {
  /// The measures that say most.
  fileprivate var words: String {
    switch self {
    case .probability(let quality):
      "Brier skill \(NumberText.decimal(quality.brierSkill, digits: 2)), AUC "
        + NumberText.decimal(quality.areaUnderCurve, digits: 2)
    case .amount(let quality): "R² \(NumberText.decimal(quality.skill, digits: 2))"
    case .nextEvent(let quality):
      "the likeliest right in \(NumberText.share(quality.accuracy)) of cases, "
        + "\(NumberText.share(quality.usualAccuracy)) by everybody's frequencies"
    }
  }
}

extension WithheldPrediction {
  static func fill(_ page: inout Page, _ withheld: [WithheldPrediction], _ language: Language) {
    guard !withheld.isEmpty else { return }
    page.heading("Not predicted")
    for one in withheld {
      page.point("\(Prediction.heading(one.kind, one.subject, one.horizonDays)): \(one.reason[language])")
    }
  }
}

extension Prediction {
  fileprivate var heading: String { Self.heading(kind, subject, horizonDays) }

  /// `Visits within 30 days`.
  static func heading(_ kind: Kind, _ subject: String?, _ horizonDays: Int?) -> String {
    let name =
      switch kind {
      case .active: "Still a user"
      case .visits: "Visits"
      case .churn: "Leaving"
      case .goal: "Goal \(subject ?? "")"
      case .purchaseValue: "Value of the next purchase"
      case .value: "Value"
      case .nextEvent: "Next event"
      }
    return horizonDays.map { "\(name), \(NumberText.count($0, "day"))" } ?? name
  }
}
