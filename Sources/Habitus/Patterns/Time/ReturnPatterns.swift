internal import HabitusKernels
internal import HabitusModel

/// Whether a user comes back after even gaps, or in bursts with long pauses.
///
/// The null is a Poisson process that runs by everybody's clock: who comes at everybody's hours by chance has neither
/// (``TimeReference/rescaledDay(of:)``). Where only dates are known the null is a day like any other with the same
/// probability of a visit.
struct ReturnPatterns {
  /// Fewer gaps tell nothing of their spread.
  private static let minimumGapCount = 4
  /// The coefficients of variation, 1 by chance, from which gaps are told to be even or uneven: with many visits the
  /// smallest difference is significant.
  private static let even = 0.6
  private static let uneven = 1.4

  private let settings: HabitusConfiguration.Patterns

  init(_ settings: HabitusConfiguration.Patterns) { self.settings = settings }

  /// One pattern or none.
  func patterns(
    of visits: Visits, _ timeline: UserTimeline, user: UserID, among reference: TimeReference
  ) throws(KernelError) -> [Pattern] {
    guard visits.count > max(Self.minimumGapCount, settings.minimumOccurrences) else { return [] }
    let rescaled = Self.rescaledGaps(visits, reference)
    // Shorter gaps than a quarter of an hour count as long: the test listens to short gaps more than they tell.
    guard rescaled.count >= Self.minimumGapCount,
      let regularity = try ReturnRegularity(gaps: rescaled, resolution: visits.hasTimesOfDay ? 0.01 : 1e-6),
      let qValue = TimePatterns.qValues([regularity.pValue]).first, qValue <= settings.falseDiscoveryLevel
    else { return [] }
    let gaps = visits.hasTimesOfDay ? visits.gaps : zip(visits.days.dropFirst(), visits.days).map { Double($0 - $1) }
    let isEven = regularity.regularPValue < regularity.unevenPValue
    let variation = regularity.coefficientOfVariation
    guard isEven ? variation <= Self.even : variation >= Self.uneven, let own = GapEvenness(gaps) else { return [] }
    var pattern = try pattern(gaps, own, isEven: isEven, among: reference.evenness)
    pattern.pValue = regularity.pValue
    pattern.qValue = qValue
    pattern.evidence = visits.evidence(0..<visits.count, of: timeline, user: user)
    return [pattern]
  }

  private static func rescaledGaps(_ visits: Visits, _ reference: TimeReference) -> [Double] {
    guard visits.hasTimesOfDay else {
      let days = visits.days
      var generator = SplitMix64(seed: UInt64(bitPattern: Int64(days.first ?? 0)))
      return Statistics.rescaledGaps(betweenDays: days, using: &generator)
    }
    let times = visits.localStarts.map(reference.rescaledDay)
    // Clocks that are put back may put a visit before the one before it.
    return zip(times.dropFirst(), times).map { max(0, $0 - $1) }
  }

  private func pattern(
    _ gaps: [Double], _ own: GapEvenness, isEven: Bool, among everybody: GapEvenness
  ) throws(KernelError) -> Pattern {
    let moments = Moments(of: gaps)
    let (mean, median) = (moments.mean ?? 0, Statistics.median(of: gaps) ?? 0)
    let variation = mean > 0 ? (moments.sampleVariance ?? 0).squareRoot() / mean : 0
    let support = isEven ? own.nearMedian : own.short
    let share = Double(support) / Double(own.gapCount)
    let common = Double(isEven ? everybody.nearMedian : everybody.short) / Double(max(1, everybody.gapCount))
    let pValue = BinomialDistribution(trialCount: own.gapCount, probability: min(1, common)).upperTail(support)
    return Pattern(
      kind: .returns, elements: [isEven ? "even" : "bursts"], unit: .gaps, support: support, total: own.gapCount,
      expectedShare: isEven ? GapEvenness.nearMedianByChance : GapEvenness.shortByChance,
      figures: ["gap_median_days": median, "coefficient_of_variation": variation],
      comparison: PatternComparison(
        standing: pValue <= settings.falseDiscoveryLevel ? .own : .shared, everybodyShare: common, pValue: pValue),
      sentence: isEven
        ? PatternWords.evenReturns(every: median, share: share)
        : PatternWords.burstsOfVisits(median: median, mean: mean))
  }
}
