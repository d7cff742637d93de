/// Why a part of a request is no event.
public struct EventDefect: Error, Equatable, Sendable {
  /// A stable code in lower case: that of a ``RefusalReason``, or one of the protocol's own.
  public var reason: String
  /// What is wrong, where, and what to do.
  public var message: String

  /// Makes a defect from a code and words.
  public init(reason: String, message: String) {
    self.reason = reason
    self.message = message
  }

  /// Makes a defect with one of the common codes.
  init(_ reason: RefusalReason, _ message: String) { self.init(reason: reason.rawValue, message: message) }

  /// The part that it was found in, as it is kept.
  ///
  /// - Parameters:
  ///   - node: The part.
  ///   - position: Where in the request it stood, from 0.
  public func payload(_ node: JSONNode, position: Int = 0) -> RefusedPayload {
    RefusedPayload(reason: reason, message: message, raw: Array(node.sourceBytes), position: position)
  }

  /// The refusal of a whole request that consists of this part.
  ///
  /// - Parameters:
  ///   - status: The status of HTTP.
  ///   - node: The part.
  public func refusal(status: Int, _ node: JSONNode) -> TrackerRefusal {
    TrackerRefusal(status: status, reason: reason, message: message, raw: Array(node.sourceBytes))
  }
}
