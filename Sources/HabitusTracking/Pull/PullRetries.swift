internal import Foundation
public import HabitusModel

/// How often, and after which pauses, a pull tries again what failed for a passing reason.
public struct PullRetries: Sendable, Equatable {
  /// How often in a row, without any page in between; 0 for never.
  public var maximumCount: Int
  /// The pause before the first retry; each further one is twice as long.
  public var delay: Duration
  /// No pause is longer, whatever a service asks for.
  public var longestDelay: Duration

  /// Makes a policy.
  public init(maximumCount: Int = 3, delay: Duration = .seconds(5), longestDelay: Duration = .seconds(300)) {
    self.maximumCount = max(0, maximumCount)
    self.delay = max(.zero, delay)
    self.longestDelay = max(.zero, longestDelay)
  }

  /// The pause before retry `number`, from 1: between half and all of the doubled delay, so that many clients that
  /// failed together do not come back together; at least `requested`.
  ///
  /// - Parameter random: at least 0, less than 1.
  func pause(beforeRetry number: Int, requested: Duration?, random: Double) -> Duration {
    let doubled = min(delay * (1 << min(max(0, number - 1), 30)), longestDelay)
    let jittered = doubled * (0.5 + 0.5 * random)
    return min(max(jittered, requested ?? .zero), longestDelay)
  }
}

/// What a pull needs of the world beside its source.
public struct PullSurroundings: Sendable {
  /// The time of day.
  public var now: @Sendable () -> Timestamp
  /// Waits.
  public var sleep: @Sendable (Duration) async throws -> Void
  /// A random number, at least 0 and less than 1.
  public var random: @Sendable () -> Double

  /// Takes the parts.
  public init(
    now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Duration) async throws -> Void,
    random: @escaping @Sendable () -> Double
  ) {
    self.now = now
    self.sleep = sleep
    self.random = random
  }

  /// The system's clock and random numbers.
  public static let system = PullSurroundings(
    now: { Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))) },
    sleep: { try await Task.sleep(for: $0) },
    random: { Double.random(in: 0..<1) })

  /// Waits before a retry.
  func wait(
    _ retries: PullRetries, beforeRetry number: Int, requested: Duration? = nil
  ) async throws(PullError) {
    do {
      try await sleep(retries.pause(beforeRetry: number, requested: requested, random: random()))
    } catch {
      throw .cancelled
    }
  }
}
