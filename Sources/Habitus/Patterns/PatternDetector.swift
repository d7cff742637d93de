public import HabitusModel
internal import HabitusStore

/// Finds what users do again and again, what goes together, and what has changed, where chance does not explain it.
///
/// A user's patterns are told from the order, the times and the company of the user's own events; a comparison says how
/// usual each is among everybody and in the user's group. Everybody's are told from all users together. Every test has a
/// null model and control of the false-discovery rate.
public struct PatternDetector: Sendable {
  /// Configuration and store.
  public let workspace: Workspace

  /// Uses a workspace.
  public init(_ workspace: Workspace) { self.workspace = workspace }

  /// Finds configuration and store as the command does.
  public init() async throws { self.init(try Workspace(access: .read)) }

  /// The patterns of one user; support is counted in the user's sessions, events and days.
  ///
  /// What the user is compared with is what the last analysis found of everybody; where there was none, or another
  /// window is asked for, everybody's events are looked at now.
  ///
  /// - Parameters:
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the window's length; the configured one unless given.
  /// - Throws: ``HabitusError/unknownUser(_:)``, ``HabitusError/noConsent(_:)``, ``HabitusError/noEvents(_:_:)``.
  public func detectPatterns(
    userID: UserID, asOf: Timestamp? = nil, windowDays: Int? = nil
  ) async throws -> PatternReport {
    try await reading(asOf, windowDays) { snapshot, plan in
      let user = try workspace.timeline(of: userID, in: snapshot, plan: plan).user
      let reference = try reference(snapshot, plan, isAsOfGiven: asOf != nil)
      let groups = try groups(in: snapshot, of: user)
      return try reports(of: [user], snapshot, plan, reference, groups: groups)[0]
    }
  }

  /// The patterns of everybody; support is counted in users.
  ///
  /// - Parameters:
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the window's length; the configured one unless given.
  /// - Throws: ``HabitusError/emptyStore(directory:)``, ``FeatureError``, `StoreError`.
  public func detectPatterns(asOf: Timestamp? = nil, windowDays: Int? = nil) async throws -> PatternReport {
    try await reading(asOf, windowDays) { snapshot, plan in
      try report(
        try evidence(snapshot, plan), try FeatureExtractor(workspace).table(snapshot, plan: plan), snapshot, plan)
    }
  }

  /// The patterns of each user with an event in the window, one user after the other.
  ///
  /// - Parameters:
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the window's length; the configured one unless given.
  ///   - handle: takes the reports of some users, in order of the users' codes; what it throws ends the search.
  /// - Throws: ``HabitusError/emptyStore(directory:)``, ``FeatureError``, `StoreError`, what `handle` throws.
  public func detectPatternsOfEachUser(
    asOf: Timestamp? = nil, windowDays: Int? = nil, _ handle: @escaping @Sendable ([PatternReport]) throws -> Void
  ) async throws {
    try await reading(asOf, windowDays) { snapshot, plan in
      let reference = try reference(snapshot, plan, isAsOfGiven: asOf != nil)
      let groups = try groups(in: snapshot)
      for users in Array(0..<UInt32(snapshot.dictionaries.users.count)).chunks(of: Self.usersAtATime) {
        try handle(try reports(of: Array(users), snapshot, plan, reference, groups: groups))
      }
    }
  }

  /// A user's habits by whose they are: the user's own, those of the user's group, those of everybody.
  ///
  /// - Parameters:
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the window's length; the configured one unless given.
  /// - Throws: ``HabitusError/unknownUser(_:)``, ``HabitusError/noConsent(_:)``, ``HabitusError/noEvents(_:_:)``.
  public func getSimilarPatterns(
    userID: UserID, asOf: Timestamp? = nil, windowDays: Int? = nil
  ) async throws -> SimilarPatterns {
    try await reading(asOf, windowDays) { snapshot, plan in
      let user = try workspace.timeline(of: userID, in: snapshot, plan: plan).user
      let evidence = try evidence(snapshot, plan)
      let groups = try groups(in: snapshot)
      let reference = try newReference(evidence, snapshot, plan)
      let own = try reports(of: [user], snapshot, plan, reference, groups: groups)[0]
      let features = try FeatureExtractor(workspace).table(snapshot, plan: plan)
      let everybody = try report(evidence, features, snapshot, plan)
      return SimilarPatterns(own, cluster: groups[user], everybody: everybody.patterns) {
        evidence.has($0, user: user, snapshot.dictionaries)
      }
    }
  }

  /// Users whose patterns are looked for at a time: their sessions and patterns are in memory.
  private static let usersAtATime = 8192

  /// Runs `body` on the present events and what is fixed for their window.
  private func reading<Result: Sendable>(
    _ asOf: Timestamp?, _ windowDays: Int?, _ body: @escaping @Sendable (EventSnapshot, FeaturePlan) throws -> Result
  ) async throws -> Result {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        try body(
          snapshot, try FeatureExtractor(workspace).plan(snapshot, asOf: asOf, windowDays: windowDays))
      }
    }
  }
}
