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

extension FeatureTable {
  /// How the values of each feature are spread, in the order of the columns.
  ///
  /// - Complexity: O(users) expected for each feature.
  public func summaries(workers: Int = 1) -> [FeatureSummary] {
    let summaries = Mutex([FeatureSummary?](repeating: nil, count: definitions.count))
    let width = definitions.count
    // Neighbouring columns lie in the same cache lines of the rows, so a few are taken out together.
    let groupSize = 8
    let groups = (width + groupSize - 1) / groupSize
    // What runs in the parts throws nothing, so there is nothing to catch.
    try? Parallel.forEach(groups, workers: workers) { group in
      let columns = group * groupSize..<min(width, (group + 1) * groupSize)
      var present = columns.map { _ in [Double]() }
      for column in present.indices { present[column].reserveCapacity(users.count) }
      for row in users.indices {
        for column in columns {
          let value = values[row * width + column]
          if !value.isNaN { present[column - columns.lowerBound].append(value) }
        }
      }
      for column in columns {
        let summary = Self.summary(definitions[column], &present[column - columns.lowerBound], of: users.count)
        summaries.withLock { $0[column] = summary }
      }
    }
    return summaries.withLock { $0.compactMap(\.self) }
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
  /// Below this many values they are sorted.
  private static let sortedSize = 32

  /// Rearranges `range` so that at each of `ranks` (ascending positions in it) stands what sorting would put there.
  ///
  /// The values are not NaN. O(n · ranks) expected.
  static func place(_ ranks: ArraySlice<Int>, of values: UnsafeMutableBufferPointer<Double>, in range: Range<Int>) {
    var (ranks, range) = (ranks, range)
    while !ranks.isEmpty {
      guard range.count > sortedSize else {
        var rest = UnsafeMutableBufferPointer(rebasing: values[range])
        return rest.sort()
      }
      // Values equal to the pivot go to the middle, which is done with: counts have many equal ones.
      let pivot = medianOfThree(values, range)
      var low = range.lowerBound, middle = low, high = range.upperBound
      while middle < high {
        let value = values[middle]
        if value < pivot {
          values.swapAt(low, middle)
          low += 1
          middle += 1
        } else if value > pivot {
          high -= 1
          values.swapAt(middle, high)
        } else {
          middle += 1
        }
      }
      place(ranks.prefix { $0 < low }, of: values, in: range.lowerBound..<low)
      ranks = ranks.drop { $0 < high }
      range = high..<range.upperBound
    }
  }

  private static func medianOfThree(_ values: UnsafeMutableBufferPointer<Double>, _ range: Range<Int>) -> Double {
    let middle = values[(range.lowerBound + range.upperBound) / 2]
    let (a, b, c) = (values[range.lowerBound], middle, values[range.upperBound - 1])
    return max(min(a, b), min(max(a, b), c))
  }
}
