internal import HabitusKernels
public import HabitusModel

extension UserClustering {
  /// Parts that an explanation names at most.
  private static let explainedParts = 5

  /// Why a user with these features is in the group that ``classifyUser(features:)`` gives.
  ///
  /// Between two centres c and d a point x belongs to c where Σ (x − d)² − (x − c)² is positive: every feature's term is
  /// its part in the decision, in the scaled space.
  ///
  /// - Throws: ``HabitusError/notAnalysed(what:)``.
  public func explanation(of features: FeatureVector) async throws -> MembershipExplanation {
    try await workspace.offloaded { try explanation(of: features, in: try standingModel()) }
  }

  /// Why a user with these features is where a model says.
  func explanation(of features: FeatureVector, in model: ClusterModel) throws -> MembershipExplanation {
    let values = values(of: [features], in: model)
    let places = try model.partition.places(
      of: try model.preparation.points(values), threadCount: workspace.workers)
    guard let place = places.first else { throw HabitusError.notAnalysed(what: "clusters") }
    let centreValues = try model.preparation.values(model.partition.centres)
    let scaledCentres = try model.preparation.scaledValues(centreValues)
    let point = try model.preparation.scaledValues(values).row(0)
    guard let own = place.group ?? nearest(to: point, among: scaledCentres) else {
      return MembershipExplanation(membership: model.membership(place), decided: [], apart: [])
    }
    func parts(_ weights: [Double]) -> [MembershipExplanation.Part] {
      let total = weights.reduce(0) { $0 + max(0, $1) }
      guard total > 0 else { return [] }
      return weights.indices.filter { weights[$0] > 0 }.sorted { (-weights[$0], $0) < (-weights[$1], $1) }
        .prefix(Self.explainedParts).map { index in
          MembershipExplanation.Part(
            feature: model.features[index], value: values[0, index].isNaN ? nil : values[0, index],
            centre: centreValues[own, index].isFinite ? centreValues[own, index] : nil,
            share: weights[index] / total)
        }
    }
    func squares(_ centre: Int) -> [Double] {
      zip(point, scaledCentres.row(centre)).map { ($0 - $1) * ($0 - $1) }
    }
    let decided = place.group == nil ? nil : place.second.map { zip(squares($0), squares(own)).map { $0 - $1 } }
    return MembershipExplanation(
      membership: model.membership(place), decided: decided.map(parts) ?? [], apart: parts(squares(own)))
  }

  private func nearest(to point: ArraySlice<Double>, among centres: Matrix) -> Int? {
    (0..<centres.rowCount).min {
      ClusterPartition.distance(point, centres.row($0)) < ClusterPartition.distance(point, centres.row($1))
    }
  }
}
