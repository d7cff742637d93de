internal import Habitus

/// Decides who a request comes from, and whether it may send.
struct SourceAccess: Sendable {
  /// Who sends, and how much that source may send.
  struct Admission: Equatable {
    var source: IntakeSource
    var eventsPerSecond: Double
    /// What shares a limit: a key whatever protocol it is used with, or an open protocol.
    var bucket: RateLimiter.Bucket
  }

  let keys: any AccessKeyVerifier
  let openSources: Set<String>
  let namespace: String
  let eventsPerSecond: Double

  /// Whether a protocol needs no key.
  func isOpen(_ protocolName: String) -> Bool { openSources.contains(protocolName) }

  /// The source of a request of a protocol that carries these texts as keys.
  ///
  /// The first key that is valid and has the right counts. Without one, an open protocol admits the request whatever it
  /// carries: trackers that want a key send any.
  func admission(_ protocolName: String, credentials: [String]) throws(TrackerRefusal) -> Admission {
    var known: VerifiedKey?
    for text in credentials where Credentials.isPossible(text) {
      guard let key = keys.key(for: text) else { continue }
      if key.scopes.contains(.intake), key.protocolName == nil || key.protocolName == protocolName {
        return Admission(
          source: IntakeSource(protocolName: protocolName, name: key.name, namespace: key.namespace ?? namespace(of: protocolName)),
          eventsPerSecond: key.eventsPerSecond ?? eventsPerSecond, bucket: .key(key.name))
      }
      known = known ?? key
    }
    if isOpen(protocolName) {
      return Admission(
        source: IntakeSource(protocolName: protocolName, namespace: namespace(of: protocolName)),
        eventsPerSecond: eventsPerSecond,
        bucket: .open(protocolName))
    }
    throw Self.refusal(protocolName, credentials: credentials, known: known)
  }

  private func namespace(of protocolName: String) -> String {
    HabitusConfiguration.namespace(of: protocolName, shared: namespace)
  }

  private static func refusal(_ protocolName: String, credentials: [String], known: VerifiedKey?) -> TrackerRefusal {
    if let known {
      let right = known.scopes.contains(.intake) ? "protocol '\(protocolName)'" : "scope intake"
      return TrackerRefusal(
        status: 403, reason: "forbidden",
        message: "The key is known, but not good for the \(right). Make one that is: habitus keys create --help")
    }
    return credentials.isEmpty
      ? TrackerRefusal(
        status: 401, reason: "no_key",
        message: "No access key. Send one as the protocol does, as a bearer token, or as the header X-API-Key.")
      : TrackerRefusal(
        status: 401, reason: "unknown_key", message: "The access key is not known, was revoked, or has expired.")
  }
}
