extension PopulationStability.Reference {
  /// How far a column has moved.
  public struct ColumnDrift: Hashable, Sendable, Codable {
    /// The population stability index, 0 or more.
    ///
    /// A bin that is empty on one side only counts there as half a sample of the smaller side, though as no larger
    /// share than on the other side; a bin that is empty on both sides counts nothing.
    public let index: Double
    /// The index to expect without drift: (bins that are not empty on both sides − 1)·(1/*n* + 1/*m*).
    public let expectedIndex: Double
    /// Probability of an index of this size or more without drift; an approximation that asks for about five samples
    /// a bin. With many columns correct it by ``Statistics/falseDiscoveryQValues(_:hypothesisCount:)``.
    public let pValue: Double
    /// Share of missing values in the reference.
    public let referenceMissingShare: Double
    /// Share of missing values now.
    public let missingShare: Double

    /// What the index means: ``Level/none`` below 0.1 and wherever `pValue` is above `significance`.
    public func level(significance: Double = 0.01) -> Level {
      guard pValue <= significance, index >= 0.1 else { return .none }
      return index >= 0.25 ? .major : .moderate
    }
  }

  /// How much a distribution has changed, by the conventional limits 0.1 and 0.25.
  public enum Level: String, Hashable, Sendable, Codable, CaseIterable {
    /// Nothing of note, or nothing that chance could not do.
    case none
    /// Worth a look.
    case moderate
    /// What was learned from the reference may no longer hold.
    case major
  }

  /// The drift of all columns.
  public struct Report: Hashable, Sendable, Codable {
    /// One column each.
    public let columns: [ColumnDrift]

    /// The column with the largest index, of equals the first; `nil` without columns.
    public var largestDriftColumn: Int? {
      columns.indices.max { (columns[$0].index, $1) < (columns[$1].index, $0) }
    }
    /// The largest index; 0 without columns.
    public var maximumIndex: Double { columns.map(\.index).max() ?? 0 }
    /// The mean index; 0 without columns.
    public var meanIndex: Double { Statistics.mean(of: columns.map(\.index)) ?? 0 }
  }

  /// Compares `points`, one sample a row, with the reference. O(columns · rows · log bins).
  ///
  /// - Throws: ``KernelError``: `columnCount` if the number of columns differs, `noSamples` without rows or where the
  ///   reference counts none.
  public func drift(of points: Matrix, threadCount: Int? = nil) throws(KernelError) -> Report {
    guard points.columnCount == columns.count else {
      throw .columnCount(expected: columns.count, found: points.columnCount)
    }
    guard points.rowCount > 0, columns.allSatisfy({ $0.counts.contains { $0 > 0 } }) else { throw .noSamples }
    return Report(
      columns: concurrentMap(count: columns.count, threadCount: threadCount) { column in
        let counts = Self.counts(of: points.column(column), edges: columns[column].edges)
        return ColumnDrift(from: columns[column].counts, to: counts)
      })
  }
}

extension PopulationStability.Reference.ColumnDrift {
  /// - Precondition: both have the same number of bins, missing ones last, and a sample at least.
  init(from reference: [Int], to current: [Int]) {
    let (count, currentCount) = (Double(reference.reduce(0, +)), Double(current.reduce(0, +)))
    let halfSample = 0.5 / min(count, currentCount)
    var (index, binCount) = (0.0, 0)
    for (before, now) in zip(reference, current) where before > 0 || now > 0 {
      let (share, currentShare) = (Double(before) / count, Double(now) / currentCount)
      let first = before > 0 ? share : min(halfSample, currentShare)
      let second = now > 0 ? currentShare : min(halfSample, share)
      index += (second - first) * Double.log(second / first)
      binCount += 1
    }
    let scale = 1 / count + 1 / currentCount
    self.index = index
    expectedIndex = Double(binCount - 1) * scale
    pValue = binCount > 1 ? ChiSquareDistribution(degreesOfFreedom: binCount - 1).upperTail(index / scale) : 1
    referenceMissingShare = Double(reference.last ?? 0) / count
    missingShare = Double(current.last ?? 0) / currentCount
  }
}
