internal import HabitusKernels
internal import HabitusModel

/// The strongest period of a user's days with a visit that is neither a day nor a week: every 3 days, every 2 weeks.
///
/// Found as the largest ordinate of the periodogram, tested by Fisher's test and, because days come in bunches for many
/// users, by whether the cycles of that period agree, for as many periods as were looked at; the larger p-value holds.
struct PeriodRoutine {
  /// Fewer days tell no period.
  private static let minimumDayCount = 8
  /// The latest days with a visit that are looked at, and the most frequencies: what bounds the search for the busiest.
  private static let maximumDayCount = 1000
  private static let maximumFrequencyCount = 500.0
  /// Under chance ordinates are 1 on average; days that are all alike leave nothing but rounding.
  private static let minimumPower = 3.0

  /// In days.
  let period: Double
  let pValue: Double
  /// The visits within a quarter of the period about the mean phase.
  let visitsInPhase: [Int]
  private let dayCount: Int
  private let daysInPhase: Int
  private let resultantLength: Double
  private let concentration: Double?

  /// `nil` where there are too few days, or where the strongest period is that of the week or a part of it.
  init?(_ visits: Visits) throws(KernelError) {
    let days = Array(visits.days.suffix(Self.maximumDayCount))
    guard days.count >= Self.minimumDayCount, let first = days.first, let last = days.last else { return nil }
    let (times, span) = (days.map { Double($0 - first) + 0.5 }, Double(last - first + 1))
    let (shortest, longest) = (max(2, span / Self.maximumFrequencyCount), span / 4)
    guard longest > shortest,
      let peak = try PeriodSearch(shortestPeriod: shortest, longestPeriod: longest)
        .strongestPeak(in: times, window: 0...span, threadCount: 1), peak.power >= Self.minimumPower
    else { return nil }
    let period = try Self.refined(peak, times, span: span)
    guard !Self.isOfTheWeek(peak.resolution), period <= longest else { return nil }
    var generator = SplitMix64(seed: UInt64(bitPattern: Int64(first)))
    let places = times.map { ($0 - 0.5 + generator.nextUnit()) / period }
    guard
      let alignment = try CycleAlignment(
        cycles: places.map { Int($0) }, turns: places.map { $0.truncatingRemainder(dividingBy: 1) }),
      let rhythm = try Rhythm(of: times, period: period), let mean = rhythm.mean
    else { return nil }
    self.period = period
    pValue = max(peak.pValue, min(1, Double(peak.frequencyCount) * alignment.pValue))
    let inPhase = zip(days, times).filter { _, time in
      let distance = ((time - mean) / period).truncatingRemainder(dividingBy: 1).magnitude
      return min(distance, 1 - distance) <= 0.25
    }.map(\.0)
    let daysInside = Set(inPhase)
    visitsInPhase = (0..<visits.count).filter { daysInside.contains(visits.day($0)) }
    (dayCount, daysInPhase) = (days.count, inPhase.count)
    resultantLength = rhythm.resultantLength
    concentration = rhythm.concentration
  }

  /// The pattern without its q-value and evidence.
  var pattern: Pattern {
    var figures = ["period_days": period, "resultant_length": resultantLength]
    figures["concentration"] = concentration
    return Pattern(
      kind: .routine, elements: ["period"], unit: .days, support: daysInPhase, total: dayCount, expectedShare: 0.5,
      pValue: pValue, figures: figures,
      sentence: PatternWords.periodRoutine(period, share: Double(daysInPhase) / Double(dayCount)))
  }

  /// The period of the greatest power between the neighbouring frequencies, which are eight times as many in a window
  /// eight times as long. A sharp routine shows at multiples of its frequency as well: where the usual gap is a
  /// multiple of the period, that is the period.
  private static func refined(
    _ peak: PeriodSearch.Peak, _ times: [Double], span: Double
  ) throws(KernelError) -> Double {
    let near = PeriodSearch(
      shortestPeriod: peak.resolution.lowerBound, longestPeriod: peak.resolution.upperBound)
    let period = try near.strongestPeak(in: times, window: 0...8 * span, threadCount: 1)?.period ?? peak.period
    let gap = Statistics.median(of: zip(times.dropFirst(), times).lazy.map { $0 - $1 }) ?? period
    return period * max(1, (gap / period).rounded())
  }

  private static func isOfTheWeek(_ resolution: ClosedRange<Double>) -> Bool {
    [7, 3.5, 7.0 / 3].contains { resolution.contains($0) }
  }
}
