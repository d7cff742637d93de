internal import HabitusKernels
public import HabitusModel
internal import HabitusStore
internal import Synchronization

/// Scores what users are drawn to: categories and items, ways of acting, times, parts of the product.
///
/// Every event counts by the weight of its type and half as much after each half-life. A user's shares are drawn to the
/// population's by a Dirichlet prior that weighs as much as ``priorStrength`` events, so that three clicks do not make
/// a taste; intervals are those of the posterior.
public struct PreferenceCalculator: Sendable {
  /// How many events the population's shares weigh as much as.
  public static let priorStrength = 10.0
  /// The confidence of the intervals.
  public static let confidence = 0.9

  /// Configuration and store.
  public let workspace: Workspace

  /// Uses a workspace.
  public init(_ workspace: Workspace) { self.workspace = workspace }

  /// Finds configuration and store as the command does.
  public init() async throws { self.init(try Workspace(access: .read)) }

  /// The preferences of one user: by dimension, strongest first.
  ///
  /// - Parameter limit: the most values of one dimension.
  /// - Throws: ``HabitusError/unknownUser(_:)``, ``HabitusError/noConsent(_:)``, ``HabitusError/noEvents(_:_:)``.
  public func calculatePreferences(
    userID: UserID, asOf: Timestamp? = nil, windowDays: Int? = nil, limit: Int = 20
  ) async throws -> [Preference] {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        try preferences(of: userID, in: snapshot, asOf: asOf, windowDays: windowDays, limit: limit)
      }
    }
  }

  /// The preferences of one user of a snapshot.
  func preferences(
    of userID: UserID, in snapshot: EventSnapshot, asOf: Timestamp?, windowDays: Int? = nil, limit: Int
  ) throws -> [Preference] {
    let plan = try plan(snapshot, asOf: asOf, windowDays: windowDays)
    let timeline = try workspace.timeline(of: userID, in: snapshot, plan: plan.features)
    let population = try population(snapshot, plan)
    var scan = PreferenceScan(plan)
    scan.add(timeline)
    return scan.preferences(shrunkTo: population, sums: population.sums, limit: limit)
  }

  /// The preferences of every user with an event in the window.
  ///
  /// - Parameter limit: the most values of one dimension.
  public func calculateAll(
    asOf: Timestamp? = nil, windowDays: Int? = nil, limit: Int = 3
  ) async throws -> [(user: UserID, preferences: [Preference])] {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        try all(snapshot, asOf: asOf, windowDays: windowDays, limit: limit).map { code, preferences in
          (UserID(snapshot.dictionaries.users.text(of: code)), preferences)
        }.sorted { $0.user < $1.user }
      }
    }
  }

  /// The preferences of everybody in a snapshot, by user code.
  func all(
    _ snapshot: EventSnapshot, asOf: Timestamp?, windowDays: Int?, limit: Int
  ) throws -> [UInt32: [Preference]] {
    let plan = try plan(snapshot, asOf: asOf, windowDays: windowDays)
    let population = try population(snapshot, plan)
    let sums = population.sums
    let parts = try snapshot.scan(
      columns: plan.columns, workers: workspace.workers, makeState: { PreferenceScan(plan) }
    ) { scan, frame in
      frame.users.indices.compactMap { index -> (UInt32, [Preference])? in
        guard let timeline = plan.features.timeline(of: frame, userAt: index) else { return nil }
        scan.removeAll()
        scan.add(timeline)
        return (timeline.user, scan.preferences(shrunkTo: population, sums: sums, limit: limit))
      }
    }
    return Dictionary(uniqueKeysWithValues: parts.joined())
  }

  private func plan(_ snapshot: EventSnapshot, asOf: Timestamp?, windowDays: Int?) throws -> PreferencePlan {
    let settings = workspace.configuration.preferences
    let features = try FeatureExtractor(workspace).plan(
      snapshot, asOf: asOf, windowDays: windowDays ?? settings.windowDays)
    return try PreferencePlan(settings, features: features, dictionaries: snapshot.dictionaries)
  }

  /// The evidence of all users together.
  private func population(_ snapshot: EventSnapshot, _ plan: PreferencePlan) throws -> PreferencePopulation {
    // One sum for all threads: one for each part of the scan would take a number for each item and part.
    let population = Mutex(PreferencePopulation(plan))
    _ = try snapshot.scan(
      columns: plan.columns, workers: workspace.workers, makeState: { PreferenceScan(plan) }
    ) { scan, frame in
      for index in frame.users.indices {
        guard let timeline = plan.features.timeline(of: frame, userAt: index) else { continue }
        scan.removeAll()
        scan.add(timeline)
        population.withLock { scan.addTotals(to: &$0) }
      }
    }
    return population.withLock { $0 }
  }
}
