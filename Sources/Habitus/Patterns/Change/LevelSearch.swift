internal import HabitusKernels

/// Days on which the rate of visits changed for good, or until the next such day.
///
/// Candidates are those of PELT with the Poisson cost; each is then tested exactly, against the place being chosen by
/// chance, and the least sure one is dropped until all that are left can be told.
struct LevelSearch {
  /// The fewest days of a level; what lasts less long is a burst.
  static let minimumLength = 7
  /// The least factor between two levels that is told.
  private static let minimumRatio = 1.2
  /// More days than these are searched week by week.
  private static let maximumBinCount = 128

  /// A change from one level to the next.
  struct Change {
    let before: Range<Int>
    let after: Range<Int>
    /// Probability that chance gives a difference as improbable at any place: twice the smaller tail of the binomial
    /// distribution times the number of places (Bonferroni), at most 1.
    let pValue: Double
    var qValue: Double
  }

  let level: Double

  /// The changes, in order.
  func changes(_ series: DailyCounts) throws(KernelError) -> [Change] {
    guard series.counts.count >= 2 * Self.minimumLength else { return [] }
    var breakpoints = try candidates(series)
    var changes = surest(&breakpoints, series)
    while Self.dropShortBursts(&breakpoints, series) { changes = surest(&breakpoints, series) }
    return changes.filter { Self.isTold($0, series) }
  }

  /// The first days of new levels by PELT.
  private func candidates(_ series: DailyCounts) throws(KernelError) -> [Int] {
    let dayCount = series.counts.count
    let length = dayCount <= Self.maximumBinCount ? 1 : Self.minimumLength
    // Whole bins, the last one ending with the last day.
    let offset = dayCount % length
    let bins = (0..<dayCount / length).map { offset + $0 * length..<offset + ($0 + 1) * length }
    let cost = try PoissonCost(
      bins.map { Double(series.count($0)) }, exposures: bins.map { series.exposure($0) },
      dispersion: series.dispersion)
    let search = PELT(penalty: .bayesianInformation, minimumLength: Self.minimumLength / length)
    let found = try search.segmentation(of: cost).breakpoints.map { offset + $0 * length }
    return length == 1 ? found : Self.placed(found, series)
  }

  /// Moves each breakpoint that was found between two weeks to the best day near it.
  private static func placed(_ breakpoints: [Int], _ series: DailyCounts) -> [Int] {
    var placed = breakpoints
    for index in placed.indices {
      let start = index > 0 ? placed[index - 1] : 0
      let end = index + 1 < placed.count ? placed[index + 1] : series.counts.count
      let (first, last) = (start + minimumLength, end - minimumLength)
      let near =
        max(first, placed[index] - minimumLength + 1)..<max(first, min(last + 1, placed[index] + minimumLength))
      placed[index] =
        near.max { series.gain(start..<$0, $0..<end) < series.gain(start..<$1, $1..<end) } ?? placed[index]
    }
    return placed
  }

  /// Drops the least sure breakpoint until all can be told.
  private func surest(_ breakpoints: inout [Int], _ series: DailyCounts) -> [Change] {
    while !breakpoints.isEmpty {
      let changes = tested(breakpoints, series)
      guard let worst = changes.indices.max(by: { changes[$0].pValue < changes[$1].pValue }),
        changes[worst].qValue > level
      else { return changes }
      breakpoints.remove(at: worst)
    }
    return []
  }

  private func tested(_ breakpoints: [Int], _ series: DailyCounts) -> [Change] {
    let ends = breakpoints.dropFirst() + [series.counts.count]
    var changes = zip(zip([0] + breakpoints, breakpoints), ends).map { starts, end in
      let (before, after) = (starts.0..<starts.1, starts.1..<end)
      let both = before.lowerBound..<after.upperBound
      let placeCount = max(1, both.count - 2 * Self.minimumLength + 1)
      let tail = min(series.upperTail(after, of: both), series.lowerTail(after, of: both))
      return Change(before: before, after: after, pValue: min(1, 2 * tail * Double(placeCount)), qValue: 1)
    }
    // The search for short stretches is one hypothesis more.
    let qValues = Statistics.falseDiscoveryQValues(
      changes.map(\.pValue), hypothesisCount: Double(changes.count + 1))
    for index in changes.indices { changes[index].qValue = qValues[index] }
    return changes
  }

  /// Drops the breakpoints around a short level where a few of its days explain it better: that is a burst.
  private static func dropShortBursts(_ breakpoints: inout [Int], _ series: DailyCounts) -> Bool {
    let bounds = [0] + breakpoints + [series.counts.count]
    for place in bounds.indices.dropFirst() {
      let segment = bounds[place - 1]..<bounds[place]
      let region = bounds[max(0, place - 2)]..<bounds[min(bounds.count - 1, place + 1)]
      guard segment.count < 2 * minimumLength, region.count > segment.count else { continue }
      let tail = series.upperTail(segment, of: region)
      // A low level has no burst that could explain it.
      guard tail < series.lowerTail(segment, of: region) else { continue }
      let isBurst = segment.contains { start in
        (start + 1..<min(segment.upperBound, start + minimumLength)).contains {
          series.upperTail(start..<$0, of: region) < tail
        }
      }
      if isBurst {
        breakpoints.removeAll { $0 == segment.lowerBound || $0 == segment.upperBound }
        return true
      }
    }
    return false
  }

  private static func isTold(_ change: Change, _ series: DailyCounts) -> Bool {
    let before = Double(series.count(change.before)) / series.exposure(change.before)
    let after = Double(series.count(change.after)) / series.exposure(change.after)
    return max(before, after) >= minimumRatio * min(before, after)
  }
}
