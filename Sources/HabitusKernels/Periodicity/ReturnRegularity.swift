/// How regularly events return: gaps less varied than at random (a habit), as varied, or more (bursts and pauses).
///
/// The null: a Poisson process at a constant rate, whose gaps are exponential.
public struct ReturnRegularity: Hashable, Sendable, Codable {
  /// Number of gaps, one less than events.
  public let gapCount: Int
  /// The standard deviation of the gaps (divisor *n* − 1) over their mean: 0 for a clock, about 1 at random.
  public let coefficientOfVariation: Double
  /// (CV − 1)/(CV + 1), −1…1: −1 for a clock, 0 at random, towards 1 for bursts (Goh and Barabási, EPL 81, 2008).
  public let burstiness: Double
  /// Probability of gaps as regular or more so under the null.
  public let regularPValue: Double
  /// Probability of gaps as uneven or more so under the null.
  public let unevenPValue: Double

  /// Twice the smaller of both, at most 1.
  public var pValue: Double { min(1, 2 * min(regularPValue, unevenPValue)) }

  /// Summarises gaps; `nil` for fewer than 2 or all 0. O(*n*).
  ///
  /// The test is Moran's (J. R. Statist. Soc. B 13, 1951), the most powerful against gamma gaps, with Bartlett's
  /// correction: 2·(Σ log(mean/gap)) / (1 + (*n* + 1)/(6·*n*)) is chi-square with *n* − 1 degrees of freedom.
  ///
  /// - Parameters:
  ///   - gaps: between successive events, not negative.
  ///   - resolution: of the clock, positive: shorter gaps count as this long, for a gap of 0 would be infinitely
  ///     uneven. The test listens to short gaps: leave out the clicks of one visit.
  /// - Throws: ``KernelError``: `notFinite`, `parameter`.
  public init?(gaps: [Double], resolution: Double) throws(KernelError) {
    if let index = gaps.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: index, column: 0) }
    if let negative = gaps.first(where: { $0 < 0 }) {
      throw .parameter(name: "gaps", value: negative, allowed: "0 or more")
    }
    guard resolution > 0, resolution.isFinite else {
      throw .parameter(name: "resolution", value: resolution, allowed: "a finite number above 0")
    }
    let moments = Moments(of: gaps)
    guard gaps.count >= 2, let mean = moments.mean, mean > 0, let variance = moments.sampleVariance else { return nil }
    gapCount = gaps.count
    coefficientOfVariation = variance.squareRoot() / mean
    burstiness = (coefficientOfVariation - 1) / (coefficientOfVariation + 1)
    let raised = gaps.map { max($0, resolution) }
    let raisedMean = Statistics.mean(of: raised) ?? mean
    let count = Double(gaps.count)
    let sum = raised.reduce(0) { $0 + Double.log(raisedMean / $1) }
    let statistic = max(0, 2 * sum / (1 + (count + 1) / (6 * count)))
    unevenPValue = ChiSquareDistribution(degreesOfFreedom: gaps.count - 1).upperTail(statistic)
    regularPValue = max(0, 1 - unevenPValue)
  }
}

extension Statistics {
  /// The Fano factor of counts of equal stretches: variance (divisor *n* − 1) over mean, about 1 for a Poisson process.
  ///
  /// `nil` for fewer than two counts or where all are 0. O(*n*).
  public static func fanoFactor(ofCounts counts: [Double]) -> Double? {
    let moments = Moments(of: counts)
    guard let mean = moments.mean, mean > 0, let variance = moments.sampleVariance else { return nil }
    return variance / mean
  }

  /// The Allan factor of counts of successive equal stretches: the mean squared difference of neighbours over twice the
  /// mean, about 1 for a Poisson process. Unlike the Fano factor a slow drift of the rate hardly moves it.
  ///
  /// `nil` for fewer than two counts or where all are 0. O(*n*). Allan, Proc. IEEE 54 (1966).
  public static func allanFactor(ofCounts counts: [Double]) -> Double? {
    guard let mean = mean(of: counts), mean > 0 else { return nil }
    return self.mean(of: zip(counts.dropFirst(), counts).lazy.map { ($0 - $1) * ($0 - $1) }).map { $0 / (2 * mean) }
  }
}
