internal import CKernels

extension AgglomerativeClustering.Plan {
  /// The edges of a minimum spanning tree, in the order in which Prim's algorithm finds them from sample 0.
  ///
  /// O(*n*² · columns) time, O(*n* · columns) memory.
  func spanningTree(checkpoint: Checkpoint) throws(CancellationError) -> [Join] {
    let dimension = points.columnCount
    let joinCount = points.rowCount - 1
    var joins: [Join] = []
    joins.reserveCapacity(joinCount)
    var frontier = TreeFrontier(points)
    var current = 0
    frontier.remove(place: 0)
    while joins.count < joinCount {
      let place = points.withRows(current..<current + 1) { frontier.extend(from: $0, current, dimension) }
      let next = frontier.samples[place]
      joins.append(
        Join(
          first: Int(frontier.sources[place]), second: next, height: frontier.distances[place].squareRoot()))
      frontier.remove(place: place)
      current = next
      frontier.compactIfSparse()
      try checkpoint(FitProgress(completedCount: joins.count, maximumCount: joinCount))
    }
    return joins
  }
}

/// The samples that a growing tree has not reached, in places, eight abreast.
private struct TreeFrontier {
  private(set) var samples: [Int]
  /// Squared distance of each place from the tree; infinite where there is no sample.
  private(set) var distances: [Double]
  /// The sample of the tree that is this near; numbers, which inner loops take together with distances.
  private(set) var sources: [Double]
  private var lanes: [SIMD8<Double>]
  private var isRemoved: [Bool]
  private var removedCount = 0
  private let dimension: Int

  init(_ points: Matrix) {
    samples = Array(0..<points.rowCount)
    dimension = points.columnCount
    let blocks = CentroidBlocks(points.values, count: points.rowCount, dimension: points.columnCount)
    lanes = blocks.lanes
    distances = Array(repeating: .infinity, count: blocks.blockCount * 8)
    sources = Array(repeating: 0, count: blocks.blockCount * 8)
    isRemoved = Array(repeating: false, count: points.rowCount)
  }

  /// Takes a sample into the tree; the place nearest to the tree then.
  mutating func extend(from point: UnsafePointer<Double>, _ sample: Int, _ dimension: Int) -> Int {
    let nearest = lanes.withUnsafeBytes { lanes in
      guard let blocks = lanes.assumingMemoryBound(to: Double.self).baseAddress else { return -1 }
      return habitus_tree_extend(
        point, Double(sample), blocks, distances.count / 8, dimension, &distances, &sources)
    }
    precondition(nearest >= 0, "while a sample is left, one is nearest to the tree")
    return nearest
  }

  mutating func remove(place: Int) {
    for column in 0..<dimension { lanes[place / 8 * dimension + column][place % 8] = .infinity }
    distances[place] = .infinity
    isRemoved[place] = true
    removedCount += 1
  }

  /// Closes the gaps where a quarter of the places are empty; the order of the others stays.
  mutating func compactIfSparse() {
    guard removedCount * 4 >= samples.count, samples.count > 64 else { return }
    let kept = samples.indices.filter { !isRemoved[$0] }
    var values: [Double] = []
    values.reserveCapacity(kept.count * dimension)
    for place in kept {
      for column in 0..<dimension { values.append(lanes[place / 8 * dimension + column][place % 8]) }
    }
    let blocks = CentroidBlocks(values, count: kept.count, dimension: dimension)
    lanes = blocks.lanes
    let filling = blocks.blockCount * 8 - kept.count
    distances = kept.map { distances[$0] } + Array(repeating: .infinity, count: filling)
    sources = kept.map { sources[$0] } + Array(repeating: 0, count: filling)
    samples = kept.map { samples[$0] }
    isRemoved = Array(repeating: false, count: kept.count)
    removedCount = 0
  }
}
