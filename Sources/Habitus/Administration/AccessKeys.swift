internal import Dispatch
public import HabitusModel
internal import HabitusStore
internal import Synchronization

/// Makes, lists, revokes and recognises access keys.
///
/// Secrets are recognised in memory; ``reloadIfChanged()`` brings in what other processes have made or revoked.
public final class AccessKeys: Sendable {
  /// The protocols that a key can be restricted to.
  public static let protocols = ["tracking", "segment", "posthog", "snowplow", "matomo"]

  /// A key with its secret, which is never shown again.
  public struct Created: Sendable {
    /// The key.
    public let key: AccessKey
    /// What a client shows.
    public let secret: String
  }

  /// What a secret turned out to be.
  public enum Verdict: Sendable, Equatable {
    /// The secret of a key that can be used.
    case valid(AccessKey)
    /// The secret of a key that has expired.
    case expired(AccessKey)
    /// The secret of a key that was revoked.
    case revoked(AccessKey)
    /// No secret at all, or a mistyped one.
    case malformed
    /// A well-formed secret of no key.
    case unknown
  }

  private struct State {
    var table: AccessKeyTable
    var version: Int64
    /// Uses that are not written yet, and when one was last written, by number of the key.
    var uses: [Int64: Timestamp] = [:]
    var written: [Int64: Timestamp] = [:]
  }

  private let workspace: Workspace
  private let now: @Sendable () -> Timestamp
  private let state: Mutex<State>
  /// Uses of a key are written at most once in so many milliseconds.
  private static let useInterval: Int64 = 60_000
  private static let useQueue = DispatchQueue(label: "habitus.keys", qos: .utility)

  /// Reads the keys of a workspace.
  ///
  /// - Parameter now: the clock; the machine's unless given.
  public init(_ workspace: Workspace, now: (@Sendable () -> Timestamp)? = nil) throws {
    self.workspace = workspace
    self.now = now ?? { .now }
    let (keys, version) = try workspace.store.accessKeys()
    state = Mutex(State(table: AccessKeyTable(keys), version: version))
  }

  // MARK: Administration

  /// Makes a key.
  ///
  /// - Parameters:
  ///   - name: what people call it.
  ///   - source: the only protocol that it may be used with, one of ``protocols``.
  ///   - eventsPerSecond: the most events that it may send in a second, above 0.
  ///   - expires: from when on it no longer counts.
  /// - Throws: ``AdministrationError``, `StoreError`.
  public func create(
    name: String, scopes: Set<AccessScope> = [.intake], source: String? = nil, eventsPerSecond: Double? = nil,
    expires: Timestamp? = nil
  ) async throws -> Created {
    let created = now()
    try Self.check(name: name, scopes: scopes, source: source, eventsPerSecond: eventsPerSecond)
    if let expires, expires <= created { throw AdministrationError.expired(expires) }
    var random = SystemRandomNumberGenerator()
    let secret = AccessKeySecret(using: &random)
    let draft = AccessKey(
      id: 0, name: name, prefix: secret.prefix, scopes: scopes, source: source, eventsPerSecond: eventsPerSecond,
      created: created, expires: expires)
    let key = try await workspace.offloaded {
      guard let key = try self.workspace.store.addAccessKey(draft, hash: secret.hash) else {
        throw AdministrationError.keyExists(name: name)
      }
      try self.reloadIfChanged()
      return key
    }
    return Created(key: key, secret: secret.text)
  }

  private static func check(name: String, scopes: Set<AccessScope>, source: String?, eventsPerSecond: Double?) throws {
    let isNumber = name.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    let hasControl = name.unicodeScalars.contains { $0.properties.generalCategory == .control }
    if isNumber || hasControl || name.count > 100 || name.hasPrefix(AccessKeySecret.beginning) {
      throw AdministrationError.invalidKeyName(name)
    }
    if scopes.isEmpty { throw AdministrationError.noScope }
    let reserved = AccessScope.allCases.first { scopes.contains($0) && !$0.isAvailable }
    if let reserved { throw AdministrationError.reservedScope(reserved) }
    if let source, !protocols.contains(source) {
      throw AdministrationError.unknownProtocol(source, known: protocols)
    }
    if let eventsPerSecond, !(eventsPerSecond > 0 && eventsPerSecond.isFinite) {
      throw AdministrationError.invalidRate(eventsPerSecond)
    }
  }

