internal import HabitusKernels
internal import HabitusModel

extension ProbabilityQuality {
  /// How well probabilities did, or why that cannot be said.
  enum Measure {
    case quality(ProbabilityQuality)
    case tooFew(LocalizedText)
  }

  /// The fewest users for whom it came true, and for whom it did not, that tell how well predictions do.
  static let leastCount = 20

  /// Compares probabilities with what happened.
  static func measured(_ probabilities: [Double], _ outcomes: [Bool], heldOutDays: Int) throws(KernelError) -> Measure {
    let rarer = min(outcomes.count { $0 }, outcomes.count { !$0 })
    guard rarer >= leastCount else { return .tooFew(PredictionWords.tooFew(rarer, needed: leastCount)) }
    let scores = try ProbabilityScores(of: probabilities, outcomes: outcomes)
    guard let skill = scores.brierSkill, let area = scores.areaUnderCurve?.area, let improvement = scores.improvement
    else { return .tooFew(PredictionWords.tooFew(rarer, needed: leastCount)) }
    let chance = scores.calibration.chanceCalibrationError
    return .quality(
      ProbabilityQuality(
        heldOutDays: heldOutDays, users: scores.count, baseRate: scores.baseRate, brierScore: scores.brierScore,
        brierSkill: skill, lowestSkill: improvement.interval.lowerBound / scores.baseRateBrierScore,
        logLoss: scores.logLoss, areaUnderCurve: area, calibrationError: scores.expectedCalibrationError,
        chanceCalibrationError: chance,
        chanceCalibrationErrorLimit: chance + NormalDistribution.quantile(0.95)
          * scores.calibration.chanceCalibrationDeviation,
        calibration: scores.calibration.bins.map {
          Bin(users: $0.count, predicted: $0.meanPrediction, observed: $0.observedShare)
        }))
  }
}
