public import HabitusModel
public import HabitusStore

/// Keeps what users say about their consent, and answers whether something may be done.
///
/// Statements are kept for good. The latest about a purpose counts, by the time at which it was made; a withdrawal of
/// `*` is one of every purpose. `ConsentState` says how ties and expiry are settled.
public struct ConsentManager: Sendable {
  /// Configuration and store.
  public let workspace: Workspace
  /// The present moment; for record keeping only.
  private let now: @Sendable () -> Timestamp

  /// Uses a workspace.
  ///
  /// - Parameter now: the clock; the machine's unless given.
  public init(_ workspace: Workspace, now: (@Sendable () -> Timestamp)? = nil) {
    self.workspace = workspace
    self.now = now ?? { .now }
  }

  private var isGrantedByDefault: Bool { workspace.configuration.consent.standing == .granted }

  /// Records statements, all of them or none; one that was recorded before, the same in everything, changes nothing.
  ///
  /// - Returns: the number of those that are new.
  /// - Throws: `StoreError.invalidStatement` for one without user or purpose, and for an agreement to `*`.
  @discardableResult
  public func record(_ statements: [ConsentStatement]) async throws -> Int {
    try await workspace.offloaded { try workspace.store.recordConsents(statements, at: now()) }
  }

  /// Where a user stands at a moment, by purpose in the order of their bytes; empty for a user who said nothing by then.
  ///
  /// - Parameter moment: now unless given.
  public func status(userID: UserID, at moment: Timestamp? = nil) async throws -> [ConsentState] {
    let history = try await history(userID: userID)
    return Self.states(history, at: moment ?? now())
  }

  /// Everything that a user said, oldest first.
  public func history(userID: UserID) async throws -> [ConsentStatement] {
    try await workspace.offloaded { try workspace.store.consentHistory(of: [userID]) }
  }

  /// Where each of several users stands at a moment, by user and then by purpose.
  ///
  /// - Parameters:
  ///   - users: all users who ever said something unless given.
  ///   - moment: now unless given.
  public func statuses(of users: [UserID]? = nil, at moment: Timestamp? = nil) async throws -> [ConsentState] {
    let moment = moment ?? now()
    let history = try await workspace.offloaded { try workspace.store.consentHistory(of: users) }
    var states: [ConsentState] = []
    var start = 0
    while start < history.count {
      let end = history[start...].firstIndex { $0.user != history[start].user } ?? history.count
      states += Self.states(Array(history[start..<end]), at: moment)
      start = end
    }
    return states
  }

  /// Whether a user agrees to `purpose` at `moment`; what is configured for users who said nothing.
  public func permits(_ user: UserID, purpose: String = "analytics", at moment: Timestamp) async throws -> Bool {
    let history = try await history(userID: user)
    return ConsentState(history, about: purpose, at: moment).map { $0.status == .granted } ?? isGrantedByDefault
  }

  /// Who agrees to the configured purpose, in memory: for whoever asks about many users.
  public func states() async throws -> ConsentStates {
    try await workspace.offloaded {
      try workspace.store.consentStates(
        purpose: workspace.configuration.consent.purpose, isGrantedByDefault: isGrantedByDefault)
    }
  }

  /// The states of one user, by purpose.
  private static func states(_ history: [ConsentStatement], at moment: Timestamp) -> [ConsentState] {
    // Purposes are told apart by bytes, as identifiers are.
    let purposes = Set(history.map { UserID($0.purpose) }).sorted()
    return purposes.compactMap { ConsentState(history, about: $0.rawValue, at: moment) }
  }
}
