/// Segments of counts that differ by their rate: −2·S·log(S/E) for a sum S over bins with the total exposure E.
public struct PoissonCost: SegmentCost {
  /// Number of samples.
  public let sampleCount: Int
  /// 1.
  public var minimumLength: Int { 1 }
  /// A rate.
  public var parameterCount: Int { 1 }
  private let sums: PrefixSums
  /// `nil` where every bin has the exposure 1.
  private let exposures: PrefixSums?
  private let factor: Double

  /// Takes counts of bins. O(*n*).
  ///
  /// - Parameters:
  ///   - counts: not negative; weights may stand for counts.
  ///   - exposures: what the rate is taken by in each bin, positive: its length, or the factor of its weekday. `nil`
  ///     for bins that are all alike.
  ///   - dispersion: variance over mean of the counts about a constant rate, positive: 1 for Poisson counts. Activity
  ///     of people is nearly always above 1, and taking it for 1 then finds changes that are none;
  ///     ``dispersion(of:exposures:)`` estimates it.
  /// - Throws: ``KernelError``: `noSamples`, `notFinite`, `sampleCount` unless there is an exposure a count, `parameter`
  ///   for a negative count, an exposure or a dispersion out of range.
  public init(_ counts: [Double], exposures: [Double]? = nil, dispersion: Double = 1) throws(KernelError) {
    try requireSeries(counts)
    if let negative = counts.first(where: { $0 < 0 }) {
      throw .parameter(name: "counts", value: negative, allowed: "0 or more")
    }
    if let exposures {
      guard exposures.count == counts.count else {
        throw .sampleCount(expected: counts.count, found: exposures.count)
      }
      try requireSeries(exposures)
      if let least = exposures.first(where: { $0 <= 0 }) {
        throw .parameter(name: "exposures", value: least, allowed: "above 0")
      }
    }
    guard dispersion > 0, dispersion.isFinite else {
      throw .parameter(name: "dispersion", value: dispersion, allowed: "a finite number above 0")
    }
    sampleCount = counts.count
    sums = PrefixSums(counts)
    self.exposures = exposures.map { PrefixSums($0) }
    factor = 2 / dispersion
  }

  /// −2·S·log(S/E) over the dispersion; 0 without events. O(1).
  public func cost(of segment: Range<Int>) -> Double {
    let sum = sums.sum(segment)
    guard sum > 0 else { return 0 }
    let exposure = exposures.map { $0.sum(segment) } ?? Double(segment.count)
    return -factor * sum * Double.log(sum / exposure)
  }

  /// Variance over mean about a rate that changes now and then, from differences of neighbours, at least 1; `nil` for
  /// fewer than two counts or where all are 0.
  ///
  /// The sum of (x·f − y·e)²/(e·f) over all neighbours x, y with exposures e, f, over the sum of x + y: of two counts of
  /// one rate both have the same expectation where the dispersion is 1, however small the counts; a change adds to one
  /// pair only. O(*n*).
  ///
  /// - Parameter exposures: positive, one a count; `nil` for bins that are all alike.
  public static func dispersion(of counts: [Double], exposures: [Double]? = nil) -> Double? {
    var (squares, sum) = (0.0, 0.0)
    for index in counts.indices.dropFirst() {
      let (e, f) = (exposures?[index - 1] ?? 1, exposures?[index] ?? 1)
      let difference = counts[index] * e - counts[index - 1] * f
      squares += difference * difference / (e * f)
      sum += counts[index - 1] + counts[index]
    }
    return sum > 0 ? max(1, squares / sum) : nil
  }
}
