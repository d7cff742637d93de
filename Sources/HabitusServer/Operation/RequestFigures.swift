internal import Synchronization

/// Counts requests.
final class RequestFigures: Sendable {
  /// Two labels of a counter.
  struct Labels: Hashable, Comparable, Sendable {
    var protocolName: String
    var other: String

    static func < (a: Labels, b: Labels) -> Bool { (a.protocolName, a.other) < (b.protocolName, b.other) }
  }

  /// The figures of one protocol.
  struct Traffic: Sendable {
    var receivedByteCount = 0
    var sentByteCount = 0
    /// Requests by the first bound that is not below their duration; the last one is for longer ones.
    var durations = [Int](repeating: 0, count: RequestFigures.bounds.count + 1)
    var durationSum = 0.0
  }

  /// What has been counted.
  struct State: Sendable {
    /// By protocol and status.
    var requests: [Labels: Int] = [:]
    /// By protocol and reason.
    var refusals: [Labels: Int] = [:]
    var traffic: [String: Traffic] = [:]
    var openConnections = 0
    var connections = 0
  }

  /// The bounds of the histogram of durations, in seconds.
  static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
  /// Where a request belongs to no protocol.
  static let noProtocol = "none"

  private let state = Mutex(State())

  /// What has been counted so far.
  var current: State { state.withLock { $0 } }

  /// Counts an answered request.
  func note(
    _ protocolName: String, status: Int, refusal: String?, received: Int, sent: Int, seconds: Double
  ) {
    let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
    state.withLock { state in
      state.requests[Labels(protocolName: protocolName, other: String(status)), default: 0] += 1
      if let refusal { state.refusals[Labels(protocolName: protocolName, other: refusal), default: 0] += 1 }
      state.traffic[protocolName, default: Traffic()].receivedByteCount += received
      state.traffic[protocolName, default: Traffic()].sentByteCount += sent
      state.traffic[protocolName, default: Traffic()].durations[bucket] += 1
      state.traffic[protocolName, default: Traffic()].durationSum += seconds
    }
  }

  /// Counts a request that was cut off before anybody could answer it.
  func noteCutOff(status: Int) {
    state.withLock { state in
      state.requests[Labels(protocolName: Self.noProtocol, other: String(status)), default: 0] += 1
      state.refusals[Labels(protocolName: Self.noProtocol, other: "transport"), default: 0] += 1
    }
  }

  /// Counts a connection that opens (1) or closes (-1).
  func noteConnection(_ change: Int) {
    state.withLock { state in
      state.openConnections += change
      if change > 0 { state.connections += 1 }
    }
  }
}
