internal import HabitusModel

/// Finds the cohorts of users and the periods in which they returned. Holds the memory that it needs from user to user.
struct RetentionScanner {
  private let plan: RetentionPlan
  /// A start event that lets the user join a cohort.
  private struct Start {
    let cohort: Int
    let time: Int64
    /// The place among the user's events.
    let position: Int
  }
  private struct Return {
    let time: Int64
    let position: Int
    /// The number of the calendar period; 0 where periods are rolling.
    let period: Int
  }
  private var starts: [Start] = []
  private var returns: [Return] = []
  private var isReturned: [Bool]

  init(_ plan: RetentionPlan) {
    self.plan = plan
    isReturned = Array(repeating: false, count: plan.definition.periodCount + 1)
  }

  /// The cohorts of the users of a frame.
  ///
  /// - Complexity: O(events · periods).
  mutating func scan(_ frame: borrowing EventFrame) -> RetentionCounts {
    var counts = RetentionCounts()
    for index in frame.users.indices {
      collect(frame, frame.offsets[index]..<frame.offsets[index + 1])
      guard !starts.isEmpty else { continue }
      var next = 0
      for start in starts {
        while next < returns.count, returns[next].position < start.position { next += 1 }
        find(start, returns[next...])
        counts.add(cohort: start.cohort, isReturned)
      }
    }
    return counts
  }

  /// Reads the start and return events of a user, those at ``AnalysisWindow/asOf`` and later not.
  private mutating func collect(_ frame: borrowing EventFrame, _ range: Range<Int>) {
    starts.removeAll(keepingCapacity: true)
    returns.removeAll(keepingCapacity: true)
    let definition = plan.definition
    for position in range {
      let time = frame.times[position]
      if time >= plan.window.asOf.milliseconds { return }
      let isInside = time >= plan.window.start.milliseconds
      guard isInside || definition.cohorts == .first else { continue }
      let mask = plan.masks.mask(of: frame.types[position], in: frame, at: position)
      guard mask != 0 else { continue }
      if !isInside {
        // Who started before the window is in no cohort.
        if mask & RetentionPlan.start != 0 { return }
        continue
      }
      let needsPeriod = definition.cut == .calendar || (definition.cohorts == .recurring || starts.isEmpty)
      let period = needsPeriod ? plan.calendar.index(of: time) : 0
      if mask & RetentionPlan.start != 0 { join(Start(cohort: period, time: time, position: position)) }
      if mask & RetentionPlan.returning != 0, !starts.isEmpty {
        returns.append(Return(time: time, position: position, period: period))
      }
    }
  }

  /// Adds a start event, if it is the first, or, where cohorts recur, the first of its period.
  private mutating func join(_ start: Start) {
    switch plan.definition.cohorts {
    case .first: if starts.isEmpty { starts.append(start) }
    // Where clocks are put back at midnight, a date can come again after the next one has begun.
    case .recurring: if !starts.suffix(2).contains(where: { $0.cohort == start.cohort }) { starts.append(start) }
    }
  }

  /// Finds the periods of `returns`, none of which is before `start`.
  private mutating func find(_ start: Start, _ returns: ArraySlice<Return>) {
    for period in isReturned.indices { isReturned[period] = false }
    let last = isReturned.count - 1
    switch plan.definition.counting {
    case .within:
      for event in returns {
        let period = self.period(of: event, since: start)
        // A date that comes again after the next one is no reason to go on.
        if period > last + 1 { break }
        if (0...last).contains(period) { isReturned[period] = true }
      }
    case .onOrAfter:
      guard let event = returns.last else { return }
      for period in 0...min(last, max(0, period(of: event, since: start))) { isReturned[period] = true }
    }
  }

  private func period(of event: Return, since start: Start) -> Int {
    switch plan.definition.cut {
    case .calendar: event.period - start.cohort
    case .rolling: Int((event.time - start.time) / plan.definition.period.milliseconds)
    }
  }
}
