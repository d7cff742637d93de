internal import Foundation
internal import HabitusKernels

/// Looks for changes in counts of consecutive days: of level, of trend, and of single days.
///
/// The weekday's factor is taken out first (``DailyAnomalies``). Then the square roots, whose spread does not hang on
/// their size, are cut into straight lines: a steady rise is one line, and only where a line begins at another height
/// than the one before ends has the level changed. Unusual days and bursts are judged against weekday and trend, the
/// trend not looking across changes of level. How much days vary is estimated, from few days badly, so that tests are by
/// Student's law; where neighbouring days are alike (positive autocorrelation) lines and bursts are tested as if there
/// were as many fewer days.
struct MetricAnalysis {
  /// The fewest days in which anything is looked for: two of each weekday.
  static let minimumDayCount = 14
  /// The fewest days of a level.
  private static let minimumLength = LevelSearch.minimumLength
  /// The most days of a burst.
  private static let maximumStretchLength = StretchSearch.maximumLength
  /// Series of which half of the days have fewer are looked at as those of a user: see ``ChangePatterns``.
  private static let thinCount = 5.0
  /// With many events the smallest difference is significant; changes of level by less than this are not told.
  private static let minimumRatio = 1.1
  /// The most stretches that are found.
  private static let maximumFoundCount = 20
  /// Share of a normal sample that a spread from the median of squares is as good as (Hampel 1974).
  private static let medianEfficiency = 0.37

  private let counts: [Int]
  private let firstWeekday: Int
  private let settings: HabitusConfiguration.Patterns

  /// - Parameter firstWeekday: of the first day, 0…6.
  init(_ counts: [Int], firstWeekday: Int, _ settings: HabitusConfiguration.Patterns) {
    self.counts = counts
    self.firstWeekday = firstWeekday
    self.settings = settings
  }

  /// - Complexity: O(days²) at most.
  func findings() throws(KernelError) -> MetricFindings {
    guard counts.count >= Self.minimumDayCount else { return MetricFindings() }
    if Statistics.median(of: counts.lazy.map(Double.init)) ?? 0 < Self.thinCount { return try thinFindings() }
    let lines = try lines()
    var findings = MetricFindings()
    findings.levels = lines.segments.indices.dropFirst().map { place in
      let (before, after) = (lines.segments[place - 1], lines.segments[place])
      let jump = lines.jump(between: place - 1, and: place)
      let placeCount = max(1, before.count + after.count - 2 * Self.minimumLength + 1)
      let (low, high) = (min(jump.levels.before, jump.levels.after), max(jump.levels.before, jump.levels.after))
      // What would not be told counts as a hypothesis all the same.
      let isTold = high >= Self.minimumRatio * low
      return MetricFindings.Level(
        before: before, after: after, levels: jump.levels,
        pValue: isTold ? min(1, tail(jump.statistic) * 2 * Double(placeCount)) : 1)
    }
    findings.trend = trend(lines)
    let report = try DailyAnomalies().report(
      counts: counts, firstWeekday: firstWeekday, baseline: lines.baseline)
    findings.expected = report.days.map(\.expected)
    findings.stretches = stretches(report, spreads: lines.spreads)
    return findings
  }

  /// The lines through the days. Weekdays, spread and days that fit nowhere are first known without the lines, then, where
  /// the series rises or falls, better with them.
  private func lines() throws(KernelError) -> TrendLines { try lines(beside: lines(beside: nil)) }

  private func lines(beside first: TrendLines?) throws(KernelError) -> TrendLines {
    let report = try DailyAnomalies(confidence: 0.99).report(
      counts: counts, firstWeekday: firstWeekday, baseline: first?.baseline)
    return try TrendLines(
      clipped(report), report, spreads: first?.spreads ?? [], firstWeekday: firstWeekday,
      inflation: inflation(report))
  }

  /// Too few events for days to be nearly normal.
  private func thinFindings() throws(KernelError) -> MetricFindings {
    guard counts.reduce(0, +) >= ChangePatterns.minimumVisitCount else { return MetricFindings() }
    let series = DailyCounts(counts, firstWeekday: firstWeekday)
    let (changes, stretches) = try ChangePatterns.found(series, settings)
    func rate(_ days: Range<Int>) -> Double { Double(series.count(days)) / Double(days.count) }
    return MetricFindings(
      levels: changes.map {
        MetricFindings.Level(
          before: $0.before, after: $0.after, levels: (rate($0.before), rate($0.after)), pValue: $0.pValue)
      },
      stretches: stretches.map {
        MetricFindings.Stretch(
          days: $0.days, count: Double($0.count), expected: $0.expected, interval: nil, pValue: $0.pValue)
      })
  }

  /// Degrees of freedom of the dispersion: it is a median of squares, less what the fit by medians takes.
  private var degreesOfFreedom: Double {
    let count = Double(counts.count)
    return max(1, Self.medianEfficiency * (count - 7 - count / 29))
  }

  /// The tail of a statistic that would be normal if the dispersion were known.
  private func tail(_ statistic: Double) -> Double {
    StudentTDistribution(degreesOfFreedom: degreesOfFreedom).upperTail(abs(statistic))
  }

