/// The rising function of a prediction that is nearest to outcomes by least squares.
///
/// Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability estimates", KDD 2002,
/// doi:10.1145/775047.775151, by pooling adjacent violators (Ayer et al., Ann. Math. Statist. 26, 1955). Equal
/// predictions are pooled first. Between two predictions that were learned from it is linear, beyond them constant, as
/// scikit-learn's `IsotonicRegression(out_of_bounds="clip")`. It can give 0 and 1, whose log-loss is boundless.
public struct IsotonicCalibration: Hashable, Sendable, Codable {
  /// Predictions where the function may bend, ascending.
  public let predictions: [Double]
  /// Its values there, never falling, 0…1.
  public let probabilities: [Double]

  /// Learns from predictions with known outcomes. O(*n* log *n*).
  ///
  /// - Throws: ``KernelError``: `noSamples`, `sampleCount` for another number of outcomes, `parameter` for a prediction
  ///   outside 0…1.
  public init(fittedTo predictions: [Double], outcomes: [Bool]) throws(KernelError) {
    try ProbabilityScores.require(predictions, outcomes: outcomes)
    var blocks: [Block] = []
    for (prediction, outcome) in zip(predictions, outcomes).sorted(by: { $0.0 < $1.0 }) {
      let next = Block(first: prediction, last: prediction, successes: outcome ? 1 : 0, count: 1)
      if let last = blocks.last, last.last == prediction {
        blocks[blocks.count - 1].merge(next)
      } else {
        Self.pool(&blocks)
        blocks.append(next)
      }
    }
    Self.pool(&blocks)
    var (knots, values) = ([Double](), [Double]())
    for block in blocks {
      knots += block.first == block.last ? [block.first] : [block.first, block.last]
      values += Array(repeating: block.share, count: block.first == block.last ? 1 : 2)
    }
    (self.predictions, probabilities) = (knots, values)
  }

  /// The calibrated probability.
  public func callAsFunction(_ prediction: Double) -> Double {
    guard let least = predictions.first, let greatest = predictions.last, predictions.count == probabilities.count
    else { return prediction }
    guard prediction > least else { return probabilities[0] }
    guard prediction < greatest else { return probabilities[probabilities.count - 1] }
    var (low, high) = (0, predictions.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if predictions[middle] <= prediction { low = middle } else { high = middle }
    }
    let part = (prediction - predictions[low]) / (predictions[high] - predictions[low])
    return probabilities[low] + part * (probabilities[high] - probabilities[low])
  }

  /// Neighbouring predictions of one value.
  private struct Block {
    let first: Double
    var last: Double
    var successes: Int
    var count: Int

    var share: Double { Double(successes) / Double(count) }

    mutating func merge(_ next: Block) {
      last = next.last
      successes += next.successes
      count += next.count
    }
  }

  /// Joins the last block with those before it while shares do not rise, compared without rounding.
  private static func pool(_ blocks: inout [Block]) {
    while blocks.count > 1 {
      let (last, before) = (blocks[blocks.count - 1], blocks[blocks.count - 2])
      guard last.successes * before.count <= before.successes * last.count else { return }
      blocks.removeLast()
      blocks[blocks.count - 1].merge(last)
    }
  }
}
