public import HabitusModel
internal import HabitusStore

/// Groups users who behave alike.
///
/// Users with at least the configured number of events in the window are compared by scaled features. Unless the
/// configuration says otherwise, the data decide how many groups there are and of which kind, and "there are no groups"
/// is a possible answer. Groups keep their numbers and names over refits as far as their members do.
public struct UserClustering: Sendable {
  /// Configuration and store.
  public let workspace: Workspace

  /// Uses a workspace.
  public init(_ workspace: Workspace) { self.workspace = workspace }

  /// Finds configuration and store as the command does.
  public init() async throws { self.init(try Workspace()) }

  /// The features that users are compared by where the configuration names none, besides `type:NAME`, the shares of
  /// event types that the dictionary does not know.
  public static let defaultFeatures = ComparedFeature.standard.map(\.name)

  /// The kind under which models are stored.
  static let modelKind = "user clusters"

  // MARK: Fitting

  /// Groups the users anew, keeps the model, and writes every user's group into the profile.
  ///
  /// - Parameters:
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the window's length; the configured one unless given.
  /// - Throws: ``HabitusError/tooFewUsers(found:required:)``, ``HabitusError/unknownFeature(_:known:)``.
  @discardableResult
  public func updateClusters(asOf: Timestamp? = nil, windowDays: Int? = nil) async throws -> ClusterModel {
    try await workspace.offloaded {
      let fit = try newFit(of: try comparedUsers(asOf: asOf, windowDays: windowDays))
      try save(fit)
      try workspace.forgetExcluded()
      return fit.model
    }
  }

  // MARK: Reading

  /// The standing model.
  ///
  /// - Throws: ``HabitusError/notAnalysed(what:)`` before the first ``updateClusters(asOf:windowDays:)``.
  public func currentModel() async throws -> ClusterModel {
    try await workspace.offloaded { try standingModel() }
  }

  /// When the standing model was fitted; `nil` before the first fit.
  public func lastFit() async throws -> Timestamp? {
    try await workspace.offloaded { try workspace.store.models(kind: Self.modelKind).last?.created }
  }

  /// One group of the standing model: size, share, means, and what sets it apart.
  ///
  /// - Throws: ``HabitusError/unknownCluster(_:known:)``, ``HabitusError/notAnalysed(what:)``.
  public func getClusterStats(_ number: Int) async throws -> Cluster {
    try await currentModel().cluster(number)
  }

  /// The group that a user was put into.
  ///
  /// - Returns: `nil` where the user had too few events to be compared.
  /// - Throws: ``HabitusError/noProfile(_:)``, ``HabitusError/unknownUser(_:)``, ``HabitusError/noConsent(_:)``.
  public func getUserCluster(userID: UserID) async throws -> ClusterMembership? {
    try await ProfileManager(workspace).getProfile(userID: userID).cluster
  }

  // MARK: Classification

  /// The group of the standing model that a user with these features belongs to.
  ///
  /// - Throws: ``HabitusError/notAnalysed(what:)``.
  public func classifyUser(features: FeatureVector) async throws -> ClusterMembership {
    try await workspace.offloaded {
      let model = try standingModel()
      guard let membership = try memberships(of: [features], in: model).first else {
        throw HabitusError.notAnalysed(what: "clusters")
      }
      return membership
    }
  }
}
