internal import Foundation
internal import HabitusModel

/// Scratch memory and tables for what depends on local time.
struct ClockScratch: ~Copyable {
  /// Events are taken in chunks of at most this many, which keeps the sums below short.
  static let chunk = 2048

  let slots: ScratchBuffer<SIMD4<Double>>
  let hours: ScratchBuffer<SIMD4<Double>>
  let days: ScratchBuffer<Double>
  let hoursOfWeek: ScratchBuffer<UInt32>
  /// For each group of successive events in one hour: the hour since the first date in the upper half of the word, the
  /// end of the group's events in the lower.
  let groups = ScratchBuffer<UInt64>(capacity: ClockScratch.chunk + 1, filling: 0)
  /// The sums of (cosine, sine) within the hour over all events of the chunk up to the end of each group.
  let groupDirections = ScratchBuffer<SIMD2<Double>>(capacity: ClockScratch.chunk + 1, filling: .zero)
  /// The sums of weighted decay within the hour, likewise.
  let groupDecays = ScratchBuffer<Double>(capacity: ClockScratch.chunk + 1, filling: 0)
  /// Events by date; all 0 between users.
  let dayCounts: ScratchBuffer<UInt32>
  /// Events by hour of the day; all 0 between users.
  let hourCounts = ScratchBuffer<UInt32>(capacity: 24, filling: 0)

  let stretches: ScratchBuffer<TimeTables.Stretch>
  let firstWeekday: Int
  let lastDay: Int
  let touchedDays: Double
  let halfLife: Double
  let isDecayTabulated: Bool

  init(_ tables: TimeTables) {
    stretches = ScratchBuffer(
      tables.stretches, padding: TimeTables.Stretch(end: .min, origin: 0, decay: 0))
    firstWeekday = CivilDate(daysSince1970: tables.firstDay).weekday
    lastDay = tables.lastDay
    touchedDays = Double(tables.touchedDays)
    halfLife = tables.halfLife
    isDecayTabulated = tables.isDecayTabulated
    slots = ScratchBuffer(Self.rows(tables.slots), padding: .zero)
    hours = ScratchBuffer(Self.rows(tables.hours), padding: .zero)
    days = ScratchBuffer(tables.days, padding: 0)
    hoursOfWeek = ScratchBuffer(tables.hoursOfWeek, padding: 0)
    dayCounts = ScratchBuffer(capacity: tables.dayCount, filling: 0)
  }

  private static func rows(_ values: [Double]) -> [SIMD4<Double>] {
    stride(from: 0, to: values.count, by: 4).map { SIMD4(values[$0..<$0 + 4]) }
  }
}

/// What one user's events add up to on the clock and the calendar.
private struct ClockTotals {
  var weekend = 0, night = 0, business = 0
  var cosine = 0.0, sine = 0.0, engagement = 0.0
  var firstDay = Int.max, lastDay = Int.min
  var busiestDay: UInt32 = 0
}

extension FeatureScanner {
  /// Hours, weekdays, dates and the decay of engagement.
  mutating func measureClock(_ run: EventRun) {
    var totals = ClockTotals()
    var first = 0
    for index in 0..<clock.stretches.capacity
    where first < run.count && run.times[first] < clock.stretches.base[index].end {
      let stretch = clock.stretches.base[index]
      let last =
        run.times[run.count &- 1] < stretch.end
        ? run.count : first + countOfEarlier(run.times + first, run.count - first, than: stretch.end)
      while first < last {
        let end = min(first &+ ClockScratch.chunk, last)
        addChunk(run, first, end, stretch, &totals)
        first = end
      }
    }
    if !clock.isDecayTabulated { totals.engagement = engagement(run) }

    let count = Double(run.count)
    set(.weekendShare, Double(totals.weekend) / count)
    set(.nightShare, Double(totals.night) / count)
    set(.businessShare, Double(totals.business) / count)
    let cosine = totals.cosine / count
    let sine = totals.sine / count
    let concentration = (cosine * cosine + sine * sine).squareRoot()
    set(.hourConcentration, concentration)
    set(
      .meanHour,
      concentration >= 1e-6
        ? (atan2(sine, cosine) * (12 / Double.pi) + 24).truncatingRemainder(dividingBy: 24) : .nan)
    set(.engagementRaw, totals.engagement)
    set(.engagementScore, 100 * (1 - exp(-totals.engagement / 50)))
    measureHours(run)
    measureDays(totals)
  }

  /// Adds the events `first..<last`, which lie in one stretch: one loop over the events, one over their hours.
  private func addChunk(
    _ run: EventRun, _ first: Int, _ last: Int, _ stretch: TimeTables.Stretch, _ totals: inout ClockTotals
  ) {
    let slots = clock.slots.base
    let weights = typeWeights.base
    let times = run.times
    let types = run.types
    let groups = clock.groups.base
    let groupDirections = clock.groupDirections.base
    /// The sums of weighted decay within the hour, likewise.
    let groupDecays = clock.groupDecays.base
    let radians = 2 * Double.pi / 86_400_000
    let decayRate = 0.693_147_180_559_945_309_4 / clock.halfLife
    let origin = stretch.origin
    var group = 0
    var previousHour = UInt64(bitPattern: times[first] &- origin) / 3_600_000
    var directions = SIMD2<Double>.zero
    var decays = 0.0
    for position in first..<last {
      let elapsed = UInt64(bitPattern: times[position] &- origin)
      let hour = elapsed / 3_600_000
      let place = Int(truncatingIfNeeded: elapsed &- hour &* 3_600_000)
      let slot = slots[place &>> TimeTables.slotShift]
      let rest = Double(Int32(truncatingIfNeeded: place & (TimeTables.slotLength &- 1) &- TimeTables.slotLength / 2))
      let angle = rest * radians
      let angleSquared = angle * angle
      let restCosine = 1 - angleSquared * 0.5
      let restSine = angle - angle * angleSquared * (1.0 / 6)
      let growth = rest * decayRate
      let restDecay = 1 + growth * (1 + growth * (0.5 + growth * (1.0 / 6)))
      directions += slot.lowHalf * restCosine + SIMD2(-slot.y, slot.x) * restSine
      decays += slot.z * restDecay * weights[Int(truncatingIfNeeded: types[position])]
      group &+= hour != previousHour ? 1 : 0
      previousHour = hour
      groups[group] = hour &<< 32 | UInt64(truncatingIfNeeded: position &+ 1 &- first)
      groupDirections[group] = directions
      groupDecays[group] = decays
    }
    addGroups(group &+ 1, decay: stretch.decay, &totals)
  }

