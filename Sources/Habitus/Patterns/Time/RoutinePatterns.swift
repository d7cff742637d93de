internal import HabitusKernels
internal import HabitusModel

/// Visits that come back at the same time of the day or of the week, or after another period.
///
/// Three hypotheses a user, with control of the false-discovery rate over them. Where everybody comes by day, coming
/// by day is a routine that everybody has: the comparison tells whether it is the user's own.
struct RoutinePatterns {
  private let settings: HabitusConfiguration.Patterns

  init(_ settings: HabitusConfiguration.Patterns) { self.settings = settings }

  /// The routines of a user, the day's first, then the week's, then the other period.
  func patterns(
    of visits: Visits, _ timeline: UserTimeline, user: UserID, among reference: TimeReference
  ) throws(KernelError) -> [Pattern] {
    guard visits.count >= max(CycleAlignment.minimumCycleCount, settings.minimumOccurrences) else { return [] }
    let routines = [try daily(visits, reference), try weekly(visits, reference)].compactMap { $0 }
    let period = try PeriodRoutine(visits)
    let tested = routines.map(\.pValue) + (period.map { [$0.pValue] } ?? [])
    let qValues = TimePatterns.qValues(tested)
    let ownQValues = Statistics.falseDiscoveryQValues(routines.map(\.commonPValue))
    let level = settings.falseDiscoveryLevel
    var patterns: [Pattern] = []
    for (routine, (q, ownQ)) in zip(routines, zip(qValues, ownQValues)) where q <= level {
      guard var pattern = try routine.pattern(isOwn: ownQ <= level && routine.isMoreThanCommon) else { continue }
      pattern.qValue = q
      pattern.evidence = visits.evidence(routine.visitsInside, of: timeline, user: user)
      patterns.append(pattern)
    }
    if let period, let q = qValues.last, q <= level {
      var pattern = period.pattern
      pattern.qValue = q
      pattern.evidence = visits.evidence(period.visitsInPhase, of: timeline, user: user)
      patterns.append(pattern)
    }
    return patterns
  }

  private func daily(_ visits: Visits, _ reference: TimeReference) throws(KernelError) -> CycleRoutine? {
    guard visits.hasTimesOfDay, settings.intervals.contains(.hourly) else { return nil }
    return try CycleRoutine(visits, .day, even: reference.evenDay, common: reference.commonDay)
  }

  private func weekly(_ visits: Visits, _ reference: TimeReference) throws(KernelError) -> CycleRoutine? {
    guard settings.intervals.contains(.daily) || settings.intervals.contains(.weekly) else { return nil }
    return visits.hasTimesOfDay
      ? try CycleRoutine(visits, .week, even: reference.evenWeek, common: reference.commonWeek)
      : try CycleRoutine(visits, .week, even: reference.evenWeekdays, common: reference.commonWeekdays)
  }
}

/// How a user's visits lie in the day or in the week.
struct CycleRoutine {
  /// A cycle of the calendar.
  enum Cycle {
    case day, week

    var hours: Double { self == .day ? 24 : 168 }
  }

  let cycle: Cycle
  /// Probability of visits so much at one place if all hours were alike.
  let pValue: Double
  /// The same if the user came when everybody comes.
  let commonPValue: Double
  /// The visits in the shortest arc that holds most.
  let visitsInside: [Int]
  /// That arc, in turns.
  private let arc: ShortestArc
  /// The local hours of the cycle at which visits began; the middle of the day where only dates are known.
  private let hours: [Double]
  /// By visit, the number of its cycle.
  private let cycles: [Int]
  private let commonShare: Double
  private let hasTimesOfDay: Bool

