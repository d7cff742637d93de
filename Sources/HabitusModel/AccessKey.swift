/// A key that a client shows; what is kept of its secret is a hash and the first characters.
public struct AccessKey: Sendable, Equatable, Identifiable {
  /// Its number.
  public var id: Int64
  /// What people call it; no two keys that are not revoked share a name.
  public var name: String
  /// The first characters of the secret, to recognise it by.
  public var prefix: String
  /// What it may be used for.
  public var scopes: Set<AccessScope>
  /// The only protocol that it may be used with, as in `segment`; `nil` for any.
  public var source: String?
  /// The most events that it may send in a second; `nil` for any number.
  public var eventsPerSecond: Double?
  /// When it was made.
  public var created: Timestamp
  /// From when on it no longer counts; `nil` for never.
  public var expires: Timestamp?
  /// When it was last shown, to the minute; `nil` for never.
  public var lastUsed: Timestamp?
  /// When it was revoked; `nil` for keys that are not.
  public var revoked: Timestamp?

  /// Makes a key from its parts.
  public init(
    id: Int64, name: String, prefix: String, scopes: Set<AccessScope>, source: String? = nil,
    eventsPerSecond: Double? = nil, created: Timestamp, expires: Timestamp? = nil, lastUsed: Timestamp? = nil,
    revoked: Timestamp? = nil
  ) {
    self.id = id
    self.name = name
    self.prefix = prefix
    self.scopes = scopes
    self.source = source
    self.eventsPerSecond = eventsPerSecond
    self.created = created
    self.expires = expires
    self.lastUsed = lastUsed
    self.revoked = revoked
  }

  /// Whether a key can be used.
  public enum State: String, Sendable, CaseIterable, Codable { case active, expired, revoked }

  /// Whether it can be used at `moment`; a key expires with the very millisecond of ``expires``.
  public func state(at moment: Timestamp) -> State {
    if revoked != nil { return .revoked }
    if let expires, expires <= moment { return .expired }
    return .active
  }

  /// Whether it may be used for `scope` with the protocol called `source`.
  public func permits(_ scope: AccessScope, source: String) -> Bool {
    scopes.contains(scope) && (self.source ?? source) == source
  }
}
