/// Segments of normal values that differ by mean, by variance, or by both: *n*·log(variance of the segment), the
/// variance being the mean squared deviation.
public struct NormalCost: SegmentCost {
  /// Number of samples.
  public let sampleCount: Int
  /// 2: one sample has no variance.
  public var minimumLength: Int { 2 }
  /// A mean and a variance.
  public var parameterCount: Int { 2 }
  private let leastVariance: Double
  private let sums: PrefixSums
  private let squares: PrefixSums

  /// Takes a series. O(*n*).
  ///
  /// - Parameter leastVarianceShare: the variance of a segment is at least this share of the series' own, so that a few
  ///   equal values in a row do not make a segment of infinite likelihood. Positive and at most 1. Rounded data want it
  ///   near the variance of rounding.
  /// - Throws: ``KernelError``: `noSamples`, `notFinite` for a value that is not, or above 1e150 in size, `parameter`.
  public init(_ values: [Double], leastVarianceShare: Double = 1e-6) throws(KernelError) {
    try requireSeries(values)
    guard leastVarianceShare > 0, leastVarianceShare <= 1 else {
      throw .parameter(name: "leastVarianceShare", value: leastVarianceShare, allowed: "above 0, at most 1")
    }
    let moments = Moments(of: values)
    let (mean, variance) = (moments.mean ?? 0, moments.populationVariance ?? 0)
    // A unit variance changes all costs by the same amount and keeps the sums near 1; a constant series stays at 0.
    let scale = variance > 0 ? 1 / variance.squareRoot() : 1
    let scaled = values.map { ($0 - mean) * scale }
    sampleCount = values.count
    leastVariance = leastVarianceShare
    sums = PrefixSums(scaled)
    squares = PrefixSums(scaled.lazy.map { $0 * $0 })
  }

  /// *n*·log(variance), the series having variance 1. O(1).
  public func cost(of segment: Range<Int>) -> Double {
    let length = Double(segment.count)
    let sum = sums.sum(segment)
    let deviations = squares.sum(segment) - sum * sum / length
    let variance = max(0, deviations / length)
    // The greatest likelihood among the variances allowed; without a limit the last two terms cancel.
    let allowed = max(leastVariance, variance)
    return length * (Double.log(allowed) + variance / allowed - 1)
  }
}
