internal import Foundation
internal import Habitus
internal import HabitusTracking

/// What answers on which path and method.
struct RouteTable: Sendable {
  /// Who answers.
  enum Target: Sendable {
    /// A protocol takes events.
    case intake(any TrackerProtocol)
    /// What a user has agreed to, in the words of the protocol.
    case consents(any TrackerProtocol)
    /// Items are kept.
    case items(ItemAnswers)
    case alive, ready, metrics

    /// The protocol whose senders are admitted; `nil` for what has nothing to do with senders.
    var tracker: (any TrackerProtocol)? {
      switch self {
      case .intake(let tracker), .consents(let tracker): tracker
      case .items, .alive, .ready, .metrics: nil
      }
    }
  }

  /// The protocol that the route for the consents of a user belongs to.
  static let consentProtocol = "tracking"
  static let consentPath = "/api/consent/status"
  /// The most bytes of a body where none is wanted.
  static let otherBodyByteLimit = 65_536

  /// By path without a slash at its end, then by method.
  private(set) var targets: [String: [String: Target]] = [
    "/livez": ["GET": .alive], "/readyz": ["GET": .ready], "/metrics": ["GET": .metrics],
  ]

  /// - Throws: ``ServerError/routeConflict(route:protocols:)``.
  init(_ protocols: [any TrackerProtocol], items: ItemAnswers? = nil) throws(ServerError) {
    if let items { targets[ItemAnswers.path] = ["POST": .items(items)] }
    for tracker in protocols {
      for route in tracker.routes { try add(.intake(tracker), route.method, Self.path(route.path)) }
      if tracker.name == Self.consentProtocol { try add(.consents(tracker), "GET", Self.consentPath) }
    }
  }

  private mutating func add(_ target: Target, _ method: String, _ path: String) throws(ServerError) {
    if let other = targets[path]?[method] {
      // A protocol may name a route twice.
      if case .intake(let first) = other, first.name == target.tracker?.name { return }
      throw .routeConflict(
        route: "\(method) \(path)", protocols: [other, target].map { $0.tracker?.name ?? "of the service itself" })
    }
    targets[path, default: [:]][method] = target
  }

  /// The most bytes of a body on a path.
  func bodyByteLimit(_ path: String) -> Int {
    let limits = targets[path]?.values.map { target in
      switch target {
      case .intake(let tracker): tracker.maximumBodyByteCount
      case .items: ItemAnswers.bodyByteLimit
      case .consents, .alive, .ready, .metrics: Self.otherBodyByteLimit
      }
    }
    return limits?.max() ?? Self.otherBodyByteLimit
  }

  /// A path as routes write it: percent-decoded, and without slashes at its end; malformed escapes stay.
  static func path(_ text: String) -> String {
    var text = text.utf8.contains(UInt8(ascii: "%")) ? text.removingPercentEncoding ?? text : text
    while text.utf8.count > 1, text.utf8.last == UInt8(ascii: "/") { text.removeLast() }
    return text
  }
}
