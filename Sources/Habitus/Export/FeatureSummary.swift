public import HabitusModel
internal import Synchronization

/// How the values of one feature are spread over users.
public struct FeatureSummary: Sendable, Equatable {
  /// The feature.
  public let definition: FeatureDefinition
  /// Number of users that have a value.
  public let count: Int
  /// Share of the users that have a value, 0…1; `nil` without users.
  public let shareWithValue: Double?
  /// Smallest value, lower quartile, median, upper quartile, largest value; `nil` where nobody has a value.
  ///
  /// Quartiles are interpolated linearly between neighbours (definition 7 of Hyndman and Fan 1996).
  public let quantiles: [Double]?
}

extension FeatureExtractor {
  /// How the values of each feature of `table` are spread, in the order of the columns.
  ///
  /// - Complexity: O(users) expected for each feature.
  public func summaries(of table: FeatureTable) async throws -> [FeatureSummary] {
    try await workspace.offloaded { table.summaries(workers: workspace.workers) }
  }
}

extension FeatureTable {
  /// How the values of each feature are spread, in the order of the columns.
  ///
  /// - Complexity: O(users) expected for each feature.
  public func summaries(workers: Int = 1) -> [FeatureSummary] {
    let summaries = Mutex([FeatureSummary?](repeating: nil, count: definitions.count))
    let (width, rowCount) = (definitions.count, users.count)
    // Neighbouring columns lie in the same cache lines of the rows, so a few are taken out together.
    let groupSize = 4
    // What runs in the parts throws nothing, so there is nothing to catch.
    try? Parallel.forEach(
      (width + groupSize - 1) / groupSize, workers: workers,
      makeState: { [Double](repeating: 0, count: (groupSize + 1) * rowCount) }
    ) { buffer, group in
      let columns = group * groupSize..<min(width, (group + 1) * groupSize)
      buffer.withUnsafeMutableBufferPointer { buffer in
        let scratch = UnsafeMutableBufferPointer(rebasing: buffer[(groupSize * rowCount)...])
        for (index, count) in gatherPresentValues(columns, into: buffer).enumerated() {
          let present = UnsafeMutableBufferPointer(rebasing: buffer[index * rowCount..<index * rowCount + count])
          let summary = Self.summary(definitions[columns.lowerBound + index], present, scratch, of: rowCount)
          summaries.withLock { $0[columns.lowerBound + index] = summary }
        }
      }
    }
    return summaries.withLock { $0.compactMap(\.self) }
  }

  /// Writes the values that there are, column by column, each in a stretch of `users.count` places.
  ///
  /// - Returns: how many there are in each of `columns`.
  private func gatherPresentValues(
    _ columns: Range<Int>, into buffer: UnsafeMutableBufferPointer<Double>
  ) -> [Int] {
    let (rowCount, width) = (users.count, definitions.count)
    var counts = [Int](repeating: 0, count: columns.count)
    values.withUnsafeBufferPointer { values in
      counts.withUnsafeMutableBufferPointer { counts in
        for row in 0..<rowCount {
          for index in 0..<counts.count {
            // Without a branch: what is no value is overwritten by the next one.
            let value = values[row &* width &+ columns.lowerBound &+ index]
            buffer[index &* rowCount &+ counts[index]] = value
            counts[index] &+= value.isNaN ? 0 : 1
          }
        }
      }
    }
    return counts
  }

  private static func summary(
    _ definition: FeatureDefinition, _ values: UnsafeMutableBufferPointer<Double>,
    _ scratch: UnsafeMutableBufferPointer<Double>, of userCount: Int
  ) -> FeatureSummary {
    let share = userCount > 0 ? Double(values.count) / Double(userCount) : nil
    guard !values.isEmpty else {
      return FeatureSummary(definition: definition, count: 0, shareWithValue: share, quantiles: nil)
    }
    let last = values.count - 1
    let places = [0, 0.25, 0.5, 0.75, 1].map { $0 * Double(last) }
    let neighbours = places.flatMap { [Int($0), min(last, Int($0) + 1)] }
    let found = OrderStatistics.values(at: neighbours, of: values, scratch)
    let quantiles = places.enumerated().map { index, place in
      let (low, high) = (found[2 * index], found[2 * index + 1])
      let fraction = place - Double(Int(place))
      return fraction == 0 ? low : low + (high - low) * fraction
    }
    return FeatureSummary(definition: definition, count: values.count, shareWithValue: share, quantiles: quantiles)
  }
}
