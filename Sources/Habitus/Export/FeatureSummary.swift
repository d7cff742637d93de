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
    let width = definitions.count
    // Neighbouring columns lie in the same cache lines of the rows, so a few are taken out together.
    let groupSize = 4
    let groups = (width + groupSize - 1) / groupSize
    // What runs in the parts throws nothing, so there is nothing to catch.
    try? Parallel.forEach(groups, workers: workers) { group in
      let columns = group * groupSize..<min(width, (group + 1) * groupSize)
      for (column, var present) in zip(columns, presentValues(columns)) {
        let summary = Self.summary(definitions[column], &present, of: users.count)
        summaries.withLock { $0[column] = summary }
      }
    }
    return summaries.withLock { $0.compactMap(\.self) }
  }

  /// For each of `columns`, the values that there are.
  private func presentValues(_ columns: Range<Int>) -> [[Double]] {
    let (rowCount, width) = (users.count, definitions.count)
    var buffer = [Double](repeating: 0, count: columns.count * rowCount)
    var counts = [Int](repeating: 0, count: columns.count)
    values.withUnsafeBufferPointer { values in
      buffer.withUnsafeMutableBufferPointer { buffer in
        counts.withUnsafeMutableBufferPointer { counts in
          for row in 0..<rowCount {
            for index in 0..<columns.count {
              // Without a branch: what is no value is overwritten by the next one.
              let value = values[row &* width &+ columns.lowerBound &+ index]
              buffer[index &* rowCount &+ counts[index]] = value
              counts[index] &+= value.isNaN ? 0 : 1
            }
          }
        }
      }
    }
    return counts.enumerated().map { Array(buffer[$0.offset * rowCount..<$0.offset * rowCount + $0.element]) }
  }

  private static func summary(
    _ definition: FeatureDefinition, _ values: inout [Double], of userCount: Int
  ) -> FeatureSummary {
    let share = userCount > 0 ? Double(values.count) / Double(userCount) : nil
    guard !values.isEmpty else {
      return FeatureSummary(definition: definition, count: 0, shareWithValue: share, quantiles: nil)
    }
    let last = values.count - 1
    let places = [0.25, 0.5, 0.75].map { $0 * Double(last) }
    let ranks = Set(places.flatMap { [Int($0), min(last, Int($0) + 1)] } + [0, last]).sorted()
    values.withUnsafeMutableBufferPointer { OrderStatistics.place(ranks[...], of: $0, in: 0..<$0.count) }
    let quartiles = places.map { place in
      let (low, high) = (values[Int(place)], values[min(last, Int(place) + 1)])
      let fraction = place - Double(Int(place))
      return fraction == 0 ? low : low + (high - low) * fraction
    }
    return FeatureSummary(
      definition: definition, count: values.count, shareWithValue: share,
      quantiles: [values[0]] + quartiles + [values[last]])
  }
}

/// Puts some ranks of an array in their places without sorting all of it (Hoare 1961, Find; several ranks at once).
enum OrderStatistics {
  /// Up to this many values are sorted.
  private static let sortedSize = 64
  /// The pivot is chosen among so many values.
  private static let sampleSize = 31

  /// Rearranges `range` so that at each of `ranks` (ascending positions in it) stands what sorting would put there.
  ///
  /// The values are not NaN. O(n · ranks) expected. Values are split without branches, which chance would mislead.
  static func place(_ ranks: ArraySlice<Int>, of values: UnsafeMutableBufferPointer<Double>, in range: Range<Int>) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: range.count) { scratch in
      place(ranks, of: values, in: range, scratch)
    }
  }

  private static func place(
    _ ranks: ArraySlice<Int>, of values: UnsafeMutableBufferPointer<Double>, in range: Range<Int>,
    _ scratch: UnsafeMutableBufferPointer<Double>
  ) {
    var (ranks, range) = (ranks, range)
    while !ranks.isEmpty {
      guard range.count > sortedSize else {
        var rest = UnsafeMutableBufferPointer(rebasing: values[range])
        return rest.sort()
      }
      let rank = ranks[ranks.startIndex + ranks.count / 2]
      let (low, high) = split(values, range, by: pivot(values, range, near: rank), scratch)
      place(ranks.prefix { $0 < low }, of: values, in: range.lowerBound..<low, scratch)
      ranks = ranks.drop { $0 < high }
      range = high..<range.upperBound
    }
  }

  /// Puts smaller values before, and larger ones after, those equal to `pivot`; returns where the equal ones are.
  private static func split(
    _ values: UnsafeMutableBufferPointer<Double>, _ range: Range<Int>, by pivot: Double,
    _ scratch: UnsafeMutableBufferPointer<Double>
  ) -> (Int, Int) {
    var low = range.lowerBound
    var large = 0
    for index in range {
      let value = values[index]
      // Never ahead of what is read, so nothing is lost.
      values[low] = value
      low &+= value < pivot ? 1 : 0
      scratch[large] = value
      large &+= value > pivot ? 1 : 0
    }
    let high = range.upperBound - large
    for index in low..<high { values[index] = pivot }
    for index in 0..<large { values[high + index] = scratch[index] }
    return (low, high)
  }

  /// A value that lies, as far as a few evenly spread ones tell, where `rank` does.
  private static func pivot(
    _ values: UnsafeMutableBufferPointer<Double>, _ range: Range<Int>, near rank: Int
  ) -> Double {
    let step = range.count / sampleSize
    let sample = (0..<sampleSize).map { values[range.lowerBound + $0 * step + step / 2] }.sorted()
    return sample[(rank - range.lowerBound) * sampleSize / range.count]
  }
}
