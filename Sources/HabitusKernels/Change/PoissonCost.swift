/// Segments of counts that differ by their rate: −2·S·log(S/*n*) for a sum S over *n* bins.
public struct PoissonCost: SegmentCost {
  /// Number of samples.
  public let sampleCount: Int
  /// 1.
  public var minimumLength: Int { 1 }
  /// A rate.
  public var parameterCount: Int { 1 }
  private let sums: PrefixSums
  private let factor: Double

  /// Takes counts of bins of equal length. O(*n*).
  ///
  /// - Parameters:
  ///   - counts: not negative; weights may stand for counts.
  ///   - dispersion: variance over mean of the counts about a constant rate, positive: 1 for Poisson counts. Activity
  ///     of people is nearly always above 1, and taking it for 1 then finds changes that are none; ``dispersion(of:)``
  ///     estimates it.
  /// - Throws: ``KernelError``: `noSamples`, `notFinite`, `parameter` for a negative count or a dispersion out of
  ///   range.
  public init(_ counts: [Double], dispersion: Double = 1) throws(KernelError) {
    try requireSeries(counts)
    if let negative = counts.first(where: { $0 < 0 }) {
      throw .parameter(name: "counts", value: negative, allowed: "0 or more")
    }
    guard dispersion > 0, dispersion.isFinite else {
      throw .parameter(name: "dispersion", value: dispersion, allowed: "a finite number above 0")
    }
    sampleCount = counts.count
    sums = PrefixSums(counts)
    factor = 2 / dispersion
  }

  /// −2·S·log(S/*n*) over the dispersion; 0 without events. O(1).
  public func cost(of segment: Range<Int>) -> Double {
    let sum = sums.sum(segment)
    guard sum > 0 else { return 0 }
    return -factor * sum * Double.log(sum / Double(segment.count))
  }

  /// Variance over mean about a rate that changes now and then, from differences of neighbours, at least 1; `nil` for
  /// fewer than two counts or where all are 0.
  ///
  /// The mean of (x − y)²/(x + y) over neighbours that are not both 0, the unbiased estimate of two counts of one rate;
  /// a change adds to one pair only. O(*n*).
  public static func dispersion(of counts: [Double]) -> Double? {
    let ratios = zip(counts.dropFirst(), counts).compactMap { later, earlier -> Double? in
      let sum = later + earlier
      return sum > 0 ? (later - earlier) * (later - earlier) / sum : nil
    }
    return Statistics.mean(of: ratios).map { max(1, $0) }
  }
}
