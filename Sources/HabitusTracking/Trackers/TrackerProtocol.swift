/// The wire format of a family of trackers: turns requests into events. It knows no transport, store or clock.
public protocol TrackerProtocol: Sendable {
  /// The protocol's name, as in `segment`: the `source` of its events, and the kind of its sources and keys.
  var name: String { get }

  /// The most bytes that a body may have after decompression.
  var maximumBodyByteCount: Int { get }

  /// Where the protocol listens: methods and paths.
  var routes: [TrackerRoute] { get }

  /// Reads a request that came on one of the ``routes``.
  ///
  /// A part of a request that cannot be read is put into ``TrackerReading/refused``; the others are kept.
  ///
  /// - Throws: ``TrackerRefusal`` for a request of which nothing can be read.
  func read(_ request: TrackerRequest) throws(TrackerRefusal) -> TrackerReading

  /// What a refused request is answered, in the words of the protocol.
  func answer(to refusal: TrackerRefusal) -> TrackerAnswer
}

/// A method and a path that a protocol listens on.
public struct TrackerRoute: Sendable, Hashable {
  /// In capitals.
  public var method: String
  /// As in `/v1/batch`; without a slash at its end. A request with one is taken, too.
  public var path: String

  /// Makes a route from its parts.
  public init(_ method: String, _ path: String) {
    self.method = method
    self.path = path
  }
}
