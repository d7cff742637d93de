/// Segments that differ by a straight line, with normal noise of one known variance: weighted squared deviations from
/// the segment's own line over the variance.
///
/// For series that rise or fall steadily, which costs of constant levels would cut into stairs.
public struct LinearTrendCost: SegmentCost {
  /// Number of samples.
  public let sampleCount: Int
  /// 2: one sample has no slope.
  public var minimumLength: Int { 2 }
  /// A level and a slope.
  public var parameterCount: Int { 2 }
  private let variance: Double
  private let middle: Double
  private let weights: PrefixSums
  private let times: PrefixSums
  private let timeSquares: PrefixSums
  private let values: PrefixSums
  private let products: PrefixSums
  private let squares: PrefixSums
  private let mean: Double

  /// Takes a series, one sample a unit of time. O(*n*).
  ///
  /// - Parameters:
  ///   - weights: positive, one a sample: what 1 over its variance is proportional to. `nil` for samples that are all
  ///     alike.
  ///   - variance: of the noise of a sample with the weight 1, positive.
  /// - Throws: ``KernelError``: `noSamples`; `notFinite` for a value or weight that is not, or above 1e150 in size;
  ///   `sampleCount` unless there is a weight a value; `parameter` for a weight or variance out of range.
  public init(_ values: [Double], weights: [Double]? = nil, variance: Double = 1) throws(KernelError) {
    try requireSeries(values)
    let weights = weights ?? Array(repeating: 1, count: values.count)
    guard weights.count == values.count else { throw .sampleCount(expected: values.count, found: weights.count) }
    try requireSeries(weights)
    if let least = weights.first(where: { $0 <= 0 }) {
      throw .parameter(name: "weights", value: least, allowed: "above 0")
    }
    guard variance > 0, variance.isFinite else {
      throw .parameter(name: "variance", value: variance, allowed: "a finite number above 0")
    }
    // Centred first, so that far from the origin squares do not swallow the deviations.
    let mean = Statistics.mean(of: values) ?? 0
    let middle = Double(values.count - 1) / 2
    self.mean = mean
    self.middle = middle
    self.variance = variance
    sampleCount = values.count
    self.weights = PrefixSums(weights)
    times = PrefixSums(weights.indices.lazy.map { weights[$0] * (Double($0) - middle) })
    timeSquares = PrefixSums(weights.indices.lazy.map { weights[$0] * (Double($0) - middle) * (Double($0) - middle) })
    self.values = PrefixSums(weights.indices.lazy.map { weights[$0] * (values[$0] - mean) })
    products = PrefixSums(weights.indices.lazy.map { weights[$0] * (Double($0) - middle) * (values[$0] - mean) })
    squares = PrefixSums(weights.indices.lazy.map { weights[$0] * (values[$0] - mean) * (values[$0] - mean) })
  }

  /// Weighted squared deviations from the segment's line over the variance, not negative. O(1).
  public func cost(of segment: Range<Int>) -> Double {
    let moments = moments(of: segment)
    let explained = moments.timeSpread > 0 ? moments.product * moments.product / moments.timeSpread : 0
    return max(0, moments.valueSpread - explained) / variance
  }

  /// The line of a segment, and how well it is known.
  public struct Line: Hashable, Sendable {
    /// The weighted mean of the samples' indices.
    public let center: Double
    /// The value at ``center``.
    public let level: Double
    /// Change from sample to sample.
    public let slope: Double
    /// The variance of ``level``.
    public let levelVariance: Double
    /// The variance of ``slope``, independent of the level's.
    public let slopeVariance: Double

    /// The value at a place, in samples from the first of the series. O(1).
    public func value(at place: Double) -> Double { level + slope * (place - center) }

    /// The variance of ``value(at:)``. O(1).
    public func variance(at place: Double) -> Double {
      levelVariance + slopeVariance * (place - center) * (place - center)
    }
  }

  /// The least-squares line of a segment. O(1).
  ///
  /// - Precondition: `segment` lies within the samples and has two at least.
  public func line(of segment: Range<Int>) -> Line {
    precondition(segment.count >= 2, "a line takes two samples")
    let (moments, weight) = (moments(of: segment), weights.sum(segment))
    return Line(
      center: middle + times.sum(segment) / weight, level: mean + values.sum(segment) / weight,
      slope: moments.product / moments.timeSpread, levelVariance: variance / weight,
      slopeVariance: variance / moments.timeSpread)
  }

  /// Weighted sums of squares and products about the segment's means.
  private func moments(of segment: Range<Int>) -> (timeSpread: Double, valueSpread: Double, product: Double) {
    let (weight, time, value) = (weights.sum(segment), times.sum(segment), values.sum(segment))
    return (
      timeSquares.sum(segment) - time * time / weight, squares.sum(segment) - value * value / weight,
      products.sum(segment) - time * value / weight
    )
  }
}
