/// A change between two neighbouring segments.
public struct LevelChange: Hashable, Sendable, Codable {
  /// The first sample of the new level.
  public let index: Int
  /// The mean of the segment before.
  public let levelBefore: Double
  /// The mean of the segment after.
  public let levelAfter: Double
  /// Twice the logarithm of the likelihood ratio: how much more the two segments would cost as one. The search wants it
  /// above the penalty, about.
  public let statistic: Double
  /// Probability of a statistic as large at the best of all places between the neighbouring changes if there were no
  /// change between those: a bound, from chi-square with the segments' parameters as degrees of freedom times the
  /// number of places (Bonferroni), at most 1.
  public let pValue: Double
}

extension Segmentation {
  /// The mean of every segment, one a segment. O(*n*).
  ///
  /// - Throws: ``KernelError/sampleCount(expected:found:)`` unless `values` has as many samples as were cut.
  public func levels(of values: [Double]) throws(KernelError) -> [Double] {
    guard values.count == sampleCount else { throw .sampleCount(expected: sampleCount, found: values.count) }
    return segments.map { segment in Statistics.mean(of: values[segment]) ?? .nan }
  }

  /// Every change with levels and significance. O(*n*).
  ///
  /// The test takes the neighbouring changes as given although the same data placed them, so that its p-values order
  /// changes and expose weak ones rather than being exact; and chi-square is a large-sample law (exact for
  /// ``MeanShiftCost`` with the true variance and normal noise), too small for segments of a few samples.
  ///
  /// - Parameters:
  ///   - values: the series, for the levels.
  ///   - cost: the one the series was cut by.
  /// - Throws: ``KernelError/sampleCount(expected:found:)`` unless both have as many samples as were cut.
  public func changes(of values: [Double], cost: some SegmentCost) throws(KernelError) -> [LevelChange] {
    guard cost.sampleCount == sampleCount else { throw .sampleCount(expected: sampleCount, found: cost.sampleCount) }
    let (levels, segments) = (try levels(of: values), segments)
    let law = ChiSquareDistribution(degreesOfFreedom: cost.parameterCount)
    return segments.indices.dropFirst().map { index in
      let (before, after) = (segments[index - 1], segments[index])
      let both = before.lowerBound..<after.upperBound
      let statistic = max(0, cost.cost(of: both) - cost.cost(of: before) - cost.cost(of: after))
      let placeCount = both.count - 2 * cost.minimumLength + 1
      return LevelChange(
        index: after.lowerBound, levelBefore: levels[index - 1], levelAfter: levels[index], statistic: statistic,
        pValue: min(1, Double(max(1, placeCount)) * law.upperTail(statistic)))
    }
  }
}
