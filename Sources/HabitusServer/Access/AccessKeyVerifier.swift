/// Knows the keys that senders use.
public protocol AccessKeyVerifier: Sendable {
  /// The key that `secret` belongs to; `nil` for one that is unknown, revoked or expired.
  func key(for secret: String) -> VerifiedKey?
}

/// A key that is valid now.
public struct VerifiedKey: Sendable, Equatable {
  /// What a key is good for.
  public enum Scope: String, Sendable, CaseIterable {
    /// Sending events.
    case intake
    /// Reading profiles.
    case read
    /// Everything that a person who keeps the service does, figures included.
    case admin
  }

  /// Its name: the name of the source of what is sent with it.
  public var name: String
  /// What it is good for.
  public var scopes: Set<Scope>
  /// The only protocol that it may be used with; `nil` for all of them.
  public var protocolName: String?
  /// The namespace of the identifiers of its events; `nil` for the configured one.
  public var namespace: String?
  /// The most events in a second that may be sent with it; 0 for any number, `nil` for the configured number.
  public var eventsPerSecond: Double?

  /// Makes a key from its parts.
  public init(
    name: String, scopes: Set<Scope>, protocolName: String? = nil, namespace: String? = nil,
    eventsPerSecond: Double? = nil
  ) {
    self.name = name
    self.scopes = scopes
    self.protocolName = protocolName
    self.namespace = namespace
    self.eventsPerSecond = eventsPerSecond
  }
}
