internal import Foundation
internal import HabitusKernels

/// Whether units that have a first thing have a second one more often than others, where units differ in how many chances
/// they give it: long sessions have more of everything, and so of any two things together.
///
/// Chance, by unit: each of its r chances is the second thing with the same probability, so that it has it with
/// probability 1 − exp(−θ·r); θ makes the expected number of units with it the observed one. Given that number, how many
/// of those units also have the first thing is distributed as a sum of independent draws given their total, which is
/// computed exactly; beyond ``exactWork`` by the normal distribution with correction for continuity.
///
/// Where what follows in a unit is drawn independently, and the chances of a unit are the runs of equal events among
/// those that are not the first thing, the draws do not depend on whether the unit has the first thing, and the test
/// holds. Events that come in bunches have fewer chances than events; that makes the test err on the safe side.
struct ExposureTest {
  /// How many units with both there are on average under chance.
  let expected: Double
  /// Probability of as many or more.
  let pValue: Double

  /// The most steps of the exact sum.
  static let exactWork = 50_000

  /// - Parameters:
  ///   - first: by number of chances, how many units that have the first thing there are.
  ///   - others: the same of the other units; as long as `first`.
  ///   - secondCount: units with the second thing; none of them without a chance.
  ///   - both: units with both.
  ///   - exactWork: units × units with the second thing up to which the sum is exact.
  init(first: [Int], others: [Int], secondCount: Int, both: Int, exactWork: Int = Self.exactWork) {
    let units = first.indices.dropFirst().reduce(0) { $0 + first[$1] + others[$1] }
    guard secondCount > 0, secondCount < units, both > 0 else {
      // Every unit that can have the second thing has it: nothing is left to chance.
      expected = Double(both)
      pValue = 1
      return
    }
    let rate = Self.rate(first, others, secondCount: Double(secondCount))
    let probabilities = first.indices.map { 1 - exp(-rate * Double($0)) }
    if units * secondCount <= exactWork {
      (expected, pValue) = Self.exact(first, others, probabilities, secondCount, both)
    } else {
      (expected, pValue) = Self.approximate(first, others, probabilities, both)
    }
  }

  /// θ, by Newton's method, which from below never leaps over the root of a concave sum.
  private static func rate(_ first: [Int], _ others: [Int], secondCount: Double) -> Double {
    var rate = 0.0
    for _ in 0..<100 {
      var (sum, slope) = (-secondCount, 0.0)
      for chances in first.indices where first[chances] + others[chances] > 0 {
        let (units, absent) = (Double(first[chances] + others[chances]), exp(-rate * Double(chances)))
        sum += units * (1 - absent)
        slope += units * Double(chances) * absent
      }
      guard sum < -1e-9 * secondCount, slope > 0 else { break }
      rate -= sum / slope
    }
    return rate
  }

  private static func exact(
    _ first: [Int], _ others: [Int], _ probabilities: [Double], _ secondCount: Int, _ both: Int
  ) -> (Double, Double) {
    let among = distribution(first, probabilities, limit: secondCount)
    let beside = distribution(others, probabilities, limit: secondCount)
    var (total, mean, tail) = (0.0, 0.0, 0.0)
    for count in 0...min(secondCount, among.count - 1) where secondCount - count < beside.count {
      let weight = among[count] * beside[secondCount - count]
      total += weight
      mean += weight * Double(count)
      if count >= both { tail += weight }
    }
    guard total > 0 else { return (Double(both), 1) }
    return (mean / total, min(1, tail / total))
  }

  /// The distribution of the number of units with the second thing, up to `limit` of them.
  private static func distribution(_ units: [Int], _ probabilities: [Double], limit: Int) -> [Double] {
    var distribution = [1.0]
    for chances in units.indices {
      let probability = probabilities[chances]
      for _ in 0..<units[chances] {
        if distribution.count <= limit { distribution.append(0) }
        for count in stride(from: distribution.count - 1, to: 0, by: -1) {
          distribution[count] += probability * (distribution[count - 1] - distribution[count])
        }
        distribution[0] *= 1 - probability
      }
    }
    return distribution
  }

  private static func approximate(
    _ first: [Int], _ others: [Int], _ probabilities: [Double], _ both: Int
  ) -> (Double, Double) {
    var (mean, variance, otherVariance) = (0.0, 0.0, 0.0)
    for chances in first.indices {
      let probability = probabilities[chances]
      mean += Double(first[chances]) * probability
      variance += Double(first[chances]) * probability * (1 - probability)
      otherVariance += Double(others[chances]) * probability * (1 - probability)
    }
    guard variance > 0, otherVariance > 0 else { return (Double(both), 1) }
    let deviation = (variance * otherVariance / (variance + otherVariance)).squareRoot()
    return (mean, NormalDistribution.cumulative((mean + 0.5 - Double(both)) / deviation))
  }
}
