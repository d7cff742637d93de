internal import Foundation
internal import HabitusKernels

/// Days, and stretches of a few days, with more visits than the level around them would give.
struct StretchSearch {
  /// The most days of a stretch: what lasts a week is a level.
  static let maximumLength = LevelSearch.minimumLength - 1
  /// The days that are looked at: the last of a long history.
  private static let maximumDayCount = 400
  /// The most stretches that are found.
  private static let maximumFoundCount = 5
  /// The least factor over the expectation that is told.
  private static let minimumRatio = 1.5

  struct Stretch {
    let days: Range<Int>
    let count: Int
    /// What the other days of its level would give.
    let expected: Double
    /// Probability that chance gives any stretch as improbably many: the upper tail of the negative binomial
    /// distribution times the number of stretches (Bonferroni), at most 1.
    let pValue: Double
    var qValue: Double
  }

  let level: Double
  /// How many visits a stretch has at least.
  let minimumCount: Int

  /// The stretches that do not overlap, in order; each is inside one of `segments`, the levels.
  func stretches(_ series: DailyCounts, segments: [Range<Int>]) -> [Stretch] {
    let first = max(0, series.counts.count - Self.maximumDayCount)
    var candidates: [Stretch] = []
    var triedCount = 0
    for segment in segments {
      let total = series.count(segment)
      for start in max(first, segment.lowerBound)..<max(first, segment.upperBound) {
        for end in start + 1...start + Self.maximumLength where end <= segment.upperBound && end - start < segment.count
        {
          triedCount += 1
          // A stretch begins and ends with a visit, or a shorter one has as many.
          guard series.counts[start] > 0, series.counts[end - 1] > 0 else { continue }
          let (days, count) = (start..<end, series.count(start..<end))
          let rest = series.exposure(segment) - series.exposure(days)
          let expected = Double(total - count) * series.exposure(days) / rest
          guard count >= minimumCount, Double(count) >= Self.minimumRatio * expected,
            Self.isPossible(count, expected, series.dispersion)
          else { continue }
          // The level that the stretch itself belongs to, so that few days prove nothing.
          let mean = Double(total) * series.exposure(days) / series.exposure(segment)
          candidates.append(
            Stretch(
              days: days, count: count, expected: expected, pValue: series.upperTail(days, expected: mean), qValue: 1))
        }
      }
    }
    return chosen(candidates, triedCount: triedCount)
  }

  /// Whether so many can be improbable enough at all: spares most stretches the tail of the distribution. The tail is above the probability of just this count, which is exp(−gain) over √(2π · count), about, and a count of ten
  /// thousand with a gain of 4 is still more probable than what any search tells.
  private static func isPossible(_ count: Int, _ expected: Double, _ dispersion: Double) -> Bool {
    guard expected > 0 else { return true }
    let gain = Double(count) * log(Double(count) / expected) - (Double(count) - expected)
    return gain / dispersion > 4
  }

  private func chosen(_ candidates: [Stretch], triedCount: Int) -> [Stretch] {
    var chosen: [Stretch] = []
    let ordered = candidates.sorted {
      ($0.pValue, $0.days.lowerBound, $0.days.count) < ($1.pValue, $1.days.lowerBound, $1.days.count)
    }
    for candidate in ordered {
      guard !chosen.contains(where: { $0.days.overlaps(candidate.days) }) else { continue }
      chosen.append(
        Stretch(
          days: candidate.days, count: candidate.count, expected: candidate.expected,
          pValue: min(1, candidate.pValue * Double(triedCount)), qValue: 1))
      if chosen.count == Self.maximumFoundCount { break }
    }
    // The search for levels is one hypothesis more.
    let qValues = Statistics.falseDiscoveryQValues(chosen.map(\.pValue), hypothesisCount: Double(chosen.count + 1))
    for index in chosen.indices { chosen[index].qValue = qValues[index] }
    return chosen.filter { $0.qValue <= level }.sorted { $0.days.lowerBound < $1.days.lowerBound }
  }
}
