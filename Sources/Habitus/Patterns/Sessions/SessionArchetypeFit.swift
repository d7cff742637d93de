internal import Foundation
internal import HabitusKernels
internal import HabitusModel

/// Clusters of a sample of sessions, by which other sessions are assigned.
struct SessionArchetypeFit: Sendable {
  let shape: SessionShape
  let scaler: Scaler
  let result: AutomaticClustering.Result
  /// By row of the sample.
  let labels: [ClusterLabel]
  /// The number of clusters; 0 where there are none to speak of.
  let count: Int

  /// The most sessions that clusters are found in.
  static let sampleSize = 20_000
  /// The most of those that their number is chosen on.
  private static let choiceSize = 4000
  /// The most clusters that are tried.
  private static let mostClusters = 8
  /// A cluster has at least this share of the sample.
  private static let leastShare = 0.02
  /// Fewer sessions than this have no archetypes.
  static let fewestSessions = 50

  /// Standardises each measure, fits, and decides; where sessions tell nothing apart there are no clusters.
  init?(_ sample: SessionSample, _ shape: SessionShape, workers: Int) throws {
    guard sample.keys.count >= Self.fewestSessions else { return nil }
    let points = Matrix(rowCount: sample.keys.count, columnCount: shape.measures.count, values: sample.values)
    let scaling = Scaling(method: .standard, tailTransform: .none, uninformativeColumns: .dropped)
    scaler = try scaling.validated(for: points).fit(threadCount: workers)
    let scaled = try scaler.transform(points)
    guard scaled.columnCount > 0 else { return nil }
    self.shape = shape
    let clustering = AutomaticClustering(
      clusterCounts: 2...Self.mostClusters,
      minimumClusterSize: max(5, Int(Double(points.rowCount) * Self.leastShare)),
      choiceSampleSize: Self.choiceSize, clustering: KMeans(clusterCount: 1, seed: 1))
    result = try clustering.result(for: scaled, threadCount: workers)
    switch result.partition {
    case .oneGroup(let model):
      (labels, count) = (model.labels, 0)
    case .compact(let model):
      (labels, count) = (model.labels, model.clusterCount)
    case .dense(let model):
      labels = model.labels.count == points.rowCount ? model.labels : try model.predict(scaled, threadCount: workers)
      count = model.clusterCount
    }
  }

  /// Whether all sessions can be assigned in a short time.
  var assignsAll: Bool {
    if case .compact = result.partition { return true }
    return false
  }

  /// The clusters of sessions, as ``SessionShape/append(_:of:to:)`` measures them.
  func labels(of values: [Double]) throws -> [ClusterLabel] {
    let points = try scaler.transform(
      Matrix(rowCount: values.count / shape.measures.count, columnCount: shape.measures.count, values: values))
    return switch result.partition {
    case .oneGroup(let model), .compact(let model): try model.predict(points, threadCount: 1)
    case .dense(let model): try model.predict(points, threadCount: 1)
    }
  }
}
