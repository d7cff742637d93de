internal import Foundation
internal import HabitusModel

/// Scratch memory for cutting one user's events into sessions.
struct SessionScratch: ~Copyable {
  /// Position of each session's first event, then the number of events.
  var starts = ScratchBuffer<UInt32>(capacity: 1024, filling: 0)
  /// For each event, the position of its session's first event.
  var startOfEvent = ScratchBuffer<UInt32>(capacity: 1024, filling: 0)
  /// Milliseconds between successive events of one session.
  var gaps = ScratchBuffer<Int32>(capacity: 1024, filling: 0)
  /// Milliseconds of each session.
  var durations = ScratchBuffer<Int32>(capacity: 1024, filling: 0)
  /// The same where 32 bits do not hold them.
  var longGaps = ScratchBuffer<Int64>(capacity: 1, filling: 0)
  var longDurations = ScratchBuffer<Int64>(capacity: 1, filling: 0)
  /// Whether a gap of the current user is only in ``longGaps``.
  var hasLongGaps = false
  /// Number of sessions of the current user.
  var count = 0
  var gapMedian = MedianSearch()
  var durationMedian = MedianSearch()

  mutating func reserve(_ eventCount: Int) {
    starts.grow(to: eventCount + 1, filling: 0)
    startOfEvent.grow(to: eventCount, filling: 0)
    gaps.grow(to: eventCount + MedianSearch.padding, filling: 0)
    durations.grow(to: eventCount + MedianSearch.padding, filling: 0)
  }
}

extension FeatureScanner {
  /// Sessions, the times between events and the times between sessions.
  mutating func measureSessions(_ run: EventRun) {
    sessions.reserve(run.count)
    if plan.sessionRule.isGapOnly && plan.sessionRule.gap < Int64(Int32.max) {
      cutByGap(run)
    } else {
      cutByRule(run)
    }
    let count = sessions.count
    let starts = sessions.starts.base
    let durations = sessions.durations.base
    starts[count] = UInt32(truncatingIfNeeded: run.count)

    var bounces = 0
    var total: Int64 = 0
    var longest: Int64 = 0
    for index in 0..<count {
      let first = Int(starts[index])
      let last = Int(starts[index &+ 1]) &- 1
      let duration = run.times[last] &- run.times[first]
      durations[index] = Int32(truncatingIfNeeded: duration)
      bounces &+= first == last ? 1 : 0
      total &+= duration
      longest = max(longest, duration)
    }
    let medianDuration =
      longest >= Int64(Int32.max)
      ? medianOfLongDurations(run) : sessions.durationMedian.median(of: durations, count: count)
    let gapCount = run.count &- count
    var medianGap = Double.nan
    if gapCount > 0 {
      medianGap =
        sessions.hasLongGaps
        ? MedianSearch.medianBySorting(sessions.longGaps.base, count: gapCount)
        : sessions.gapMedian.median(of: sessions.gaps.base, count: gapCount)
    }
    let sessionCount = Double(count)
    set(.sessionCount, count)
    set(.eventsPerSession, Double(run.count) / sessionCount)
    set(.sessionDurationMean, Double(total) / 1000 / sessionCount)
    set(.sessionDurationMedian, medianDuration / 1000)
    set(.sessionDurationMaximum, Double(longest) / 1000)
    set(.bounceRate, Double(bounces) / sessionCount)
    set(.gapMedian, medianGap / 1000)
    set(.burstiness, burstiness(run))
    measureReturns(run, timeInside: total)
  }

  /// The median duration of the sessions where one of them is longer than 32 bits hold.
  private mutating func medianOfLongDurations(_ run: EventRun) -> Double {
    sessions.longDurations.grow(to: sessions.count, filling: 0)
    let starts = sessions.starts.base
    for index in 0..<sessions.count {
      sessions.longDurations.base[index] = run.times[Int(starts[index + 1]) - 1] - run.times[Int(starts[index])]
    }
    return MedianSearch.medianBySorting(sessions.longDurations.base, count: sessions.count)
  }

