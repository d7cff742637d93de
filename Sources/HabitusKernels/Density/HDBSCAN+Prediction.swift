extension HDBSCAN.Model {
  /// Where a point would fall in a clustering.
  public struct Membership: Hashable, Sendable {
    /// Label of the cluster, or noise.
    public let label: ClusterLabel
    /// How strongly the point belongs to it, 0…1; 0 for noise.
    public let probability: Double
  }

  /// Classifies points with a model, whose points it has prepared for searches.
  public struct Classifier: Sendable {
    private let neighbors: NearestNeighbors
    private let coreDistances: [Double]
    private let tree: CondensedTree?
    private let memberships: Memberships?
    private let sampleCount: Int

    init(_ model: HDBSCAN.Model) {
      neighbors = NearestNeighbors(checked: model.points)
      coreDistances = model.coreDistances
      tree = model.condensedTree
      memberships = model.condensedTree.map {
        Memberships($0, chosen: model.chosenClusters, epsilon: model.parameters.epsilon)
      }
      sampleCount = min(model.parameters.minimumSampleCount, max(1, model.points.rowCount - 1))
    }

    /// Labels and probabilities of points, as if each were added alone and changed nothing; points fitted to get
    /// exactly those of the fit.
    ///
    /// The point joins the tree where it reaches first, by mutual reachability distance, one of its 2 ·
    /// `minimumSampleCount` nearest points fitted to, and leaves no later than that. Its core distance is that of the
    /// nearest after the first `minimumSampleCount`, the first of which stands for the point itself if it is one of
    /// those fitted to. As `approximate_predict` of the package hdbscan, save that that one lets points leave later
    /// than the one reached, and uses other core distances here than in its fit. O(log *n*) a point as a rule.
    ///
    /// - Throws: ``KernelError``: `columnCount` if the number of columns differs, `notFinite` for a value that is NaN,
    ///   infinite or above 1e150 in size.
    public func memberships(of points: Matrix, threadCount: Int? = nil) throws(KernelError) -> [Membership] {
      let near = try neighbors.neighbors(of: points, count: 2 * sampleCount, threadCount: threadCount)
      guard let tree, let memberships else {
        return Array(repeating: Membership(label: .noise, probability: 0), count: points.rowCount)
      }
      return (0..<points.rowCount).map { query in
        let (rows, distances) = (Array(near.rows(of: query)), Array(near.distances(of: query)))
        let core = distances[min(sampleCount, distances.count - 1)]
        let reached = rows.indices.map { max(core, distances[$0], coreDistances[Int(rows[$0])]) }
        let first = reached.indices.min { reached[$0] < reached[$1] } ?? 0
        let row = Int(rows[first])
        let arrival = reached[first] > 0 ? 1 / reached[first] : tree.maximumDensity
        let density = min(arrival, tree.departureDensities[row])
        var cluster = tree.lastClusters[row]
        while density < tree.departureDensities[row], let parent = tree.clusters[cluster].parent,
          tree.clusters[cluster].birthDensity >= density
        {
          cluster = parent
        }
        let membership = memberships.membership(of: cluster, density: density)
        return Membership(label: ClusterLabel(rawValue: membership.owner), probability: membership.probability)
      }
    }
  }

  /// Prepares to classify points; worth keeping for many calls. O(*n* log *n*).
  public func classifier() -> Classifier { Classifier(self) }

  /// Labels for points, fitted to or new; see ``Classifier/memberships(of:threadCount:)``.
  public func predict(_ points: Matrix, threadCount: Int? = nil) throws(KernelError) -> [ClusterLabel] {
    try classifier().memberships(of: points, threadCount: threadCount).map(\.label)
  }
}
