internal import Foundation
internal import HabitusKernels
public import HabitusModel
internal import HabitusStore

/// Groups users who behave alike.
///
/// Users with at least the configured number of events in the window are compared by scaled features; columns with a
/// heavy tail (skewness of 1 or more) are compared by their logarithm. The number of groups is chosen by silhouette
/// unless configured, and "one group" is a possible answer.
public struct UserClustering: Sendable {
  /// Configuration and store.
  public let workspace: Workspace

  /// Uses a workspace.
  public init(_ workspace: Workspace) { self.workspace = workspace }

  /// Finds configuration and store as the command does.
  public init() async throws { self.init(try Workspace()) }

  /// The features that users are compared by where the configuration names none: how much, how often, when, how broadly.
  public static let defaultFeatures = [
    "event_count", "recency_days", "active_days", "session_count", "events_per_session", "session_duration_mean_s",
    "return_gap_mean_h", "weekend_share", "night_share", "business_share", "distinct_items", "item_repeat_ratio",
    "distinct_types", "type_entropy_bits", "distinct_categories", "category_entropy_bits", "share_page_view",
    "share_click", "share_search", "share_filter", "share_download", "share_apply", "share_save", "share_message",
  ]

  private static let modelKind = "clusters"
  /// Fewer users than this are no group where there are at least ten times as many; then two are the least.
  private static let smallestGroup = 5
  /// Columns as skewed as this are compared by their logarithm.
  private static let heavyTailSkewness = 1.0

  // MARK: Fitting

  /// Groups the users anew, keeps the model, and writes every user's group into the profile.
  ///
  /// - Throws: ``HabitusError/tooFewUsers(found:required:)``, ``HabitusError/unknownFeature(_:known:)``.
  @discardableResult
  public func updateClusters(asOf: Timestamp? = nil, windowDays: Int? = nil) async throws -> ClusterModel {
    try await workspace.offloaded {
      // The names of the same snapshot: the codes of persons hold in it alone.
      let (table, names) = try workspace.withSnapshot(asOf: asOf) { snapshot in
        let extractor = FeatureExtractor(countingWorkspace)
        let plan = try extractor.plan(snapshot, asOf: asOf, windowDays: windowDays)
        return (try extractor.table(snapshot, plan: plan), snapshot.dictionaries.users)
      }
      let (model, memberships) = try fit(table, names: names)
      try workspace.store.removeFromAllProfiles(.cluster)
      try workspace.forgetExcluded()
      let manager = ProfileManager(workspace)
      for part in Array(memberships).chunks(of: ProfileManager.usersAtATime) {
        _ = try manager.update(
          part.map { row, membership in
            (UserID(names.text(of: table.users[row])), ProfileUpdate(cluster: membership))
          })
      }
      try save(model)
      return model
    }
  }

  /// The workspace with the features of group `activity` among the selected ones: their number of events says which
  /// users are compared, whatever they are compared by.
  private var countingWorkspace: Workspace {
    var counting = workspace
    counting.configuration.features.groups.insert(.activity)
    return counting
  }

  /// The features of every user of a snapshot with those that ``fit(_:names:)`` needs: `table`, where it has them.
  func table(_ snapshot: EventSnapshot, _ table: FeatureTable) throws -> FeatureTable {
    guard table.column("event_count") == nil else { return table }
    let extractor = FeatureExtractor(countingWorkspace)
    let plan = try extractor.plan(snapshot, asOf: table.window.asOf, windowDays: table.window.days)
    return try extractor.table(snapshot, plan: plan)
  }

  /// Groups the users of a table with `event_count`, whose identifiers `users` holds by code.
  ///
  /// - Returns: the model, and the memberships by row of the table.
  func fit(
    _ table: FeatureTable, names users: TermDictionary
  ) throws -> (model: ClusterModel, memberships: [Int: ClusterMembership]) {
    let settings = workspace.configuration.clustering
    let names = try selectedFeatures(
      table.definitions.filter { workspace.configuration.features.groups.contains($0.group) })
    // In the order of identifiers, so that the order in which users were first seen has no influence.
    let rows = comparableRows(table).sorted { a, b in
      let (x, y) = (users.terms.range(of: Int(table.users[a])), users.terms.range(of: Int(table.users[b])))
      return users.terms.bytes[x].lexicographicallyPrecedes(users.terms.bytes[y])
    }
    guard rows.count >= max(2, settings.minimumUserCount) else {
      throw HabitusError.tooFewUsers(found: rows.count, required: max(2, settings.minimumUserCount))
    }
    let points = try points(table, of: names).selectingRows(rows)
    let scaler = try scaling.fit(points)
    let scaled = try scaler.transform(points)
    let (fit, choice, candidates) = try partition(scaled)
    let labels = fit.labels.map { $0.index ?? 0 }
    let model = ClusterModel(
      window: table.window, userCount: rows.count, features: names,
      clusters: ClusterDescription(names: names, points: points).clusters(
        labels: labels, clusterCount: fit.clusterCount),
      choice: choice, candidates: candidates, scaler: scaler, centroids: fit.centroids)
    let memberships = try model.memberships(of: points)
    return (model, Dictionary(uniqueKeysWithValues: zip(rows, memberships)))
  }

  private var scaling: Scaling {
    let method: Scaling.Method =
      switch workspace.configuration.clustering.scaling {
      case .standard: .standard
      case .minmax: .minMax
      case .robust: .robust
      case .none: .none
      }
    return Scaling(
      method: method,
      tailTransform: method == .none ? .none : .signedLogarithm(minimumSkewness: Self.heavyTailSkewness),
      uninformativeColumns: .dropped)
  }

