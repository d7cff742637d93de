public import HabitusModel
internal import HabitusStore
internal import Synchronization

/// Keeps the features of profiles fresh: stored events mark their users, and a refresh computes the marked users only.
///
/// A refresh gives the same features as a full recomputation at the same moment would.
public final class ProfileRefresh: Sendable {
  /// What one refresh did.
  public struct Report: Sendable, Equatable {
    /// Users whose features were computed and written.
    public var userCount = 0
    /// Marked users without an event in the window, or without consent: their profiles stay as they are.
    public var skippedUserCount = 0
    /// The longest time from a user's mark to the fresh profile.
    public var longestLag: Duration = .zero
  }

  /// How long users waited for their refresh since this was made, from the mark to the fresh profile.
  public struct Lags: Sendable, Equatable {
    /// The upper bounds of the classes, in seconds.
    public static let bounds = [0.1, 0.25, 0.5, 0.75, 1, 2, 5, 10, 60]
    /// Number of users in each class, and in the one above the last bound.
    public internal(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
    /// All lags together, in seconds.
    public internal(set) var seconds = 0.0

    mutating func add(_ lag: Duration) {
      let value = lag / .seconds(1)
      counts[Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count] += 1
      seconds += value
    }
  }

  /// Configuration and store.
  public let workspace: Workspace

  private let clock: @Sendable () -> Timestamp
  private let state: Mutex<State>

  private struct State {
    /// The users to refresh, and since when.
    var marks: [UserID: ContinuousClock.Instant] = [:]
    var lags = Lags()
    var consents: ConsentStates
    /// What is known of identities: their counter, and when the last change was made.
    var identityVersion: Int64
    var lastIdentityChange: Timestamp
    /// The edges of that moment that were followed already.
    var followedEdges: Set<Int64> = []
    /// The number of the last statement about consent that was followed.
    var lastConsent: Int64
  }

  /// Prepares the refresh of a workspace's profiles.
  ///
  /// - Parameter clock: the present moment, which is the end of the window; the machine's unless given.
  public init(_ workspace: Workspace, clock: (@Sendable () -> Timestamp)? = nil) throws {
    self.workspace = workspace
    self.clock = clock ?? { .now }
    state = Mutex(
      State(
        consents: try workspace.consentStates(),
        identityVersion: try workspace.store.administrationVersion().identities, lastIdentityChange: .now,
        lastConsent: try workspace.store.usersWithConsentStatements(after: .max).last))
  }

  /// How long users waited until now.
  public var lags: Lags { state.withLock { $0.lags } }

  /// Number of users who are marked.
  public var markedUserCount: Int { state.withLock { $0.marks.count } }

  /// Marks users of whom something was stored.
  public func mark(_ users: some Sequence<UserID>) {
    let now = ContinuousClock.now
    state.withLock { state in
      for user in users where state.marks[user] == nil { state.marks[user] = now }
    }
  }

  /// Marks every user that the store knows.
  public func markEveryone() async throws {
    let users = try await workspace.offloaded { try self.workspace.store.userIDs() }
    mark(users)
  }

  /// Follows what was said of identities and consents since this was called last, by any process: marks the users whose
  /// identifiers were joined or parted, and those who said something about consent.
  ///
  /// What was computed for persons who were parted is made what it would be without the join; what was computed for
  /// those who no longer agree is forgotten.
  public func followAdministration() async throws {
    try await followConsents()
    let edges = try await workspace.offloaded { try self.changedEdges() }
    let undone = edges.filter { $0.state == .undone }
    if !undone.isEmpty { try await PersonRepair(workspace).run(after: undone, asOf: clock()) }
    mark(edges.flatMap { [$0.former, $0.known] })
  }

