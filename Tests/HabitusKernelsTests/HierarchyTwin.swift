import HabitusKernels

/// The condensed tree by its definition: what falls apart when all pairs at the largest distance that holds a set
/// together are taken out. O(n³) and more.
struct HierarchyTwin {
  private(set) var parents: [Int?] = [nil]
  private(set) var births: [Double] = [0]
  private(set) var sizes: [Int] = []
  private(set) var lastClusters: [Int]
  private(set) var departures: [Double]
  private let distances: [[Double]]
  private let minimumClusterSize: Int
  private var smallest = 1.0

  init(_ points: Matrix, _ parameters: HDBSCAN) {
    let rows = 0..<points.rowCount
    let plain = rows.map { first in rows.map { squaredDistance(points, first, $0).squareRoot() } }
    let cores = rows.map { row in
      rows.filter { $0 != row }.map { plain[row][$0] }.sorted()[
        min(parameters.minimumSampleCount, points.rowCount - 1) - 1]
    }
    distances = rows.map { first in rows.map { max(plain[first][$0], cores[first], cores[$0]) } }
    minimumClusterSize = parameters.minimumClusterSize
    sizes = [points.rowCount]
    lastClusters = Array(repeating: -1, count: points.rowCount)
    departures = Array(repeating: 0, count: points.rowCount)
    smallest = linkDistances(of: Array(rows)).filter { $0 > 0 }.min() ?? 1
    divide(Array(rows), in: 0)
  }

  func stability(of cluster: Int) -> Double {
    var sum = 0.0
    for (last, departure) in zip(lastClusters, departures) where last == cluster { sum += departure - births[cluster] }
    for (index, parent) in parents.enumerated() where parent == cluster {
      sum += (births[index] - births[cluster]) * Double(sizes[index])
    }
    return sum
  }

  func bestTotalStability(allowsRoot: Bool) -> Double {
    func best(_ cluster: Int) -> Double {
      let parts = parents.indices.filter { parents[$0] == cluster }.reduce(0) { $0 + best($1) }
      return cluster > 0 || allowsRoot ? max(parts, stability(of: cluster)) : parts
    }
    return best(0)
  }

  private mutating func divide(_ rows: [Int], in cluster: Int) {
    let longest = linkDistances(of: rows).max() ?? 0
    let density = 1 / max(longest, smallest)
    let pieces = components(of: rows, below: longest)
    let large = pieces.filter { $0.count >= minimumClusterSize }
    for row in pieces.filter({ $0.count < minimumClusterSize }).joined() {
      lastClusters[row] = cluster
      departures[row] = density
    }
    for piece in large {
      if large.count == 1 {
        divide(piece, in: cluster)
      } else {
        parents.append(cluster)
        births.append(density)
        sizes.append(piece.count)
        divide(piece, in: parents.count - 1)
      }
    }
  }

  /// Lengths of the edges of a minimum spanning tree, by Prim's algorithm.
  private func linkDistances(of rows: [Int]) -> [Double] {
    var nearest = Dictionary(uniqueKeysWithValues: rows.dropFirst().map { ($0, distances[rows[0]][$0]) })
    var lengths: [Double] = []
    while let next = nearest.min(by: { $0.value < $1.value }) {
      nearest[next.key] = nil
      lengths.append(next.value)
      for row in nearest.keys { nearest[row] = min(nearest[row] ?? .infinity, distances[next.key][row]) }
    }
    return lengths
  }

  /// What chains of pairs below a distance connect, by lowest row.
  private func components(of rows: [Int], below limit: Double) -> [[Int]] {
    var remaining = rows
    var found: [[Int]] = []
    while let start = remaining.first {
      var component = [start]
      remaining.removeFirst()
      var index = 0
      while index < component.count {
        let near = remaining.filter { distances[component[index]][$0] < limit }
        component.append(contentsOf: near)
        remaining.removeAll { distances[component[index]][$0] < limit }
        index += 1
      }
      found.append(component.sorted())
    }
    return found
  }
}
