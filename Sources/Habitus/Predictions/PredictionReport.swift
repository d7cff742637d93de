public import HabitusModel

/// What is expected of a user.
public struct PredictionReport: Sendable, Equatable {
  /// Whose future it is: the canonical id.
  public let user: UserID
  /// The moment from which it is seen.
  public let asOf: Timestamp
  /// The predictions that can be trusted.
  public let predictions: [Prediction]
  /// Those that are not made, with why.
  public let withheld: [WithheldPrediction]
}

/// How well predictions do on held-out time, over all users.
public struct PredictionEvaluation: Sendable, Equatable {
  /// One kind of prediction.
  public struct Result: Sendable, Equatable, Encodable {
    /// What is predicted; ``Prediction/Kind/visits`` is measured by whether there was any.
    public let kind: Prediction.Kind
    /// The event type, of a goal.
    public let subject: String?
    /// Within how many days, where there is a horizon.
    public let horizonDays: Int?
    /// How well it did.
    public let quality: PredictionQuality

    init(kind: Prediction.Kind, subject: String? = nil, horizonDays: Int? = nil, quality: PredictionQuality) {
      self.kind = kind
      self.subject = subject
      self.horizonDays = horizonDays
      self.quality = quality
    }
  }

  /// The moment from which is predicted.
  public let asOf: Timestamp
  /// What is predicted.
  public let results: [Result]
  /// What is not, with why.
  public let withheld: [WithheldPrediction]
}
