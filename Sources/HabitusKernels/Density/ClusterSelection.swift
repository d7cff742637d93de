/// Which clusters of a condensed tree make a flat clustering: none of them is a part of another.
struct ClusterSelection {
  /// The chosen clusters, in the order of the tree.
  private(set) var chosen: [Int]

  init(
    from tree: CondensedTree, by selection: HDBSCAN.Selection, allowsSingleCluster: Bool, epsilon: Double
  ) {
    let isCandidate = tree.clusters.indices.map { $0 > 0 || allowsSingleCluster }
    var isChosen =
      switch selection {
      case .excessOfMass: Self.excessOfMass(tree, isCandidate)
      case .leaf: Self.leaves(tree, isCandidate)
      }
    if epsilon > 0 { isChosen = Self.merged(isChosen, in: tree, epsilon, isCandidate) }
    chosen = isChosen.indices.filter { isChosen[$0] }
  }

  /// The choice of largest total stability; of a cluster and parts that are as stable together, the cluster.
  ///
  /// Campello, Moulavi and Sander, PAKDD 2013, section 5.
  private static func excessOfMass(_ tree: CondensedTree, _ isCandidate: [Bool]) -> [Bool] {
    let stabilities = tree.stabilities
    var best = Array(repeating: 0.0, count: tree.clusters.count)
    var isBetterThanParts = isCandidate
    for index in tree.clusters.indices.reversed() {
      // Parts come later, so `best` holds the sum of theirs.
      if isCandidate[index], best[index] <= stabilities[index] {
        best[index] = stabilities[index]
      } else {
        isBetterThanParts[index] = false
      }
      if let parent = tree.clusters[index].parent { best[parent] += best[index] }
    }
    return outermost(isBetterThanParts, in: tree)
  }

  private static func leaves(_ tree: CondensedTree, _ isCandidate: [Bool]) -> [Bool] {
    var isLeaf = isCandidate
    for cluster in tree.clusters {
      if let parent = cluster.parent { isLeaf[parent] = false }
    }
    return isLeaf
  }

  /// Instead of clusters born at a distance below `epsilon` the smallest around them born at no less.
  ///
  /// Malzer and Baum, "A hybrid approach to hierarchical density-based cluster selection", MFI 2020.
  private static func merged(
    _ isChosen: [Bool], in tree: CondensedTree, _ epsilon: Double, _ isCandidate: [Bool]
  ) -> [Bool] {
    var isMerged = Array(repeating: false, count: isChosen.count)
    for index in isChosen.indices where isChosen[index] {
      var cluster = index
      while tree.clusters[cluster].birthDensity * epsilon > 1, let parent = tree.clusters[cluster].parent,
        isCandidate[parent]
      {
        cluster = parent
      }
      isMerged[cluster] = true
    }
    return outermost(isMerged, in: tree)
  }

  /// Drops clusters that are parts of others.
  private static func outermost(_ isChosen: [Bool], in tree: CondensedTree) -> [Bool] {
    var isInside = Array(repeating: false, count: isChosen.count)
    return tree.clusters.enumerated().map { index, cluster in
      isInside[index] = cluster.parent.map { isInside[$0] || isChosen[$0] } ?? false
      return isChosen[index] && !isInside[index]
    }
  }
}