  /// `nil` for too few cycles.
  init?(_ visits: Visits, _ cycle: Cycle, even: SlotScale, common: SlotScale) throws(KernelError) {
    let slotHours = cycle.hours / Double(even.shares.count)
    var (hours, cycles, evenTurns, commonTurns): ([Double], [Int], [Double], [Double]) = ([], [], [], [])
    for visit in 0..<visits.count {
      let (day, rest) = visits.localStarts[visit].dividedFloor(by: 86_400_000)
      let (week, weekday) = (day + 3).dividedFloor(by: 7)
      let ofDay = visits.hasTimesOfDay ? Double(rest) / 3_600_000 : 12
      let hour = cycle == .day ? ofDay : Double(weekday) * 24 + ofDay
      hours.append(hour)
      cycles.append(Int(cycle == .day ? day : week))
      // A random place in the slot: times may be rounded, and equal ones would pass for a wonder.
      var generator = SplitMix64(seed: UInt64(bitPattern: visits.starts[visit]))
      let (slot, fraction) = (Int(hour / slotHours), generator.nextUnit())
      evenTurns.append(even.turn(slot, fraction: fraction))
      commonTurns.append(common.turn(slot, fraction: fraction))
    }
    guard let alignment = try CycleAlignment(cycles: cycles, turns: evenTurns),
      let commonAlignment = try CycleAlignment(cycles: cycles, turns: commonTurns),
      let arc = ShortestArc(of: hours.map { $0 / cycle.hours }, share: CycleAlignment.arcShare)
    else { return nil }
    (self.cycle, self.hours, self.cycles, self.arc) = (cycle, hours, cycles, arc)
    pValue = alignment.pValue
    commonPValue = commonAlignment.pValue
    visitsInside = hours.indices.filter { arc.contains(hours[$0] / cycle.hours) }
    // Noon stands for a date: the arc is half a day longer on either side.
    let margin = visits.hasTimesOfDay ? 0 : 12 / cycle.hours
    let start = arc.start - margin
    commonShare = common.share(
      from: start < 0 ? start + 1 : start, length: min(1, arc.length + 2 * margin))
    hasTimesOfDay = visits.hasTimesOfDay
  }

  /// Whether visits lie in the arc a fifth more often than everybody's do: with many visits the smallest difference is
  /// significant.
  var isMoreThanCommon: Bool { Double(visitsInside.count) >= 1.2 * commonShare * Double(hours.count) }

  /// Whether most weeks in which the user comes follow each other.
  private var isOfEveryCycle: Bool {
    let steps = zip(cycles.dropFirst(), cycles).lazy.map { Double($0 - $1) }.filter { $0 > 0 }
    return Statistics.median(of: steps).map { $0 < 1.5 } ?? false
  }

  /// The pattern without its q-value and evidence; `nil` where visits point nowhere.
  func pattern(isOwn: Bool) throws(KernelError) -> Pattern? {
    let period = cycle.hours
    guard let rhythm = try Rhythm(of: try cycleMeans(), period: period), let mean = rhythm.mean else { return nil }
    var figures = ["period_days": period / 24, "resultant_length": rhythm.resultantLength]
    figures["concentration"] = rhythm.concentration
    if cycle == .day {
      figures["mean_hour"] = mean
      figures["margin_hours"] = rhythm.meanMargin
    }
    let share = Double(visitsInside.count) / Double(hours.count)
    let (start, end) = (arc.start * period, (arc.start + arc.length) * period)
    let sentence =
      cycle == .day
      ? PatternWords.dailyRoutine(start...end, mean: mean, share: share, everybody: commonShare)
      : PatternWords.weeklyRoutine(
        start...end, mean: mean, share: share, everybody: commonShare, hasTimesOfDay: hasTimesOfDay,
        isOfEveryWeek: isOfEveryCycle)
    return Pattern(
      kind: .routine, elements: [cycle == .day ? "day" : "week"], unit: .sessions, support: visitsInside.count,
      total: hours.count, expectedShare: arc.length, pValue: pValue, figures: figures,
      comparison: PatternComparison(
        standing: isOwn ? .own : .shared, everybodyShare: commonShare, pValue: commonPValue),
      sentence: sentence)
  }

  /// One mean time for each cycle, for figures that count cycles, as the tests do.
  private func cycleMeans() throws(KernelError) -> [Double] {
    var (means, first) = ([Double](), 0)
    for index in 1...hours.count where index == hours.count || cycles[index] != cycles[first] {
      if let mean = CircularSummary(of: Array(hours[first..<index]), period: cycle.hours)?.mean { means.append(mean) }
      first = index
    }
    return means
  }
}
