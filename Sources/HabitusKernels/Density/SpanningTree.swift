internal import CKernels

/// A minimum spanning tree of the points under mutual reachability distance: the largest of the distance of two points
/// and their core distances.
///
/// Borůvka's algorithm (1926) with searches in a k-d tree, after McInnes and Healy, "Accelerated hierarchical density
/// based clustering", ICDM workshops 2017. Besides, every point keeps the shortest edge found from it and a bound below
/// all that leave its component, both of which stay true while components grow; most points so need few searches. Only
/// components up to the mean size are searched from, so that the last rounds need not look from most points.
///
/// Of equally long edges any may be in the tree, as threads happen to find them. Whatever they are, the points that
/// edges up to a length join are the same, and only on those does anything made of the tree depend.
struct SpanningTree: Sendable {
  /// Two rows and their mutual reachability distance.
  struct Edge: Sendable {
    let first: Int32
    let second: Int32
    let length: Double
  }

  /// One edge less than points.
  private(set) var edges: [Edge] = []

  /// `checkpoint` is called after every round with the number of edges found.
  init(
    _ tree: NeighborTree, _ cores: CoreDistances, threadCount: Int?, checkpoint: Checkpoint
  ) throws(CancellationError) {
    let lowestCores = tree.lowest(of: cores.squared)
    var sets = DisjointSets(count: tree.rowCount)
    var known = KnownEdges(tree, cores)
    edges.reserveCapacity(tree.rowCount - 1)
    while edges.count < tree.rowCount - 1 {
      let components =
        (0..<tree.rowCount).map { Int32(truncatingIfNeeded: sets.find($0)) }
        + Array(repeating: Int32(-1), count: tree.placeCount - tree.rowCount)
      let isSearched = Self.smallComponents(components, meanSize: tree.rowCount / (tree.rowCount - edges.count))
      known.update(
        tree, cores, lowestCores, components: components, isSearched: isSearched, threadCount: threadCount)
      for edge in known.shortest(leaving: components, isSearched: isSearched)
      where sets.join(edge.place, edge.end) != nil {
        edges.append(
          Edge(first: tree.rows[edge.place], second: tree.rows[edge.end], length: edge.length.squareRoot()))
      }
      try checkpoint(FitProgress(completedCount: edges.count, maximumCount: tree.rowCount - 1))
    }
  }

  /// For every component whether it has no more places than the mean, as at least one does.
  private static func smallComponents(_ components: [Int32], meanSize: Int) -> [Bool] {
    var sizes = Array(repeating: 0, count: components.count)
    for component in components where component >= 0 { sizes[Int(component)] += 1 }
    return sizes.map { $0 <= meanSize }
  }
}

/// For every place the shortest edge known to leave its component.
private struct KnownEdges {
  /// Squared lengths, ∞ without an edge.
  private var lengths: [Double]
  private var ends: [Int32]
  /// No edge that leaves the component of a place is shorter (squared).
  private var lowerBounds: [Double]

  init(_ tree: NeighborTree, _ cores: CoreDistances) {
    lengths = Array(repeating: .infinity, count: tree.placeCount)
    ends = Array(repeating: 0, count: tree.placeCount)
    lowerBounds = cores.squared
  }

  /// Searches until the shortest edge of every component that is searched is among those known.
  mutating func update(
    _ tree: NeighborTree, _ cores: CoreDistances, _ lowestCores: [Double], components: [Int32], isSearched: [Bool],
    threadCount: Int?
  ) {
    // Where nothing can be shorter, nothing is searched.
    var bounds = isSearched.map { $0 ? Double.infinity : 0 }
    let nodeComponents = tree.common(of: components)
    withRound(cores, lowestCores, components, nodeComponents, &bounds) { round in
      let chunks = Chunks(rowCount: tree.rowCount, minimumLength: 128)
      // Every place is written by one chunk alone; bounds are shared by atomic operations.
      nonisolated(unsafe) let round = round
      _ = chunks.map(threadCount: threadCount) { places in
        tree.withKernelTree { tree in
          withUnsafePointer(to: round) {
            habitus_known_leaving_edges(tree, $0, places.lowerBound, places.upperBound)
          }
        }
      }
      _ = chunks.map(threadCount: threadCount) { places in
        tree.withKernelTree { kernelTree in
          withUnsafeTemporaryAllocation(of: Double.self, capacity: tree.dimension) { scratch in
            withUnsafePointer(to: round) {
              habitus_shortest_leaving_edges(
                kernelTree, $0, places.lowerBound, places.upperBound, scratch.baseAddress)
            }
          }
        }
      }
    }
  }

  /// The shortest edge that leaves every component that was searched, by rising length (squared).
  func shortest(leaving components: [Int32], isSearched: [Bool]) -> [(length: Double, place: Int, end: Int)] {
    var best = Array(repeating: Int32(-1), count: components.count)
    for (place, component) in components.enumerated() where component >= 0 && lengths[place] < .infinity {
      guard isSearched[Int(component)] else { continue }
      let known = best[Int(component)]
      if known < 0 || lengths[place] < lengths[Int(known)] { best[Int(component)] = Int32(place) }
    }
    // In this order skipping edges that close a circle leaves a minimum spanning tree even where lengths are equal.
    return best.lazy.filter { $0 >= 0 }.map { (lengths[Int($0)], Int($0), Int(ends[Int($0)])) }.sorted { $0 < $1 }
  }

  private mutating func withRound(
    _ cores: CoreDistances, _ lowestCores: [Double], _ components: [Int32], _ nodeComponents: [Int32],
    _ bounds: inout [Double], _ body: (habitus_linkage_round) -> Void
  ) {
    cores.squared.withUnsafeBufferPointer { squaredCores in
      lowestCores.withUnsafeBufferPointer { lowestCores in
        components.withUnsafeBufferPointer { components in
          nodeComponents.withUnsafeBufferPointer { nodeComponents in
            cores.neighbors.withUnsafeBufferPointer { neighbors in
              bounds.withUnsafeMutableBufferPointer { bounds in
                lowerBounds.withUnsafeMutableBufferPointer { lowerBounds in
                  lengths.withUnsafeMutableBufferPointer { lengths in
                    ends.withUnsafeMutableBufferPointer { ends in
                      body(
                        habitus_linkage_round(
                          cores: squaredCores.baseAddress, lowest_cores: lowestCores.baseAddress,
                          components: components.baseAddress, node_components: nodeComponents.baseAddress,
                          bounds: bounds.baseAddress, lower_bounds: lowerBounds.baseAddress,
                          edge_lengths: lengths.baseAddress, edge_ends: ends.baseAddress,
                          neighbors: neighbors.baseAddress, neighbor_count: cores.neighborCount))
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
