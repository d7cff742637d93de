import ArgumentParser
import Habitus

/// `habitus evaluate`.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Shows how well predictions and recommendations do on what was held out.",
    discussion: """
      The latest days, as many as the horizon, are held out: models learn from what was known before, and are compared \
      with what users then did.

      Examples:
        habitus evaluate
        habitus evaluate --calibration
        habitus evaluate --as-of 2026-03-01 --set predictions.horizon_days=14 --json
      """)

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The end of the time that is looked at: RFC 3339, or a date, which means its midnight UTC. One millisecond after "
        + "the last stored event unless given.", valueName: "moment"), transform: WindowOptions.moment)
  var asOf: Timestamp?

  @Flag(name: .long, help: "With predicted beside observed shares.")
  var calibration = false

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  private struct Answer: Encodable {
    let asOf: Timestamp
    let results: [PredictionEvaluation.Result]
    let withheld: [WithheldPrediction]
    let recommendations: [RecommendationQuality]
    let fit: FitQuality?
  }

  func run() async throws {
    let workspace = try store.workspace(.read)
    let calculator = PreferenceCalculator(workspace)
    let evaluation = try await calculator.evaluatePredictions(asOf: asOf)
    let ways: [RecommendationQuality]
    do {
      ways = try await calculator.evaluateRecommendations(asOf: asOf)
    } catch HabitusError.noItems {
      ways = []
    }
    let fit = try await calculator.evaluateFit(asOf: asOf)
    let language = workspace.configuration.visualization.language
    let answer = Answer(
      asOf: evaluation.asOf, results: evaluation.results, withheld: evaluation.withheld, recommendations: ways,
      fit: fit)
    try output.print(answer) { page in
      page.title("How well predictions do")
      page.note(
        "Seen from \(workspace.moments.plain(evaluation.asOf)); the days before, as many as the horizon, held out.")
      page.blank()
      if !evaluation.results.isEmpty { fill(&page, evaluation.results) }
      WithheldPrediction.fill(&page, evaluation.withheld, language)
      if !ways.isEmpty { Self.fill(&page, ways) }
      if let fit {
        page.heading("Fit of items")
        page.paragraph(fit.words, indentation: 2)
      }
    }
  }

  private func fill(_ page: inout Page, _ results: [PredictionEvaluation.Result]) {
    let probabilities = results.compactMap { result in result.quality.probability.map { (result.heading, $0) } }
    if !probabilities.isEmpty { fill(&page, probabilities) }
    let amounts = results.compactMap { result in result.quality.amount.map { (result.heading, $0) } }
    if !amounts.isEmpty { Self.fill(&page, amounts) }
    for quality in results.compactMap(\.quality.nextEvent) { Self.fill(&page, quality) }
  }

  private func fill(_ page: inout Page, _ results: [(heading: String, quality: ProbabilityQuality)]) {
    var table = TextTable(
      [
        .text("what"), .number("users"), .number("share"), .number("skill"), .number("AUC"),
        .number("calibration"), .number("by chance"), .number("log-loss"),
      ], indentation: 2)
    for (heading, quality) in results {
      table.append([
        heading, NumberText.count(quality.users), NumberText.share(quality.baseRate),
        NumberText.decimal(quality.brierSkill, digits: 3), NumberText.decimal(quality.areaUnderCurve, digits: 3),
        NumberText.decimal(quality.calibrationError, digits: 3),
        NumberText.decimal(quality.chanceCalibrationError, digits: 3), NumberText.decimal(quality.logLoss, digits: 3),
      ])
    }
    page.table(table)
    page.note(
      "Skill: by the Brier score, 1 is perfect and 0 everybody's share for everybody. Calibration: the mean distance of "
        + "predicted and observed shares, and what true probabilities would show on so few users. Of visits: whether "
        + "there was any.", indentation: 2)
    guard calibration else { return }
    for (heading, quality) in results {
      page.heading(heading)
      var bins = TextTable([.number("users"), .number("predicted"), .number("observed")], indentation: 2)
      for bin in quality.calibration {
        bins.append([
          NumberText.count(bin.users), NumberText.share(bin.predicted), NumberText.share(bin.observed),
        ])
      }
      page.table(bins)
    }
  }

  private static func fill(_ page: inout Page, _ results: [(heading: String, quality: AmountQuality)]) {
    page.heading("Amounts")
    var table = TextTable(
      [
        .text("what"), .number("users"), .number("days held out"), .number("predicted"), .number("observed"),
        .number("mean error"), .number("R²"),
      ], indentation: 2)
    for (heading, quality) in results {
      table.append([
        heading, NumberText.count(quality.users), NumberText.count(quality.heldOutDays),
        NumberText.decimal(quality.meanPredicted, digits: 2), NumberText.decimal(quality.meanObserved, digits: 2),
        NumberText.decimal(quality.meanAbsoluteError, digits: 2), NumberText.decimal(quality.skill, digits: 3),
      ])
    }
    page.table(table)
    page.note("R²: 1 is perfect and 0 the observed mean for everybody.", indentation: 2)
  }

  private static func fill(_ page: inout Page, _ quality: NextEventQuality) {
    page.heading("Next event")
    var table = TextTable(
      [.text("by"), .number("likeliest right"), .number("among three"), .number("log-loss")], indentation: 2)
    table.append([
      "what came before", NumberText.share(quality.accuracy), NumberText.share(quality.topThreeAccuracy),
      NumberText.decimal(quality.logLoss, digits: 3),
    ])
    table.append([
      "everybody's frequencies", NumberText.share(quality.usualAccuracy), "",
      NumberText.decimal(quality.usualLogLoss, digits: 3),
    ])
    page.table(table)
    page.note(
      "\(NumberText.count(quality.events, "event")) of \(NumberText.count(quality.users, "user")) on the latest "
        + "\(NumberText.count(quality.heldOutDays, "day")).", indentation: 2)
  }

  private static func fill(_ page: inout Page, _ ways: [RecommendationQuality]) {
    page.heading("Recommendations")
    var table = TextTable(
      [
        .text("way"), .number("users"), .number("found among \(ways[0].cutoff)"), .number("NDCG"),
        .number("items shown"),
      ], indentation: 2)
    for way in ways {
      table.append([
        way.way.words, NumberText.count(way.users), NumberText.share(way.recall),
        NumberText.decimal(way.ndcg, digits: 3), NumberText.share(way.coverage),
      ])
    }
    page.table(table)
    page.note("Of the items that users took to last, which were held out; the best way is used.", indentation: 2)
  }
}

extension PredictionEvaluation.Result {
  fileprivate var heading: String { Prediction.heading(kind, subject, horizonDays) }
}
