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
    /// What the next purchase is expected to be worth.
    case purchaseValue = "purchase_value"
    /// What all purchases within the horizon are expected to be worth together.
    case value
    /// The probability that the user's next event is of the type ``Prediction/subject``.
    case nextEvent = "next_event"
  }

  /// How much a probability of leaving calls for attention.
  public enum Risk: String, Sendable, Codable, CaseIterable {
    /// Below half of everybody's.
    case low
    case medium
    /// At least twice everybody's, or a half where that is less, and not below everybody's.
    case high
  }

  /// What the next event may be.
  public struct Candidate: Sendable, Equatable, Codable {
    /// The event type.
    public let type: String
    /// Its probability.
    public let probability: Double

    /// Makes a candidate from its parts.
    public init(type: String, probability: Double) {
      self.type = type
      self.probability = probability
    }
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
  /// The event type, of a goal and of the likeliest next event.
  public let subject: String?
  /// Within how many days; `nil` of what has no horizon.
  public let horizonDays: Int?
  /// A probability; of ``Kind/visits`` an expected number, of ``Kind/purchaseValue`` and ``Kind/value`` an amount in the
  /// unit of the events' values.
  public let value: Double
  /// How much it calls for attention, of ``Kind/churn``.
  public let risk: Risk?
  /// What it rests on most, strongest first; empty where it rests on other things than features.
  public let reasons: [Reason]
  /// Of ``Kind/nextEvent``, the likeliest types, at most three, likeliest first.
  public let candidates: [Candidate]?
  /// How well it did on held-out time.
  public let quality: PredictionQuality
  /// What it means, in a sentence.
  public let sentence: LocalizedText

  /// Makes a prediction from its parts.
  public init(
    kind: Kind, subject: String? = nil, horizonDays: Int? = nil, value: Double, risk: Risk? = nil,
    reasons: [Reason] = [], candidates: [Candidate]? = nil, quality: PredictionQuality, sentence: LocalizedText
  ) {
    self.kind = kind
    self.subject = subject
    self.horizonDays = horizonDays
    self.value = value
    self.risk = risk
    self.reasons = reasons
    self.candidates = candidates
    self.quality = quality
    self.sentence = sentence
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
