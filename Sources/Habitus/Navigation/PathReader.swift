internal import HabitusModel
internal import HabitusStore

/// Reads the steps of users from frames.
struct PathReader: Sendable {
  /// A step of a user.
  struct Step {
    /// In the dictionary of the dimension.
    let code: UInt32
    /// In milliseconds since 1970.
    let time: Int64
    /// Whether it is the first of its session.
    let beginsSession: Bool
  }

  /// How many events were looked at.
  struct Counts: Sendable, Equatable {
    /// Events that are meant.
    var selected = 0
    /// Those of them that have no step.
    var withoutStep = 0

    static func += (first: inout Counts, second: Counts) {
      first.selected += second.selected
      first.withoutStep += second.withoutStep
    }
  }

  private let plan: FeaturePlan
  private let masks: EventMasks
  private let dimension: EventDimension
  /// Types that the selector names and that no stored event has.
  var unknownTypes: [String] { masks.unknownTypes }

  init(_ definition: PathsDefinition, _ plan: FeaturePlan, _ dictionaries: EventDictionaries) {
    self.plan = plan
    dimension = definition.dimension
    masks = EventMasks([definition.events], dictionaries)
  }

  /// What frames must have besides user, time and type.
  var columns: EventColumns {
    dimension.columns.union(masks.columns).union(plan.sessionRule.usesSourceSessions ? .sessions : [])
  }

  /// Calls `body` with the steps of the frame's user number `index` inside the window, in order. O(events).
  @inline(__always) func forEachStep(
    of frame: borrowing EventFrame, userAt index: Int, _ body: (Step) -> Void
  ) -> Counts {
    let range = frame.times.withUnsafeBufferPointer {
      plan.range(of: $0, from: frame.offsets[index], to: frame.offsets[index + 1])
    }
    var counts = Counts()
    guard let first = range.first else { return counts }
    let column = frame[dimension]
    var sessionStart = frame.times[first]
    var begins = true
    for position in range {
      let time = frame.times[position]
      if position > first, self.begins(at: position, of: frame, sessionStart: sessionStart) {
        begins = true
        sessionStart = time
      }
      guard masks.mask(of: frame.types[position], in: frame, at: position) != 0 else { continue }
      counts.selected += 1
      let code = column[position]
      guard code != TermDictionary.missing else {
        counts.withoutStep += 1
        continue
      }
      body(Step(code: code, time: time, beginsSession: begins))
      begins = false
    }
    return counts
  }

  /// Whether the event at `position`, which is not the user's first, begins a session.
  @inline(__always) private func begins(
    at position: Int, of frame: borrowing EventFrame, sessionStart: Int64
  ) -> Bool {
    let hasSessions = !frame.sessions.isEmpty
    return plan.sessionRule.begins(
      at: frame.times[position], session: hasSessions ? frame.sessions[position] : TermDictionary.missing,
      after: frame.times[position - 1],
      previousSession: hasSessions ? frame.sessions[position - 1] : TermDictionary.missing,
      sessionStart: sessionStart)
  }
}
