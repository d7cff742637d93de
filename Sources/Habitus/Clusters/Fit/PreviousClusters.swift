internal import HabitusKernels
internal import HabitusModel

/// The standing groups, as a new fit takes them into account.
struct PreviousClusters {
  let model: ClusterModel
  /// Who was where.
  let memberships: [UserID: ClusterMembership]

  /// The centres in the space of another preparation; `nil` where users were compared by other features, or not by
  /// centres.
  func centres(in preparation: ClusterPreparation, features: [String]) throws -> Matrix? {
    guard model.features == features, case .nearestCentre = model.partition.kind,
      model.partition.centres.rowCount > 1
    else { return nil }
    let values = try model.preparation.values(model.partition.centres)
    guard values.values.allSatisfy({ !$0.isInfinite }) else { return nil }
    return try preparation.points(values)
  }
}
