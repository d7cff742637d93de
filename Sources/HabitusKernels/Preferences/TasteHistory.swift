/// The stretches in which a user's taste stayed the same.
public struct TasteHistory: Hashable, Sendable, Codable {
  /// A stretch with one taste.
  public struct Phase: Hashable, Sendable, Codable {
    /// The first day with events. A change came after the last day of the phase before, on this day at the latest.
    public let firstDay: Int
    /// The last day with events.
    public let lastDay: Int
    /// Number of positive events.
    public let eventCount: Int
    /// Shares of ``TasteHistory/values`` among them; what is missing to 1 are all other values.
    public let shares: [Double]
  }

  /// The values told apart, most frequent first.
  public let values: [UInt32]
  /// In order; one if the taste did not change, none without events.
  public let phases: [Phase]
  /// Probability that a user whose taste stays shows a change as large at the best of all days.
  public let pValue: Double

  /// The first day of the present taste, where it changed; `nil` where it did not.
  public var latestChange: Int? { phases.count > 1 ? phases.last?.firstDay : nil }
}

/// Finds whether and on which days the shares of values among a user's events changed.
///
/// The days with events are cut where that raises the likelihood of the multinomial counts most. Whether there is a
/// change at all is tested by the largest gain of a single cut against that of the same days in random order, so that
/// neither the many places nor bunches of events within a day mislead. Where there is one, ``PELT`` finds the best set
/// of changes at a penalty of the gain that random order passes with probability `level`: in a user whose taste stays,
/// a change is found with about that probability at most. Every positive event counts once.
///
/// A taste that comes back after as long as it had lasted is hardly seen, as no single cut tells much; a change needs
/// about eight active days at least, as fewer have too few orders.
public struct TasteChangeDetection: Hashable, Sendable, Codable {
  /// The probability of finding a change where there is none, above 0, below 1.
  public var level: Double
  /// The most random orders, at least 1 / `level`.
  public var permutationCount: Int
  /// The most values told apart, at least 1; the others are taken together.
  public var valueLimit: Int

  /// Makes parameters.
  public init(level: Double = 0.05, permutationCount: Int = 199, valueLimit: Int = 12) {
    self.level = level
    self.permutationCount = permutationCount
    self.valueLimit = valueLimit
  }

  /// The phases of a user's taste.
  ///
  /// - Parameter seed: of the random orders; the same seed gives the same result.
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for parameters out of range.
  /// - Complexity: O(cells) for each random order, of which a user whose taste stays needs about twenty; where there is
  ///   a change all are made, and the search takes O(active days² · values) at most.
  public func history(of state: PreferenceState, seed: UInt64 = 0) throws(KernelError) -> TasteHistory {
    guard level > 0, level < 1 else {
      throw .parameter(name: "level", value: level, allowed: "strictly between 0 and 1")
    }
    guard Double(permutationCount) * level >= 1 else {
      throw .parameter(name: "permutationCount", value: Double(permutationCount), allowed: "1 / level or more")
    }
    guard valueLimit >= 1 else {
      throw .parameter(name: "valueLimit", value: Double(valueLimit), allowed: "1 or more")
    }
    let events = DailyEvents(state, valueLimit: valueLimit)
    guard events.days.count > 1, events.totals.count(where: { $0 > 0 }) > 1 else {
      return history(events, cutAt: [], pValue: 1)
    }
    var scan = SplitScan(events)
    let observed = scan.largestGain(events.days.indices)
    var generator = SplitMix64(seed: seed)
    var order = Array(events.days.indices)
    var gains: [Double] = []
    // Rounding must not make an order differ from the same one mirrored.
    let threshold = observed - 1e-9 * max(1, observed)
    let pValue = PermutationTest(maximumCount: permutationCount).pValue {
      for position in 0..<order.count - 1 {
        order.swapAt(position, position + generator.nextIndex(below: order.count - position))
      }
      gains.append(scan.largestGain(order))
      return gains[gains.count - 1] >= threshold
    }
    guard pValue <= level else { return history(events, cutAt: [], pValue: pValue) }
    let rank = Int((Double(permutationCount + 1) * (1 - level)).rounded(.up))
    let penalty = min(threshold, gains.sorted()[min(gains.count, rank) - 1])
    let counts = events.days.indices.map { day in
      var row = Array(repeating: 0, count: events.totals.count)
      for entry in events.entries(onDayAt: day) { row[entry.column] += entry.count }
      return row
    }
    let cuts = try PELT(penalty: .constant(max(0, penalty)))
      .segmentation(of: MultinomialCost(counts: counts)).breakpoints
    return history(events, cutAt: cuts, pValue: pValue)
  }

  private func history(_ events: DailyEvents, cutAt cuts: [Int], pValue: Double) -> TasteHistory {
    guard !events.days.isEmpty else { return TasteHistory(values: [], phases: [], pValue: pValue) }
    let phases = zip([0] + cuts, cuts + [events.days.count]).map { start, end in
      var counts = Array(repeating: 0, count: events.values.count)
      for day in start..<end {
        for entry in events.entries(onDayAt: day) where entry.column < counts.count {
          counts[entry.column] += entry.count
        }
      }
      let total = events.dayTotals[start..<end].reduce(0, +)
      return TasteHistory.Phase(
        firstDay: events.days[start], lastDay: events.days[end - 1], eventCount: total,
        shares: counts.map { Double($0) / Double(total) })
    }
    return TasteHistory(values: events.values, phases: phases, pValue: pValue)
  }
}

/// The gain of the best single cut of days in some order.
struct SplitScan {
  private let events: DailyEvents
  private let total: Int
  private let whole: Double
  private var left: [Int]

  init(_ events: DailyEvents) {
    self.events = events
    total = events.total
    let parts = events.totals.reduce(0) { $0 + CountLogarithms.product($1) }
    whole = CountLogarithms.product(total) - parts
    left = Array(repeating: 0, count: events.totals.count)
  }

  /// Twice the logarithm of the likelihood ratio of two tastes against one, at the best cut. O(cells).
  mutating func largestGain(_ order: some Sequence<Int>) -> Double {
    for column in left.indices { left[column] = 0 }
    var (leftTotal, largest) = (0, 0.0)
    // Σ n·ln n over the columns of both sides.
    var parts = events.totals.reduce(0) { $0 + CountLogarithms.product($1) }
    for day in order {
      for (column, count) in events.entries(onDayAt: day) {
        let (before, all) = (left[column], events.totals[column])
        parts += CountLogarithms.product(before + count) - CountLogarithms.product(before)
        parts += CountLogarithms.product(all - before - count) - CountLogarithms.product(all - before)
        left[column] = before + count
      }
      leftTotal += events.dayTotals[day]
      let apart = CountLogarithms.product(leftTotal) + CountLogarithms.product(total - leftTotal) - parts
      largest = max(largest, 2 * (whole - apart))
    }
    return largest
  }
}
