extension HDBSCAN {
  /// What HDBSCAN learned, with the points it needs to classify others.
  ///
  /// Invariants: every label below `clusterCount` has a point; `probabilities` are 0 for noise and above it for others;
  /// `outlierScores` are at least 0 and below 1.
  public struct Model: ClusteringModel, Hashable {
    /// The parameters of the fit.
    public let parameters: HDBSCAN
    /// The points fitted to.
    public let points: Matrix
    /// For every point its distance from its `minimumSampleCount`-th nearest other; empty with too few points.
    public let coreDistances: [Double]
    /// The clusters of all densities; `nil` with too few points.
    public let condensedTree: CondensedTree?
    /// For every cluster its number in the condensed tree.
    public let chosenClusters: [Int]
    /// One label a point.
    public let labels: [ClusterLabel]
    /// For every point how strongly it belongs to its cluster: the density at which it leaves it, as a share of that at
    /// which the last leave. 0 for noise.
    public let probabilities: [Double]
    /// For every point how much sparser it is than the densest place near, 0…1 (GLOSH, see
    /// ``CondensedTree/outlierScores``); 0 with too few points. High for points that fit nowhere.
    public let outlierScores: [Double]
    /// For every cluster its excess of mass over its points and the largest density of all, 0…1
    /// (cluster_persistence_ of the package hdbscan). Larger is more stable.
    public let persistences: [Double]
    /// What a reader of the model should know.
    public let diagnostics: [Diagnostic]

    /// Number of clusters; noise is none.
    public var clusterCount: Int { chosenClusters.count }

    /// Something worth knowing about a fit that still has an answer.
    public enum Diagnostic: Hashable, Sendable, Codable {
      /// There are fewer points than a cluster must have; all are noise.
      case fewerPointsThanCluster(minimumClusterSize: Int, found: Int)
      /// There are not as many other points as were to be near; all others were taken.
      case fewerOthersThanSamples(requested: Int, found: Int)
    }

    /// A model of points that are too few for a cluster.
    init(withoutClusters points: Matrix, parameters: HDBSCAN) {
      self.parameters = parameters
      self.points = points
      coreDistances = []
      condensedTree = nil
      chosenClusters = []
      labels = Array(repeating: .noise, count: points.rowCount)
      probabilities = Array(repeating: 0, count: points.rowCount)
      outlierScores = Array(repeating: 0, count: points.rowCount)
      persistences = []
      diagnostics = [
        .fewerPointsThanCluster(minimumClusterSize: parameters.minimumClusterSize, found: points.rowCount)
      ]
    }

    /// Makes labels and scores from the clusters chosen in a tree.
    init(points: Matrix, parameters: HDBSCAN, coreDistances: [Double], tree: CondensedTree, chosen: [Int]) {
      let unordered = Memberships(tree, chosen: chosen, epsilon: parameters.epsilon)
      var sizes = Array(repeating: 0, count: chosen.count)
      var lowestRows = Array(repeating: Int.max, count: chosen.count)
      for row in 0..<points.rowCount {
        let owner = Int(
          unordered.membership(of: tree.lastClusters[row], density: tree.departureDensities[row]).owner)
        guard owner >= 0 else { continue }
        sizes[owner] += 1
        lowestRows[owner] = min(lowestRows[owner], row)
      }
      let order = chosen.indices.sorted { (-sizes[$0], lowestRows[$0]) < (-sizes[$1], lowestRows[$1]) }
      let chosen = order.map { chosen[$0] }
      let memberships = Memberships(tree, chosen: chosen, epsilon: parameters.epsilon)
      let found = (0..<points.rowCount).map {
        memberships.membership(of: tree.lastClusters[$0], density: tree.departureDensities[$0])
      }
      let stabilities = tree.stabilities
      let largest = tree.deathDensities.max() ?? 0
      self.parameters = parameters
      self.points = points
      self.coreDistances = coreDistances
      condensedTree = tree
      chosenClusters = chosen
      labels = found.map { ClusterLabel(rawValue: $0.owner) }
      probabilities = found.map(\.probability)
      outlierScores = tree.outlierScores
      persistences = zip(chosen, order).map { stabilities[$0] / (Double(sizes[$1]) * largest) }
      let requested = parameters.minimumSampleCount
      diagnostics =
        requested < points.rowCount
        ? [] : [.fewerOthersThanSamples(requested: requested, found: points.rowCount - 1)]
    }
  }
}

extension HDBSCAN.Model: Codable {
  private enum CodingKeys: String, CodingKey { case parameters, points, coreDistances, condensedTree, chosenClusters }

  /// Writes what labels and scores follow from.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(parameters, forKey: .parameters)
    try container.encode(points, forKey: .points)
    try container.encode(coreDistances, forKey: .coreDistances)
    try container.encodeIfPresent(condensedTree, forKey: .condensedTree)
    try container.encode(chosenClusters, forKey: .chosenClusters)
  }

  /// Reads a model, and refuses one whose parts do not fit together.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let parameters = try container.decode(HDBSCAN.self, forKey: .parameters)
    let points = try container.decode(Matrix.self, forKey: .points)
    let coreDistances = try container.decode([Double].self, forKey: .coreDistances)
    let chosen = try container.decode([Int].self, forKey: .chosenClusters)
    guard (try? parameters.validated(for: points)) != nil else {
      throw DecodingError.dataCorruptedError(
        forKey: .points, in: container, debugDescription: "the points are not those of a fit with the parameters")
    }
    guard let tree = try container.decodeIfPresent(CondensedTree.self, forKey: .condensedTree) else {
      self.init(withoutClusters: points, parameters: parameters)
      return
    }
    let isSound =
      coreDistances.count == points.rowCount && tree.isSound(pointCount: points.rowCount)
      && chosen.allSatisfy(tree.clusters.indices.contains)
    guard isSound else {
      throw DecodingError.dataCorruptedError(
        forKey: .condensedTree, in: container, debugDescription: "the parts of the model do not fit together")
    }
    self.init(
      points: points, parameters: parameters, coreDistances: coreDistances, tree: tree, chosen: chosen)
  }
}

extension CondensedTree {
  /// Whether every number in it means something for `pointCount` points.
  func isSound(pointCount: Int) -> Bool {
    lastClusters.count == pointCount && departureDensities.count == pointCount
      && lastClusters.allSatisfy(clusters.indices.contains)
      && clusters.enumerated().allSatisfy { index, cluster in
        cluster.parent.map { $0 >= 0 && $0 < index } ?? (index == 0)
      }
  }
}
