/// Segments that differ by their mean, with normal noise of one known variance: squared deviations from the segment's
/// mean over the variance, summed over all columns of a series.
public struct MeanShiftCost: SegmentCost {
  /// Number of samples.
  public let sampleCount: Int
  /// 1.
  public var minimumLength: Int { 1 }
  /// One mean a column.
  public let parameterCount: Int
  private let sums: [PrefixSums]
  private let squares: PrefixSums

  /// Takes a series of one column. O(*n*).
  ///
  /// - Parameter variance: of the noise, positive; 1 gives plain squared deviations. ``noiseVariance(of:)`` estimates
  ///   it whatever the changes of the mean are.
  /// - Throws: as ``init(columns:variances:)``.
  public init(_ values: [Double], variance: Double = 1) throws(KernelError) {
    try self.init(columns: [values], variances: [variance])
  }

  /// Takes a series of several columns, whose means change together. O(*n* · columns).
  ///
  /// - Parameters:
  ///   - columns: of equal length.
  ///   - variances: of the noise by column, positive.
  /// - Throws: ``KernelError``: `noSamples`; `columnCount` unless there is a variance a column; `sampleCount` for
  ///   columns of different length; `notFinite` for a value that is not, or above 1e150 in size; `parameter` for a
  ///   variance out of range.
  public init(columns: [[Double]], variances: [Double]) throws(KernelError) {
    guard let count = columns.first?.count, count > 0 else { throw .noSamples }
    guard variances.count == columns.count else {
      throw .columnCount(expected: columns.count, found: variances.count)
    }
    var allSquares = Array(repeating: 0.0, count: count)
    var sums: [PrefixSums] = []
    for (column, (values, variance)) in zip(columns, variances).enumerated() {
      guard values.count == count else { throw .sampleCount(expected: count, found: values.count) }
      guard variance > 0, variance.isFinite else {
        throw .parameter(name: "variance", value: variance, allowed: "a finite number above 0")
      }
      if let row = values.firstIndex(where: { !(abs($0) <= 1e150) }) { throw .notFinite(row: row, column: column) }
      // Centred first, so that far from the origin squares do not swallow the deviations.
      let mean = Statistics.mean(of: values) ?? 0
      let scale = 1 / variance.squareRoot()
      let scaled = values.map { ($0 - mean) * scale }
      for (index, value) in scaled.enumerated() { allSquares[index] += value * value }
      sums.append(PrefixSums(scaled))
    }
    sampleCount = count
    parameterCount = columns.count
    self.sums = sums
    squares = PrefixSums(allSquares)
  }

  /// Takes columns whose unit is their own standard deviation over the whole series, as the Turing Change Point
  /// Benchmark prepares them: changes must be large beside the series' own spread, and no noise has to be estimated.
  ///
  /// The prudent choice for series with trends, seasons or neighbours that are alike; it finds fewer and larger changes
  /// than ``noiseVariance(of:)`` and none that are small. A constant column adds nothing.
  ///
  /// - Throws: as ``init(columns:variances:)``.
  public init(standardizing columns: [[Double]]) throws(KernelError) {
    let variances = columns.map { column in
      // NaN and infinity are for the other initialiser to report.
      Statistics.sampleVariance(of: column).flatMap { $0 > 0 && $0.isFinite ? $0 : nil } ?? 1
    }
    try self.init(columns: columns, variances: variances)
  }

  /// Squared deviations over the variance, not negative. O(columns).
  public func cost(of segment: Range<Int>) -> Double {
    let length = Double(segment.count)
    var explained = 0.0
    for column in sums {
      let sum = column.sum(segment)
      explained += sum * sum / length
    }
    return max(0, squares.sum(segment) - explained)
  }

  /// The variance of the noise about a mean that changes now and then, from differences of neighbours; `nil` where
  /// there are fewer than two samples, or where half of the differences or more are the same.
  ///
  /// Half the squared, scaled median absolute deviation of the differences (1.4826, consistent for normal noise): a
  /// change of the mean is one outlier among them. Noise must be independent from sample to sample; where neighbours
  /// are alike (positive autocorrelation) the estimate is too small and too many changes are found. O(*n* log *n*).
  public static func noiseVariance(of values: [Double]) -> Double? {
    let differences = zip(values.dropFirst(), values).map { $0 - $1 }
    guard let centre = Statistics.median(of: differences),
      let deviation = Statistics.median(of: differences.map { abs($0 - centre) }), deviation > 0
    else { return nil }
    let scale = 1.482602218505602 * deviation
    return scale * scale / 2
  }
}
