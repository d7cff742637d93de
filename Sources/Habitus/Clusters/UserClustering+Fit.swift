internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore

extension UserClustering {
  /// A new model with everybody's membership.
  struct Fit {
    let model: ClusterModel
    let users: [UserID]
    /// One a user.
    let memberships: [ClusterMembership]
  }

  /// The users to compare, from the events of the store.
  func comparedUsers(asOf: Timestamp?, windowDays: Int?) throws -> ComparedUsers {
    // The names of the same snapshot: the codes of persons hold in it alone.
    try workspace.withSnapshot(asOf: asOf) { snapshot in
      let extractor = FeatureExtractor(countingWorkspace)
      let plan = try extractor.plan(snapshot, asOf: asOf, windowDays: windowDays)
      return try comparedUsers(try extractor.table(snapshot, plan: plan), snapshot, plan: plan)
    }
  }

  /// The users to compare, of a table that was extracted from `snapshot`.
  func comparedUsers(_ table: FeatureTable, _ snapshot: EventSnapshot, plan: FeaturePlan) throws -> ComparedUsers {
    var complete = table
    if table.column("event_count") == nil {
      let extractor = FeatureExtractor(countingWorkspace)
      let plan = try extractor.plan(snapshot, asOf: table.window.asOf, windowDays: table.window.days)
      complete = try extractor.table(snapshot, plan: plan)
    }
    return try ComparedUsers(
      complete, snapshot, plan: plan, configuration: workspace.configuration, workers: workspace.workers)
  }

  /// The workspace with the features of group `activity` among the selected ones: their number of events says which
  /// users are compared, whatever they are compared by.
  private var countingWorkspace: Workspace {
    var counting = workspace
    counting.configuration.features.groups.insert(.activity)
    return counting
  }

  /// Groups users. Groups that are those of the standing model by their members keep number and name.
  ///
  /// - Throws: ``HabitusError/tooFewUsers(found:required:)``, ``HabitusError/unknownFeature(_:known:)``.
  func newFit(of compared: ComparedUsers) throws -> Fit {
    let settings = workspace.configuration.clustering
    let features = try compared.comparedFeatures(configured: settings.features)
    let required = max(2, settings.minimumUserCount)
    guard compared.users.count >= required else {
      throw HabitusError.tooFewUsers(found: compared.users.count, required: required)
    }
    let values = compared.points(of: features)
    let preparation = try ClusterPreparation(values, settings: settings, workers: workspace.workers)
    let points = try preparation.points(values)
    let previous = try previousClusters()
    let fit = try ClusterFit(
      points, settings: settings,
      previousCentres: try previous?.centres(in: preparation, features: features.map(\.name)),
      workers: workspace.workers)
    // As a later classification sees them, so that nobody moves without behaving differently.
    let places = try fit.partition.places(of: points, threadCount: workspace.workers)
    let groups = places.map(\.group)
    let matching = try Self.matching(compared.users, groups, groupCount: fit.groupCount, previous)

    let names = Dictionary((previous?.model.clusters ?? []).map { ($0.id, $0.name) }) { first, _ in first }
    let clusters = ClusterDescription(definitions: compared.definitions, points: compared.values)
      .clusters(labels: groups, ids: matching.numbers, stability: fit.stability, keptNames: names)
    let model = ClusterModel(
      window: compared.window, userCount: compared.users.count, features: features.map(\.name),
      // A mixture may leave a component without users.
      clusters: clusters.filter { $0.size > 0 }.sorted { (-$0.size, $0.id) < (-$1.size, $1.id) },
      ungroupedCount: places.count { $0.group == nil }, outlierCount: places.count(where: \.isOutlier),
      choice: fit.choice, lineage: previous == nil ? nil : matching.lineage, nextNumber: matching.nextNumber,
      numbers: matching.numbers, preparation: preparation, partition: fit.partition,
      driftReference: try PopulationStability().fit(values, threadCount: workspace.workers))
    return Fit(model: model, users: compared.users, memberships: places.map(model.membership))
  }

  /// Which groups are those of the standing model, by the users whom both know.
  private static func matching(
    _ users: [UserID], _ groups: [Int?], groupCount: Int, _ previous: PreviousClusters?
  ) throws -> ClusterMatching {
    var sizes = [Int](repeating: 0, count: groupCount)
    for group in groups { if let group { sizes[group] += 1 } }
    let known = users.indices.filter { previous?.memberships[users[$0]] != nil }
    let standing = previous?.model.clusters.map(\.id) ?? []
    return try ClusterMatching(
      before: known.map { row in
        previous?.memberships[users[row]]?.cluster.flatMap { standing.contains($0) ? $0 : nil }
      },
      after: known.map { groups[$0] }, sizes: sizes, standing: standing, nextNumber: previous?.model.nextNumber ?? 1)
  }

  private func previousClusters() throws -> PreviousClusters? {
    guard let model = try standingModelIfAny() else { return nil }
    return PreviousClusters(model: model, memberships: try workspace.store.clusterMemberships(at: .now))
  }

  /// Keeps a model and everybody's membership, all at once.
  func save(_ fit: Fit) throws {
    try ProfileManager(workspace).saveClusterFit(
      kind: Self.modelKind, data: try ModelCoding.data(of: fit.model),
      memberships: Array(zip(fit.users, fit.memberships)))
  }
}
