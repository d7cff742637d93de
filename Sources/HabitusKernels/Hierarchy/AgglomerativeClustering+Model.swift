extension AgglomerativeClustering {
  /// A tree of clusters.
  ///
  /// Invariants: `merges` has one element fewer than there are samples, by rising height; the last has size
  /// `sampleCount`.
  public struct Model: Hashable, Sendable, Codable {
    /// Two clusters that join. Clusters below `sampleCount` are the samples; cluster `sampleCount` + *i* is what merge
    /// *i* made (scipy's convention).
    public struct Merge: Hashable, Sendable, Codable {
      /// The cluster with the lower number.
      public let first: Int
      /// The cluster with the higher number.
      public let second: Int
      /// How far they are from each other, in the units of the points; see ``Linkage``.
      public let height: Double
      /// How many samples they have together.
      public let size: Int
    }

    /// How many samples were joined, at least 1.
    public let sampleCount: Int
    /// All joins, by rising height, of equals in the order in which they were found.
    public let merges: [Merge]

    /// Labels that part the samples into this many clusters, by undoing the last joins.
    ///
    /// Clusters are numbered by falling size, of equals by their first sample. O(*n* log *n*).
    ///
    /// - Throws: ``KernelError/clusterCount(requested:sampleCount:)`` unless 1 ≤ `clusterCount` ≤ `sampleCount`.
    public func labels(clusterCount: Int) throws(KernelError) -> [ClusterLabel] {
      guard clusterCount >= 1, clusterCount <= sampleCount else {
        throw .clusterCount(requested: clusterCount, sampleCount: sampleCount)
      }
      return labels(after: sampleCount - clusterCount)
    }

    /// Labels of the clusters that joins up to this height, inclusive, make; numbered as in ``labels(clusterCount:)``.
    ///
    /// Below 0, and for NaN, every sample is alone. O(*n* log *n*).
    public func labels(cutAt height: Double) -> [ClusterLabel] {
      labels(after: merges.prefix { $0.height <= height }.count)
    }

    private func labels(after mergeCount: Int) -> [ClusterLabel] {
      var roots = Array(0..<sampleCount + mergeCount)
      for index in (0..<mergeCount).reversed() {
        roots[merges[index].first] = roots[sampleCount + index]
        roots[merges[index].second] = roots[sampleCount + index]
      }
      var sizes: [Int: (size: Int, first: Int)] = [:]
      for sample in 0..<sampleCount { sizes[roots[sample], default: (0, sample)].size += 1 }
      let order = sizes.sorted { ($1.value.size, $0.value.first) < ($0.value.size, $1.value.first) }
      var numbers = Array(repeating: 0, count: roots.count)
      for (number, cluster) in order.enumerated() { numbers[cluster.key] = number }
      return (0..<sampleCount).map { ClusterLabel(numbers[roots[$0]]) }
    }
  }
}

extension AgglomerativeClustering.Model {
  /// Orders joins by height, and numbers the clusters that they make.
  init(_ joins: [AgglomerativeClustering.Plan.Join], sampleCount: Int) {
    let order = joins.indices.sorted { (joins[$0].height, $0) < (joins[$1].height, $1) }
    var parents = Array(0..<2 * sampleCount - 1)
    var sizes = Array(repeating: 1, count: 2 * sampleCount - 1)
    func root(of sample: Int) -> Int {
      var root = sample
      while parents[root] != root {
        parents[root] = parents[parents[root]]
        root = parents[root]
      }
      return root
    }
    merges = order.enumerated().map { index, place in
      let join = joins[place]
      let (one, other) = (root(of: join.first), root(of: join.second))
      let cluster = sampleCount + index
      (parents[one], parents[other]) = (cluster, cluster)
      sizes[cluster] = sizes[one] + sizes[other]
      return Merge(first: min(one, other), second: max(one, other), height: join.height, size: sizes[cluster])
    }
    self.sampleCount = sampleCount
  }
}
