/// Chooses shape and penalty of a ``LogisticRegression`` by how well it predicts what it has not learned from.
public struct LogisticChoice: Hashable, Sendable, Codable {
  /// The shapes to try, at least one.
  public var shapes: [FeatureShape]
  /// The penalties to try, at least one.
  public var penalties: [Double]

  /// Makes parameters.
  public init(
    shapes: [FeatureShape] = [.linear, .signedLogarithm, .ranks, .hinges(knotCount: 3)],
    penalties: [Double] = [1, 3, 10, 30, 100, 300, 1000]
  ) {
    self.shapes = shapes
    self.penalties = penalties
  }

  /// What was chosen, from what.
  public struct Result: Hashable, Sendable, Codable {
    /// The chosen parameters.
    public let parameters: LogisticRegression
    /// The chosen parameters fitted to all samples.
    public let model: LogisticRegression.Model
    /// What was tried, shape by shape, penalties in the order given.
    public let trials: [Trial]
    /// The predictions of the chosen parameters for samples held out, fold by fold: what to calibrate and score with.
    public let heldOut: [Prediction]
  }

  /// One shape and penalty.
  public struct Trial: Hashable, Sendable, Codable {
    /// How features bend.
    public let shape: FeatureShape
    /// The penalty.
    public let penalty: Double
    /// The mean log-loss (natural logarithm) over all samples held out, weighted.
    public let logLoss: Double
  }

  /// The prediction for a sample by a model that has not learned from it.
  public struct Prediction: Hashable, Sendable, Codable {
    /// The sample's index.
    public let sample: Int
    /// The index of the fold.
    public let fold: Int
    /// The probability of the outcome.
    public let probability: Double
  }

  /// Fits every shape and penalty to every fold's samples to learn from, and keeps the pair with the least log-loss
  /// over the samples held out; of equal ones the first shape with the greatest penalty.
  ///
  /// A fold that cannot be learned from, since its samples to learn from share one outcome, or without weight on either
  /// side, is left out. O(shapes · folds · penalties · *n* · columns²).
  ///
  /// - Parameters:
  ///   - points: samples by features; NaN is missing.
  ///   - outcomes: one a sample.
  ///   - weights: one a sample, not negative, finite; `nil`: 1 each.
  ///   - folds: whose samples to learn from come before, or are of other groups than, those held out.
  /// - Throws: ``KernelError``: `parameter` where there is nothing to try or no usable fold, or an index in a fold is
  ///   no sample's; otherwise as ``LogisticRegression/fit(_:outcomes:weights:threadCount:)``.
  public func choose(
    _ points: Matrix, outcomes: [Bool], weights: [Double]? = nil, folds: [ValidationFold], threadCount: Int? = nil
  ) throws(KernelError) -> Result {
    do {
      return try choose(points, outcomes: outcomes, weights: weights, folds: folds, threadCount: threadCount) { _ in }
    } catch let error as KernelError {
      throw error
    } catch {
      preconditionFailure("a choice without checkpoints is never cancelled")
    }
  }

