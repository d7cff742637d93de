internal import HabitusKernels
public import HabitusModel

/// A user who fits nowhere, and why.
public struct OutlyingUser: Sendable, Equatable, Codable {
  /// Who.
  public var user: UserID
  /// The nearest group, the distance to its centre, and the features that set the user apart.
  public var explanation: MembershipExplanation
}

extension UserClustering {
  /// The users who fit nowhere by the features of their profiles, the farthest from their nearest group first: those in
  /// no group, and those farther from the centre of theirs than Tukey's outer fence of its members' distances without
  /// being clearly nearer to it than to the next.
  ///
  /// - Complexity: O(profiles · features).
  /// - Throws: ``HabitusError/notAnalysed(what:)``.
  public func getOutliers(limit: Int = 20) async throws -> [OutlyingUser] {
    _ = try await currentModel()
    let collected = Collected<FeatureVector>()
    try await ProfileManager(workspace).exportProfiles(includingPredictions: false) { profile in
      guard let features = profile.features, profile.cluster?.isOutlier == true else { return }
      collected.append(features)
    }
    return try await workspace.offloaded {
      let model = try standingModel()
      return try collected.elements
        .map { OutlyingUser(user: $0.user, explanation: try explanation(of: $0, in: model)) }
        .filter(\.explanation.membership.isOutlier)
        .sorted { ($1.explanation.membership.distance, $0.user) < ($0.explanation.membership.distance, $1.user) }
        .prefix(max(0, limit)).map { $0 }
    }
  }
}
