/// The clusters of all densities that have a least size, and where every point leaves them.
///
/// Density is 1 / distance, the λ of Campello, Moulavi and Sander (2013). As density rises from 0, cluster 0 (all
/// points) loses points one by one or a few at a time; where it falls into two or more parts of the least size, it ends
/// and they begin. Merges at equal distances are undone together, as in the paper, so that the tree is a matter of the
/// points alone; packages that undo them one by one may put points at such a distance elsewhere.
///
/// A distance of 0, between identical points, counts as the smallest above 0 (1 if there is none), so that densities
/// are finite.
public struct CondensedTree: Hashable, Sendable, Codable {
  /// A set of points that stays together over a range of densities.
  public struct Cluster: Hashable, Sendable, Codable {
    /// The cluster it is a part of; `nil` for the one that holds all points.
    public let parent: Int?
    /// The density above which it is on its own; 0 for the cluster of all points.
    public let birthDensity: Double
    /// Number of points at that density.
    public let size: Int
  }

  /// Parents come before their parts, and parts of one parent by their lowest rows.
  public private(set) var clusters: [Cluster]
  /// For every point the last cluster it is in.
  public private(set) var lastClusters: [Int]
  /// For every point the density up to which it is there.
  public private(set) var departureDensities: [Double]
  /// The density that stands for a distance of 0.
  public let maximumDensity: Double

  /// O(*n* log *n*).
  init(_ linkage: SingleLinkageTree, minimumClusterSize: Int) {
    let smallest = linkage.merges.first { $0.distance > 0 }?.distance ?? 1
    maximumDensity = 1 / smallest
    clusters = [Cluster(parent: nil, birthDensity: 0, size: linkage.pointCount)]
    lastClusters = Array(repeating: 0, count: linkage.pointCount)
    departureDensities = Array(repeating: 0, count: linkage.pointCount)
    // A part, and the cluster it is in or the parent of the one that it is to become.
    var waiting = [(part: linkage.root, cluster: 0, birthDensity: Double?.none)]
    while let (part, parent, birthDensity) = waiting.popLast() {
      var cluster = parent
      if let birthDensity {
        cluster = clusters.count
        clusters.append(Cluster(parent: parent, birthDensity: birthDensity, size: linkage.size(of: part)))
      }
      let density = 1 / max(smallest, linkage.merges[part - linkage.pointCount].distance)
      let pieces = linkage.pieces(of: part)
      let large = pieces.filter { linkage.size(of: $0) >= minimumClusterSize }
      for piece in pieces where linkage.size(of: piece) < minimumClusterSize {
        linkage.forEachRow(in: piece) { row in
          lastClusters[row] = cluster
          departureDensities[row] = density
        }
      }
      // The last to be put here is the first to be taken out and numbered.
      for piece in large.sorted(by: { linkage.lowestRow(of: $0) > linkage.lowestRow(of: $1) }) {
        waiting.append((piece, cluster, large.count > 1 ? density : nil))
      }
    }
  }

  /// For every cluster the largest density at which a point or a part leaves it.
  var deathDensities: [Double] {
    var deaths = Array(repeating: 0.0, count: clusters.count)
    for (cluster, density) in zip(lastClusters, departureDensities) { deaths[cluster] = max(deaths[cluster], density) }
    for cluster in clusters {
      if let parent = cluster.parent { deaths[parent] = max(deaths[parent], cluster.birthDensity) }
    }
    return deaths
  }

  /// For every cluster its excess of mass: over all its points, the range of densities at which they are in it.
  var stabilities: [Double] {
    var stabilities = Array(repeating: 0.0, count: clusters.count)
    for (cluster, density) in zip(lastClusters, departureDensities) {
      stabilities[cluster] += density - clusters[cluster].birthDensity
    }
    for cluster in clusters {
      guard let parent = cluster.parent else { continue }
      stabilities[parent] += (cluster.birthDensity - clusters[parent].birthDensity) * Double(cluster.size)
    }
    return stabilities
  }
}
