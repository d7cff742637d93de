internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore

/// How often users come and when they leave for good, by days with a visit: the BG/NBD model fitted to everybody.
///
/// Only the first day, the last day and the number of days with a visit of each user count. How well it does is measured
/// by fitting it to all days but the last ones, as many as the horizon, and asking who came on one of those.
struct VisitModel: Sendable, Codable {
  /// Within how many days visits are predicted.
  static let horizons = [7, 30, 90]

  /// The model of everybody's days up to ``lastDay``.
  let model: BetaGeometricNBD
  /// The last day that it knows, since 1970.
  let lastDay: Int
  /// By horizon, how well it did.
  let qualities: [Int: ProbabilityQuality]

  /// The model, and the horizons for which nothing is predicted.
  static func fit(
    _ history: VisitHistory, lastDay: Int, workers: Int
  ) throws -> (model: VisitModel?, withheld: [WithheldPrediction]) {
    guard let firstDay = history.span?.lowerBound else { return (nil, []) }
    var qualities: [Int: ProbabilityQuality] = [:]
    var withheld: [WithheldPrediction] = []
    for horizon in horizons {
      func withhold(_ reason: LocalizedText, _ quality: ProbabilityQuality? = nil) {
        withheld.append(
          WithheldPrediction(
            kind: .visits, horizonDays: horizon, reason: reason, quality: quality.map { .probability($0) }))
      }
      guard lastDay - firstDay + 1 >= 2 * horizon else {
        withhold(PredictionWords.tooShort(days: lastDay - firstDay + 1, needed: 2 * horizon))
        continue
      }
      let cutoff = lastDay - horizon
      guard let past = try fitted(history, upTo: cutoff, workers) else {
        withhold(PredictionWords.noVisitModel)
        continue
      }
      var probabilities: [Double] = []
      var outcomes: [Bool] = []
      for index in history.users.indices {
        guard let customer = history.customer(at: index, upTo: cutoff) else { continue }
        probabilities.append(past.probabilityOfPurchase(by: customer, in: Double(horizon)))
        outcomes.append(history.visitCount(at: index, in: horizon, after: cutoff) > 0)
      }
      switch try ProbabilityQuality.measured(probabilities, outcomes, heldOutDays: horizon) {
      case .tooFew(let reason): withhold(reason)
      case .quality(let quality) where quality.lowestSkill <= 0: withhold(PredictionWords.noBetter(quality), quality)
      case .quality(let quality): qualities[horizon] = quality
      }
    }
    guard !qualities.isEmpty, let model = try fitted(history, upTo: lastDay, workers) else {
      let missing = Set(horizons).subtracting(withheld.compactMap(\.horizonDays)).sorted()
      return (
        nil,
        withheld
          + missing.map { WithheldPrediction(kind: .visits, horizonDays: $0, reason: PredictionWords.noVisitModel) }
      )
    }
    return (VisitModel(model: model, lastDay: lastDay, qualities: qualities), withheld)
  }

  /// The model of the days up to one; `nil` where none fits, as where nobody came twice.
  private static func fitted(_ history: VisitHistory, upTo day: Int, _ workers: Int) throws -> BetaGeometricNBD? {
    try BetaGeometricNBD.fitted(
      history.users.indices.compactMap { history.customer(at: $0, upTo: day) }, workers: workers)
  }

  /// What is expected of a user, of whom only the days up to ``lastDay`` count.
  func entries(of user: RecencyFrequency) -> [PredictionRecord.Entry] {
    guard !qualities.isEmpty else { return [] }
    // Who came on one day only has had no occasion to leave; 1 stands for that alone.
    let active = user.frequency == 0 ? 1 : min(model.probabilityActive(user), Self.mostActive)
    return [PredictionRecord.Entry(kind: .active, value: active)]
      + qualities.keys.sorted().map { horizon in
        PredictionRecord.Entry(
          kind: .visits, horizonDays: horizon, value: model.expectedPurchases(of: user, in: Double(horizon)),
          probability: model.probabilityOfPurchase(by: user, in: Double(horizon)))
      }
  }

  private static let mostActive = 0.999_999

  /// The predictions that these entries stand for; `nil` for what the model does not predict.
  func prediction(of entry: PredictionRecord.Entry) -> Prediction? {
    switch (entry.kind, entry.horizonDays) {
    case (.active, _):
      guard let longest = qualities.keys.max(), let quality = qualities[longest] else { return nil }
      return Prediction(
        kind: .active, value: entry.value, quality: .probability(quality),
        sentence: PredictionWords.active(entry.value, cameAgain: entry.value < 1))
    case (.visits, let horizon?):
      guard let quality = qualities[horizon], let probability = entry.probability else { return nil }
      return Prediction(
        kind: .visits, horizonDays: horizon, value: entry.value, quality: .probability(quality),
        sentence: PredictionWords.visits(entry.value, horizon: horizon, probability: probability))
    default: return nil
    }
  }
}

extension BetaGeometricNBD {
  /// The model of customers; `nil` where none fits, as where nobody has repeats.
  static func fitted(_ customers: [RecencyFrequency], workers: Int) throws -> BetaGeometricNBD? {
    do throws(KernelError) {
      return try fit(customers, priorWeight: 1, threadCount: workers).model
    } catch {
      switch error {
      case .noMaximum, .notConverged, .noSamples, .parameter: return nil
      default: throw error
      }
    }
  }
}
