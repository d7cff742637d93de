/// t-SNE: a map in the plane that keeps near samples near, for looking at groups; distances between groups and their
/// sizes on the map say little.
///
/// van der Maaten and Hinton, "Visualizing data using t-SNE", JMLR 9 (2008); with Barnes and Hut's approximation as in
/// van der Maaten, "Accelerating t-SNE using tree-based algorithms", JMLR 15 (2014). Every sample has exact neighbours,
/// three times the perplexity of them, weighed so that their perplexity is the one asked for.
///
/// Defined cases: with fewer than 3 · perplexity + 1 samples perplexity is (samples − 1) / 3, but at least 1; no sample
/// gives an empty layout, a single one lies at its start; equal samples are each other's neighbours and end near each
/// other; a column that is constant changes nothing.
///
/// The result depends on parameters and points alone, not on the number of threads.
public struct TSNE: Hashable, Sendable, Codable {
  /// Where samples start.
  public enum Start: Hashable, Sendable, Codable {
    /// At random places, normal with standard deviation 1e-4.
    case random
    /// At this layout, one row a sample and two columns, such as the first two principal components; scaled so that the
    /// wider column has standard deviation 1e-4. A layout without extent counts as ``random``.
    case layout(Matrix)
  }

  /// The effective number of neighbours of a sample, at least 1; 5…50 is usual.
  public var perplexity: Double
  /// Where samples start.
  public var start: Start
  /// By how much affinities are multiplied at first, so that groups find together, 1…1e6.
  public var earlyExaggeration: Double
  /// Iterations with exaggeration and momentum 0.5.
  public var exaggeratedIterationCount: Int
  /// Iterations after those, with momentum 0.8.
  public var finalIterationCount: Int
  /// Length of steps, at most 1e6; `nil`: samples / `earlyExaggeration` / 4, but at least 50 (Belkina et al.,
  /// "Automated optimized parameters for t-distributed stochastic neighbor embedding", Nature Communications 10, 2019).
  public var learningRate: Double?
  /// A group of samples acts as one where its extent is less than this share of its distance, 0…1; 0: exact.
  public var angle: Double
  /// Fixes random places.
  public var seed: UInt64

  /// Makes parameters.
  public init(
    perplexity: Double = 30, start: Start = .random, earlyExaggeration: Double = 12,
    exaggeratedIterationCount: Int = 250, finalIterationCount: Int = 750, learningRate: Double? = nil,
    angle: Double = 0.5, seed: UInt64 = 0
  ) {
    self.perplexity = perplexity
    self.start = start
    self.earlyExaggeration = earlyExaggeration
    self.exaggeratedIterationCount = exaggeratedIterationCount
    self.finalIterationCount = finalIterationCount
    self.learningRate = learningRate
    self.angle = angle
    self.seed = seed
  }

  /// Checks these parameters against the data.
  ///
  /// - Throws: ``KernelError``: `parameter` for a parameter out of range, `notFinite` for a value (of the points, then
  ///   of the start) that is NaN, infinite, or above 1e150 in size, where squares would not be finite; `sampleCount` or
  ///   `columnCount` for a start of another shape.
  public func validated(for points: Matrix) throws(KernelError) -> Plan {
    for (name, value, isAllowed, allowed) in [
      ("perplexity", perplexity, perplexity >= 1 && perplexity.isFinite, "1 or more"),
      ("earlyExaggeration", earlyExaggeration, (1...1e6).contains(earlyExaggeration), "1 to 1e6"),
      (
        "exaggeratedIterationCount", Double(exaggeratedIterationCount), exaggeratedIterationCount >= 0, "0 or more"
      ),
      ("finalIterationCount", Double(finalIterationCount), finalIterationCount >= 0, "0 or more"),
      (
        "learningRate", learningRate ?? 1, (learningRate ?? 1) > 0 && (learningRate ?? 1) <= 1e6,
        "more than 0, at most 1e6"
      ),
      ("angle", angle, (0...1).contains(angle), "0 to 1"),
    ] where !isAllowed {
      throw .parameter(name: name, value: value, allowed: allowed)
    }
    try points.requireFiniteSquares()
    if case .layout(let layout) = start {
      guard layout.rowCount == points.rowCount else {
        throw .sampleCount(expected: points.rowCount, found: layout.rowCount)
      }
      guard layout.columnCount == 2 || layout.rowCount == 0 else {
        throw .columnCount(expected: 2, found: layout.columnCount)
      }
      try layout.requireFiniteSquares()
    }
    return Plan(parameters: self, points: points)
  }

  /// Lays out `points`, one sample a row; see ``validated(for:)`` for what is refused.
  public func fit(_ points: Matrix, threadCount: Int? = nil) throws(KernelError) -> Model {
    try validated(for: points).fit(threadCount: threadCount)
  }

  /// Checked parameters and data; only ``TSNE/validated(for:)`` makes one.
  public struct Plan: Sendable {
    let parameters: TSNE
    let points: Matrix

    fileprivate init(parameters: TSNE, points: Matrix) {
      self.parameters = parameters
      self.points = points
    }

    /// The perplexity that is aimed at: the one asked for, or less where there are too few samples.
    public var perplexity: Double { max(1, min(parameters.perplexity, Double(points.rowCount - 1) / 3)) }
  }

  /// What t-SNE found.
  public struct Model: Hashable, Sendable, Codable {
    /// One row a sample, two columns; the unit has no meaning.
    public let layout: Matrix
    /// Kullback and Leibler's divergence of the layout's affinities from those of the samples, in nats; smaller is
    /// better, comparable only for the same samples and perplexity. Approximated as the forces are.
    public let divergence: Double
    /// The perplexity that was used.
    public let perplexity: Double
    /// How many iterations there were.
    public let iterationCount: Int
  }
}
