/// Segments of waiting times that differ by their mean: 2·*n*·log(mean).
public struct ExponentialCost: SegmentCost {
  /// Number of samples.
  public let sampleCount: Int
  /// 1.
  public var minimumLength: Int { 1 }
  /// A mean.
  public var parameterCount: Int { 1 }
  private let sums: PrefixSums
  private let leastMean: Double

  /// Takes waiting times, such as gaps between visits. O(*n*).
  ///
  /// - Parameters:
  ///   - waits: not negative.
  ///   - leastMeanShare: the mean of a segment is at least this share of the series' own, so that a wait of 0 does not
  ///     make a segment of infinite likelihood. Positive and at most 1.
  /// - Throws: ``KernelError``: `noSamples`, `notFinite`, `parameter` for a negative wait or a share out of range.
  public init(_ waits: [Double], leastMeanShare: Double = 1e-3) throws(KernelError) {
    try requireSeries(waits)
    if let negative = waits.first(where: { $0 < 0 }) {
      throw .parameter(name: "waits", value: negative, allowed: "0 or more")
    }
    guard leastMeanShare > 0, leastMeanShare <= 1 else {
      throw .parameter(name: "leastMeanShare", value: leastMeanShare, allowed: "above 0, at most 1")
    }
    let mean = Statistics.mean(of: waits) ?? 0
    sampleCount = waits.count
    sums = PrefixSums(mean > 0 ? waits.map { $0 / mean } : waits)
    leastMean = leastMeanShare
  }

  /// 2·*n*·log(mean), the series having mean 1. O(1).
  public func cost(of segment: Range<Int>) -> Double {
    let length = Double(segment.count)
    let mean = sums.sum(segment) / length
    // The greatest likelihood among the means allowed; without a limit the last two terms cancel.
    let allowed = max(leastMean, mean)
    return 2 * length * (Double.log(allowed) + mean / allowed - 1)
  }
}
