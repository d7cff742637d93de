public import HabitusModel
internal import HabitusStore

/// Scores what users are drawn to: categories, items and their properties, ways of acting, times, parts of the product.
///
/// Every event counts by the weight of its type and half as much after each half-life. A user's shares are drawn to the
/// population's by a Dirichlet prior, whose strength is learned from everybody, so that three clicks do not make a taste;
/// intervals are those of what is believed after the evidence.
public struct PreferenceCalculator: Sendable {
  /// Configuration and store.
  public let workspace: Workspace

  /// Uses a workspace.
  public init(_ workspace: Workspace) { self.workspace = workspace }

  /// Finds configuration and store as the command does.
  public init() async throws { self.init(try Workspace(access: .read)) }

  /// The preferences of one user: by dimension, strongest first.
  ///
  /// What everybody's are like is taken from the last analysis where neither moment nor window is another one's, and
  /// calculated otherwise.
  ///
  /// - Parameter limit: the most values of one dimension.
  /// - Throws: ``HabitusError/unknownUser(_:)``, ``HabitusError/noConsent(_:)``, ``HabitusError/noEvents(_:_:)``.
  /// - Complexity: O(events of the user), and O(events) where the population is calculated.
  public func calculatePreferences(
    userID: UserID, asOf: Timestamp? = nil, windowDays: Int? = nil, limit: Int = 20
  ) async throws -> [Preference] {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        let context = try context(snapshot, asOf: asOf, windowDays: windowDays)
        return try preferences(of: userID, in: snapshot, context, limit: limit)
      }
    }
  }

  /// The preferences that the last analysis has written into the user's profile: the strongest of each dimension.
  ///
  /// - Throws: ``HabitusError/noProfile(_:)``, ``HabitusError/unknownUser(_:)``, ``HabitusError/noConsent(_:)``.
  public func getPreferences(userID: UserID) async throws -> [Preference] {
    if try await workspace.offloaded({ try workspace.reading().excludes(userID) }) {
      throw HabitusError.noConsent(userID)
    }
    return try await ProfileManager(workspace).getProfile(userID: userID).preferences
  }

  /// The preferences of every user with an event in the window, beside those of everybody as they are now.
  ///
  /// - Parameter limit: the most values of one dimension.
  /// - Complexity: O(events).
  public func calculateAll(
    asOf: Timestamp? = nil, windowDays: Int? = nil, limit: Int = 3
  ) async throws -> [(user: UserID, preferences: [Preference])] {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        let context = try newContext(snapshot, asOf: asOf, windowDays: windowDays).context
        return try all(snapshot, context, limit: limit).map { code, preferences in
          (UserID(snapshot.dictionaries.users.text(of: code)), preferences)
        }.sorted { $0.user < $1.user }
      }
    }
  }

  /// The preferences of one user of a snapshot.
  func preferences(
    of userID: UserID, in snapshot: EventSnapshot, _ context: PreferenceContext, limit: Int
  ) throws -> [Preference] {
    let frame = try events(of: userID, in: snapshot, context)
    var (coder, tastes) = (context.coder, UserTastes(context.plan))
    return try context.preferences(of: frame, userAt: 0, limit: limit, &coder, &tastes)
  }

  /// The events of one user, some of which lie in the window.
  func events(of userID: UserID, in snapshot: EventSnapshot, _ context: PreferenceContext) throws -> EventFrame {
    let frame = try snapshot.events(of: try workspace.code(of: userID, in: snapshot), columns: context.columns)
    var (coder, count) = (context.coder, 0)
    if !frame.users.isEmpty { coder.forEachEvent(of: frame, userAt: 0) { _, _ in count += 1 } }
    guard count > 0 else { throw HabitusError.noEvents(userID, context.plan.window) }
    return frame
  }

  /// The preferences of everybody in a snapshot, by user code.
  func all(_ snapshot: EventSnapshot, _ context: PreferenceContext, limit: Int) throws -> [UInt32: [Preference]] {
    let parts = try snapshot.scan(
      columns: context.columns, workers: workspace.workers,
      makeState: { (coder: context.coder, tastes: UserTastes(context.plan)) }
    ) { state, frame in
      try frame.users.indices.compactMap { index -> (UInt32, [Preference])? in
        let preferences = try context.preferences(
          of: frame, userAt: index, limit: limit, &state.coder, &state.tastes)
        return preferences.isEmpty ? nil : (frame.users[index], preferences)
      }
    }
    return Dictionary(uniqueKeysWithValues: parts.joined())
  }
}
