internal import Synchronization

/// Deliveries that wait for the one writer, who takes all that have come meanwhile into one transaction.
final class IntakeQueue<Delivery: Sendable>: Sendable {
  private struct State {
    var waiting: [Delivery] = []
    var eventCount = 0
    var writerIsActive = false
    var isStopped = false
  }

  /// What ``enqueue(_:eventCount:)`` did.
  enum Admission {
    /// The writer is at work and will come to it.
    case waiting
    /// The writer has to be woken.
    case wakesWriter
    /// Too many events wait.
    case full
    case stopped
  }

  /// The most events that may wait, a single delivery excepted.
  let capacity: Int
  private let state = Mutex(State())

  init(capacity: Int) { self.capacity = capacity }

  /// Number of events that wait or are being written.
  var eventCount: Int { state.withLock { $0.eventCount } }

  /// Whether a delivery of `eventCount` events would be taken now.
  func hasRoom(for eventCount: Int) -> Bool {
    state.withLock { $0.eventCount == 0 || $0.eventCount + eventCount <= capacity }
  }

  func enqueue(_ delivery: Delivery, eventCount: Int) -> Admission {
    state.withLock { state in
      if state.isStopped { return .stopped }
      if state.eventCount > 0, state.eventCount + eventCount > capacity { return .full }
      state.waiting.append(delivery)
      state.eventCount += eventCount
      guard !state.writerIsActive else { return .waiting }
      state.writerIsActive = true
      return .wakesWriter
    }
  }

  /// Everything that waits, up to about `limit` events; empty when the writer may rest.
  func take(limit: Int, eventCount: (Delivery) -> Int) -> [Delivery] {
    state.withLock { state in
      var count = 0
      var end = 0
      while end < state.waiting.count, count < limit {
        count += eventCount(state.waiting[end])
        end += 1
      }
      let part = Array(state.waiting[..<end])
      state.waiting.removeFirst(end)
      if part.isEmpty { state.writerIsActive = false }
      return part
    }
  }

  /// Notes that `count` events have been written.
  func wereWritten(_ count: Int) { state.withLock { $0.eventCount -= count } }

  /// Takes nothing from now on.
  func stop() { state.withLock { $0.isStopped = true } }

  /// Whether nothing waits and the writer rests.
  var isIdle: Bool { state.withLock { !$0.writerIsActive && $0.waiting.isEmpty } }
}
