/// A rising function from predicted to calibrated probabilities, learned from predictions with known outcomes.
///
/// Learn it from predictions for samples that the model has not learned from, such as
/// ``LogisticChoice/Result/heldOut``. It never turns the order of predictions round.
public enum ProbabilityCalibration: Hashable, Sendable, Codable {
  /// Predictions as they are.
  case identity
  /// See ``LogisticCalibration``.
  case logistic(LogisticCalibration)
  /// See ``BetaCalibration``.
  case beta(BetaCalibration)
  /// See ``IsotonicCalibration``.
  case isotonic(IsotonicCalibration)

  /// A way to calibrate, from the stiffest to the most flexible.
  public enum Method: String, CaseIterable, Hashable, Sendable, Codable {
    /// Leaves predictions as they are.
    case identity
    /// Two parameters: for predictions that are all too bold, too timid, too high or too low.
    case logistic
    /// Three parameters: for those whose high and low predictions are off in different ways.
    case beta
    /// Any rising function: from about a thousand samples on.
    case isotonic
  }

  /// Learns from predictions with known outcomes.
  ///
  /// - Throws: ``KernelError``: `noSamples`, `sampleCount` for another number of outcomes, `parameter` for a prediction
  ///   outside 0…1.
  public init(_ method: Method, fittedTo predictions: [Double], outcomes: [Bool]) throws(KernelError) {
    switch method {
    case .identity:
      try ProbabilityScores.require(predictions, outcomes: outcomes)
      self = .identity
    case .logistic: self = .logistic(try LogisticCalibration(fittedTo: predictions, outcomes: outcomes))
    case .beta: self = .beta(try BetaCalibration(fittedTo: predictions, outcomes: outcomes))
    case .isotonic: self = .isotonic(try IsotonicCalibration(fittedTo: predictions, outcomes: outcomes))
    }
  }

  /// Learns with the method that has the least log-loss when each group of predictions is calibrated by what was
  /// learned from the others; of equal ones the stiffest.
  ///
  /// O(groups · *n* log *n*).
  ///
  /// - Parameter groups: of each prediction, such as the fold it comes from; with fewer than two, nothing is known
  ///   about what a calibration is worth, and predictions stay as they are.
  /// - Throws: as ``init(_:fittedTo:outcomes:)``.
  public init(
    bestOf methods: [Method] = Method.allCases, fittedTo predictions: [Double], outcomes: [Bool], groups: [Int]
  ) throws(KernelError) {
    try ProbabilityScores.require(predictions, outcomes: outcomes)
    guard groups.count == predictions.count else {
      throw .sampleCount(expected: predictions.count, found: groups.count)
    }
    let folds = ValidationFold.leavingOut(groups: groups)
    var best: (method: Method, logLoss: Double) = (.identity, .infinity)
    for method in Method.allCases where methods.contains(method) && !folds.isEmpty {
      var sum = 0.0
      for fold in folds {
        let learned = try ProbabilityCalibration(
          method, fittedTo: fold.training.map { predictions[$0] }, outcomes: fold.training.map { outcomes[$0] })
        for index in fold.heldOut {
          sum += Double.logLoss(of: learned(predictions[index]), outcome: outcomes[index])
        }
      }
      if sum < best.logLoss { best = (method, sum) }
    }
    try self.init(best.method, fittedTo: predictions, outcomes: outcomes)
  }

  /// The calibrated probability for a prediction in 0…1.
  public func callAsFunction(_ prediction: Double) -> Double {
    switch self {
    case .identity: prediction
    case .logistic(let calibration): calibration(prediction)
    case .beta(let calibration): calibration(prediction)
    case .isotonic(let calibration): calibration(prediction)
    }
  }

  /// How it was learned.
  public var method: Method {
    switch self {
    case .identity: .identity
    case .logistic: .logistic
    case .beta: .beta
    case .isotonic: .isotonic
    }
  }
}
