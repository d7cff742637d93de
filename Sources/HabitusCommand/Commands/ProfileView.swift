import Habitus

/// Everything that is shown of one user, stored or calculated.
struct ProfileView {
  let user: UserID
  /// The stored profile, if there is one.
  let stored: Profile?
  /// Whether the derived parts were calculated now.
  let isLive: Bool
  let features: FeatureVector?
  let membership: ClusterMembership?
  /// The group of ``membership`` and the next nearest one.
  let cluster: Cluster?
  let secondCluster: Cluster?
  let preferences: [Preference]
  let patterns: [Pattern]
  /// Those of the last analysis; none where the derived parts were calculated now.
  let predictions: [Prediction]
  let configuration: HabitusConfiguration

  /// - Throws: ``HabitusError/unknownUser(_:)`` where neither a profile nor an event is known.
  init(
    _ user: UserID, _ workspace: Workspace, _ window: WindowOptions, includingSecureFields: Bool
  ) async throws {
    self.user = user
    configuration = workspace.configuration
    var stored: Profile?
    do {
      stored = try await ProfileManager(workspace).getProfile(
        userID: user, includingSecureFields: includingSecureFields)
    } catch HabitusError.noProfile {
      stored = nil
    }
    self.stored = stored
    let isStanding = stored?.features != nil && window.overrides.isEmpty && window.asOf == nil
    isLive = !isStanding
    let model = try await Self.standingModel(workspace)

    let derived: Derived
    if isStanding, let stored {
      derived = try await Derived(of: stored, workspace)
    } else {
      do {
        derived = try await Derived(of: user, workspace, window, isGrouped: model != nil)
      } catch let error as HabitusError {
        // What the application said stands on its own, also where there is nothing to see in the window.
        guard stored != nil else { throw error }
        derived = Derived()
      }
    }
    (features, membership) = (derived.features, derived.membership)
    (preferences, patterns) = (derived.preferences, derived.patterns)
    predictions = isStanding ? stored?.predictions ?? [] : []
    let (first, second) = (membership?.cluster, membership?.secondCluster)
    cluster = model?.clusters.first { $0.id == first }
    secondCluster = model?.clusters.first { $0.id == second }
  }

  /// What follows from a user's events.
  private struct Derived {
    var features: FeatureVector?
    var membership: ClusterMembership?
    var preferences: [Preference] = []
    var patterns: [Pattern] = []

    init() {}

    /// What is stored; patterns are looked for where none are.
    init(of profile: Profile, _ workspace: Workspace) async throws {
      features = profile.features
      membership = profile.cluster
      preferences = profile.preferences
      patterns = profile.patterns
      guard patterns.isEmpty, let window = profile.features?.window else { return }
      patterns = try await PatternDetector(workspace).detectPatterns(
        userID: profile.user, asOf: window.asOf, windowDays: window.days
      ).patterns
    }

    /// What is calculated now.
    init(of user: UserID, _ workspace: Workspace, _ window: WindowOptions, isGrouped: Bool) async throws {
      let vector = try await FeatureExtractor(workspace).extractFeatures(
        userID: user, asOf: window.asOf, windowDays: window.windowDays)
      features = vector
      patterns = try await PatternDetector(workspace).detectPatterns(
        userID: user, asOf: window.asOf, windowDays: window.windowDays
      ).patterns
      preferences = try await PreferenceCalculator(workspace).calculatePreferences(
        userID: user, asOf: window.asOf, windowDays: window.windowDays, limit: 3)
      if isGrouped { membership = try await UserClustering(workspace).classifyUser(features: vector) }
    }
  }

  private static func standingModel(_ workspace: Workspace) async throws -> ClusterModel? {
    do {
      return try await UserClustering(workspace).currentModel()
    } catch HabitusError.notAnalysed {
      return nil
    }
  }

  // MARK: JSON

  /// The profile as JSON.
  var answer: Answer {
    Answer(
      user: user, source: isLive ? "calculated" : "stored", version: stored?.version, created: stored?.created,
      updated: stored?.updated, expires: stored?.expires, base: stored?.base ?? [:], secure: stored?.secure,
      window: features.map { WindowAnswer($0.window, configuration) },
      features: features.map { vector in
        Dictionary(uniqueKeysWithValues: vector.definitions.map { ($0.name, vector[$0.name]) })
      },
      activity: features?.activity,
      cluster: membership.map {
        .init(
          cluster: $0.cluster, name: cluster?.name, confidence: $0.confidence, distance: $0.distance,
          secondCluster: $0.secondCluster, isOutlier: $0.isOutlier)
      },
      preferences: preferences.map(PreferenceAnswer.init), patterns: patterns, predictions: predictions)
  }

  struct Answer: Encodable {
    struct Membership: Encodable {
      let cluster: Int?
      let name: LocalizedText?
      let confidence: Double
      let distance: Double
      let secondCluster: Int?
      let isOutlier: Bool
    }

    let user: UserID
    /// `stored` or `calculated`.
    let source: String
    let version: Int?
    let created: Timestamp?
    let updated: Timestamp?
    let expires: Timestamp?
    let base: [String: JSONValue]
    let secure: [String: JSONValue]?
    let window: WindowAnswer?
    /// Every feature; null for no value.
    let features: [String: Double?]?
    let activity: ActivitySummary?
    let cluster: Membership?
    let preferences: [PreferenceAnswer]
    let patterns: [Pattern]
    let predictions: [Prediction]
  }
}