  private func followConsents() async throws {
    let last = state.withLock { $0.lastConsent }
    let (users, newest) = try await workspace.offloaded { () -> ([UserID], Int64) in
      let (users, newest) = try self.workspace.store.usersWithConsentStatements(after: last)
      guard !users.isEmpty else { return (users, newest) }
      let persons = try self.workspace.store.personIndex(around: users)
      let excluded = try self.currentConsents().excluded(from: users, at: self.clock(), persons: persons)
      try self.workspace.store.forgetDerived(
        of: Set(excluded.flatMap(persons.members)), endingAfter: Timestamp.representable.lowerBound)
      return (users, newest)
    }
    guard newest != last else { return }
    state.withLock { $0.lastConsent = newest }
    mark(users)
  }

  private func changedEdges() throws -> [IdentityEdge] {
    let version = try workspace.store.administrationVersion().identities
    let (known, last) = state.withLock { ($0.identityVersion, $0.lastIdentityChange) }
    guard version != known else { return [] }
    let edges = try workspace.store.identityEdges(changedSince: last)
    return state.withLock { state in
      let fresh = edges.filter { $0.changed > last || !state.followedEdges.contains($0.id) }
      let newest = edges.map(\.changed).max() ?? last
      state.identityVersion = version
      if newest > last { state.followedEdges = [] }
      state.followedEdges.formUnion(edges.filter { $0.changed == newest }.map(\.id))
      state.lastIdentityChange = newest
      return fresh
    }
  }

  /// Computes the features of the marked users as of now, and writes them into their profiles.
  ///
  /// - Throws: `StoreError`; the users stay marked then.
  @discardableResult
  public func refresh() async throws -> Report {
    try await workspace.offloaded { try self.refreshMarked() }
  }

  /// Users whose features are held in memory at a time.
  private static let usersAtOnce = 10_000

  private func refreshMarked() throws -> Report {
    let marks = state.withLock { state in
      defer { state.marks = [:] }
      return state.marks
    }
    // Who has waited longest comes first.
    let users = marks.sorted { $0.value < $1.value }
    var report = Report()
    for start in stride(from: 0, to: users.count, by: Self.usersAtOnce) {
      do {
        let part = users[start..<min(users.count, start + Self.usersAtOnce)]
        report += try refresh(Dictionary(uniqueKeysWithValues: part.map { ($0.key, $0.value) }))
      } catch {
        let rest = users[start...]
        state.withLock { state in for (user, moment) in rest { state.marks[user] = moment } }
        throw error
      }
    }
    return report
  }

  private func refresh(_ marks: [UserID: ContinuousClock.Instant]) throws -> Report {
    let now = clock()
    let extractor = FeatureExtractor(workspace)
    let vectors = try extractor.features(of: marks.keys, asOf: now, consents: try currentConsents())
    let memberships = try UserClustering(workspace).standingMemberships(of: vectors.map(\.features))
    let manager = ProfileManager(workspace)
    var report = Report()
    for part in Array(vectors.indices).chunks(of: ProfileManager.usersAtATime) {
      _ = try manager.update(
        part.map { (vectors[$0].features.user, .init(features: vectors[$0].features, cluster: memberships[$0])) },
        keepsHistory: false)
      let written = ContinuousClock.now
      state.withLock { state in
        for index in part {
          for user in vectors[index].requested {
            guard let marked = marks[user] else { continue }
            state.lags.add(written - marked)
            report.longestLag = max(report.longestLag, written - marked)
          }
        }
      }
      report.userCount += part.count
    }
    report.skippedUserCount = marks.count - vectors.reduce(0) { $0 + $1.requested.count }
    return report
  }

  private func currentConsents() throws -> ConsentStates {
    var consents = state.withLock { $0.consents }
    guard try workspace.store.administrationVersion().consents != consents.version else { return consents }
    try workspace.store.update(&consents)
    state.withLock { [consents] in $0.consents = consents }
    return consents
  }
}

extension ProfileRefresh.Report {
  fileprivate static func += (a: inout Self, b: Self) {
    a.userCount += b.userCount
    a.skippedUserCount += b.skippedUserCount
    a.longestLag = max(a.longestLag, b.longestLag)
  }
}
