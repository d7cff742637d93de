/// How reviewers use a rating scale, so that a three from one who gives fives is bad and from one who gives twos good.
///
/// Ratings less the mean of their aspect are normal with a location and a variance of the reviewer's own. Over
/// reviewers locations are normal, and variances scaled inverse-chi-square (Gelman et al., "Bayesian Data Analysis",
/// 3rd edition, sections 2.6 and 5.4); these distributions are learned from everybody, and each reviewer's scale is
/// drawn to them by how few ratings there are. One rating says little of its reviewer's scale, so it counts nearly as
/// it stands. Of a reviewer who always rates alike, no rating says anything: weights near 0.
public struct RatingPopulation: Hashable, Sendable, Codable {
  /// The allowed ratings.
  public let range: ClosedRange<Double>
  /// The mean rating by aspect.
  public let aspectMeans: [UInt32: Double]
  /// The mean over all ratings, for aspects not seen.
  public let mean: Double
  /// The scale of reviewers' variances: about the variance of a typical reviewer's ratings.
  public let variance: Double
  /// How many ratings that variance weighs as much as: the larger, the more alike reviewers' variances are.
  public let varianceStrength: Double
  /// The variance of reviewers' locations.
  public let locationVariance: Double

  /// Learns from everybody's ratings.
  ///
  /// Variance and its strength have the greatest likelihood of the reviewers' sums of squares; the strength is kept in
  /// 1…10⁴ and the variance above `step`²/12, what rounding to steps has. The variance of locations is that of the
  /// analysis of variance for unequal counts (Searle, Casella and McCulloch, "Variance Components", 1992, section 3.6),
  /// at least a thousandth of the variance within. Where nobody rates twice half of the variance is taken as within.
  ///
  /// - Parameters:
  ///   - range: the allowed ratings.
  ///   - step: between neighbouring ratings, not negative.
  /// - Throws: ``KernelError``: `noSamples` without ratings; `parameter` for a rating or parameters out of range.
  /// - Complexity: O(ratings), and some hundred times O(reviewers).
  public init(
    _ ratings: [Rating], range: ClosedRange<Double> = 1...5, step: Double = 1
  ) throws(KernelError) {
    guard !ratings.isEmpty else { throw .noSamples }
    guard step >= 0, step.isFinite else {
      throw .parameter(name: "step", value: step, allowed: "a finite number of 0 or more")
    }
    try Self.require(ratings, range)
    let byAspect = Dictionary(grouping: ratings, by: \.aspect).mapValues { own in
      own.reduce(0) { $0 + $1.value } / Double(own.count)
    }
    let reviewers = Dictionary(grouping: ratings, by: \.reviewer).sorted { $0.key < $1.key }.map { _, own in
      Moments(of: own.lazy.map { $0.value - byAspect[$0.aspect, default: 0] })
    }
    let count = Double(ratings.count)
    let squares = reviewers.map { ($0.populationVariance ?? 0) * Double($0.count) }
    let within = squares.reduce(0, +)
    let between = reviewers.reduce(0) { $0 + Double($1.count) * ($1.mean ?? 0) * ($1.mean ?? 0) }
    let least = max(step * step / 12, 1e-6)
    let freedom = count - Double(reviewers.count)
    let pooled = max(least, freedom > 0 ? within / freedom : between / count / 2)
    (variance, varianceStrength) = Self.fit(
      zip(reviewers, squares).map { (Double($0.count - 1), $1) }.filter { $0.0 > 0 }, pooled: pooled, least: least)
    let unequal = count - reviewers.reduce(0) { $0 + Double($1.count * $1.count) } / count
    let moment = unequal > 0 ? (between - Double(reviewers.count - 1) * pooled) / unequal : pooled
    locationVariance = max(moment, pooled / 1_000)
    aspectMeans = byAspect
    mean = ratings.reduce(0) { $0 + $1.value } / count
    self.range = range
  }

  /// The scale of a reviewer with these ratings, which may be none. O(ratings).
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for a rating out of range.
  public func scale(of ratings: [Rating]) throws(KernelError) -> RatingScale {
    try Self.require(ratings, range)
    let moments = Moments(of: ratings.lazy.map { difference($0) })
    let count = Double(moments.count)
    let squares = (moments.populationVariance ?? 0) * count
    let freedom = varianceStrength + max(0, count - 1)
    let own = (varianceStrength * variance + squares) / freedom
    let precision = 1 / locationVariance + count / own
    return RatingScale(
      location: count / own * (moments.mean ?? 0) / precision, locationError: 1 / precision.squareRoot(),
      deviation: own.squareRoot(), degreesOfFreedom: freedom)
  }

  /// What a rating says, given its reviewer's scale. O(1).
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for a rating out of range.
  public func weight(of rating: Rating, _ scale: RatingScale) throws(KernelError) -> RatingWeight {
    try Self.require([rating], range)
    return scale.weight(ofDifference: difference(rating))
  }

  private func difference(_ rating: Rating) -> Double { rating.value - (aspectMeans[rating.aspect] ?? mean) }

  private static func require(_ ratings: [Rating], _ range: ClosedRange<Double>) throws(KernelError) {
    guard let wrong = ratings.first(where: { !range.contains($0.value) }) else { return }
    throw .parameter(
      name: "rating", value: wrong.value, allowed: "\(range.lowerBound) to \(range.upperBound)")
  }

  /// Variance and strength of greatest likelihood: the sum of squares of a reviewer with f degrees of freedom has a
  /// density in proportion to (ν·s²)^(ν/2) · Γ((ν + f)/2) / Γ(ν/2) / (ν·s² + squares)^((ν + f)/2).
  private static func fit(
    _ reviewers: [(freedom: Double, squares: Double)], pooled: Double, least: Double
  ) -> (variance: Double, strength: Double) {
    guard !reviewers.isEmpty else { return (pooled, 6) }
    let search = SimplexSearch(
      bounds: [Double.log(least)...max(Double.log(least), Double.log(pooled * 10)), 0...Double.log(1e4)],
      tolerance: 1e-7, maximumEvaluations: 200)
    let best = search.maximum(from: [Double.log(pooled), Double.log(6)], steps: [0.5, 1]) { point in
      let (variance, strength) = (Double.exp(point[0]), Double.exp(point[1]))
      let deviation = (point[1] - Double.log(6)) / 2
      return reviewers.reduce(-deviation * deviation / 2) { sum, reviewer in
        sum + Double.logGammaRise(strength / 2, by: reviewer.freedom / 2)
          + strength / 2 * Double.log(strength * variance)
          - (strength + reviewer.freedom) / 2 * Double.log(strength * variance + reviewer.squares)
      }
    }
    return (Double.exp(best.point[0]), Double.exp(best.point[1]))
  }
}
