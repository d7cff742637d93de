internal import CKernels

/// The core points of DBSCAN, their labels, and searches among them.
struct CorePointIndex: Sendable {
  /// One label a core point, in the order they were given in.
  let labels: [ClusterLabel]
  private let tree: NeighborTree?
  /// By place.
  private let placeLabels: [Int32]
  /// By node the lowest label in it.
  private let lowestLabels: [Int32]

  /// Takes labels that are known.
  init(_ points: Matrix, labels: [ClusterLabel]) {
    self.init(NearestNeighbors(checked: points).tree, labels)
  }

  /// Connects points within the radius of each other; numbers what is connected by its lowest row.
  init(linking points: Matrix, squaredRadius: Double) {
    let tree = NearestNeighbors(checked: points).tree
    self.init(tree, tree.map { Self.linkedLabels($0, squaredRadius) } ?? [])
  }

  private init(_ tree: NeighborTree?, _ labels: [ClusterLabel]) {
    self.tree = tree
    self.labels = labels
    let placeLabels = tree.map { tree in (0..<tree.rowCount).map { labels[Int(tree.rows[$0])].rawValue } } ?? []
    self.placeLabels = placeLabels
    var lowest = Array(repeating: Int32.max, count: tree?.nodes.count ?? 0)
    for node in lowest.indices.reversed() {
      guard let tree else { break }
      let second = Int(tree.nodes[node].second_child)
      lowest[node] =
        second == 0
        ? tree.placesOfLeaf(Int(tree.nodes[node].leaf)).reduce(.max) { min($0, placeLabels[$1]) }
        : min(lowest[node + 1], lowest[second])
    }
    lowestLabels = lowest
  }

  /// For every point the lowest label of a core point within the radius, or noise.
  func nearLabels(of points: Matrix, squaredRadius: Double, threadCount: Int?) -> [ClusterLabel] {
    guard let tree else { return Array(repeating: .noise, count: points.rowCount) }
    let parts = Chunks(rowCount: points.rowCount, minimumLength: 128).map(threadCount: threadCount) { rows in
      rows.map { row in
        var best = Int32.max
        tree.forEachPlace(
          within: squaredRadius, of: Array(points.row(row)), skipping: { lowestLabels[$0] >= best }
        ) { place, _ in best = min(best, placeLabels[place]) }
        return best == .max ? ClusterLabel.noise : ClusterLabel(rawValue: best)
      }
    }
    return Array(parts.joined())
  }

  private static func linkedLabels(_ tree: NeighborTree, _ squaredRadius: Double) -> [ClusterLabel] {
    var sets = linkedSets(tree, squaredRadius)
    var labels: [ClusterLabel] = []
    var labelsOfSets: [Int: ClusterLabel] = [:]
    for place in tree.places {
      let set = sets.find(Int(place))
      let label = labelsOfSets[set] ?? ClusterLabel(labelsOfSets.count)
      labelsOfSets[set] = label
      labels.append(label)
    }
    return labels
  }

  /// The places that chains of points within the radius of each other connect.
  ///
  /// A node whose points are all connected is remembered: others then need one link to it, and its own none.
  private static func linkedSets(_ tree: NeighborTree, _ squaredRadius: Double) -> DisjointSets {
    var sets = DisjointSets(count: tree.rowCount)
    // The first place of a node whose points are all connected, or −1.
    var connected = Array(repeating: -1, count: tree.nodes.count)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: min(tree.leafLength, tree.placeCount)) { distances in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: tree.dimension) { point in
        tree.withKernelTree { kernelTree in
          var waiting: [Int] = []
          for place in 0..<tree.rowCount {
            tree.copyPoint(at: place, to: point)
            waiting.append(0)
            while let node = waiting.popLast() {
              if connected[node] >= 0, sets.find(connected[node]) == sets.find(place) { continue }
              guard habitus_box_distance(kernelTree, point.baseAddress, node) <= squaredRadius else { continue }
              let second = Int(tree.nodes[node].second_child)
              guard second == 0 else {
                if connected[node] < 0, connected[node + 1] >= 0, connected[second] >= 0,
                  sets.find(connected[node + 1]) == sets.find(connected[second])
                {
                  connected[node] = connected[node + 1]
                }
                waiting.append(second)
                waiting.append(node + 1)
                continue
              }
              let leaf = Int(tree.nodes[node].leaf)
              let places = tree.placesOfLeaf(leaf)
              habitus_leaf_distances(kernelTree, point.baseAddress, leaf, distances.baseAddress)
              for other in places where distances[other - places.lowerBound] <= squaredRadius {
                sets.join(place, other)
                if connected[node] >= 0 { break }
              }
              let set = sets.find(places.lowerBound)
              if connected[node] < 0, places.allSatisfy({ sets.find($0) == set }) {
                connected[node] = places.lowerBound
              }
            }
          }
        }
      }
    }
    return sets
  }
}
