/// What is expected of a user, with how well such predictions did on time that was held out.
public struct Prediction: Sendable, Equatable, Codable {
  /// What is predicted.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// The probability that the user still comes at all.
    case active
    /// The expected number of days with a visit, within the horizon.
    case visits
    /// The probability that the user does not come within the horizon.
    case churn
    /// The probability of an event of the type ``Prediction/subject`` within the horizon.
    case goal
  }

  /// How much a probability of leaving calls for attention.
  public enum Risk: String, Sendable, Codable, CaseIterable {
    /// Below half of everybody's.
    case low
    case medium
    /// At least twice everybody's, or a half where that is less, and not below everybody's.
    case high
  }

  /// What a probability rests on: one of the user's features.
  public struct Reason: Sendable, Equatable, Codable {
    /// The name of the feature.
    public let feature: String
    /// The user's value; `nil` where there is none.
    public let value: Double?
    /// By how much it raises (positive) or lowers the logarithm of the odds, against the average user.
    public let contribution: Double

    /// Makes a reason from its parts.
    public init(feature: String, value: Double?, contribution: Double) {
      self.feature = feature
      self.value = value
      self.contribution = contribution
    }
  }

  /// What is predicted.
  public let kind: Kind
  /// The event type, of a goal.
  public let subject: String?
  /// Within how many days; `nil` of ``Kind/active``.
  public let horizonDays: Int?
  /// A probability; of ``Kind/visits`` an expected number.
  public let value: Double
  /// How much it calls for attention, of ``Kind/churn``.
  public let risk: Risk?
  /// What it rests on most, strongest first; empty where it rests on the days of visits alone.
  public let reasons: [Reason]
  /// How well it did on held-out time.
  public let quality: PredictionQuality
  /// What it means, in a sentence.
  public let sentence: LocalizedText

  /// Makes a prediction from its parts.
  public init(
    kind: Kind, subject: String? = nil, horizonDays: Int? = nil, value: Double, risk: Risk? = nil,
    reasons: [Reason] = [], quality: PredictionQuality, sentence: LocalizedText
  ) {
    self.kind = kind
    self.subject = subject
    self.horizonDays = horizonDays
    self.value = value
    self.risk = risk
    self.reasons = reasons
    self.quality = quality
    self.sentence = sentence
  }
}

/// How well probabilities did for users on time that was held out: nothing of it was known to the model.
public struct PredictionQuality: Sendable, Equatable, Codable {
  /// Users with neighbouring probabilities.
  public struct Bin: Sendable, Equatable, Codable {
    /// How many users.
    public let users: Int
    /// Their mean probability.
    public let predicted: Double
    /// The share of them for whom it came true.
    public let observed: Double

    /// Makes a bin from its parts.
    public init(users: Int, predicted: Double, observed: Double) {
      self.users = users
      self.predicted = predicted
      self.observed = observed
    }
  }

  /// How many days, the latest, were held out.
  public let heldOutDays: Int
  /// How many users were predicted.
  public let users: Int
  /// The share for whom it came true.
  public let baseRate: Double
  /// Mean squared error of the probabilities (Brier 1950).
  public let brierScore: Double
  /// By how much that is smaller than with the base rate for everybody, as a share: 1 is perfect, 0 no better.
  public let brierSkill: Double
  /// Lower end of a 95 % interval of the skill.
  public let lowestSkill: Double
  /// Mean of −ln of the probability of what happened.
  public let logLoss: Double
  /// Probability that of two users, one for whom it came true and one for whom it did not, the first had the higher
  /// probability; a half is chance.
  public let areaUnderCurve: Double
  /// Mean distance of predicted and observed shares over ten bins of equal size.
  public let calibrationError: Double
  /// The bins, by rising probability.
  public let calibration: [Bin]

  /// Makes a measure from its parts.
  public init(
    heldOutDays: Int, users: Int, baseRate: Double, brierScore: Double, brierSkill: Double, lowestSkill: Double,
    logLoss: Double, areaUnderCurve: Double, calibrationError: Double, calibration: [Bin]
  ) {
    self.heldOutDays = heldOutDays
    self.users = users
    self.baseRate = baseRate
    self.brierScore = brierScore
    self.brierSkill = brierSkill
    self.lowestSkill = lowestSkill
    self.logLoss = logLoss
    self.areaUnderCurve = areaUnderCurve
    self.calibrationError = calibrationError
    self.calibration = calibration
  }
}

/// A prediction that is not made.
public struct WithheldPrediction: Sendable, Equatable, Codable {
  /// What would be predicted.
  public let kind: Prediction.Kind
  /// The event type, of a goal.
  public let subject: String?
  /// Within how many days.
  public let horizonDays: Int?
  /// Why not.
  public let reason: LocalizedText
  /// How badly it did, where it was tried.
  public let quality: PredictionQuality?

  /// Makes it from its parts.
  public init(
    kind: Prediction.Kind, subject: String? = nil, horizonDays: Int? = nil, reason: LocalizedText,
    quality: PredictionQuality? = nil
  ) {
    self.kind = kind
    self.subject = subject
    self.horizonDays = horizonDays
    self.reason = reason
    self.quality = quality
  }
}
