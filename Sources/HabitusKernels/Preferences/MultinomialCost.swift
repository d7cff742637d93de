/// Segments that differ by the shares of some kinds among their events.
///
/// A segment costs twice its events' negative log-likelihood at its own shares, without the multinomial coefficients,
/// which are the same for every segmentation.
public struct MultinomialCost: SegmentCost {
  /// Number of samples.
  public let sampleCount: Int
  /// 1.
  public var minimumLength: Int { 1 }
  /// One less than the kinds that occur, at least 1.
  public let parameterCount: Int
  private let kindCount: Int
  /// Events from the start by sample and kind.
  private let sums: [Int]

  /// Takes a series of counts. O(*n* · kinds).
  ///
  /// - Parameter counts: by sample, of every kind; not negative, as many in every sample.
  /// - Throws: ``KernelError``: `noSamples`; `columnCount` for samples with other kinds; `parameter` for a count below
  ///   0.
  public init(counts: [[Int]]) throws(KernelError) {
    guard let kindCount = counts.first?.count else { throw .noSamples }
    var sums = Array(repeating: 0, count: kindCount)
    sums.reserveCapacity((counts.count + 1) * kindCount)
    for sample in counts {
      guard sample.count == kindCount else { throw .columnCount(expected: kindCount, found: sample.count) }
      for count in sample {
        guard count >= 0 else { throw .parameter(name: "counts", value: Double(count), allowed: "0 or more") }
        sums.append(sums[sums.count - kindCount] + count)
      }
    }
    sampleCount = counts.count
    self.kindCount = kindCount
    self.sums = sums
    parameterCount = max(1, sums.suffix(kindCount).count { $0 > 0 } - 1)
  }

  /// 2·(N·ln N − Σ n·ln n) over the segment's events; 0 without events. O(kinds).
  public func cost(of segment: Range<Int>) -> Double {
    let (start, end) = (segment.lowerBound * kindCount, segment.upperBound * kindCount)
    var (total, parts) = (0, 0.0)
    for kind in 0..<kindCount {
      let count = sums[end + kind] - sums[start + kind]
      total += count
      parts += CountLogarithms.product(count)
    }
    return max(0, 2 * (CountLogarithms.product(total) - parts))
  }
}

/// n·ln n for counts, from a table where they are small.
enum CountLogarithms {
  private static let table = [0] + (1..<4096).map { Double($0) * Double.log(Double($0)) }

  @inline(__always) static func product(_ count: Int) -> Double {
    count < 4096 ? table[count] : Double(count) * Double.log(Double(count))
  }
}
