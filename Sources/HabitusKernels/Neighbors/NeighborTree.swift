internal import CKernels

/// A balanced k-d tree for exact searches by Euclidean distance.
///
/// Bentley, "Multidimensional binary search trees used for associative searching", Commun. ACM 18 (1975); cut at the
/// median of the column whose values spread most, with boxes around the points of every node. The points of a leaf
/// stand eight abreast, so that one pass gives eight distances. With a single leaf it is a search by brute force.
///
/// The "place" of a point is its position in the order of the leaves. Equal values are cut by row, so that of identical
/// points those with low rows come first, and a search for the nearest with the lowest rows need not see them all.
struct NeighborTree: Sendable {
  /// Number of points.
  let rowCount: Int
  /// Number of columns, at least 1: points without columns get one of zeros.
  let dimension: Int
  /// Places in a leaf, a multiple of 8.
  let leafLength: Int
  /// Rows by place, then `Int32.max` up to a multiple of 8.
  let rows: [Int32]
  /// Places by row.
  let places: [Int32]
  /// The nodes in preorder.
  let nodes: [habitus_tree_node]
  private let lanes: [Double]
  private let boxes: [Double]

  /// Number of places, a multiple of 8.
  var placeCount: Int { rows.count }

  /// Builds a tree. O(*n* log *n* · columns).
  ///
  /// - Precondition: there is a point, fewer than 2³¹ − 8, and values are finite and at most 1e150 in size.
  init(_ points: Matrix, leafLength: Int = 32) {
    precondition(points.rowCount > 0 && points.rowCount < Int(Int32.max) - 8, "a tree holds 1 to 2³¹ − 9 points")
    precondition(leafLength > 0 && leafLength % 8 == 0, "leaves hold blocks of eight")
    let hasColumns = points.columnCount > 0
    let values = hasColumns ? points.values : Array(repeating: 0, count: points.rowCount)
    rowCount = points.rowCount
    dimension = max(1, points.columnCount)
    self.leafLength = leafLength
    var builder = NeighborTreeBuilder(
      values: values, rowCount: points.rowCount, dimension: dimension, leafLength: leafLength)
    builder.build()
    let placeCount = (points.rowCount + 7) / 8 * 8
    var lanes = Array(repeating: Double.infinity, count: placeCount * dimension)
    var places = Array(repeating: Int32(0), count: points.rowCount)
    for (place, row) in builder.order.enumerated() {
      places[Int(row)] = Int32(truncatingIfNeeded: place)
      let first = place / 8 * dimension * 8 + place % 8
      for column in 0..<dimension { lanes[first + column * 8] = values[Int(row) * dimension + column] }
    }
    rows = builder.order + Array(repeating: Int32.max, count: placeCount - points.rowCount)
    nodes = builder.nodes
    boxes = builder.boxes
    self.lanes = lanes
    self.places = places
  }

  /// Lends the tree to the inner loops.
  func withKernelTree<Result>(_ body: (UnsafePointer<habitus_neighbor_tree>) -> Result) -> Result {
    lanes.withUnsafeBufferPointer { lanes in
      boxes.withUnsafeBufferPointer { boxes in
        nodes.withUnsafeBufferPointer { nodes in
          rows.withUnsafeBufferPointer { rows in
            var tree = habitus_neighbor_tree(
              dimension: dimension, leaf_length: leafLength, place_count: rows.count, lanes: lanes.baseAddress,
              boxes: boxes.baseAddress, nodes: nodes.baseAddress, rows: rows.baseAddress)
            return withUnsafePointer(to: &tree, body)
          }
        }
      }
    }
  }

  /// For every node the lowest value in it of `values`, which has one a place. O(*n*).
  func lowest(of values: [Double]) -> [Double] {
    var lowest = Array(repeating: Double.infinity, count: nodes.count)
    for node in nodes.indices.reversed() {
      if nodes[node].second_child == 0 {
        for place in placesOfLeaf(Int(nodes[node].leaf)) { lowest[node] = min(lowest[node], values[place]) }
      } else {
        lowest[node] = min(lowest[node + 1], lowest[Int(nodes[node].second_child)])
      }
    }
    return lowest
  }

  /// For every node the one value that all its points have in `values`, which has one a place, or −1. O(*n*).
  func common(of values: [Int32]) -> [Int32] {
    var common = Array(repeating: Int32(-1), count: nodes.count)
    for node in nodes.indices.reversed() {
      if nodes[node].second_child == 0 {
        let places = placesOfLeaf(Int(nodes[node].leaf))
        let first = values[places.lowerBound]
        if places.allSatisfy({ values[$0] == first }) { common[node] = first }
      } else if common[node + 1] == common[Int(nodes[node].second_child)] {
        common[node] = common[node + 1]
      }
    }
    return common
  }

  /// The places of a leaf that hold points.
  func placesOfLeaf(_ leaf: Int) -> Range<Int> {
    leaf * leafLength..<min(rowCount, (leaf + 1) * leafLength)
  }

  /// The coordinates of the point at a place, written to `point`.
  func copyPoint(at place: Int, to point: UnsafeMutableBufferPointer<Double>) {
    let first = place / 8 * dimension * 8 + place % 8
    for column in 0..<dimension { point[column] = lanes[first + column * 8] }
  }
}
