/// Every point's distance from its `neighborCount`-th nearest other point, and the neighbors up to there.
///
/// The core distance of Campello, Moulavi and Sander (PAKDD 2013), whose m_pts counts the point itself and so is
/// `neighborCount` + 1; as min_samples of the packages hdbscan and fast_hdbscan.
struct CoreDistances: Sendable {
  /// Squared core distances by place, ∞ at places without a point.
  let squared: [Double]
  /// The neighbors' places, `neighborCount` of them a place.
  let neighbors: [Int32]
  /// Neighbors of every point.
  let neighborCount: Int

  /// - Precondition: `neighborCount` is at least 1 and less than the number of points.
  init(_ tree: NeighborTree, neighborCount: Int, threadCount: Int?) {
    let lists = tree.nearestOfAll(
      count: neighborCount, includesSelf: false, breaksTies: false, threadCount: threadCount)
    var squared = Array(repeating: Double.infinity, count: tree.placeCount)
    for place in 0..<tree.rowCount { squared[place] = lists.squaredDistances[(place + 1) * neighborCount - 1] }
    self.squared = squared
    neighbors = lists.places
    self.neighborCount = neighborCount
  }
}