  /// Counts brought into the 99 % interval of their day: a day without service is no new level.
  private func clipped(_ report: DailyAnomalies.Report) -> [Double] {
    report.days.map { Double(min(max($0.count, $0.interval.lowerBound), $0.interval.upperBound)) }
  }

  /// By how much the sum of many days varies more than that of independent ones: (1 + ρ)/(1 − ρ) for the correlation ρ
  /// of neighbouring days.
  private func inflation(_ report: DailyAnomalies.Report) -> Double {
    let limit = 3 * report.dispersion.squareRoot()
    let residuals = report.days.map { day in
      day.expected > 0
        ? min(limit, max(-limit, (Double(day.count) - day.expected) / day.expected.squareRoot())) : 0
    }
    let square = residuals.reduce(0) { $0 + $1 * $1 }
    // Counts that hardly vary leave nothing but rounding to correlate.
    guard square > 0.01 * report.dispersion * Double(residuals.count) else { return 1 }
    let product = zip(residuals.dropFirst(), residuals).reduce(0) { $0 + $1.0 * $1.1 }
    let correlation = min(0.8, max(0, product / square))
    return (1 + correlation) / (1 - correlation)
  }

  private func trend(_ lines: TrendLines) -> MetricFindings.Trend? {
    guard let days = lines.segments.last, days.count >= Self.minimumDayCount, let slope = lines.weeklyRate(of: days)
    else { return nil }
    let margin = StudentTDistribution(degreesOfFreedom: degreesOfFreedom).quantile(0.975) * slope.deviation
    return MetricFindings.Trend(
      days: days, weeklyRate: slope.rate, interval: slope.rate - margin...slope.rate + margin,
      pValue: min(1, 2 * tail(slope.rate / slope.deviation)))
  }

  /// Single days on either side, and stretches of several days above what is expected, that do not overlap.
  private func stretches(_ report: DailyAnomalies.Report, spreads: [Double]) -> [MetricFindings.Stretch] {
    let inflation = inflation(report)
    var candidates: [MetricFindings.Stretch] = []
    var triedCount = 0
    for start in report.days.indices {
      var (count, expected, spread) = (0, 0.0, 1.0)
      for end in start + 1...min(report.days.count, start + Self.maximumStretchLength) {
        count += report.days[end - 1].count
        expected += report.days[end - 1].expected
        spread = max(spread, spreads[end - 1])
        let isDay = end == start + 1
        triedCount += isDay ? 2 : 1
        let isHigh = Double(count) > expected
        // What begins or ends with a day like others is the shorter stretch.
        guard isDay || (isHigh && Self.isHigh(report.days[start]) && Self.isHigh(report.days[end - 1])) else {
          continue
        }
        let pValue = tail(count, expected, report.dispersion * spread * (isDay ? 1 : inflation))
        guard pValue < 0.01 else { continue }
        let day = report.days[start]
        candidates.append(
          MetricFindings.Stretch(
            days: start..<end, count: Double(count), expected: expected,
            interval: isDay ? Double(day.interval.lowerBound)...Double(day.interval.upperBound) : nil,
            pValue: pValue))
      }
    }
    return chosen(candidates, triedCount: triedCount)
  }

  private static func isHigh(_ day: DailyAnomalies.Day) -> Bool { Double(day.count) > day.expected }

  /// The probability of a count as far from what is expected or farther, on its side: the greater of those by a skewed
  /// law, whose upper tail is the longer, and by a symmetric one, whose lower tail is.
  private func tail(_ count: Int, _ expected: Double, _ dispersion: Double) -> Double {
    let law = CountDistribution(mean: expected, dispersion: dispersion)
    let skewed = Double(count) > expected ? law.upperTail(count) : law.lowerTail(count)
    // The normal quantile of less than this is not finite.
    let quantile = NormalDistribution.quantile(max(1e-300, skewed))
    guard expected > 0 else { return tail(quantile) }
    let deviation = (abs(Double(count) - expected) - 0.5) / (expected * dispersion).squareRoot()
    return max(tail(quantile), tail(max(0, deviation)))
  }

  private func chosen(_ candidates: [MetricFindings.Stretch], triedCount: Int) -> [MetricFindings.Stretch] {
    let ordered = candidates.sorted {
      ($0.pValue, -abs($0.count - $0.expected), $0.days.lowerBound)
        < ($1.pValue, -abs($1.count - $1.expected), $1.days.lowerBound)
    }
    var chosen: [MetricFindings.Stretch] = []
    for candidate in ordered where !chosen.contains(where: { $0.days.overlaps(candidate.days) }) {
      chosen.append(
        MetricFindings.Stretch(
          days: candidate.days, count: candidate.count, expected: candidate.expected, interval: candidate.interval,
          pValue: min(1, candidate.pValue * Double(triedCount))))
      if chosen.count == Self.maximumFoundCount { break }
    }
    return chosen.sorted { $0.days.lowerBound < $1.days.lowerBound }
  }
}
