internal import Synchronization

/// Whether the service can do its work.
final class Health: Sendable {
  private struct State {
    var hasStarted = false
    var isEnding = false
    var isIntakeStopped = false
    var lastFailure: ContinuousClock.Instant?
  }

  /// How long a failure counts where nothing has succeeded since: whoever is sent no requests cannot succeed.
  static let failureTime = Duration.seconds(30)
  private let state = Mutex(State())

  func noteStart() { state.withLock { $0.hasStarted = true } }
  func noteEnd() { state.withLock { $0.isEnding = true } }
  func noteStopped() { state.withLock { $0.isIntakeStopped = true } }
  func noteFailure(now: ContinuousClock.Instant = .now) { state.withLock { $0.lastFailure = now } }
  func noteSuccess() { state.withLock { $0.lastFailure = nil } }

  /// Why it cannot, as stable codes; empty where it can.
  func reasons(now: ContinuousClock.Instant = .now) -> [String] {
    state.withLock { state in
      var reasons: [String] = []
      if !state.hasStarted { reasons.append("starting") }
      if state.isEnding { reasons.append("ending") }
      if state.isIntakeStopped { reasons.append("intake_stopped") }
      if let failure = state.lastFailure, now - failure < Self.failureTime { reasons.append("storage_failed") }
      return reasons
    }
  }
}