  private func addGroups(_ count: Int, decay: Double, _ totals: inout ClockTotals) {
    let groups = clock.groups.base
    let groupDirections = clock.groupDirections.base
    /// The sums of weighted decay within the hour, likewise.
    let groupDecays = clock.groupDecays.base
    let hours = clock.hours.base
    let days = clock.days.base
    let hoursOfWeek = clock.hoursOfWeek.base
    let dayCounts = clock.dayCounts.base
    let hourCounts = clock.hourCounts.base
    let firstWeekday = clock.firstWeekday
    var previousEnd: UInt32 = 0
    var previousDirections = SIMD2<Double>.zero
    var previousDecays = 0.0
    for group in 0..<count {
      let groupHour = UInt32(truncatingIfNeeded: groups[group] &>> 32)
      let groupEnd = UInt32(truncatingIfNeeded: groups[group])
      let day = Int(groupHour / 24)
      let hour = Int(groupHour % 24)
      let events = groupEnd &- previousEnd
      previousEnd = groupEnd
      let direction = groupDirections[group] - previousDirections
      let engagement = groupDecays[group] - previousDecays
      previousDirections = groupDirections[group]
      previousDecays = groupDecays[group]
      let rotation = hours[hour]
      totals.cosine += direction.x * rotation.x - direction.y * rotation.y
      totals.sine += direction.y * rotation.x + direction.x * rotation.y
      totals.engagement += engagement * rotation.z * days[day] * decay
      let flags = hoursOfWeek[(day &+ firstWeekday) % 7 &* 24 &+ hour]
      totals.weekend &+= Int(events &* (flags & 1))
      totals.night &+= Int(events &* (flags &>> 8 & 1))
      totals.business &+= Int(events &* (flags &>> 16))
      hourCounts[hour] &+= events
      dayCounts[day] &+= events
      totals.busiestDay = max(totals.busiestDay, dayCounts[day])
      totals.firstDay = min(totals.firstDay, day)
      totals.lastDay = max(totals.lastDay, day)
    }
  }

  /// Engagement where the half-life is too short for the tables.
  private func engagement(_ run: EventRun) -> Double {
    let end = windowEnd
    let halfLife = clock.halfLife
    var sum = 0.0
    for position in 0..<run.count {
      sum += exp2(Double(run.times[position] &- end) / halfLife) * typeWeights.base[Int(run.types[position])]
    }
    return sum
  }

  private func measureHours(_ run: EventRun) {
    let counts = clock.hourCounts.base
    // Four sums side by side, since each addition waits for the one before it.
    var terms = SIMD4<Double>.zero
    for hour in stride(from: 0, to: 24, by: 4) {
      terms += SIMD4(
        entropy[Int(counts[hour])], entropy[Int(counts[hour &+ 1])], entropy[Int(counts[hour &+ 2])],
        entropy[Int(counts[hour &+ 3])])
    }
    counts.update(repeating: 0, count: 24)
    set(.hourEntropy, entropy.bits(sumOfTerms: terms.sum(), total: run.count) * (1 / 4.584_962_500_721_156_2))
  }

  private func measureDays(_ totals: ClockTotals) {
    let counts = clock.dayCounts.base + totals.firstDay
    let dayCount = totals.lastDay &- totals.firstDay &+ 1
    var active = 0
    var longest = 0
    var current = 0
    if dayCount <= 64 {
      var days: UInt64 = 0
      for day in 0..<dayCount { days |= (counts[day] > 0 ? 1 : 0) &<< UInt64(truncatingIfNeeded: day) }
      active = days.nonzeroBitCount
      // The last date is active, so the bits from it downwards are the last run.
      current = (~(days &<< UInt64(truncatingIfNeeded: 64 &- dayCount))).leadingZeroBitCount
      // Each step takes one date off the end of every run.
      while days != 0 {
        days &= days &>> 1
        longest &+= 1
      }
    } else {
      for day in 0..<dayCount {
        let isActive = counts[day] > 0
        active &+= isActive ? 1 : 0
        current = isActive ? current &+ 1 : 0
        longest = max(longest, current)
      }
    }
    counts.update(repeating: 0, count: dayCount)
    set(.activeDays, active)
    set(.activityRatio, Double(active) / clock.touchedDays)
    set(.busiestDayEvents, Int(totals.busiestDay))
    set(.longestStreakDays, longest)
    set(.currentStreakDays, totals.lastDay >= clock.lastDay ? current : 0)
  }
}
