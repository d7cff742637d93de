import Habitus
import HabitusServer
import Synchronization

/// An intake that remembers what it was given.
final class RecordingIntake: IntakeReceiver {
  struct State {
    var readings: [(reading: TrackerReading, source: IntakeSource)] = []
    var refusals: [(refusal: TrackerRefusal, source: IntakeSource)] = []
    var isStopped = false
    /// Thrown by every call.
    var error: IntakeError?
    /// How long every call takes.
    var delay = Duration.zero
    var underway = 0
    var counters = IntakeCounters()
  }

  let state = Mutex(State())

  var eventCount: Int { state.withLock { $0.readings.reduce(0) { $0 + $1.reading.events.count } } }
  var readingCount: Int { state.withLock { $0.readings.count } }
  var refusalCount: Int { state.withLock { $0.refusals.count } }
  var sources: [IntakeSource] { state.withLock { $0.readings.map(\.source) } }

  func accept(_ reading: TrackerReading, from source: IntakeSource) async throws(IntakeError) -> IntakeReceipt {
    let delay = state.withLock { state in
      state.underway += 1
      return state.delay
    }
    // A write is not given up because somebody no longer waits for it.
    if delay > .zero { await Task.detached { try? await Task.sleep(for: delay) }.value }
    let error: IntakeError? = state.withLock { state in
      state.underway -= 1
      if state.isStopped { return .stopped }
      if state.error == nil { state.readings.append((reading, source)) }
      return state.error
    }
    if let error { throw error }
    var receipt = IntakeReceipt()
    receipt.stored = reading.events.count
    return receipt
  }

  func refuse(_ refusal: TrackerRefusal, from source: IntakeSource) async {
    state.withLock { $0.refusals.append((refusal, source)) }
  }

  var counters: IntakeCounters { state.withLock { $0.counters } }

  func stop() async { state.withLock { $0.isStopped = true } }
}

/// Keys by their secret.
struct FixedKeys: AccessKeyVerifier {
  var keys: [String: VerifiedKey] = [
    "good": VerifiedKey(name: "web", scopes: [.intake]),
    "reader": VerifiedKey(name: "desk", scopes: [.read]),
    "other": VerifiedKey(name: "elsewhere", scopes: [.intake], protocolName: "another"),
    "admin": VerifiedKey(name: "keeper", scopes: [.admin]),
    "slow": VerifiedKey(name: "slow", scopes: [.intake], namespace: "shop", eventsPerSecond: 1),
  ]

  func key(for secret: String) -> VerifiedKey? { keys[secret] }
}

/// Consents by user.
struct FixedConsents: ConsentReader {
  struct Failure: Error {}

  func consents(of user: String) throws -> [String: Bool]? {
    if user == "failing" { throw Failure() }
    return user == "u1" ? ["analytics": true, "marketing": false] : nil
  }
}