  /// ``choose(_:outcomes:weights:folds:threadCount:)``, calling `checkpoint` after every fold of every shape.
  ///
  /// - Throws: as there, and `CancellationError` where `checkpoint` does.
  public func choose(
    _ points: Matrix, outcomes: [Bool], weights: [Double]? = nil, folds: [ValidationFold], threadCount: Int? = nil,
    checkpoint: Checkpoint
  ) throws -> Result {
    try requireTrials()
    guard outcomes.count == points.rowCount else {
      throw KernelError.sampleCount(expected: points.rowCount, found: outcomes.count)
    }
    let weights = try FeatureBasis.checkedWeights(weights, sampleCount: points.rowCount)
    let samples = Samples(points: points, outcomes: outcomes, weights: weights)
    let usable = try samples.usable(folds)
    var trials: [Trial] = []
    var best: (trial: Trial, heldOut: [Prediction])?
    for (index, shape) in shapes.enumerated() {
      let predictions = try predictions(of: samples, shape: shape, folds: usable, threadCount: threadCount) { done in
        try checkpoint(
          FitProgress(completedCount: index * usable.count + done, maximumCount: shapes.count * usable.count))
      }
      var found: [(trial: Trial, heldOut: [Prediction])] = []
      for (penalty, heldOut) in zip(penalties, predictions) {
        found.append((Trial(shape: shape, penalty: penalty, logLoss: samples.logLoss(of: heldOut)), heldOut))
      }
      trials += found.map(\.trial)
      for one in found.sorted(by: { $0.trial.penalty > $1.trial.penalty })
      where one.trial.logLoss < best?.trial.logLoss ?? .infinity { best = one }
    }
    guard let best else {
      throw KernelError.parameter(name: "folds", value: 0, allowed: "samples with finite log-loss")
    }
    let parameters = LogisticRegression(penalty: best.trial.penalty, shape: best.trial.shape)
    let model = try parameters.fit(points, outcomes: outcomes, weights: weights, threadCount: threadCount)
    return Result(parameters: parameters, model: model, trials: trials, heldOut: best.heldOut)
  }

  private func requireTrials() throws(KernelError) {
    guard !shapes.isEmpty else { throw .parameter(name: "shapes", value: 0, allowed: "at least one") }
    guard !penalties.isEmpty else { throw .parameter(name: "penalties", value: 0, allowed: "at least one") }
  }

  /// By penalty, the predictions for all samples held out; `checkpoint` gets the number of folds that are done.
  private func predictions(
    of samples: Samples, shape: FeatureShape, folds: [(index: Int, fold: ValidationFold)], threadCount: Int?,
    checkpoint: (Int) throws -> Void
  ) throws -> [[Prediction]] {
    var predictions = Array(repeating: [Prediction](), count: penalties.count)
    for (done, (index, fold)) in folds.enumerated() {
      let models = try LogisticRegression(shape: shape).path(
        over: penalties, samples.points.selectingRows(fold.training),
        outcomes: fold.training.map { samples.outcomes[$0] }, weights: fold.training.map { samples.weights[$0] },
        threadCount: threadCount)
      // All models of a path have the same columns.
      let columns = try models[0].basis.transform(samples.points.selectingRows(fold.heldOut))
      for (place, model) in models.enumerated() {
        predictions[place] += zip(fold.heldOut, model.logOdds(ofColumns: columns)).map {
          Prediction(sample: $0, fold: index, probability: .probability(ofLogOdds: $1))
        }
      }
      try checkpoint(done + 1)
    }
    return predictions
  }

  /// Samples with their outcomes.
  private struct Samples {
    let points: Matrix
    let outcomes: [Bool]
    let weights: [Double]

    /// The folds that can be learned from and scored, with their indices.
    func usable(_ folds: [ValidationFold]) throws(KernelError) -> [(index: Int, fold: ValidationFold)] {
      for fold in folds {
        if let wrong = (fold.training + fold.heldOut).first(where: { !outcomes.indices.contains($0) }) {
          throw .parameter(name: "folds", value: Double(wrong), allowed: "indices of samples")
        }
      }
      let usable = folds.enumerated().filter { _, fold in
        Set(fold.training.lazy.filter { weights[$0] > 0 }.map { outcomes[$0] }).count == 2
          && fold.heldOut.contains { weights[$0] > 0 }
      }
      guard !usable.isEmpty else {
        throw .parameter(name: "folds", value: 0, allowed: "at least one fold that can be learned from and scored")
      }
      return usable.map { (index: $0.offset, fold: $0.element) }
    }

    func logLoss(of predictions: [Prediction]) -> Double {
      var (sum, total) = (0.0, 0.0)
      for prediction in predictions {
        let weight = weights[prediction.sample]
        sum += weight * Double.logLoss(of: prediction.probability, outcome: outcomes[prediction.sample])
        total += weight
      }
      return sum / total
    }
  }
}
