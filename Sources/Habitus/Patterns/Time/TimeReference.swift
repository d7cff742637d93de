internal import HabitusKernels
internal import HabitusModel

/// Collects from a scan what users' times are compared with; ``finished()`` makes a ``TimeReference`` of it.
struct TimeReferenceScan: Sendable {
  private let window: AnalysisWindow
  private let calendar: LocalCalendar
  private var rhythm = WeekRhythm()
  private var gaps = GapStatistics()
  private var evenness = GapEvenness()

  init(_ plan: FeaturePlan) {
    window = plan.window
    calendar = plan.calendar
  }

  /// Adds a user. O(events).
  mutating func add(_ timeline: UserTimeline) throws {
    let visits = Visits(timeline)
    rhythm.add(WeekRhythm(visits))
    guard visits.count > 1 else { return }
    try gaps.add(Visits.gaps(visits.dayStarts))
    if let counts = GapEvenness(visits.gaps) { evenness.add(counts) }
  }

  /// Adds the users of another scan.
  mutating func add(_ other: TimeReferenceScan) {
    rhythm.add(other.rhythm)
    gaps.merge(other.gaps)
    evenness.add(other.evenness)
  }

  func finished() throws -> TimeReference {
    TimeReference(
      rhythm, coverage: WindowCoverage(window, calendar),
      population: gaps.gapCount > 0 ? try GapPopulation(gaps) : nil, evenness: evenness)
  }
}

/// What the times of one user are compared with: everybody's week, everybody's gaps between visits, and an even week.
struct TimeReference: Sendable {
  let rhythm: WeekRhythm
  /// How long gaps between visits are over users; `nil` where nobody came twice.
  let population: GapPopulation?
  /// How even or uneven the gaps of everybody are.
  let evenness: GapEvenness
  /// The hours of a day and a week in the window, all alike.
  let evenDay, evenWeek, evenWeekdays: SlotScale
  /// The same by everybody's visits.
  let commonDay, commonWeek, commonWeekdays: SlotScale
  /// The clock of ``rescaledDay(of:)``.
  private let clock: SlotScale

  init(_ rhythm: WeekRhythm, coverage: WindowCoverage, population: GapPopulation?, evenness: GapEvenness) {
    self.rhythm = rhythm
    self.population = population
    self.evenness = evenness
    evenDay = SlotScale(coverage.hoursOfDay)
    evenWeek = SlotScale(coverage.hours)
    evenWeekdays = SlotScale(coverage.weekdays)
    commonDay = SlotScale(rhythm.byHour.counts.map(Double.init))
    commonWeek = SlotScale(rhythm.byHourOfWeek.counts.map(Double.init))
    commonWeekdays = SlotScale(rhythm.byWeekday.counts.map(Double.init))
    clock = Self.clock(rhythm, coverage)
  }

  /// Everybody's rate of visits by hour of the week, as that of the hour of the day times that of the weekday, each
  /// with one visit more than was seen: few users must not make a clock that runs for their own visits alone.
  private static func clock(_ rhythm: WeekRhythm, _ coverage: WindowCoverage) -> SlotScale {
    func rates(_ counts: [Int], _ hours: [Double]) -> [Double] {
      zip(counts, hours).map { $1 > 0 ? Double($0 + 1) / $1 : 0 }
    }
    let hours = rates(rhythm.byHour.counts, coverage.hoursOfDay)
    let byHourOfWeek = rhythm.byHourOfWeek.counts
    let weekdays = rates((0..<7).map { byHourOfWeek[$0 * 24..<$0 * 24 + 24].reduce(0, +) }, coverage.weekdays)
    return SlotScale((0..<168).map { hours[$0 % 24] * weekdays[$0 / 24] })
  }

  /// A local time in days of a clock that runs as fast as everybody comes: on it, who comes at everybody's hours by
  /// chance has the gaps of a Poisson process (the time-rescaling theorem; Brown et al., Neural Computation 14, 2002,
  /// doi:10.1162/08997660252741149).
  func rescaledDay(of local: Int64) -> Double {
    let (day, rest) = local.dividedFloor(by: 86_400_000)
    let (week, weekday) = (day + 3).dividedFloor(by: 7)
    let hour = rest / 3_600_000
    let fraction = Double(rest - hour * 3_600_000) / 3_600_000
    return 7 * (Double(week) + clock.turn(Int(weekday * 24 + hour), fraction: fraction))
  }
}

/// How many gaps between visits lie near their user's median, and how many are short.
struct GapEvenness: Codable, Sendable {
  private(set) var gapCount = 0
  /// Gaps within a quarter of the median of their user's.
  private(set) var nearMedian = 0
  /// Gaps shorter than a fifth of the mean of their user's.
  private(set) var short = 0

  /// The shares in a Poisson process, whose gaps are exponential: 2^−¾ − 2^−1¼ and 1 − e^−⅕.
  static let nearMedianByChance = 0.17416
  static let shortByChance = 0.18127

  init() {}

  /// Counts a user's gaps; `nil` for fewer than 3, whose median says nothing.
  init?(_ gaps: [Double]) {
    guard gaps.count >= 3, let median = Statistics.median(of: gaps), let mean = Statistics.mean(of: gaps) else {
      return nil
    }
    gapCount = gaps.count
    for gap in gaps {
      if abs(gap - median) <= median / 4 { nearMedian += 1 }
      if gap < mean / 5 { short += 1 }
    }
  }

  mutating func add(_ other: GapEvenness) {
    gapCount += other.gapCount
    nearMedian += other.nearMedian
    short += other.short
  }
}
