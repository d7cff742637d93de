/// The widest division of a partition into two sides, seen from where it shows best: along the direction that tells the
/// two sides apart.
///
/// Where points come from one distribution with a single mode (more exactly a log-concave one), every projection of all
/// of them has a single mode, too, wherever a clustering has cut. So ``DipTest`` on the projection tells groups from
/// cuts.
struct ClusterDivision: Sendable {
  /// One value a point, along Fisher's discriminant of the two sides.
  let projection: [Double]

  /// Divides the clusters of a labeling into the two sides that Ward's criterion would join last.
  ///
  /// O(rows · columns² + clusters³ · columns).
  ///
  /// - Precondition: a label a row, at least two clusters have members; noise takes no part in finding the direction.
  init(_ labels: [ClusterLabel], in points: Matrix) {
    let moments = GroupMoments(labels, in: points)
    let side = Self.lastSide(means: moments.means, sizes: moments.sizes)
    var difference = Array(repeating: 0.0, count: points.columnCount)
    for inSide in [true, false] {
      let clusters = moments.sizes.indices.filter { side.contains($0) == inSide }
      let size = clusters.reduce(0) { $0 + Double(moments.sizes[$1]) }
      for cluster in clusters {
        let weight = Double(moments.sizes[cluster]) / size * (inSide ? 1 : -1)
        for column in difference.indices { difference[column] += weight * moments.means[cluster][column] }
      }
    }
    let direction = moments.discriminant(along: difference)
    projection = (0..<points.rowCount).map { row in
      zip(points.row(row), direction).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  /// √n · dip of every pair of clusters, on the projection of the pair's members along its own discriminant.
  ///
  /// O(rows · columns · clusters).
  static func pairwiseDips(_ labels: [ClusterLabel], in points: Matrix) -> [DipTest] {
    let moments = GroupMoments(labels, in: points)
    var members = Array(repeating: [Int](), count: moments.sizes.count)
    for (row, label) in labels.enumerated() { if let index = label.index { members[index].append(row) } }
    var dips: [DipTest] = []
    for first in members.indices {
      for second in members.indices where second > first && !members[first].isEmpty && !members[second].isEmpty {
        let difference = zip(moments.means[first], moments.means[second]).map { $0 - $1 }
        let direction = moments.discriminant(along: difference)
        let projection = (members[first] + members[second]).map { row in
          zip(points.row(row), direction).reduce(0) { $0 + $1.0 * $1.1 }
        }
        dips.append(DipTest(of: projection))
      }
    }
    return dips
  }

  /// The clusters on one side of the last join by Ward's criterion.
  private static func lastSide(means: [[Double]], sizes: [Int]) -> Set<Int> {
    var groups = sizes.indices.filter { sizes[$0] > 0 }.map {
      (clusters: Set([$0]), mean: means[$0], size: Double(sizes[$0]))
    }
    while groups.count > 2 {
      var best = (cost: Double.infinity, first: 0, second: 1)
      for first in groups.indices {
        for second in groups.indices where second > first {
          let (a, b) = (groups[first], groups[second])
          let distance = zip(a.mean, b.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
          let cost = a.size * b.size / (a.size + b.size) * distance
          if cost < best.cost { best = (cost, first, second) }
        }
      }
      let (a, b) = (groups[best.first], groups.remove(at: best.second))
      let size = a.size + b.size
      groups[best.first] = (
        a.clusters.union(b.clusters), zip(a.mean, b.mean).map { ($0 * a.size + $1 * b.size) / size }, size
      )
    }
    return groups[0].clusters
  }
}

/// Sizes and means of clusters, and their common covariance.
private struct GroupMoments {
  private(set) var sizes: [Int]
  private(set) var means: [[Double]]
  private let within: CholeskyDecomposition?

  /// A share of the mean variance that is added to every column's, so that the covariance can be inverted and a
  /// direction does not follow the accidents of few points.
  private static let ridge = 0.1

  init(_ labels: [ClusterLabel], in points: Matrix) {
    let dimension = points.columnCount
    let count = (labels.lazy.compactMap(\.index).max() ?? -1) + 1
    var sizes = Array(repeating: 0, count: count)
    var means = Array(repeating: Array(repeating: 0.0, count: dimension), count: count)
    for (row, label) in labels.enumerated() {
      guard let index = label.index else { continue }
      sizes[index] += 1
      for (column, value) in points.row(row).enumerated() { means[index][column] += value }
    }
    for index in means.indices where sizes[index] > 0 {
      for column in 0..<dimension { means[index][column] /= Double(sizes[index]) }
    }
    var deviations: [Double] = []
    deviations.reserveCapacity(points.values.count)
    for (row, label) in labels.enumerated() {
      guard let index = label.index else { continue }
      deviations.append(contentsOf: zip(points.row(row), means[index]).map { $0 - $1 })
    }
    let total = Double(sizes.reduce(0, +))
    var covariance = Array(repeating: 0.0, count: dimension * dimension)
    deviations.withUnsafeBufferPointer { deviations in
      covariance.withUnsafeMutableBufferPointer { covariance in
        guard let deviations = deviations.baseAddress, let covariance = covariance.baseAddress else { return }
        MatrixProduct.addScatter(of: deviations, rowCount: Int(total), columnCount: dimension, to: covariance)
      }
    }
    for row in 0..<dimension {
      for column in row..<dimension {
        covariance[row * dimension + column] /= total
        covariance[column * dimension + row] = covariance[row * dimension + column]
      }
    }
    let trace = (0..<dimension).reduce(0) { $0 + covariance[$1 * dimension + $1] }
    for column in 0..<dimension {
      covariance[column * dimension + column] += Self.ridge * trace / Double(dimension)
    }
    self.sizes = sizes
    self.means = means
    within = CholeskyDecomposition(of: covariance, order: dimension)
  }

  /// Fisher's direction for a difference of means; the difference itself where clusters have no extent.
  func discriminant(along difference: [Double]) -> [Double] { within?.solve(difference) ?? difference }
}
