extension HDBSCAN.Plan {
  /// Clusters the points. The result does not depend on `threadCount` (`nil`: one a processor).
  ///
  /// As a rule O(*n* log *n*) in few columns, O(*n*² · columns) at worst; O(*n* · `minimumSampleCount`) memory.
  /// `checkpoint` is called after every round of Borůvka's algorithm with the number of points linked.
  public func fit(
    threadCount: Int? = nil, checkpoint: Checkpoint
  ) throws(CancellationError) -> HDBSCAN.Model {
    guard points.rowCount >= parameters.minimumClusterSize else {
      return HDBSCAN.Model(withoutClusters: points, parameters: parameters)
    }
    // A tree in many columns too: what is linked already is passed over by whole nodes.
    let tree = NeighborTree(points)
    let cores = CoreDistances(
      tree, neighborCount: min(parameters.minimumSampleCount, points.rowCount - 1), threadCount: threadCount)
    let spanningTree = try SpanningTree(tree, cores, threadCount: threadCount, checkpoint: checkpoint)
    let condensed = CondensedTree(
      SingleLinkageTree(spanningTree), minimumClusterSize: parameters.minimumClusterSize)
    let selection = ClusterSelection(
      from: condensed, by: parameters.selection, allowsSingleCluster: parameters.allowsSingleCluster,
      epsilon: parameters.epsilon)
    let coreDistances = tree.places.map { cores.squared[Int($0)].squareRoot() }
    return HDBSCAN.Model(
      points: points, parameters: parameters, coreDistances: coreDistances, tree: condensed,
      chosen: selection.chosen)
  }

  /// ``fit(threadCount:checkpoint:)`` without checkpoints.
  public func fit(threadCount: Int? = nil) -> HDBSCAN.Model {
    do {
      return try fit(threadCount: threadCount) { (_) throws(CancellationError) in }
    } catch {
      preconditionFailure("a fit without checkpoints is never cancelled")
    }
  }
}
