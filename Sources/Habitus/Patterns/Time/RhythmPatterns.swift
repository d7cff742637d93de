internal import HabitusKernels
internal import HabitusModel

/// Hours and days with more visits than the reference would give.
///
/// A user's visits are compared with everybody's by the binomial distribution, everybody's with an even week by the
/// same distribution with as many visits as they are worth (``SlotCounts/designEffect``). Then Benjamini and Hochberg
/// over all slots of the kind; slots that are too seldom or too little above the reference to be told count with a
/// p-value of 1.
struct RhythmPatterns {
  /// With many visits the smallest difference is significant; what is less than a fifth above the reference is not
  /// told.
  private static let minimumLift = 1.2

  private let settings: HabitusConfiguration.Patterns

  init(_ settings: HabitusConfiguration.Patterns) { self.settings = settings }

  /// What stands out in a user's week; by kind, then by rising p-value.
  ///
  /// - Parameter evidence: the visits in a slot.
  func patterns(
    of rhythm: WeekRhythm, among reference: TimeReference, evidence: (Pattern.Kind, Int) -> [PatternOccurrence]
  ) -> [Pattern] {
    var patterns: [Pattern] = []
    for cycle in cycles(rhythm) {
      patterns += standingOut(cycle.kind, cycle.counts(rhythm), by: cycle.common(reference), isWorth: 1, .own).map {
        var pattern = $0.pattern
        pattern.evidence = evidence(cycle.kind, $0.slot)
        return pattern
      }
    }
    return patterns
  }

  /// What stands out in everybody's week, compared with an even one.
  func patterns(ofEverybody reference: TimeReference) -> [Pattern] {
    cycles(reference.rhythm).flatMap { cycle in
      let counts = cycle.counts(reference.rhythm)
      return standingOut(cycle.kind, counts, by: cycle.even(reference), isWorth: 1 / counts.designEffect, nil)
        .map(\.pattern)
    }
  }

  /// The cycles that are looked at. Where only dates are known hours mean nothing.
  private func cycles(_ rhythm: WeekRhythm) -> [Cycle] {
    var cycles: [Cycle] = []
    if settings.intervals.contains(.hourly), rhythm.hasTimesOfDay { cycles.append(.hours) }
    if settings.intervals.contains(.daily) { cycles.append(.weekdays) }
    if settings.intervals.contains(.weekly), rhythm.hasTimesOfDay { cycles.append(.hoursOfWeek) }
    return cycles
  }

  /// - Parameters:
  ///   - scale: the shares of the reference.
  ///   - worth: how many independent visits one visit is worth, at most 1.
  ///   - standing: of the patterns among users; `nil` for everybody's.
  private func standingOut(
    _ kind: Pattern.Kind, _ slots: SlotCounts, by scale: SlotScale, isWorth worth: Double,
    _ standing: PatternComparison.Standing?
  ) -> [(slot: Int, pattern: Pattern)] {
    let (counts, expected, total) = (slots.counts, scale.shares, Double(slots.total))
    let candidates = counts.indices.filter { slot in
      counts[slot] >= settings.minimumOccurrences && expected[slot] > 0
        && Double(counts[slot]) >= Self.minimumLift * expected[slot] * total
    }
    guard !candidates.isEmpty else { return [] }
    let pValues = candidates.map { slot -> Double in
      let count = Double(counts[slot]) * worth
      // The binomial upper tail as a beta distribution's, for counts that are not whole.
      return BetaDistribution(alpha: count, beta: total * worth - count + 1).cumulative(expected[slot])
    }
    let qValues = Statistics.falseDiscoveryQValues(pValues, hypothesisCount: Double(counts.count))
    return candidates.indices.filter { qValues[$0] <= settings.falseDiscoveryLevel }
      .sorted { (pValues[$0], $0) < (pValues[$1], $1) }
      .map { index in
        let slot = candidates[index]
        var pattern = Pattern(
          kind: kind, elements: PatternWords.slotElements(kind, slot), unit: kind == .weekday ? .days : .sessions,
          support: counts[slot], total: slots.total, expectedShare: expected[slot], pValue: pValues[index],
          qValue: qValues[index],
          sentence: PatternWords.standingOut(
            kind, slot, share: Double(counts[slot]) / total, expected: expected[slot], isOwn: standing != nil))
        pattern.comparison = standing.map {
          PatternComparison(standing: $0, everybodyShare: expected[slot], pValue: pValues[index])
        }
        return (slot, pattern)
      }
  }
}

extension RhythmPatterns {
  /// A division of time that visits are counted by.
  private enum Cycle {
    case hours, weekdays, hoursOfWeek

    var kind: Pattern.Kind {
      switch self {
      case .hours: .hourOfDay
      case .weekdays: .weekday
      case .hoursOfWeek: .hourOfWeek
      }
    }

    func counts(_ rhythm: WeekRhythm) -> SlotCounts {
      switch self {
      case .hours: rhythm.byHour
      case .weekdays: rhythm.byWeekday
      case .hoursOfWeek: rhythm.byHourOfWeek
      }
    }

    func common(_ reference: TimeReference) -> SlotScale {
      switch self {
      case .hours: reference.commonDay
      case .weekdays: reference.commonWeekdays
      case .hoursOfWeek: reference.commonWeek
      }
    }

    func even(_ reference: TimeReference) -> SlotScale {
      switch self {
      case .hours: reference.evenDay
      case .weekdays: reference.evenWeekdays
      case .hoursOfWeek: reference.evenWeek
      }
    }
  }
}
