/// Whether a user has lately turned more or less to a value.
public struct PreferenceTrend: Hashable, Sendable, Codable {
  /// Where a preference goes.
  public enum Direction: String, Hashable, Sendable, Codable {
    /// The value's share is larger lately than before.
    case rising
    /// No difference that chance does not explain.
    case stable
    /// The value's share is smaller lately than before.
    case falling
  }

  /// Code of the value.
  public let value: UInt32
  /// Rising or falling where the q-value is at most the false-discovery rate.
  public let direction: Direction
  /// The value's share of the recent positive events; `nil` without any.
  public let recentShare: Double?
  /// The value's share of the earlier positive events; `nil` without any.
  public let earlierShare: Double?
  /// Probability of a difference as large by chance, two-sided; see ``TrendDetection``.
  public let pValue: Double
  /// The smallest false-discovery rate, over the values asked for, at which the value is told as rising or falling.
  public let qValue: Double
}

/// Compares what a user did lately with what the user did before, value by value.
///
/// Two tests have to agree, and the larger p-value counts: Fisher's exact test of the events (recent or earlier, of the
/// value or not), which is exact where events are independent; and, where that is significant, a permutation of the
/// user's active days between the two periods, which is exact where events come in bunches within days. So a day spent
/// on one thing is not a trend. Every positive event counts once; weights and decay do not enter. Over the values asked
/// for the false-discovery rate is kept (Benjamini and Hochberg 1995).
public struct TrendDetection: Hashable, Sendable, Codable {
  /// How many of the latest days, today included, are recent; at least 1.
  public var recentDays: Int
  /// The false-discovery rate, in 0…1.
  public var falseDiscoveryRate: Double
  /// The most rearrangements of days for a value, at least 1; p-values by days are not below 2 / (this + 1).
  public var permutationCount: Int

  /// Makes parameters.
  public init(recentDays: Int, falseDiscoveryRate: Double = 0.05, permutationCount: Int = 999) {
    self.recentDays = recentDays
    self.falseDiscoveryRate = falseDiscoveryRate
    self.permutationCount = permutationCount
  }

  /// The trends of values, in their order; values without events, and users without recent or earlier events, are
  /// stable.
  ///
  /// - Parameters:
  ///   - values: different codes.
  ///   - today: the number of the last recent day; later days are not looked at.
  ///   - seed: of the rearrangements; the same seed gives the same result.
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for parameters out of range.
  /// - Complexity: O(cells · log values), and O(cells + active days · rearrangements) for each value that the exact
  ///   test finds.
  public func trends(
    of values: [UInt32], in state: PreferenceState, today: Int, seed: UInt64 = 0
  ) throws(KernelError) -> [PreferenceTrend] {
    guard recentDays >= 1 else {
      throw .parameter(name: "recentDays", value: Double(recentDays), allowed: "1 or more")
    }
    guard (0...1).contains(falseDiscoveryRate) else {
      throw .parameter(name: "falseDiscoveryRate", value: falseDiscoveryRate, allowed: "0 to 1")
    }
    guard permutationCount >= 1 else {
      throw .parameter(name: "permutationCount", value: Double(permutationCount), allowed: "1 or more")
    }
    let periods = Periods(state, of: values, recent: (today - recentDays + 1)...today)
    var generator = SplitMix64(seed: seed)
    let pValues = values.indices.map { pValue(periods, $0, &generator) }
    let qValues = Statistics.falseDiscoveryQValues(pValues)
    return values.indices.map { index in
      let (recent, earlier) = periods.counts[index]
      let recentShare = periods.recentTotal > 0 ? Double(recent) / Double(periods.recentTotal) : nil
      let earlierShare = periods.earlierTotal > 0 ? Double(earlier) / Double(periods.earlierTotal) : nil
      var direction = PreferenceTrend.Direction.stable
      if qValues[index] <= falseDiscoveryRate, let recentShare, let earlierShare, recentShare != earlierShare {
        direction = recentShare > earlierShare ? .rising : .falling
      }
      return PreferenceTrend(
        value: values[index], direction: direction, recentShare: recentShare, earlierShare: earlierShare,
        pValue: pValues[index], qValue: qValues[index])
    }
  }

  private func pValue(_ periods: Periods, _ index: Int, _ generator: inout SplitMix64) -> Double {
    let (recent, earlier) = periods.counts[index]
    let exact = ContingencyTable(
      both: recent, firstOnly: periods.recentTotal - recent, secondOnly: earlier,
      neither: periods.earlierTotal - earlier
    ).fisherPValue
    guard exact <= falseDiscoveryRate else { return exact }
    let byDays = periods.permutationPValue(
      index, PermutationTest(maximumCount: permutationCount, exceedanceLimit: 50), &generator)
    return max(exact, byDays)
  }
}

/// A user's events of some values, recent and earlier.
private struct Periods {
  private(set) var counts: [(recent: Int, earlier: Int)]
  private(set) var recentTotal = 0
  private(set) var earlierTotal = 0
  private let cells: [PreferenceCell]
  private let values: [UInt32]
  private let recent: ClosedRange<Int>

  init(_ state: PreferenceState, of values: [UInt32], recent: ClosedRange<Int>) {
    (cells, self.values, self.recent) = (state.cells, values, recent)
    counts = values.map { _ in (0, 0) }
    let order = values.indices.sorted { values[$0] < values[$1] }
    for cell in cells where cell.countFor > 0 && cell.day <= recent.upperBound {
      let count = Int(cell.countFor)
      let isRecent = cell.day >= recent.lowerBound
      if isRecent { recentTotal += count } else { earlierTotal += count }
      guard let index = Self.index(of: cell.value, in: values, order) else { continue }
      if isRecent { counts[index].recent += count } else { counts[index].earlier += count }
    }
  }

  /// The place of a value among `values`, which `order` puts in ascending order.
  private static func index(of value: UInt32, in values: [UInt32], _ order: [Int]) -> Int? {
    var (low, high) = (0, order.count)
    while low < high {
      let middle = (low + high) / 2
      if values[order[middle]] < value { low = middle + 1 } else { high = middle }
    }
    return low < order.count && values[order[low]] == value ? order[low] : nil
  }

  /// How often, if the days are dealt to the two periods at random, the value differs as much, in the same direction,
  /// from its share of all events; twice that, for two sides.
  func permutationPValue(_ index: Int, _ test: PermutationTest, _ generator: inout SplitMix64) -> Double {
    let total = recentTotal + earlierTotal
    let own = counts[index].recent + counts[index].earlier
    // By active day; whole numbers, so that ties are ties; they sum to 0, so that the shorter period stands for both.
    var surplus: [Int] = []
    var (day, recentDayCount) = (Int.min, 0)
    for cell in cells where cell.countFor > 0 && cell.day <= recent.upperBound {
      if day != cell.day {
        day = cell.day
        surplus.append(0)
        if day >= recent.lowerBound { recentDayCount += 1 }
      }
      let count = Int(cell.countFor)
      surplus[surplus.count - 1] += (cell.value == values[index] ? count * total : 0) - count * own
    }
    let drawn = min(recentDayCount, surplus.count - recentDayCount)
    let observed = surplus.suffix(recentDayCount).reduce(0, +)
    let sign = (drawn == recentDayCount) == (observed >= 0) ? 1 : -1
    let oneSided = test.pValue {
      var sum = 0
      for position in 0..<drawn {
        surplus.swapAt(position, position + generator.nextIndex(below: surplus.count - position))
        sum += surplus[position]
      }
      return sign * sum >= abs(observed)
    }
    return min(1, 2 * oneSided)
  }
}