  private func partition(_ points: Matrix) throws -> (KMeans.Model, String, [ClusterModel.Candidate]) {
    let settings = workspace.configuration.clustering
    let parameters = KMeans(clusterCount: settings.kmeans.clusterCount ?? 1, seed: UInt64(settings.kmeans.seed))
    if let count = settings.kmeans.clusterCount {
      let model = try parameters.fit(points, threadCount: workspace.workers)
      return (model, "\(count) groups are configured (user_clustering.kmeans.n_clusters).", [])
    }
    let selection = try ClusterCountSelection(
      clusterCounts: 2...max(2, settings.maximumClusterCount),
      minimumClusterSize: points.rowCount >= 10 * Self.smallestGroup ? Self.smallestGroup : 2, clustering: parameters
    ).selection(for: points, threadCount: workspace.workers)
    let candidates = selection.candidates.map {
      ClusterModel.Candidate(clusterCount: $0.clusterCount, silhouette: $0.silhouetteScore, inertia: $0.inertia)
    }
    let choice =
      switch selection.reason {
      case .highestSilhouette(let score):
        "\(selection.clusterCount) groups have the highest silhouette of those tried (\(Self.rounded(score)))."
      case .belowFloor(let score, let floor):
        "One group: the best silhouette, \(Self.rounded(score)), is below \(Self.rounded(floor)), where groups begin to be more than chance cuts."
      case .clustersTooSmall(let size):
        "One group: every number of groups that was tried leaves one with fewer than \(size) users."
      case .tooFewDistinctPoints: "One group: the users do not differ enough to be told apart."
      }
    return (selection.model, choice, candidates)
  }

  private static func rounded(_ value: Double) -> String { String(format: "%.2f", value) }

  /// The rows of users with enough events.
  private func comparableRows(_ table: FeatureTable) -> [Int] {
    guard let counts = table.values(of: "event_count") else { return Array(table.users.indices) }
    let minimum = Double(workspace.configuration.features.minimumEventCount)
    return counts.indices.filter { counts[$0] >= minimum }
  }

  /// The features to compare by: those configured, which must exist; otherwise those of the default choice that the
  /// selected groups leave.
  private func selectedFeatures(_ definitions: [FeatureDefinition]) throws -> [String] {
    let known = definitions.map(\.name)
    let configured = workspace.configuration.clustering.features
    guard configured.isEmpty else {
      if let unknown = configured.first(where: { !known.contains($0) }) {
        throw HabitusError.unknownFeature(unknown, known: known)
      }
      return configured
    }
    return Self.defaultFeatures.filter(known.contains)
  }

  /// The columns of `names`, a row a user of the table.
  func points(_ table: FeatureTable, of names: [String]) throws -> Matrix {
    let columns = try names.map { name in
      guard let column = table.column(name) else {
        throw HabitusError.unknownFeature(name, known: table.definitions.map(\.name))
      }
      return column
    }
    let width = table.definitions.count
    var values: [Double] = []
    values.reserveCapacity(table.users.count * columns.count)
    for row in table.users.indices { for column in columns { values.append(table.values[row * width + column]) } }
    return Matrix(rowCount: table.users.count, columnCount: columns.count, values: values)
  }

  // MARK: Reading

  /// The standing model.
  ///
  /// - Throws: ``HabitusError/notAnalysed(what:)`` before the first ``updateClusters(asOf:windowDays:)``.
  public func currentModel() async throws -> ClusterModel {
    try await workspace.offloaded {
      guard let stored = try workspace.store.latestModel(kind: Self.modelKind) else {
        throw HabitusError.notAnalysed(what: "clusters")
      }
      return try JSONDecoder().decode(ClusterModel.self, from: Data(stored.data))
    }
  }

  /// When the standing model was fitted; `nil` before the first fit.
  public func lastFit() async throws -> Timestamp? {
    try await workspace.offloaded { try workspace.store.latestModel(kind: Self.modelKind)?.created }
  }

  /// The group that a user was put into.
  ///
  /// - Returns: `nil` where the user had too few events to be compared.
  public func getUserCluster(userID: UserID) async throws -> ClusterMembership? {
    try await ProfileManager(workspace).getProfile(userID: userID).cluster
  }

  /// The group of the standing model that a user with these features is nearest to.
  public func classifyUser(features: FeatureVector) async throws -> ClusterMembership {
    let model = try await currentModel()
    let values = model.features.map { features[$0] ?? .nan }
    let memberships = try model.memberships(of: Matrix(rowCount: 1, columnCount: values.count, values: values))
    guard let membership = memberships.first else { throw HabitusError.notAnalysed(what: "clusters") }
    return membership
  }

  /// The groups of the standing model that users with these features are in; `nil` for users with too few events to be
  /// compared, and for all of them before the first fit.
  func standingMemberships(of vectors: [FeatureVector]) throws -> [ClusterMembership?] {
    guard let stored = try workspace.store.latestModel(kind: Self.modelKind) else { return vectors.map { _ in nil } }
    let model = try JSONDecoder().decode(ClusterModel.self, from: Data(stored.data))
    let minimum = Double(workspace.configuration.features.minimumEventCount)
    let compared = vectors.indices.filter { vectors[$0]["event_count"].map { $0 >= minimum } ?? false }
    let values = compared.flatMap { index in model.features.map { vectors[index][$0] ?? .nan } }
    let memberships = try model.memberships(
      of: Matrix(rowCount: compared.count, columnCount: model.features.count, values: values))
    var result = [ClusterMembership?](repeating: nil, count: vectors.count)
    for (index, membership) in zip(compared, memberships) { result[index] = membership }
    return result
  }

  func save(_ model: ClusterModel) throws {
    let data = try JSONEncoder().encode(model)
    _ = try workspace.store.saveModel(kind: Self.modelKind, data: Array(data), at: .now)
  }
}