  /// Times between the end of a session and the start of the next.
  private func measureReturns(_ run: EventRun, timeInside: Int64) {
    let count = sessions.count
    let starts = sessions.starts.base
    guard count > 1 else {
      set(.returnGapMean, .nan)
      set(.returnGapVariation, .nan)
      return
    }
    let mean = Double(run.span &- timeInside) / Double(count &- 1)
    var squares = 0.0
    for index in 1..<count {
      let first = Int(starts[index])
      let deviation = Double(run.times[first] &- run.times[first &- 1]) - mean
      squares += deviation * deviation
    }
    set(.returnGapMean, mean / 3_600_000)
    set(.returnGapVariation, mean > 0 ? (squares / Double(count &- 1)).squareRoot() / mean : .nan)
  }

  /// Cuts where the silence is longer than the gap, without branches.
  private mutating func cutByGap(_ run: EventRun) {
    let starts = sessions.starts.base
    let startOfEvent = sessions.startOfEvent.base
    let gaps = sessions.gaps.base
    let times = run.times
    let gap = plan.sessionRule.gap
    starts[0] = 0
    startOfEvent[0] = 0
    var count = 1
    var current: UInt32 = 0
    for position in 1..<max(1, run.count) {
      let silence = times[position] &- times[position &- 1]
      let begins = silence > gap
      gaps[position &- count] = Int32(truncatingIfNeeded: silence)
      starts[count] = UInt32(truncatingIfNeeded: position)
      count &+= begins ? 1 : 0
      current = begins ? UInt32(truncatingIfNeeded: position) : current
      startOfEvent[position] = current
    }
    sessions.count = count
    sessions.hasLongGaps = false
  }

  /// Cuts by the whole rule, for times of any size.
  private mutating func cutByRule(_ run: EventRun) {
    sessions.longGaps.grow(to: run.count, filling: 0)
    let starts = sessions.starts.base
    let startOfEvent = sessions.startOfEvent.base
    let gaps = sessions.gaps.base
    let longGaps = sessions.longGaps.base
    starts[0] = 0
    startOfEvent[0] = 0
    var count = 1
    var current = 0
    var longest: Int64 = 0
    for position in 1..<max(1, run.count) {
      let begins = plan.sessionRule.begins(
        at: run.times[position], session: run.sessions?[position] ?? TermDictionary.missing,
        after: run.times[position - 1], previousSession: run.sessions?[position - 1] ?? TermDictionary.missing,
        sessionStart: run.times[current])
      if begins {
        starts[count] = UInt32(truncatingIfNeeded: position)
        count += 1
        current = position
      } else {
        let silence = run.times[position] - run.times[position - 1]
        longGaps[position - count] = silence
        gaps[position - count] = Int32(truncatingIfNeeded: silence)
        longest = max(longest, silence)
      }
      startOfEvent[position] = UInt32(truncatingIfNeeded: current)
    }
    sessions.count = count
    sessions.hasLongGaps = longest >= Int64(Int32.max)
  }

  /// (s - m) / (s + m) of the times between events; their variance comes from whole numbers, so it is exact.
  private func burstiness(_ run: EventRun) -> Double {
    let gapCount = run.count &- 1
    let span = run.span
    guard gapCount > 0, span > 0 else { return .nan }
    let times = run.times
    var squares: UInt128
    if span < 1 &<< 32 {
      // The squares of the parts sum to at most the square of the whole, which is below 2^64.
      var sum: UInt64 = 0
      for position in 0..<gapCount {
        let silence = UInt64(bitPattern: times[position &+ 1] &- times[position]) & 0xFFFF_FFFF
        sum &+= silence &* silence
      }
      squares = UInt128(sum)
    } else {
      squares = 0
      for position in 0..<gapCount {
        let silence = UInt64(bitPattern: times[position &+ 1] &- times[position])
        let product = silence.multipliedFullWidth(by: silence)
        squares &+= UInt128(product.high) &<< 64 | UInt128(product.low)
      }
    }
    let whole = UInt64(bitPattern: span).multipliedFullWidth(by: UInt64(bitPattern: span))
    let variance = UInt128(gapCount) &* squares &- (UInt128(whole.high) &<< 64 | UInt128(whole.low))
    let deviation =
      (Double(UInt64(truncatingIfNeeded: variance &>> 64)) * 0x1p64 + Double(UInt64(truncatingIfNeeded: variance)))
      .squareRoot()
    // Both sides times the number of gaps: the mean is then the span.
    return (deviation - Double(span)) / (deviation + Double(span))
  }
}
