internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore

/// Everything that is learned from everybody to predict what a user will do.
struct PredictionModels: Sendable, Codable {
  /// A model of one thing that users may do within the horizon.
  struct Learned: Sendable, Codable {
    let thing: PredictedThing
    let model: LearnedModel

    /// The entry of a user with these features.
    func entry(_ values: [Double], horizonDays: Int) throws -> PredictionRecord.Entry {
      PredictionRecord.Entry(
        kind: thing.kind, subject: thing.subject, horizonDays: horizonDays, value: try model.probability(values),
        reasons: try model.reasons(values))
    }

    /// The prediction that an entry stands for.
    func prediction(of entry: PredictionRecord.Entry, horizonDays: Int) -> Prediction {
      let (probability, usual) = (entry.value, model.quality.baseRate)
      let (risk, sentence): (Prediction.Risk?, LocalizedText)
      switch thing {
      case .anything:
        let level = Prediction.Risk(probability, usual: usual)
        (risk, sentence) = (
          level, PredictionWords.churn(probability, level, usual: usual, horizon: horizonDays)
        )
      case .event(let type):
        (risk, sentence) = (nil, PredictionWords.goal(type, probability, usual: usual, horizon: horizonDays))
      }
      let reasons = entry.reasons.compactMap { reason in
        model.features.indices.contains(reason.feature)
          ? Prediction.Reason(
            feature: model.features[reason.feature], value: reason.value, contribution: reason.contribution) : nil
      }
      return Prediction(
        kind: thing.kind, subject: thing.subject, horizonDays: horizonDays, value: probability, risk: risk,
        reasons: reasons, quality: .probability(model.quality), sentence: sentence)
    }
  }

  /// When this was learned; tells the models of one analysis from those of another.
  let learnedAt: Timestamp
  /// The moment up to which events were known.
  let asOf: Timestamp
  /// The length of the windows whose features were learned from.
  let windowDays: Int
  /// Within how many days things are predicted.
  let horizonDays: Int
  /// What was to be learned.
  let things: [PredictedThing]
  /// The event types that carry amounts.
  let valueTypes: [String]
  let visits: VisitModel?
  let values: ValueModel?
  let next: NextEventModel?
  let learned: [Learned]
  let withheld: [WithheldPrediction]

  /// How well the models do.
  var evaluation: PredictionEvaluation {
    typealias Result = PredictionEvaluation.Result
    let visits = (visits?.qualities ?? [:]).sorted { $0.key < $1.key }.map { horizon, quality in
      Result(kind: .visits, horizonDays: horizon, quality: .probability(quality))
    }
    let learned = learned.map {
      Result(
        kind: $0.thing.kind, subject: $0.thing.subject, horizonDays: horizonDays,
        quality: .probability($0.model.quality))
    }
    let purchase = [values?.purchaseQuality].compactMap(\.self).map {
      Result(kind: .purchaseValue, quality: .amount($0))
    }
    let values = (values?.qualities ?? [:]).sorted { $0.key < $1.key }.map { horizon, quality in
      Result(kind: .value, horizonDays: horizon, quality: .amount(quality))
    }
    let next = [next].compactMap(\.self).map { Result(kind: .nextEvent, quality: .nextEvent($0.quality)) }
    return PredictionEvaluation(
      asOf: asOf, results: visits + learned + purchase + values + next, withheld: withheld)
  }

  /// The predictions that entries stand for, without those that these models do not make.
  func predictions(of entries: [PredictionRecord.Entry]) -> [Prediction] {
    entries.compactMap { entry in
      switch entry.kind {
      case .active, .visits: visits?.prediction(of: entry)
      case .purchaseValue, .value: values?.prediction(of: entry)
      case .nextEvent: next?.prediction(of: entry)
      case .churn, .goal:
        learned.first { $0.thing.kind == entry.kind && $0.thing.subject == entry.subject }?
          .prediction(of: entry, horizonDays: horizonDays)
      }
    }
  }

  /// What a profile keeps, as predictions; none where other models made them.
  func predictions(of record: PredictionRecord) throws -> [Prediction] {
    record.learned == learnedAt ? predictions(of: try record.entries()) : []
  }
}

extension Prediction.Risk {
  /// The class of a probability, beside everybody's.
  init(_ probability: Double, usual: Double) {
    if probability >= max(min(2 * usual, 0.5), usual) {
      self = .high
    } else {
      self = probability < usual / 2 ? .low : .medium
    }
  }
}

/// What users may do within the horizon.
enum PredictedThing: Sendable, Codable, Equatable {
  /// Anything at all.
  case anything
  /// Something of an event type.
  case event(type: String)

  /// What is predicted of it: who does nothing has left.
  var kind: Prediction.Kind { self == .anything ? .churn : .goal }

  var subject: String? {
    switch self {
    case .anything: nil
    case .event(let type): type
    }
  }
}
