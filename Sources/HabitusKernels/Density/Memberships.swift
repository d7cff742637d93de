/// Which of the chosen clusters a point belongs to, and how strongly, given where it leaves the condensed tree.
struct Memberships {
  /// For every cluster of the tree the place, among those chosen, of the one it is or is a part of; −1 without one.
  private let owners: [Int32]
  /// For every chosen cluster the largest density at which anything leaves it.
  private let deathDensities: [Double]
  /// The density that points need to belong to the cluster of all points, if that is chosen.
  private let rootDensity: Double

  init(_ tree: CondensedTree, chosen: [Int], epsilon: Double) {
    var owners = Array(repeating: Int32(-1), count: tree.clusters.count)
    for (place, cluster) in chosen.enumerated() { owners[cluster] = Int32(place) }
    for (index, cluster) in tree.clusters.enumerated() {
      if let parent = cluster.parent, owners[parent] >= 0 { owners[index] = owners[parent] }
    }
    self.owners = owners
    let deaths = tree.deathDensities
    deathDensities = chosen.map { deaths[$0] }
    let splitDensity = tree.clusters.first { $0.parent == 0 }?.birthDensity
    rootDensity = chosen == [0] ? (epsilon > 0 ? 1 / epsilon : splitDensity ?? 0) : 0
  }

  /// The place of the cluster, −1 for noise, and the membership, 0…1.
  func membership(of cluster: Int, density: Double) -> (owner: Int32, probability: Double) {
    let owner = owners[cluster]
    guard owner >= 0, density >= rootDensity else { return (-1, 0) }
    let death = deathDensities[Int(owner)]
    return (owner, death > 0 ? min(density, death) / death : 1)
  }
}
