internal import HabitusKernels
internal import HabitusModel

extension UserClustering {
  /// How two groups of the standing model differ, feature by feature, strongest first.
  ///
  /// - Throws: ``HabitusError/unknownCluster(_:known:)``, ``HabitusError/notAnalysed(what:)``.
  public func compareClusters(_ first: Int, _ second: Int) async throws -> ClusterComparison {
    try await workspace.offloaded {
      let (model, definitions, points, labels) = try labelledPoints(asOf: nil, windowDays: nil)
      let ids = model.clusters.map(\.id)
      return try ClusterDescription(definitions: definitions, points: points).comparison(
        of: Self.index(of: first, in: ids), with: Self.index(of: second, in: ids), labels: labels, ids: ids)
    }
  }

  /// A short condition on features that stands for a group of the standing model.
  ///
  /// - Parameter maximumDepth: the most comparisons that decide about a user, 1…6.
  /// - Returns: `nil` where no condition sets the group apart, as where it is everybody.
  /// - Throws: ``HabitusError/unknownCluster(_:known:)``, ``HabitusError/notAnalysed(what:)``, `KernelError` for a depth
  ///   out of range.
  public func rule(for id: Int, maximumDepth: Int = 3) async throws -> ClusterRule? {
    try await workspace.offloaded {
      let (model, definitions, points, labels) = try labelledPoints(asOf: nil, windowDays: nil)
      let ids = model.clusters.map(\.id)
      return try ClusterDescription(definitions: definitions, points: points).rule(
        for: Self.index(of: id, in: ids), labels: labels, ids: ids, maximumDepth: maximumDepth,
        threadCount: workspace.workers)
    }
  }

  private static func index(of id: Int, in ids: [Int]) throws -> Int {
    guard let index = ids.firstIndex(of: id) else { throw HabitusError.unknownCluster(id, known: ids.sorted()) }
    return index
  }
}
