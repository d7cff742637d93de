internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore

/// Everything that is learned from everybody to predict what a user will do.
struct PredictionModels: Sendable, Codable {
  /// A model of one thing that users may do within the horizon.
  struct Learned: Sendable, Codable {
    let thing: PredictedThing
    let model: LearnedModel

    /// The prediction for a user with these features.
    func prediction(_ values: [Double], horizonDays: Int) throws -> Prediction {
      let probability = try model.probability(values)
      let usual = model.quality.baseRate
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
      return Prediction(
        kind: thing.kind, subject: thing.subject, horizonDays: horizonDays, value: probability, risk: risk,
        reasons: try model.reasons(values), quality: model.quality, sentence: sentence)
    }
  }

  /// The moment up to which events were known.
  let asOf: Timestamp
  /// The length of the windows whose features were learned from.
  let windowDays: Int
  /// Within how many days things are predicted.
  let horizonDays: Int
  /// What was to be learned.
  let things: [PredictedThing]
  let visits: VisitModel?
  let learned: [Learned]
  let withheld: [WithheldPrediction]

  /// How well the models do.
  var evaluation: PredictionEvaluation {
    let visits = (visits?.qualities ?? [:]).sorted { $0.key < $1.key }.map { horizon, quality in
      PredictionEvaluation.Result(kind: .visits, subject: nil, horizonDays: horizon, quality: quality)
    }
    let learned = learned.map {
      PredictionEvaluation.Result(
        kind: $0.thing.kind, subject: $0.thing.subject, horizonDays: horizonDays, quality: $0.model.quality)
    }
    return PredictionEvaluation(asOf: asOf, results: visits + learned, withheld: withheld)
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
