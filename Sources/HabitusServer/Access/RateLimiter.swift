internal import Synchronization

/// Holds each source to a number of events in a second, with room for ten seconds' worth at once after a pause.
final class RateLimiter: Sendable {
  /// What shares a limit.
  enum Bucket: Hashable, Sendable {
    /// A key, by its name.
    case key(String)
    /// An open protocol, by its name.
    case open(String)
  }

  private struct Level {
    /// Events that may be sent now; negative after a batch that was larger than what may be sent at once.
    var events: Double
    var time: ContinuousClock.Instant
  }

  /// The seconds whose events may be sent at once.
  static let burstSeconds = 10.0
  private let levels = Mutex<[Bucket: Level]>([:])

  /// Takes `eventCount` events from what a source may send.
  ///
  /// A batch larger than what may ever be sent at once passes when all of that is there, and is waited for afterwards.
  ///
  /// - Parameter rate: events a second; 0 for any number.
  /// - Returns: `nil` if they may be sent, else how long to wait before trying again; nothing is taken then.
  func charge(
    _ eventCount: Int, to bucket: Bucket, rate: Double, now: ContinuousClock.Instant = .now
  ) -> Duration? {
    guard rate > 0 else { return nil }
    let capacity = max(1, rate * Self.burstSeconds)
    return levels.withLock { levels in
      var level = levels[bucket] ?? Level(events: capacity, time: now)
      level.events = min(capacity, level.events + max(0, (now - level.time) / .seconds(1)) * rate)
      level.time = max(level.time, now)
      let needed = min(capacity, Double(max(1, eventCount)))
      let isAdmitted = level.events >= needed
      if isAdmitted { level.events -= Double(max(1, eventCount)) }
      levels[bucket] = level
      return isAdmitted ? nil : .milliseconds(Int64(((needed - level.events) / rate * 1000).rounded(.up)))
    }
  }
}
