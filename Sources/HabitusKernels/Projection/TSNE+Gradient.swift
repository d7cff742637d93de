internal import CKernels

extension TSNE.Affinities {
  /// How a layout's divergence changes.
  public struct Gradient: Hashable, Sendable {
    /// The derivative by every coordinate, one row a sample.
    public let values: Matrix
    /// Kullback and Leibler's divergence of the layout's affinities from these, in nats; 0 with fewer than two samples.
    public let divergence: Double
  }

  /// The divergence of a layout and its gradient, by Barnes and Hut's approximation.
  ///
  /// O(*n* · perplexity + *n* · log *n*), or O(*n*²) for an angle of 0; the same on any number of threads.
  ///
  /// - Parameters:
  ///   - layout: one row a sample, two columns.
  ///   - angle: as ``TSNE/angle``.
  /// - Throws: ``KernelError``: `sampleCount` or `columnCount` for another shape, `notFinite` for a value that is NaN,
  ///   infinite, or above 1e150 in size.
  public func gradient(
    at layout: Matrix, angle: Double = 0.5, threadCount: Int? = nil
  ) throws(KernelError) -> Gradient {
    guard layout.rowCount == sampleCount else { throw .sampleCount(expected: sampleCount, found: layout.rowCount) }
    guard layout.columnCount == 2 else { throw .columnCount(expected: 2, found: layout.columnCount) }
    try layout.requireFiniteSquares()
    var forces = TSNEForces(sampleCount: sampleCount)
    forces.update(at: layout.values, self, angle: angle, threadCount: threadCount)
    var values = Array(repeating: 0.0, count: 2 * sampleCount)
    for index in values.indices { values[index] = 4 * forces.descent(index, exaggeration: 1) }
    return Gradient(
      values: Matrix(rowCount: sampleCount, columnCount: 2, values: values),
      divergence: divergence(of: layout.values, normalization: forces.normalization))
  }

  /// Σ p·ln(p·Z·(1 + d²)).
  func divergence(of positions: [Double], normalization: Double) -> Double {
    guard normalization > 0 else { return 0 }
    var sum = 0.0
    for row in 0..<sampleCount {
      for place in starts[row]..<starts[row + 1] where weights[place] > 0 {
        let other = Int(neighbors[place])
        let x = positions[2 * row] - positions[2 * other]
        let y = positions[2 * row + 1] - positions[2 * other + 1]
        sum += weights[place] * Double.log(weights[place] * (normalization * (1 + x * x + y * y)))
      }
    }
    return sum
  }
}

/// The forces on the points of a layout, with memory that is used again in every iteration.
struct TSNEForces {
  /// Sums of affinity · q · difference, x and y of every sample in turn.
  private(set) var attraction: [Double]
  /// Sums of q² · difference.
  private(set) var repulsion: [Double]
  /// The sum of q over all pairs of different samples, both ways.
  private(set) var normalization = 0.0
  private var tree = QuadTree()

  init(sampleCount: Int) {
    attraction = Array(repeating: 0, count: 2 * sampleCount)
    repulsion = attraction
  }

  /// A quarter of the gradient by coordinate `index`.
  func descent(_ index: Int, exaggeration: Double) -> Double {
    exaggeration * attraction[index] - (normalization > 0 ? repulsion[index] / normalization : 0)
  }

  /// Computes the forces at `positions`, x and y of every sample in turn. The same on any number of threads.
  mutating func update(at positions: [Double], _ affinities: TSNE.Affinities, angle: Double, threadCount: Int?) {
    let count = affinities.sampleCount
    guard count > 0 else { return }
    tree.rebuild(positions, angle: angle)
    // Chunks of whole groups of eight, as the walk through the tree wants.
    let chunks = Chunks(rowCount: (count + 7) / 8, minimumLength: 16)
    let tree = tree
    normalization = attraction.withUnsafeMutableBufferPointer { attraction in
      repulsion.withUnsafeMutableBufferPointer { repulsion in
        // Every chunk writes the forces of its own points and nothing else; none is read before all are written.
        nonisolated(unsafe) let (attraction, repulsion) = (attraction, repulsion)
        return chunks.map(threadCount: threadCount) { groups in
          let (first, last) = (groups.lowerBound * 8, min(count, groups.upperBound * 8))
          habitus_tsne_attraction(
            affinities.starts, affinities.neighbors, affinities.weights, positions, first, last,
            attraction.baseAddress)
          return habitus_tsne_repulsion(
            tree.cells, tree.cells.count, tree.x, tree.y, tree.order, first, last, repulsion.baseAddress)
        }.reduce(0, +)
      }
    }
  }
}
