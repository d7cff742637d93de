internal import HTTPTypes
internal import NIOCore

/// What a ``RequestGate`` holds its clients to.
struct GateSettings: Sendable {
  /// How long a connection may be silent between two requests; a head has to arrive within it.
  var idleTimeout: TimeAmount
  /// How long a body may take to arrive, and a client may refuse to take an answer.
  var readTimeout: TimeAmount
  /// How long a connection that is to be closed is still read, so that the client sees the last answer.
  var lingerTimeout = TimeAmount.seconds(2)
  /// What all bodies may take together.
  var memory: BodyMemory
  /// The most bytes that the body of a request with this head may have.
  var bodyByteLimit: @Sendable (HTTPRequest) -> Int
  /// Told of every connection: 1 where it opens, -1 where it closes.
  var onConnection: @Sendable (Int) -> Void = { _ in }
  /// Told of every request that the gate answers itself, with the status.
  var onRefusal: @Sendable (Int) -> Void = { _ in }
}
