/// The population stability index: how far the distribution of every column has moved since a reference was taken.
///
/// For shares p of the reference and q of today in the same bins: Σ (q − p)·ln(q / p). By convention in credit scoring
/// (Siddiqi, "Credit Risk Scorecards", 2006) below 0.1 nothing of note has changed, from 0.1 on the change is moderate,
/// from 0.25 on it is major. These limits ignore how many samples there are: with *n* and *m* samples and *B* bins
/// without any drift the index is on average about (*B* − 1)·(1/*n* + 1/*m*), and divided by 1/*n* + 1/*m* it follows
/// about a χ² distribution with *B* − 1 degrees of freedom (Yurdakul, "Statistical properties of population stability
/// index", Western Michigan University, 2018). So every index comes with that expectation and a p-value, and small
/// samples signal no drift by chance.
///
/// Bins are bounded by the reference's quantiles. A value that fills a bin or more by itself, such as 0 in counts, gets
/// a bin of its own, and missing values (NaN) get one as well. Infinite values are in the outermost bins.
public struct PopulationStability: Hashable, Sendable, Codable {
  /// Bins that the quantiles of a column bound, at least 2; values with a bin of their own may add some.
  public var binCount: Int

  /// Makes parameters.
  public init(binCount: Int = 10) { self.binCount = binCount }

  /// Takes the distribution of every column of `points`, one sample a row, as the reference.
  ///
  /// O(columns · rows · log rows). The result does not depend on `threadCount`.
  ///
  /// - Throws: ``KernelError``: `noSamples` without rows, `parameter` for a `binCount` below 2.
  public func fit(_ points: Matrix, threadCount: Int? = nil) throws(KernelError) -> Reference {
    guard points.rowCount > 0 else { throw .noSamples }
    guard binCount >= 2 else { throw .parameter(name: "binCount", value: Double(binCount), allowed: "2 or more") }
    return Reference(
      columns: concurrentMap(count: points.columnCount, threadCount: threadCount) { column in
        let values = points.column(column)
        let edges = edges(of: values)
        return Reference.Column(edges: edges, counts: Reference.counts(of: values, edges: edges))
      })
  }

  /// Inclusive upper bounds of all bins but the last, ascending.
  private func edges(of values: [Double]) -> [Double] {
    let sorted = Statistics.sortedPresent(values)
    let quantiles = (0...binCount).compactMap {
      Statistics.quantile(Double($0) / Double(binCount), ofSorted: sorted)
    }
    var edges = Set(quantiles.dropFirst().dropLast().filter(\.isFinite))
    for (value, next) in zip(quantiles, quantiles.dropFirst()) where value == next && value.isFinite {
      edges.insert(value)
      edges.insert(value.nextDown)
    }
    return edges.sorted()
  }

  /// What a reference remembers of its columns: bounds and counts, no sample.
  public struct Reference: Hashable, Sendable, Codable {
    /// One column each.
    public let columns: [Column]

    /// The distribution of one column.
    public struct Column: Hashable, Sendable, Codable {
      /// Inclusive upper bounds of all bins but the last, ascending; a value is in the first bin whose bound it does
      /// not pass. Empty where the column had no value.
      public let edges: [Double]
      /// Samples in every bin, `edges.count + 2` of them; the last are the missing ones.
      public let counts: [Int]
    }

    static func counts(of values: [Double], edges: [Double]) -> [Int] {
      var counts = Array(repeating: 0, count: edges.count + 2)
      for value in values {
        counts[value.isNaN ? edges.count + 1 : firstIndex(notBelow: value, in: edges)] += 1
      }
      return counts
    }

    /// The number of edges below `value`, by bisection.
    private static func firstIndex(notBelow value: Double, in edges: [Double]) -> Int {
      var (low, high) = (0, edges.count)
      while low < high {
        let middle = (low + high) / 2
        if edges[middle] < value { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }
}
