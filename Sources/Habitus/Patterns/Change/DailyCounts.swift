internal import Foundation
internal import HabitusKernels

/// Counts of consecutive days that vary about rates by weekday, and how probable a share of them is.
///
/// The null: a stretch of days gets its part of the events by chance, each event by itself, in proportion to the sum of
/// its weekdays' factors. Where counts of neighbouring days differ by more than that (``dispersion`` above 1), as many
/// fewer events are taken to have been drawn.
struct DailyCounts {
  let counts: [Int]
  /// Factor of each day's weekday, 1 on an average.
  let exposures: [Double]
  /// Variance over mean of a day's count, at least 1.
  let dispersion: Double
  private let countSums: [Int]
  private let exposureSums: [Double]

  /// Visits that are taken to have been seen on each weekday besides the real ones, as many as on an average: what keeps
  /// factors of seldom users near 1.
  private static let priorCount = 10.0

  /// - Parameter firstWeekday: of the first day, 0…6.
  init(_ counts: [Int], firstWeekday: Int) {
    self.counts = counts
    let factors = Self.weekdayFactors(counts, firstWeekday: firstWeekday)
    let exposures = counts.indices.map { factors[(firstWeekday + $0) % 7] }
    self.exposures = exposures
    dispersion = PoissonCost.dispersion(of: counts.map(Double.init), exposures: exposures) ?? 1
    countSums = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    exposureSums = exposures.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  }

  /// By weekday, its rate over that of all. The greatest count of a weekday counts as the second greatest, so that no
  /// single day makes its weekday a busy one.
  private static func weekdayFactors(_ counts: [Int], firstWeekday: Int) -> [Double] {
    var dayCounts = Array(repeating: 0, count: 7)
    var totals = dayCounts
    var (greatest, second) = (dayCounts, dayCounts)
    for (index, count) in counts.enumerated() {
      let weekday = (firstWeekday + index) % 7
      dayCounts[weekday] += 1
      totals[weekday] += count
      second[weekday] = max(second[weekday], min(count, greatest[weekday]))
      greatest[weekday] = max(greatest[weekday], count)
    }
    for weekday in 0..<7 { totals[weekday] -= greatest[weekday] - second[weekday] }
    let rate = counts.isEmpty ? 0 : Double(totals.reduce(0, +)) / Double(counts.count)
    return zip(totals, dayCounts).map { (Double($0) + priorCount) / (rate * Double($1) + priorCount) }
  }

  func count(_ days: Range<Int>) -> Int { countSums[days.upperBound] - countSums[days.lowerBound] }

  func exposure(_ days: Range<Int>) -> Double { exposureSums[days.upperBound] - exposureSums[days.lowerBound] }

  /// How much likelier the events are with a rate for each part than with one for both, in logarithms, whatever the
  /// dispersion.
  func gain(_ first: Range<Int>, _ second: Range<Int>) -> Double {
    let both = first.lowerBound..<second.upperBound
    return logLikelihood(first) + logLikelihood(second) - logLikelihood(both)
  }

  private func logLikelihood(_ days: Range<Int>) -> Double {
    let count = Double(count(days))
    return count > 0 ? count * log(count / exposure(days)) : 0
  }

  /// Probability that chance gives `part` as many of the events of `whole` as it has, or more.
  func upperTail(_ part: Range<Int>, of whole: Range<Int>) -> Double {
    tail(count(part), of: count(whole), share: exposure(part) / exposure(whole))
  }

  /// Probability that chance gives `part` as few of the events of `whole` as it has, or fewer.
  func lowerTail(_ part: Range<Int>, of whole: Range<Int>) -> Double {
    let total = count(whole)
    return tail(total - count(part), of: total, share: 1 - exposure(part) / exposure(whole))
  }

  /// Probability of as many events on some days, or more, where others let `expected` be expected.
  ///
  /// The negative binomial distribution: with few days and a dispersion above 1 its tail is much longer than that of as
  /// many fewer independent events.
  func upperTail(_ days: Range<Int>, expected: Double) -> Double {
    CountDistribution(mean: expected, dispersion: dispersion).upperTail(count(days))
  }

  private func tail(_ count: Int, of total: Int, share: Double) -> Double {
    let drawn = (Double(total) / dispersion).rounded(.down)
    guard drawn > 0, share > 0 else { return 1 }
    guard share < 1 else { return 1 }
    // Rounded down, so that the tail is never too small.
    let scaled = (Double(count) * drawn / Double(total)).rounded(.down)
    return BinomialDistribution(trialCount: Int(drawn), probability: share).upperTail(Int(scaled))
  }
}
