internal import HabitusModel

/// When an event begins a new session.
struct SessionRule: Sendable, Equatable {
  /// A silence of strictly more than this many milliseconds begins a session.
  let gap: Int64
  /// An event this many milliseconds or more after the first of its session begins another; `Int64.max` for never.
  let cap: Int64
  /// Whether the source's own sessions are used where both neighbours have one.
  let usesSourceSessions: Bool

  init(_ options: FeatureOptions) throws(FeatureError) {
    gap = try Self.milliseconds(options.sessionGap, "sessionGap", roundedUp: false, atLeast: 0)
    cap =
      try options.sessionCap.map { duration throws(FeatureError) in
        try Self.milliseconds(duration, "sessionCap", roundedUp: true, atLeast: 1)
      } ?? .max
    usesSourceSessions = options.sessionBoundary == .source
  }

  /// Whether the silence alone decides.
  var isGapOnly: Bool { cap == .max && !usesSourceSessions }

  /// Whether an event at `time` begins a new session, given the one before it and the first of the running session.
  func begins(
    at time: Int64, session: UInt32, after previousTime: Int64, previousSession: UInt32, sessionStart: Int64
  ) -> Bool {
    if time - sessionStart >= cap { return true }
    if usesSourceSessions, session != TermDictionary.missing, previousSession != TermDictionary.missing {
      return session != previousSession
    }
    return time - previousTime > gap
  }

  /// A duration in whole milliseconds, checked.
  private static func milliseconds(
    _ duration: Duration, _ name: String, roundedUp: Bool, atLeast least: Int64
  ) throws(FeatureError) -> Int64 {
    let (seconds, attoseconds) = duration.components
    let allowed = "\(least) ms to 10^12 s"
    guard duration >= .zero, seconds < 1_000_000_000_000 else {
      throw .invalidOption(name: name, value: "\(duration)", allowed: allowed)
    }
    let attosecondsInMillisecond: Int64 = 1_000_000_000_000_000
    let rounding = roundedUp ? attosecondsInMillisecond - 1 : 0
    let milliseconds = seconds * 1000 + (attoseconds + rounding) / attosecondsInMillisecond
    guard milliseconds >= least else {
      throw .invalidOption(name: name, value: "\(duration)", allowed: allowed)
    }
    return milliseconds
  }
}
