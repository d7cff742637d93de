internal import HabitusKernels
public import HabitusModel

/// A user who behaves like another one.
public struct SimilarUser: Sendable, Equatable, Codable {
  /// Who.
  public var user: UserID
  /// Euclidean distance in the space in which the standing model compares users.
  public var distance: Double
  /// The user's group; `nil` for none.
  public var cluster: Int?
}

extension UserClustering {
  /// The users who behave most like a user: the nearest by the features of their profiles, in the space in which the
  /// standing model compares users. Exact; of equals the lowest identifier first.
  ///
  /// - Complexity: O(profiles · features).
  /// - Throws: ``HabitusError/notAnalysed(what:)``, ``HabitusError/noProfile(_:)``, ``HabitusError/unknownUser(_:)``,
  ///   ``HabitusError/noConsent(_:)``, ``HabitusError/notCompared(_:)`` where the user has too few events.
  public func getSimilarUsers(userID: UserID, limit: Int = 10) async throws -> [SimilarUser] {
    let own = try await ProfileManager(workspace).getProfile(userID: userID)
    let others = try await comparedProfiles()
    return try await workspace.offloaded {
      let model = try standingModel()
      guard let features = own.features, own.cluster != nil else { throw HabitusError.notCompared(userID) }
      let point = try model.preparation.points(values(of: [features], in: model))
      let candidates = others.filter { $0.user != own.user }
      let points = try model.preparation.points(
        Matrix(
          rowCount: candidates.count, columnCount: model.features.count, values: candidates.flatMap(\.values)))
      return try NearestNeighbors(points).neighbors(of: point.row(0), count: min(max(0, limit), candidates.count))
        .map { neighbor in
          SimilarUser(
            user: candidates[neighbor.row].user, distance: neighbor.distance,
            cluster: candidates[neighbor.row].membership.cluster)
        }
    }
  }

  /// A profile as the standing model compares it.
  private struct ComparedProfile: Sendable {
    let user: UserID
    let values: [Double]
    let membership: ClusterMembership
  }

  /// Everybody who is compared, in the order of identifiers.
  private func comparedProfiles() async throws -> [ComparedProfile] {
    let features = try await currentModel().comparedFeatures
    let collected = Collected<ComparedProfile>()
    try await ProfileManager(workspace).exportProfiles(includingPredictions: false) { profile in
      guard let vector = profile.features, let membership = profile.cluster else { return }
      collected.append(
        ComparedProfile(user: profile.user, values: features.map { $0.value(in: vector) }, membership: membership))
    }
    return collected.elements
  }
}
