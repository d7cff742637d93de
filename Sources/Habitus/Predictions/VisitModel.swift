internal import HabitusKernels
internal import HabitusModel

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
  let qualities: [Int: PredictionQuality]

  /// The model, and the horizons for which nothing is predicted.
  static func fit(
    _ history: VisitHistory, lastDay: Int, workers: Int
  ) throws -> (model: VisitModel?, withheld: [WithheldPrediction]) {
    guard let firstDay = history.span?.lowerBound else { return (nil, []) }
    var qualities: [Int: PredictionQuality] = [:]
    var withheld: [WithheldPrediction] = []
    for horizon in horizons {
      func withhold(_ reason: LocalizedText, _ quality: PredictionQuality? = nil) {
        withheld.append(
          WithheldPrediction(kind: .visits, horizonDays: horizon, reason: reason, quality: quality))
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
      switch try PredictionQuality.measured(probabilities, outcomes, heldOutDays: horizon) {
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
    let customers = history.users.indices.compactMap { history.customer(at: $0, upTo: day) }
    do throws(KernelError) {
      return try BetaGeometricNBD.fit(customers, priorWeight: 1, threadCount: workers).model
    } catch {
      switch error {
      case .noMaximum, .notConverged, .noSamples, .parameter: return nil
      default: throw error
      }
    }
  }

  /// What is expected of a user, of whom only the days up to ``lastDay`` count.
  func predictions(of user: RecencyFrequency) -> [Prediction] {
    let horizons = qualities.keys.sorted()
    guard let longest = horizons.last, let best = qualities[longest] else { return [] }
    let active = model.probabilityActive(user)
    return [
      Prediction(
        kind: .active, value: active, quality: best, sentence: PredictionWords.active(active, repeats: user.frequency))
    ]
      + horizons.compactMap { horizon in
        qualities[horizon].map { quality in
          let days = model.expectedPurchases(of: user, in: Double(horizon))
          return Prediction(
            kind: .visits, horizonDays: horizon, value: days, quality: quality,
            sentence: PredictionWords.visits(
              days, horizon: horizon, probability: model.probabilityOfPurchase(by: user, in: Double(horizon))))
        }
      }
  }
}
