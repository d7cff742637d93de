/// The shortest arc of a circle that holds a given share of points, such as the hours in which most visits begin.
///
/// The test is for points that gather in one place, however few they are and however close together: Rayleigh's
/// approximation cannot tell four points at one place from four near each other, and four at one place are plenty.
public struct ShortestArc: Hashable, Sendable, Codable {
  /// Where it begins, in turns, 0..<1. It runs from a point to a point.
  public let start: Double
  /// Its length in turns, 0..<1.
  public let length: Double
  /// How many points had to be inside; ties may add to them.
  public let pointCount: Int
  /// Probability that as many of independent, uniform points have so short an arc, an upper bound.
  public let pValue: Double

  /// Finds the arc; of equally short ones the first from 0. `nil` without points. O(*n* log *n*).
  ///
  /// The bound is Bonferroni's over the points that an arc of length w can begin with: *n* · P(X ≥ *k* − 1), X
  /// binomial of *n* − 1 trials of probability w. It is exact for *k* = *n* and w ≤ ½, where no two points can both
  /// begin such an arc. (For what is known of the exact probability see Naus, JASA 77 (1982),
  /// doi:10.1080/01621459.1982.10477783.)
  ///
  /// - Parameters:
  ///   - turns: the places of the points, in 0..<1.
  ///   - share: of the points that the arc has to hold, above 0, at most 1.
  /// - Precondition: `share` is in range.
  public init?(of turns: [Double], share: Double) {
    precondition(share > 0 && share <= 1, "a share lies between 0 and 1")
    guard !turns.isEmpty else { return nil }
    let sorted = turns.sorted()
    let count = sorted.count
    let needed = min(count, max(1, Int((share * Double(count)).rounded(.up))))
    var (best, shortest) = (0, Double.infinity)
    for first in 0..<count {
      let last = first + needed - 1
      let end = last < count ? sorted[last] : sorted[last - count] + 1
      if end - sorted[first] < shortest { (best, shortest) = (first, end - sorted[first]) }
    }
    start = sorted[best]
    length = max(0, shortest)
    pointCount = needed
    let others = BinomialDistribution(trialCount: count - 1, probability: min(1, length))
    pValue = min(1, Double(count) * others.upperTail(needed - 1))
  }

  /// Whether a place, in 0..<1, lies inside.
  public func contains(_ turn: Double) -> Bool {
    let distance = turn - start
    return (distance < 0 ? distance + 1 : distance) <= length
  }
}
