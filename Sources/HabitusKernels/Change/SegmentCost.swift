/// How badly one set of parameters describes a stretch of a series: twice the negative logarithm of the greatest
/// likelihood, up to terms that are the same for every segmentation.
///
/// On that scale the fall of the cost at a split is the likelihood ratio, which penalties and tests refer to.
/// `ruptures` has the same costs under `l2` (``MeanShiftCost`` with variance 1) and `normal` (``NormalCost``).
public protocol SegmentCost: Sendable {
  /// Number of samples in the series.
  var sampleCount: Int { get }
  /// The fewest samples that fix a segment's parameters, at least 1.
  var minimumLength: Int { get }
  /// How many parameters a segment has.
  var parameterCount: Int { get }
  /// The cost of a segment, finite; never below the sum of the costs of two parts it is cut into.
  ///
  /// - Precondition: `segment` lies within the samples and is not shorter than the minimum.
  /// - Complexity: O(1) once the cost is built.
  func cost(of segment: Range<Int>) -> Double
  /// Writes the costs of the segments that begin at `starts` and end before `end`.
  ///
  /// The default calls ``cost(of:)``; it is a requirement so that the loop is compiled for each cost.
  func writeCosts(from starts: [Int], to end: Int, into costs: inout [Double])
}

extension SegmentCost {
  /// One call of ``cost(of:)`` a start. O(`starts`).
  public func writeCosts(from starts: [Int], to end: Int, into costs: inout [Double]) {
    costs.removeAll(keepingCapacity: true)
    for start in starts { costs.append(cost(of: start..<end)) }
  }

  /// The sum of the costs of a segmentation's parts. O(breakpoints).
  public func totalCost(breakpoints: [Int]) -> Double {
    zip([0] + breakpoints, breakpoints + [sampleCount]).reduce(0) { $0 + cost(of: $1.0..<$1.1) }
  }
}

/// Sums of a series from its start, so that any segment's sum is a difference of two.
struct PrefixSums: Hashable, Sendable {
  private let sums: [Double]

  /// O(*n*).
  init(_ values: some Sequence<Double>) {
    var sums = [0.0]
    var total = 0.0
    // What rounding loses is carried along (Neumaier 1974), so that the difference of late sums is still exact.
    var lost = 0.0
    for value in values {
      let next = total + value
      lost += abs(total) >= abs(value) ? (total - next) + value : (value - next) + total
      total = next
      sums.append(total + lost)
    }
    self.sums = sums
  }

  /// The sum over a segment. O(1).
  @inline(__always) func sum(_ segment: Range<Int>) -> Double {
    sums.withUnsafeBufferPointer { $0[segment.upperBound] - $0[segment.lowerBound] }
  }
}

/// Checks that a series can have a cost.
///
/// - Throws: ``KernelError``: `noSamples`, `notFinite` (rows are samples) beyond 1e150, where squares overflow.
func requireSeries(_ values: [Double]) throws(KernelError) {
  guard !values.isEmpty else { throw .noSamples }
  if let index = values.firstIndex(where: { !(abs($0) <= 1e150) }) { throw .notFinite(row: index, column: 0) }
}
