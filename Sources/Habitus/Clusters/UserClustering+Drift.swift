internal import HabitusKernels
public import HabitusModel
internal import HabitusStore

extension UserClustering {
  /// How far the users have moved away from the groups that stand, and whether these should be found anew.
  ///
  /// - Parameters:
  ///   - asOf: the end of the window that is looked at; one millisecond after the last stored event unless given.
  ///   - windowDays: its length; the configured one unless given.
  /// - Throws: ``HabitusError/notAnalysed(what:)`` before the first fit, ``HabitusError/emptyStore(directory:)``.
  /// - Complexity: that of extracting the features of everybody.
  public func drift(asOf: Timestamp? = nil, windowDays: Int? = nil) async throws -> ClusterDrift {
    try await drift(asOf: asOf, windowDays: windowDays, now: .now)
  }

  /// - Parameter now: the present moment, which the age of the groups is counted to.
  func drift(asOf: Timestamp?, windowDays: Int?, now: Timestamp) async throws -> ClusterDrift {
    guard let fitted = try await lastFit() else { throw HabitusError.notAnalysed(what: "clusters") }
    return try await workspace.offloaded {
      let (model, users, points) = try comparedPoints(asOf: asOf, windowDays: windowDays)
      let memberships = try model.memberships(of: points, workers: workspace.workers)
      return ClusterDrift(
        fitted: fitted, now: now, fittedUserCount: model.userCount, userCount: users.count,
        features: try featureDrifts(of: points, since: model),
        movedShare: try movedShare(users, memberships, since: fitted, now: now),
        outlierShare: users.isEmpty ? nil : Double(memberships.count { $0.isOutlier }) / Double(users.count),
        policy: workspace.configuration.clustering)
    }
  }

  private func featureDrifts(of points: Matrix, since model: ClusterModel) throws -> [ClusterDrift.FeatureDrift] {
    guard points.rowCount > 0 else { return [] }
    let report = try model.driftReference.drift(of: points, threadCount: workspace.workers)
    let qValues = Statistics.falseDiscoveryQValues(report.columns.map(\.pValue))
    return report.columns.indices.map { index in
      let column = report.columns[index]
      return ClusterDrift.FeatureDrift(
        feature: model.features[index], index: column.index, expectedIndex: column.expectedIndex,
        qValue: qValues[index], level: ClusterDrift.Level(index: column.index, qValue: qValues[index]),
        fittedMissingShare: column.referenceMissingShare, missingShare: column.missingShare)
    }
  }

  /// The share of the users with a group at the fit who are in another one, or in none, by how they behave now.
  ///
  /// The group at the fit is what the profile holds, unless the user has moved since: then it is the one before the
  /// first move. Who came into a group from none may not have been compared at the fit, and is left out.
  private func movedShare(
    _ users: [UserID], _ memberships: [ClusterMembership], since fitted: Timestamp, now: Timestamp
  ) throws -> Double? {
    let stored = try workspace.store.clusterMemberships(at: now)
    let beforeMoves = try workspace.store.clusterGroups(beforeMovesSince: fitted, cause: .behaviour)
    var (known, moved) = (0, 0)
    for (user, membership) in zip(users, memberships) {
      let group: Int? = beforeMoves[user] ?? stored[user]?.cluster
      guard let group else { continue }
      known += 1
      if group != membership.cluster { moved += 1 }
    }
    return known > 0 ? Double(moved) / Double(known) : nil
  }
}
