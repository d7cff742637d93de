/// How far the observed share lies from the mean prediction by chance alone, where every prediction is the true
/// probability of its sample and samples are independent.
struct ChanceDistance: Hashable, Sendable, Codable {
  /// The expectation of the distance.
  let mean: Double
  /// The variance of the distance.
  let variance: Double

  /// Where the number of outcomes varies more than this it counts as normally distributed.
  private static let greatestExactVariance = 100.0
  /// Numbers of outcomes less probable than this are left out.
  private static let leastProbability = 1e-18

  /// Adds up what each number of outcomes is worth. O(*n* · numbers of outcomes that occur).
  ///
  /// - Precondition: there is a prediction, and predictions lie in 0…1.
  init(of predictions: [Double]) {
    let count = Double(predictions.count)
    let expected = predictions.reduce(0, +)
    let varianceOfCount = predictions.reduce(0) { $0 + $1 * (1 - $1) }
    let distance =
      varianceOfCount > Self.greatestExactVariance
      ? (2 * varianceOfCount / Double.pi).squareRoot() : Self.exactDistance(predictions, expected)
    mean = distance / count
    variance = max(0, varianceOfCount - distance * distance) / (count * count)
  }

  /// The expected distance of the number of outcomes from its expectation, by the number's distribution, which one
  /// sample after the other is added to.
  private static func exactDistance(_ predictions: [Double], _ expected: Double) -> Double {
    var (first, probabilities) = (0, [1.0])
    for prediction in predictions {
      probabilities.append(0)
      for number in probabilities.indices.reversed() {
        let stays = probabilities[number] * (1 - prediction)
        probabilities[number] = stays + (number > 0 ? probabilities[number - 1] * prediction : 0)
      }
      while let last = probabilities.last, last < leastProbability { probabilities.removeLast() }
      let rare = probabilities.prefix { $0 < leastProbability }.count
      first += rare
      probabilities.removeFirst(rare)
    }
    return probabilities.enumerated().reduce(0) { $0 + $1.element * abs(Double(first + $1.offset) - expected) }
  }
}
