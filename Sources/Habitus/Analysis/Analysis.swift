public import HabitusModel
internal import HabitusStore

/// The whole analysis: features, clusters, patterns, preferences and predictions of everybody, written into profiles,
/// and the models that predictions and recommendations are made with.
public struct Analysis: Sendable {
  /// What an analysis does, in this order.
  public enum Step: String, Sendable, CaseIterable, Codable {
    case features, clusters, patterns, preferences, predictions, recommendations, profiles
  }

  /// Which groups users are put into.
  public enum Grouping: String, Sendable, CaseIterable, Codable {
    /// Groups that are found anew.
    case anew
    /// The groups that stand.
    case standing
  }

  /// What an analysis found.
  public struct Report: Sendable, Encodable {
    /// The window that was looked at.
    public let window: AnalysisWindow
    /// Stored events, inside the window or not, whoever's they are.
    public let eventCount: Int
    /// Users with an event inside the window; each has a profile now.
    public let userCount: Int
    /// The groups; `nil` where there are too few users, see ``notes``, or none that stand.
    public let clusters: ClusterModel?
    /// The patterns of everybody, most surprising first.
    public let patterns: [Pattern]
    /// What could not be done, and why.
    public let notes: [String]
    /// How long each step took.
    public let seconds: [String: Double]
  }

  /// Configuration and store.
  public let workspace: Workspace

  /// Uses a workspace.
  public init(_ workspace: Workspace) { self.workspace = workspace }

  /// Finds configuration and store as the command does.
  public init() async throws { self.init(try Workspace()) }

  /// Analyses everybody and writes the profiles.
  ///
  /// - Parameters:
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the window's length; the configured one unless given.
  ///   - grouping: which groups users are put into.
  ///   - progress: called before each step.
  /// - Throws: ``HabitusError/emptyStore(directory:)``, `StoreError`, ``FeatureError``.
  public func run(
    asOf: Timestamp? = nil, windowDays: Int? = nil, grouping: Grouping = .anew,
    progress: @escaping @Sendable (Step) -> Void = { _ in }
  ) async throws -> Report {
    try await workspace.offloaded {
      try workspace.store.fold(workers: workspace.workers)
      return try workspace.withSnapshot(asOf: asOf) {
        try run($0, asOf: asOf, windowDays: windowDays, grouping, progress)
      }
    }
  }

  private func run(
    _ snapshot: EventSnapshot, asOf: Timestamp?, windowDays: Int?, _ grouping: Grouping, _ progress: (Step) -> Void
  ) throws -> Report {
    var timing = StepClock()
    var notes: [String] = []

    progress(.features)
    let extractor = FeatureExtractor(workspace)
    let plan = try extractor.plan(snapshot, asOf: asOf, windowDays: windowDays)
    let table = try extractor.table(snapshot, plan: plan)
    let activities = try activities(snapshot, plan)
    timing.end(.features)

    progress(.clusters)
    let clustering = UserClustering(workspace)
    var fit: UserClustering.Fit?
    do {
      if grouping == .anew { fit = try clustering.newFit(of: clustering.comparedUsers(table, snapshot, plan: plan)) }
    } catch let error as HabitusError {
      guard case .tooFewUsers = error else { throw error }
      notes.append("No groups: \(error)")
    }
    timing.end(.clusters)

    progress(.patterns)
    let detector = PatternDetector(workspace)
    let evidence = try detector.evidence(snapshot, plan)
    let patterns = try detector.report(evidence, table, snapshot, plan)
    notes += patterns.notes.map { $0[workspace.configuration.visualization.language] }
    timing.end(.patterns)

    progress(.preferences)
    let calculator = PreferenceCalculator(workspace)
    let (population, preferenceContext) = try calculator.newContext(
      snapshot, asOf: plan.window.asOf, windowDays: windowDays)
    let preferences = try calculator.all(snapshot, preferenceContext, limit: Self.storedPreferences)
    timing.end(.preferences)

    progress(.predictions)
    let models = try calculator.predictionModels(snapshot, plan)
    let predictions = try calculator.predictionRecords(snapshot, plan, table, models)
    timing.end(.predictions)

    progress(.recommendations)
    try calculator.keepRecommendations(snapshot, before: plan.window.asOf)
    timing.end(.recommendations)

    progress(.profiles)
    try workspace.forgetExcluded()
    let manager = ProfileManager(workspace)
    for rows in Array(table.users.indices).chunks(of: ProfileManager.usersAtATime) {
      let vectors = rows.map { row -> FeatureVector in
        let code = table.users[row]
        return FeatureVector(
          user: UserID(snapshot.dictionaries.users.text(of: code)), window: table.window,
          definitions: table.definitions, storage: Array(table.row(row)),
          activity: activities[code] ?? ActivitySummary())
      }
      // Groups that were found anew are written for everybody at once.
      let standing = try grouping == .standing ? clustering.standingMemberships(of: vectors) : vectors.map { _ in nil }
      let updates = zip(zip(rows, vectors), standing).map { place, membership in
        let (row, features) = place
        return (
          user: features.user,
          update: ProfileUpdate(
            features: features, cluster: membership, preferences: preferences[table.users[row]] ?? [],
            predictions: predictions[table.users[row]])
        )
      }
      let missing = try manager.update(updates)
      if !missing.isEmpty { notes.append("\(missing.count) users have no profile and none may be created.") }
    }
    if let fit {
      try clustering.save(fit)
    } else if grouping == .anew {
      try workspace.store.removeFromAllProfiles(.cluster)
    }
    // By the groups that users are in now.
    try detector.keep(try detector.newReference(evidence, snapshot, plan))
    try calculator.keep(population)
    try calculator.keep(models)
    _ = try workspace.store.removeExpiredParts(at: .now)
    timing.end(.profiles)

    return Report(
      window: plan.window, eventCount: snapshot.eventCount, userCount: table.users.count,
      clusters: try fit?.model ?? (grouping == .standing ? clustering.standingModelIfAny() : nil),
      patterns: patterns.patterns, notes: notes, seconds: timing.seconds)
  }

  /// The most preferences of one dimension that a profile keeps; more are calculated when asked for.
  static let storedPreferences = 3

  private func activities(_ snapshot: EventSnapshot, _ plan: FeaturePlan) throws -> [UInt32: ActivitySummary] {
    let properties: EventColumns = workspace.configuration.features.propertyStatistics.isEmpty ? [] : .properties
    let parts = try snapshot.scan(columns: properties, workers: workspace.workers, makeState: {}) {
      (_: inout Void, frame) in
      frame.users.indices.compactMap { index -> (UInt32, ActivitySummary)? in
        plan.timeline(of: frame, userAt: index).map { ($0.user, ActivitySummary($0)) }
      }
    }
    return Dictionary(uniqueKeysWithValues: parts.joined())
  }
}

/// Measures how long steps take.
private struct StepClock {
  private var start = ContinuousClock.now
  private(set) var seconds: [String: Double] = [:]

  mutating func end(_ step: Analysis.Step) {
    let now = ContinuousClock.now
    seconds[step.rawValue] = (now - start) / .seconds(1)
    start = now
  }
}
