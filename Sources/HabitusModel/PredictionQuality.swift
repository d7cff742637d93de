/// How well predictions of one kind did on time that was held out: nothing of it was known to the model.
///
/// It is encoded as the measure itself.
public enum PredictionQuality: Sendable, Equatable {
  /// Of probabilities that something comes true.
  case probability(ProbabilityQuality)
  /// Of amounts.
  case amount(AmountQuality)
  /// Of what comes next.
  case nextEvent(NextEventQuality)

  /// How many days, the latest, were held out.
  public var heldOutDays: Int {
    switch self {
    case .probability(let quality): quality.heldOutDays
    case .amount(let quality): quality.heldOutDays
    case .nextEvent(let quality): quality.heldOutDays
    }
  }

  /// How many users were predicted.
  public var users: Int {
    switch self {
    case .probability(let quality): quality.users
    case .amount(let quality): quality.users
    case .nextEvent(let quality): quality.users
    }
  }

  /// The measure, of probabilities that something comes true.
  public var probability: ProbabilityQuality? {
    if case .probability(let quality) = self { quality } else { nil }
  }

  /// The measure, of amounts.
  public var amount: AmountQuality? {
    if case .amount(let quality) = self { quality } else { nil }
  }

  /// The measure, of what comes next.
  public var nextEvent: NextEventQuality? {
    if case .nextEvent(let quality) = self { quality } else { nil }
  }
}

extension PredictionQuality: Codable {
  /// What only one of the measures has.
  private enum CodingKeys: CodingKey { case brierScore, meanAbsoluteError }

  /// Reads whichever measure it is.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if container.contains(.brierScore) {
      self = .probability(try ProbabilityQuality(from: decoder))
    } else if container.contains(.meanAbsoluteError) {
      self = .amount(try AmountQuality(from: decoder))
    } else {
      self = .nextEvent(try NextEventQuality(from: decoder))
    }
  }

  /// Writes the measure.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .probability(let quality): try quality.encode(to: encoder)
    case .amount(let quality): try quality.encode(to: encoder)
    case .nextEvent(let quality): try quality.encode(to: encoder)
    }
  }
}

/// How well probabilities did for users on time that was held out: nothing of it was known to the model.
public struct ProbabilityQuality: Sendable, Equatable, Codable {
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
  /// The calibration error that the true probabilities would show on so few users, on average.
  public let chanceCalibrationError: Double
  /// What it would stay below in 95 of 100 cases if the probabilities were true.
  public let chanceCalibrationErrorLimit: Double
  /// The bins, by rising probability.
  public let calibration: [Bin]

  /// Makes a measure from its parts.
  public init(
    heldOutDays: Int, users: Int, baseRate: Double, brierScore: Double, brierSkill: Double, lowestSkill: Double,
    logLoss: Double, areaUnderCurve: Double, calibrationError: Double, chanceCalibrationError: Double,
    chanceCalibrationErrorLimit: Double, calibration: [Bin]
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
    self.chanceCalibrationError = chanceCalibrationError
    self.chanceCalibrationErrorLimit = chanceCalibrationErrorLimit
    self.calibration = calibration
  }

  /// By how much the calibration error is above what chance alone explains on average; 0 where it is not.
  public var excessCalibrationError: Double { max(0, calibrationError - chanceCalibrationError) }

  /// Whether the calibration error is no greater than true probabilities may well show.
  public var isCalibrated: Bool { calibrationError <= chanceCalibrationErrorLimit }
}

/// How well amounts were predicted for users on time that was held out.
public struct AmountQuality: Sendable, Equatable, Codable {
  /// How many days, the latest, were held out.
  public let heldOutDays: Int
  /// How many users were predicted.
  public let users: Int
  /// The mean of the predicted amounts.
  public let meanPredicted: Double
  /// The mean of the amounts that came, which everybody would be predicted otherwise.
  public let meanObserved: Double
  /// The mean distance of predicted and observed amounts.
  public let meanAbsoluteError: Double
  /// By how much the mean squared error is smaller than with the observed mean for everybody, as a share (R²): 1 is
  /// perfect, 0 no better.
  public let skill: Double
  /// Lower end of a 95 % interval of the skill.
  public let lowestSkill: Double

  /// Makes a measure from its parts.
  public init(
    heldOutDays: Int, users: Int, meanPredicted: Double, meanObserved: Double, meanAbsoluteError: Double, skill: Double,
    lowestSkill: Double
  ) {
    self.heldOutDays = heldOutDays
    self.users = users
    self.meanPredicted = meanPredicted
    self.meanObserved = meanObserved
    self.meanAbsoluteError = meanAbsoluteError
    self.skill = skill
    self.lowestSkill = lowestSkill
  }
}

/// How well the types of users' next events were predicted on time that was held out.
public struct NextEventQuality: Sendable, Equatable, Codable {
  /// How many days, the latest, were held out.
  public let heldOutDays: Int
  /// How many users were predicted.
  public let users: Int
  /// How many events were predicted.
  public let events: Int
  /// The share of events whose type was the likeliest.
  public let accuracy: Double
  /// The share of events whose type was among the three likeliest.
  public let topThreeAccuracy: Double
  /// The share of events that were of everybody's most frequent type.
  public let usualAccuracy: Double
  /// Mean of −ln of the probability of what came.
  public let logLoss: Double
  /// The same with everybody's frequencies of types for everybody.
  public let usualLogLoss: Double
  /// Lower end of a 95 % interval of ``usualLogLoss`` less ``logLoss``.
  public let lowestImprovement: Double

  /// Makes a measure from its parts.
  public init(
    heldOutDays: Int, users: Int, events: Int, accuracy: Double, topThreeAccuracy: Double, usualAccuracy: Double,
    logLoss: Double, usualLogLoss: Double, lowestImprovement: Double
  ) {
    self.heldOutDays = heldOutDays
    self.users = users
    self.events = events
    self.accuracy = accuracy
    self.topThreeAccuracy = topThreeAccuracy
    self.usualAccuracy = usualAccuracy
    self.logLoss = logLoss
    self.usualLogLoss = usualLogLoss
    self.lowestImprovement = lowestImprovement
  }
}
