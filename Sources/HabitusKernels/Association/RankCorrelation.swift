/// Spearman's rank correlation of two numeric features.
public struct RankCorrelation: Hashable, Sendable, Codable {
  /// The index of the first feature.
  public let first: Int
  /// The index of the second feature.
  public let second: Int
  /// ρ, −1…1: Pearson's correlation of the ranks, ties having the mean of theirs.
  public let coefficient: Double
  /// Two-sided p-value against independence: by Student's t with *n* − 2 degrees of freedom, as in scipy; good from
  /// about 10 samples on.
  public let pValue: Double
  /// Benjamini and Hochberg's q-value among all pairs of features that vary.
  public let qValue: Double

  /// All pairs of columns that vary, by column. O(columns · *n* log *n* + columns² · *n*); the same to the bit on any
  /// number of threads.
  ///
  /// Fewer than 3 samples make no pair.
  ///
  /// - Parameter features: one sample (user) a row, one feature a column.
  /// - Throws: ``KernelError/notFinite(row:column:)``.
  public static func all(of features: Matrix, threadCount: Int? = nil) throws(KernelError) -> [RankCorrelation] {
    try features.requireFinite()
    let (rows, columns) = (features.rowCount, features.columnCount)
    guard rows >= 3 else { return [] }
    let scores = concurrentMap(count: columns, threadCount: threadCount) { column in
      standardizedRanks((0..<rows).map { features[$0, column] })
    }
    let varying = scores.indices.filter { !scores[$0].isEmpty }
    let parts = concurrentMap(count: varying.count, threadCount: threadCount) { place in
      varying[(place + 1)...].map { second in (varying[place], second, product(scores[varying[place]], scores[second]))
      }
    }
    let pairs = parts.flatMap { $0 }
    let pValues = pairs.map { pValue($0.2, sampleCount: rows) }
    return zip(pairs, zip(pValues, Statistics.falseDiscoveryQValues(pValues))).map { pair, values in
      RankCorrelation(first: pair.0, second: pair.1, coefficient: pair.2, pValue: values.0, qValue: values.1)
    }
  }

  /// Ranks less their mean, scaled to length 1; empty where all values are equal.
  private static func standardizedRanks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = Array(repeating: 0.0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end - 1) / 2 - Double(values.count - 1) / 2 }
      start = end
    }
    let length = ranks.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 0 ? ranks.map { $0 / length } : []
  }

  private static func product(_ first: [Double], _ second: [Double]) -> Double {
    var sum = 0.0
    first.withUnsafeBufferPointer { first in
      second.withUnsafeBufferPointer { second in
        for index in first.indices { sum += first[index] * second[index] }
      }
    }
    return sum.clamped(to: -1...1)
  }

  private static func pValue(_ coefficient: Double, sampleCount: Int) -> Double {
    let freedom = Double(sampleCount - 2)
    let rest = (1 - coefficient) * (1 + coefficient)
    guard rest > 0 else { return 0 }
    let statistic = abs(coefficient) * (freedom / rest).squareRoot()
    return min(1, 2 * StudentTDistribution(degreesOfFreedom: freedom).upperTail(statistic))
  }
}
