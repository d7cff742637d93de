internal import CKernels

extension NeighborTree {
  /// Calls `body` with the place and the squared distance of every point within the squared radius of `point`.
  ///
  /// - Parameters:
  ///   - point: one value a column, none if the points have no columns.
  ///   - squaredRadius: finite.
  ///   - skips: whether a node, by its number, need not be looked at.
  func forEachPlace(
    within squaredRadius: Double, of point: [Double], skipping skips: (Int) -> Bool = { _ in false },
    _ body: (_ place: Int, _ squaredDistance: Double) -> Void
  ) {
    let query = point.isEmpty ? [0] : point
    withKernelTree { tree in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: min(leafLength, placeCount)) { distances in
        var waiting = [0]
        while let node = waiting.popLast() {
          guard !skips(node), habitus_box_distance(tree, query, node) <= squaredRadius else { continue }
          let second = Int(nodes[node].second_child)
          guard second == 0 else {
            waiting.append(second)
            waiting.append(node + 1)
            continue
          }
          let places = placesOfLeaf(Int(nodes[node].leaf))
          habitus_leaf_distances(tree, query, Int(nodes[node].leaf), distances.baseAddress)
          for place in places where distances[place - places.lowerBound] <= squaredRadius {
            body(place, distances[place - places.lowerBound])
          }
        }
      }
    }
  }
}
