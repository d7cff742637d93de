/// Clusters in places, of which the nearest can be found and two can be joined.
protocol ChainedClusters {
  /// Number of places, with and without a cluster.
  var placeCount: Int { get }
  /// A sample of the cluster in each place; `nil` where there is none.
  var samples: [Int?] { get }
  /// The place nearest to `place`, of equals `previous`, otherwise the lowest.
  mutating func nearest(to place: Int, previous: Int?) -> (place: Int, distance: Double)
  /// Joins the cluster in place `from` to that in place `into`.
  mutating func join(_ from: Int, into: Int)
  /// The height of a join at this distance.
  func height(_ distance: Double) -> Double
  /// Closes the gaps between clusters, whose order stays; returns every old place's new one.
  mutating func compact() -> [Int]
}

extension AgglomerativeClustering.Plan {
  /// Follows nearest neighbours until two clusters are each other's, joins these, and goes on from where the chain
  /// came.
  func chainedJoins(
    _ clusters: inout some ChainedClusters, checkpoint: Checkpoint
  ) throws(CancellationError) -> [Join] {
    let joinCount = points.rowCount - 1
    var joins: [Join] = []
    joins.reserveCapacity(joinCount)
    var chain: [Int] = []
    var lowest = 0
    while joins.count < joinCount {
      if chain.isEmpty {
        while clusters.samples[lowest] == nil { lowest += 1 }
        chain.append(lowest)
      }
      let place = chain[chain.count - 1]
      let previous = chain.count > 1 ? chain[chain.count - 2] : nil
      let nearest = clusters.nearest(to: place, previous: previous)
      guard nearest.place == previous else {
        chain.append(nearest.place)
        continue
      }
      let (from, into) = (min(place, nearest.place), max(place, nearest.place))
      guard let first = clusters.samples[from], let second = clusters.samples[into] else {
        preconditionFailure("a chain holds places with clusters")
      }
      joins.append(Join(first: first, second: second, height: clusters.height(nearest.distance)))
      clusters.join(from, into: into)
      // Rounding may bring a cluster into a chain twice; no chain goes on from one that has changed.
      chain.removeSubrange((chain.firstIndex { $0 == from || $0 == into } ?? chain.count)...)
      let remainingCount = points.rowCount - joins.count
      if remainingCount * 4 <= clusters.placeCount * 3, clusters.placeCount > 64 {
        let places = clusters.compact()
        for index in chain.indices { chain[index] = places[chain[index]] }
        lowest = 0
      }
      try checkpoint(FitProgress(completedCount: joins.count, maximumCount: joinCount))
    }
    return joins
  }
}
