/// How long users' gaps between visits are and how much users differ, so that a user with few gaps is judged by the
/// population and one with many by their own.
///
/// The logarithm of a user's gaps is normal with a mean and a variance of the user's own; over users these have the
/// normal–scaled-inverse-chi-square distribution, the conjugate prior (Gelman et al., "Bayesian Data Analysis", 3rd
/// edition, section 3.3). The prior's mean, κ and scale are estimated from all users (empirical Bayes, by moments).
public struct GapPopulation: Hashable, Sendable, Codable {
  /// The mean of the logarithm of gaps, over users.
  public let logMean: Double
  /// The pooled variance of the logarithm of gaps within users, positive.
  public let logVariance: Double
  /// How many gaps the population's mean weighs as much as: the variance within over that between users.
  public let meanStrength: Double
  /// The most gaps that the population's mean may weigh as much as: where nearly all users are alike, the one who is not
  /// is still judged by their own gaps, even few.
  public static let greatestMeanStrength = 4.0

  /// How many gaps the population's variance weighs as much as.
  public let varianceStrength: Double

  /// Learns from users' gaps. O(gaps).
  ///
  /// The variance between users is that of the analysis of variance for unequal counts (Searle, Casella and McCulloch,
  /// "Variance Components", 1992, section 3.6). Where users differ no more than chance has it, `meanStrength` is
  /// limited to ``greatestMeanStrength``; where all gaps of a user are equal for every user the variance within is 10⁻⁶.
  ///
  /// - Parameters:
  ///   - gaps: by user; positive, in any unit. Users without gaps are left out.
  ///   - varianceStrength: how many gaps the population's variance weighs as much as, above 2 (where the
  ///     prior begins to have a mean): the more, the more alike users' variances are taken to be.
  /// - Throws: ``KernelError``: `noSamples` without any gap, `parameter` for a gap that is not positive and finite, or
  ///   a strength out of range.
  public init(gapsByUser gaps: [[Double]], varianceStrength: Double = 6) throws(KernelError) {
    var statistics = GapStatistics()
    for own in gaps { try statistics.add(own) }
    try self.init(statistics, varianceStrength: varianceStrength)
  }

  /// Learns from what was kept of users' gaps, as ``init(gapsByUser:varianceStrength:)`` does from the gaps themselves.
  ///
  /// - Throws: ``KernelError``: `noSamples` without any gap, `parameter` for a strength out of range.
  /// - Complexity: O(different counts of gaps).
  public init(_ statistics: GapStatistics, varianceStrength: Double = 6) throws(KernelError) {
    guard varianceStrength > 2, varianceStrength.isFinite else {
      throw .parameter(name: "varianceStrength", value: varianceStrength, allowed: "a finite number above 2")
    }
    guard let grandMean = statistics.gaps.mean else { throw .noSamples }
    let groups = statistics.groups
    let (userCount, count) = (Double(statistics.userCount), Double(statistics.gapCount))
    let between = groups.reduce(0.0) { sum, group in
      let users = Double(group.means.count)
      let difference = (group.means.mean ?? 0) - grandMean
      return sum + group.gapCount * users * ((group.means.populationVariance ?? 0) + difference * difference)
    }
    let sumOfSquares = groups.reduce(0) { $0 + $1.gapCount * $1.gapCount * Double($1.means.count) }
    let variance = max(
      1e-6,
      count > userCount ? statistics.squaresWithin / (count - userCount) : statistics.gaps.sampleVariance ?? 1)
    let effective = userCount > 1 ? (count - sumOfSquares / count) / (userCount - 1) : 0
    let spread = userCount > 1 ? (between / (userCount - 1) - variance) / effective : 0
    logVariance = variance
    meanStrength =
      spread > 0 ? min(Self.greatestMeanStrength, variance / spread) : (userCount > 1 ? Self.greatestMeanStrength : 1)
    self.varianceStrength = varianceStrength
    // Users weigh by what their mean tells of the population's.
    var (sum, total) = (0.0, 0.0)
    for group in groups {
      let weight = group.gapCount / (group.gapCount + meanStrength) * Double(group.means.count)
      sum += weight * (group.means.mean ?? 0)
      total += weight
    }
    logMean = sum / total
  }

  /// What to expect of the next gap of a user with these gaps, which may be none. O(gaps).
  ///
  /// - Throws: ``KernelError``: `parameter` for a gap that is not positive and finite.
  public func nextGap(after gaps: [Double]) throws(KernelError) -> GapForecast {
    try requirePositive(gaps)
    let moments = Moments(of: gaps.lazy.map { Double.log($0) })
    let count = Double(moments.count)
    let (mean, squares) = (moments.mean ?? logMean, (moments.populationVariance ?? 0) * count)
    let (strength, freedom) = (meanStrength + count, varianceStrength + count)
    let difference = mean - logMean
    // The prior whose mean is the population's variance: its scale is below by (ν − 2)/ν.
    let scale =
      ((varianceStrength - 2) * logVariance + squares + meanStrength * count / strength * difference * difference)
      / freedom
    return GapForecast(
      logMean: (meanStrength * logMean + count * mean) / strength,
      logScale: (scale * (1 + 1 / strength)).squareRoot(), degreesOfFreedom: freedom)
  }
}
