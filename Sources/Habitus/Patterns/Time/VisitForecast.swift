internal import HabitusKernels
internal import HabitusModel

/// On what day a user's next visit is to be expected, from the gaps between the user's days with a visit and everybody's.
///
/// Of a day the first visit counts: those that follow it within hours would make every gap seem as uneven as the lengths
/// of minutes and weeks are, and no absence seem long.
///
/// Withheld with fewer than `minimumOccurrences` own gaps: what everybody does is then nearly all that is known.
struct VisitForecast {
  /// The probability that the interval holds the next visit.
  static let coverage = 0.8

  private let law: GapForecast
  /// The user's own gaps.
  let gapCount: Int
  /// Days since the first visit of the last day with one began.
  let elapsed: Double
  /// The length in days that half of the user's gaps are expected not to pass.
  let usualGap: Double
  /// The longest gap that the window could show, in days.
  private let longestGap: Double

  /// `nil` with too little evidence.
  init?(_ visits: Visits, _ plan: FeaturePlan, among reference: TimeReference, minimumGapCount: Int) throws(KernelError)
  {
    let starts = visits.dayStarts
    guard let population = reference.population, let last = starts.last, starts.count > max(1, minimumGapCount)
    else { return nil }
    let gaps = Visits.gaps(starts)
    law = try population.nextGap(after: gaps)
    gapCount = gaps.count
    elapsed = max(1e-6, Double(plan.window.asOf.milliseconds - last) / Visits.day)
    usualGap = law.quantile(0.5)
    longestGap = Double(plan.window.asOf.milliseconds - plan.window.start.milliseconds) / Visits.day
  }

  /// Probability of being away so long at the window's end if the user comes as ever; 1 where so long a gap is no
  /// rare one at `level`.
  ///
  /// The larger of the share of the user's gaps that are as long, and of the moments at which a user has been away as
  /// long (``GapForecast/probability(ofAbsenceBeyond:longest:)``).
  func probabilityOfAbsence(level: Double) -> Double {
    let ofGap = law.probability(ofGapBeyond: elapsed)
    guard ofGap <= level else { return 1 }
    return max(ofGap, law.probability(ofAbsenceBeyond: elapsed, longest: longestGap))
  }

  /// Days from the window's end within which the next visit comes with a given probability, given that it has not
  /// come yet.
  func days(_ probability: Double) -> Double { law.quantile(probability, elapsed: elapsed) - elapsed }

  /// Probability of a visit within so many days of the window's end.
  func probability(within days: Double) -> Double {
    let left = law.probability(ofGapBeyond: elapsed)
    return left > 0 ? 1 - law.probability(ofGapBeyond: elapsed + days) / left : 0
  }
}

/// The next visit of a user, or that the user stays away longer than usual: one of both.
struct ExpectedVisitPatterns {
  /// A visit that may be a year off is no expectation.
  static let farthestDays = 366.0

  private let settings: HabitusConfiguration.Patterns
  /// Clocks from the window's start to as far as visits are expected.
  private let calendar: LocalCalendar

  init(_ settings: HabitusConfiguration.Patterns, _ calendar: LocalCalendar) {
    self.settings = settings
    self.calendar = calendar
  }

  /// One pattern or none.
  func patterns(
    of visits: Visits, _ timeline: UserTimeline, user: UserID, among reference: TimeReference
  ) throws(KernelError) -> [Pattern] {
    let plan = timeline.plan
    guard
      let forecast = try VisitForecast(
        visits, plan, among: reference, minimumGapCount: settings.minimumOccurrences)
    else { return [] }
    let absence = forecast.probabilityOfAbsence(level: settings.falseDiscoveryLevel)
    var pattern: Pattern
    if absence <= settings.falseDiscoveryLevel {
      pattern = Self.slippingAway(forecast, absence)
    } else if let next = next(forecast, after: plan.window.asOf) {
      pattern = next
    } else {
      return []
    }
    pattern.evidence = visits.evidence(0..<visits.count, of: timeline, user: user)
    return [pattern]
  }

  private static func slippingAway(_ forecast: VisitForecast, _ probability: Double) -> Pattern {
    Pattern(
      kind: .slippingAway, elements: [], unit: .gaps, support: forecast.gapCount, total: forecast.gapCount,
      pValue: probability, qValue: probability,
      figures: [
        "elapsed_days": forecast.elapsed, "usual_gap_days": forecast.usualGap, "probability": probability,
      ],
      sentence: PatternWords.slippingAway(elapsed: forecast.elapsed, usual: forecast.usualGap, probability))
  }

  /// `nil` where the visit may be too far off.
  private func next(_ forecast: VisitForecast, after asOf: Timestamp) -> Pattern? {
    let tail = (1 - VisitForecast.coverage) / 2
    let (first, last) = (forecast.days(tail), forecast.days(1 - tail))
    guard last <= Self.farthestDays else { return nil }
    func moment(_ days: Double) -> Timestamp {
      Timestamp(milliseconds: asOf.milliseconds + Int64((days * Visits.day).rounded()))
    }
    let (expected, period) = (forecast.days(0.5), moment(first)...moment(max(first, last)))
    let probability = forecast.probability(within: 7)
    return Pattern(
      kind: .nextVisit, elements: [], unit: .gaps, support: forecast.gapCount, total: forecast.gapCount,
      figures: ["expected_days": expected, "probability": probability], period: period,
      sentence: PatternWords.nextVisit(
        from: calendar.localTime(of: period.lowerBound), to: calendar.localTime(of: period.upperBound),
        calendar.localTime(of: moment(expected)), withinAWeek: probability))
  }
}
