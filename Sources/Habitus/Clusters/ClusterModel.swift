internal import HabitusKernels
public import HabitusModel

/// A fitted grouping of users: everything that is needed to read it and to classify another user later.
public struct ClusterModel: Sendable, Codable {
  /// The window whose features were compared.
  public let window: AnalysisWindow
  /// Number of users that were compared.
  public let userCount: Int
  /// The features that users were compared by.
  public let features: [String]
  /// The groups, largest first.
  public let clusters: [Cluster]
  /// Users in no group.
  public let ungroupedCount: Int
  /// Users who fit nowhere: those in no group, and those far from the centre of theirs.
  public let outlierCount: Int
  /// Why there are so many groups.
  public let choice: ClusterChoice
  /// What became of the groups of the fit before; `nil` for a first fit.
  public let lineage: ClusterLineage?

  /// The number that the next new group gets.
  let nextNumber: Int
  /// For every group of the partition its number.
  let numbers: [Int]
  let preparation: ClusterPreparation
  let partition: ClusterPartition
  /// How the compared features were spread, in the order of ``features``.
  let driftReference: PopulationStability.Reference
}

extension ClusterModel {
  /// The features that users were compared by.
  var comparedFeatures: [ComparedFeature] { features.map(ComparedFeature.init(name:)) }

  /// A place as users are told it.
  func membership(_ place: ClusterPartition.Place) -> ClusterMembership {
    ClusterMembership(
      cluster: place.group.map { numbers[$0] }, distance: place.distance,
      secondCluster: place.second.map { numbers[$0] }, confidence: place.confidence, isOutlier: place.isOutlier)
  }

  /// The memberships of users with these values: a row a user, in the order of ``features``, NaN for "no value".
  func memberships(of values: Matrix, workers: Int) throws -> [ClusterMembership] {
    try partition.places(of: try preparation.points(values), threadCount: workers).map(membership)
  }

  /// The group with a number.
  ///
  /// - Throws: ``HabitusError/unknownCluster(_:known:)``.
  public func cluster(_ number: Int) throws -> Cluster {
    guard let cluster = clusters.first(where: { $0.id == number }) else {
      throw HabitusError.unknownCluster(number, known: clusters.map(\.id).sorted())
    }
    return cluster
  }
}
