internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore

/// The probability of something within the horizon, learned from what users were like at past moments and then did.
///
/// A logistic regression over the features, penalised, with the penalty and the shape of features chosen by the
/// log-loss at later moments than those learned from. It is measured at the last past moment, of which nothing was known
/// to it, and then learned again with that moment.
struct LearnedModel: Sendable, Codable {
  /// The names of the features, in their order.
  let features: [String]
  let model: LogisticRegression.Model
  let calibration: ProbabilityCalibration
  let quality: ProbabilityQuality

  /// The probability for a user with these features, in the order of ``features``.
  func probability(_ values: [Double]) throws -> Double {
    let probability = try model.probabilities(
      of: Matrix(rowCount: 1, columnCount: values.count, values: values))[0]
    return calibration(probability)
  }

  /// The features that raise or lower the probability of a user most, strongest first.
  func reasons(_ values: [Double]) throws -> [PredictionRecord.Reason] {
    let contributions = try model.contributions(of: values)
    let strongest = contributions.indices.sorted { contributions[$0].magnitude > contributions[$1].magnitude }
    return strongest.prefix(Self.reasonCount).compactMap { index in
      guard contributions[index].magnitude >= Self.leastContribution else { return nil }
      return PredictionRecord.Reason(
        feature: index, value: values[index].isNaN ? nil : values[index], contribution: contributions[index])
    }
  }

  /// The most reasons that are told.
  private static let reasonCount = 5
  /// A reason changes the odds by a tenth at least.
  private static let leastContribution = 0.1
}

extension LearnedModel {
  /// A model that can be trusted, or why there is none.
  enum Outcome {
    case model(LearnedModel)
    case withheld(LocalizedText, ProbabilityQuality?)
  }

  /// The fewest users who did it, and who did not, that are learned from.
  private static let leastCount = 50
  /// What is tried. Few penalties, as the log-loss hardly changes near the best one.
  private static let choice = LogisticChoice(
    shapes: [.linear, .signedLogarithm, .ranks], penalties: [3, 30, 300])

  /// Learns from past moments, two at least, latest first, whether users do a thing or, if `isOpposite`, do not.
  static func learned(
    from samples: [PastSamples], thing: Int, isOpposite: Bool, names: [String], horizonDays: Int, workers: Int
  ) throws -> Outcome {
    let outcomes = samples.map { $0.outcomes[thing].map { $0 != isOpposite } }
    let earlier = Matrix.stacking(samples.dropFirst().map(\.features))
    let earlierOutcomes = outcomes.dropFirst().flatMap(\.self)
    for (known, count) in [(earlierOutcomes, leastCount), (outcomes[0], ProbabilityQuality.leastCount)] {
      let rarer = min(known.count { $0 }, known.count { !$0 })
      guard rarer >= count else { return .withheld(PredictionWords.tooFew(rarer, needed: count), nil) }
    }
    do throws(KernelError) {
      let chosen = try choice.choose(
        earlier, outcomes: earlierOutcomes, folds: folds(samples.dropFirst().map(\.count)), threadCount: workers)
      // Rates change from one moment to the next; how far probabilities are off is seen at later ones than those
      // learned from.
      let calibration = try calibration(chosen.heldOut, earlierOutcomes)
      let held = try chosen.model.probabilities(of: samples[0].features).map { calibration($0) }
      switch try ProbabilityQuality.measured(held, outcomes[0], heldOutDays: horizonDays) {
      case .tooFew(let reason): return .withheld(reason, nil)
      case .quality(let quality) where quality.lowestSkill <= 0:
        return .withheld(PredictionWords.noBetter(quality), quality)
      case .quality(let quality):
        let model = try chosen.parameters.fit(
          Matrix.stacking(samples.map(\.features)), outcomes: outcomes.flatMap(\.self), threadCount: workers)
        return .model(LearnedModel(features: names, model: model, calibration: calibration, quality: quality))
      }
    } catch {
      return .withheld(PredictionWords.notLearned(String(describing: error)), nil)
    }
  }

  private static func calibration(
    _ predictions: [LogisticChoice.Prediction], _ outcomes: [Bool]
  ) throws(KernelError) -> ProbabilityCalibration {
    let hasMoments = Set(predictions.map(\.fold)).count > 1
    return try ProbabilityCalibration(
      bestOf: [.identity, .logistic, .beta], fittedTo: predictions.map(\.probability),
      outcomes: predictions.map { outcomes[$0.sample] },
      groups: predictions.map { hasMoments ? $0.fold : $0.sample % 5 })
  }

  /// Later moments are predicted from those before them; where there is a single one, a fifth of its users from the
  /// others.
  private static func folds(_ counts: [Int]) -> [ValidationFold] {
    if counts.count == 1 { return ValidationFold.leavingOut(groups: (0..<counts[0]).map { $0 % 5 }) }
    let times = counts.enumerated().flatMap { Array(repeating: -Int64($0.offset), count: $0.element) }
    return ValidationFold.forward(times: times, count: counts.count - 1).suffix(2)
  }
}