  /// All keys, those that are revoked or expired too, in the order in which they were made.
  public func list() async throws -> [AccessKey] {
    try await workspace.offloaded { try self.workspace.store.accessKeys().keys.map(\.key) }
  }

  /// Revokes a key for good; one that is revoked stays so since it first was.
  ///
  /// - Parameter text: its number, its name or at least 8 of its first characters. Of two keys of one name, as a revoked
  ///   one and its successor have, the one that is not revoked is meant.
  /// - Throws: ``AdministrationError/unknownKey(_:)``, ``AdministrationError/severalKeys(_:)``.
  public func revoke(_ text: String) async throws -> AccessKey {
    try await workspace.offloaded {
      let keys = try self.workspace.store.accessKeys().keys.map(\.key)
      let candidates = keys.filter { key in
        text.utf8.count >= 8 && text.hasPrefix(AccessKeySecret.beginning)
          ? key.prefix.hasPrefix(text) || text.hasPrefix(key.prefix) : "\(key.id)" == text || key.name == text
      }
      let current = candidates.filter { $0.revoked == nil }
      if current.count > 1 { throw AdministrationError.severalKeys(text) }
      guard let key = current.first ?? candidates.last,
        let revoked = try self.workspace.store.revokeAccessKey(key.id, at: self.now())
      else { throw AdministrationError.unknownKey(text) }
      try self.reloadIfChanged()
      return revoked
    }
  }

  // MARK: Recognition

  /// The key that has this secret; `nil` where there is none, or it cannot be used any more.
  public func verify(_ secret: String) -> AccessKey? {
    if case .valid(let key) = check(secret) { key } else { nil }
  }

  /// What `secret` is. That a key was used is noted, and written by and by.
  public func check(_ secret: String) -> Verdict {
    guard let secret = AccessKeySecret(secret) else { return .malformed }
    let hash = secret.hash
    let moment = now()
    let (verdict, isDue) = state.withLock { state -> (Verdict, Bool) in
      guard let key = state.table.key(hash) else { return (.unknown, false) }
      switch key.state(at: moment) {
      case .expired: return (.expired(key), false)
      case .revoked: return (.revoked(key), false)
      case .active:
        state.uses[key.id] = moment
        let last = state.written[key.id] ?? key.lastUsed
        let isDue = last.map { moment.milliseconds - $0.milliseconds >= Self.useInterval } ?? true
        if isDue { state.written[key.id] = moment }
        return (.valid(key), isDue)
      }
    }
    if isDue { Self.useQueue.async { [weak self] in try? self?.writeUses() } }
    return verdict
  }

  /// Writes when keys were last used. To be called at the end; in between it happens by itself, at most once a minute
  /// for each key. Does nothing where the store was opened for reading.
  public func writeUses() throws {
    guard workspace.store.access != .read else { return }
    let uses = state.withLock { state in
      defer { state.uses = [:] }
      return state.uses
    }
    do {
      try workspace.store.noteUses(uses)
    } catch {
      // They are tried again with the next ones.
      state.withLock { $0.uses.merge(uses) { newer, _ in newer } }
      throw error
    }
  }

  /// Reads the keys again where any process has made or revoked one.
  ///
  /// - Returns: whether they were read.
  /// - Complexity: a look at one row where nothing has changed.
  @discardableResult
  public func reloadIfChanged() throws -> Bool {
    let known = state.withLock { $0.version }
    guard try workspace.store.administrationVersion().accessKeys != known else { return false }
    let (keys, version) = try workspace.store.accessKeys()
    return state.withLock { state in
      // Another thread may have read a later version meanwhile.
      guard version > state.version else { return false }
      state.table = AccessKeyTable(keys)
      state.version = version
      return true
    }
  }
}
