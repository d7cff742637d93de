internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore

extension UserClustering {
  /// The standing model.
  ///
  /// - Throws: ``HabitusError/notAnalysed(what:)`` before the first fit.
  func standingModel() throws -> ClusterModel {
    guard let model = try standingModelIfAny() else { throw HabitusError.notAnalysed(what: "clusters") }
    return model
  }

  /// The standing model; `nil` before the first fit. Read once and kept as long as it stands.
  func standingModelIfAny() throws -> ClusterModel? {
    guard let id = try workspace.store.models(kind: Self.modelKind).last?.id else { return nil }
    return try workspace.models.model(id, of: Self.modelKind) {
      guard let stored = try workspace.store.model(kind: Self.modelKind, id: id) else { return nil }
      return try ModelCoding.model(ClusterModel.self, from: stored.data)
    }
  }

  /// The groups of the standing model that users with these features are in; `nil` for users with too few events to be
  /// compared, and for all of them before the first fit.
  func standingMemberships(of vectors: [FeatureVector]) throws -> [ClusterMembership?] {
    guard let model = try standingModelIfAny() else { return vectors.map { _ in nil } }
    let minimum = Double(workspace.configuration.features.minimumEventCount)
    let compared = vectors.indices.filter { vectors[$0]["event_count"].map { $0 >= minimum } ?? false }
    var result = [ClusterMembership?](repeating: nil, count: vectors.count)
    for (index, membership) in zip(compared, try memberships(of: compared.map { vectors[$0] }, in: model)) {
      result[index] = membership
    }
    return result
  }

  /// The groups of a model that users with these features are in.
  func memberships(of vectors: [FeatureVector], in model: ClusterModel) throws -> [ClusterMembership] {
    try model.memberships(of: values(of: vectors, in: model), workers: workspace.workers)
  }

  /// What a model compares users by: a row a user.
  func values(of vectors: [FeatureVector], in model: ClusterModel) -> Matrix {
    let features = model.comparedFeatures
    return Matrix(
      rowCount: vectors.count, columnCount: features.count,
      values: vectors.flatMap { vector in features.map { $0.value(in: vector) } })
  }

  /// The users with enough events in the window that the standing model was made for, or in another, by what it
  /// compares.
  func comparedPoints(
    asOf: Timestamp?, windowDays: Int?
  ) throws -> (model: ClusterModel, users: [UserID], points: Matrix) {
    let model = try standingModel()
    let compared = try comparedUsers(asOf: asOf, windowDays: windowDays ?? model.window.days)
    return (model, compared.users, compared.points(of: model.comparedFeatures))
  }

  /// The same users with everything that they can be described by, and their groups as indices of `model.clusters`.
  func labelledPoints(
    asOf: Timestamp?, windowDays: Int?
  ) throws -> (model: ClusterModel, definitions: [FeatureDefinition], points: Matrix, labels: [Int?]) {
    let model = try standingModel()
    let compared = try comparedUsers(
      asOf: asOf ?? model.window.asOf, windowDays: windowDays ?? model.window.days)
    let memberships = try model.memberships(
      of: compared.points(of: model.comparedFeatures), workers: workspace.workers)
    let indices = Dictionary(model.clusters.enumerated().map { ($1.id, $0) }) { first, _ in first }
    return (
      model, compared.definitions, compared.values,
      memberships.map { $0.cluster.flatMap { number in indices[number] } }
    )
  }
}
