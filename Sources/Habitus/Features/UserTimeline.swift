public import HabitusModel

/// One user's events inside a window, in order: a view into a frame.
///
/// Positions run from 0 to ``count`` - 1. Making one copies no events. It has at least one event.
public struct UserTimeline: Sendable, RandomAccessCollection {
  private let source: Source
  /// The user's code.
  public internal(set) var user: UInt32
  /// Where in the frame the user's events inside the window lie.
  public internal(set) var range: Range<Int>

  /// What all users of a frame share: kept behind one reference, so that a timeline is cheap to hand on.
  private final class Source: Sendable {
    let frame: EventFrame
    let plan: FeaturePlan

    init(frame: EventFrame, plan: FeaturePlan) {
      self.frame = frame
      self.plan = plan
    }
  }

  init(frame: EventFrame, user: UInt32, range: Range<Int>, plan: FeaturePlan) {
    source = Source(frame: frame, plan: plan)
    self.user = user
    self.range = range
  }

  /// The frame that holds the events.
  public var frame: EventFrame { source.frame }
  /// What is fixed for the scan: window, calendar, event types, options.
  public var plan: FeaturePlan { source.plan }

  /// The position of the first event.
  public var startIndex: Int { 0 }
  /// The position behind the last event.
  public var endIndex: Int { range.count }

  /// The event at `position`.
  public subscript(position: Int) -> TimelineEvent { TimelineEvent(timeline: self, position: position) }

  /// When each event happened.
  public var times: ArraySlice<Int64> { frame.times[range] }

  /// The type of the event at `position`, as text.
  public func type(at position: Int) -> String { plan.types.text(of: frame.types[range.lowerBound + position]) }

  /// Local date and time of the event at `position`.
  public func localTime(at position: Int) -> LocalTime {
    plan.calendar.localTime(of: Timestamp(milliseconds: frame.times[range.lowerBound + position]))
  }

  /// The item's code at `position`, or `nil` where there is none or the frame has no items.
  public func item(at position: Int) -> UInt32? { Self.code(in: frame.items, at: range.lowerBound + position) }

  /// The category's code at `position`, or `nil` where there is none or the frame has no categories.
  public func category(at position: Int) -> UInt32? {
    Self.code(in: frame.categories, at: range.lowerBound + position)
  }

  /// The source's session code at `position`, or `nil` where there is none or the frame has no sessions.
  public func sourceSession(at position: Int) -> UInt32? {
    Self.code(in: frame.sessions, at: range.lowerBound + position)
  }

  /// The value at `position`, or `nil` where there is none or the frame has no values.
  public func value(at position: Int) -> Double? {
    guard !frame.values.isEmpty, !frame.values[range.lowerBound + position].isNaN else { return nil }
    return frame.values[range.lowerBound + position]
  }

  /// The properties at `position` as JSON text, or `nil` where there are none or the frame has no properties.
  public func properties(at position: Int) -> String? {
    guard frame.properties.count > 0 else { return nil }
    let text = frame.properties.text(at: range.lowerBound + position)
    return text.isEmpty ? nil : text
  }

  /// The positions of each session, in order, cut as the core features cut them.
  ///
  /// - Complexity: O(``count``).
  public var sessions: [Range<Int>] {
    var sessions: [Range<Int>] = []
    var first = 0
    for position in 1..<Swift.max(1, count) {
      let begins = plan.sessionRule.begins(
        at: frame.times[range.lowerBound + position],
        session: sourceSession(at: position) ?? TermDictionary.missing,
        after: frame.times[range.lowerBound + position - 1],
        previousSession: sourceSession(at: position - 1) ?? TermDictionary.missing,
        sessionStart: frame.times[range.lowerBound + first])
      if begins {
        sessions.append(first..<position)
        first = position
      }
    }
    sessions.append(first..<count)
    return sessions
  }

  private static func code(in column: [UInt32], at position: Int) -> UInt32? {
    guard !column.isEmpty, column[position] != TermDictionary.missing else { return nil }
    return column[position]
  }
}

/// One event of a ``UserTimeline``.
public struct TimelineEvent: Sendable {
  private let timeline: UserTimeline
  private let position: Int

  init(timeline: UserTimeline, position: Int) {
    self.timeline = timeline
    self.position = position
  }

  /// When it happened.
  public var time: Timestamp {
    Timestamp(milliseconds: timeline.frame.times[timeline.range.lowerBound + position])
  }
  /// When it happened by the clocks of the configured zone.
  public var localTime: LocalTime { timeline.localTime(at: position) }
  /// The kind of event.
  public var type: String { timeline.type(at: position) }
  /// The item's code, if any.
  public var item: UInt32? { timeline.item(at: position) }
  /// The category's code, if any.
  public var category: UInt32? { timeline.category(at: position) }
  /// The value, if any.
  public var value: Double? { timeline.value(at: position) }
}
