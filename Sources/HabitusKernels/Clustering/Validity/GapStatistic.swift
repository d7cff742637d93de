/// The gap statistic: how much less dispersion clusters leave in the data than in points spread evenly over its range.
///
/// Tibshirani, Walther and Hastie, "Estimating the number of clusters in a data set via the gap statistic", J. R.
/// Statist. Soc. B 63 (2001), doi:10.1111/1467-9868.00293. With W the inertia of k-means: gap(*k*) is the mean of
/// ln W over the reference sets less ln W of the data. Reference sets are uniform over the box of the columns' ranges
/// (the paper's first choice, (a)). The chosen count is the smallest with gap(*k*) ≥ gap(*k* + 1) − s(*k* + 1).
public struct GapStatistic: Hashable, Sendable, Codable {
  /// Counts to try, each at least 1; those that are not below the number of samples are left out.
  public var clusterCounts: ClosedRange<Int>
  /// Reference sets to draw, at least 2.
  public var referenceCount: Int
  /// Fixes the reference sets.
  public var seed: UInt64
  /// What is fitted for every count, from seeds; its own count and start are not used.
  public var clustering: KMeans

  /// Makes parameters.
  public init(
    clusterCounts: ClosedRange<Int> = 1...10, referenceCount: Int = 20, seed: UInt64 = 0,
    clustering: KMeans = KMeans(clusterCount: 1)
  ) {
    self.clusterCounts = clusterCounts
    self.referenceCount = referenceCount
    self.seed = seed
    self.clustering = clustering
  }

  /// One point of the curve.
  public struct Candidate: Hashable, Sendable, Codable {
    /// The count that was tried.
    public let clusterCount: Int
    /// ln of the inertia of the data.
    public let logDispersion: Double
    /// Mean, over the reference sets, of ln of the inertia.
    public let referenceLogDispersion: Double
    /// The standard deviation over the B reference sets (divided by B) times √(1 + 1/B): the paper's s.
    public let standardError: Double

    /// How far the data's dispersion lies below that of points without clusters.
    public var gap: Double { referenceLogDispersion - logDispersion }
  }

  /// The curve and what it says.
  public struct Curve: Hashable, Sendable, Codable {
    /// Every count that was tried, ascending. It ends before the first count that leaves no dispersion.
    public let candidates: [Candidate]
    /// The smallest count whose gap is not significantly below that of the next. Where no count is: the first that
    /// leaves no dispersion, or else the one of the largest gap.
    public let clusterCount: Int
  }

  /// Tries the counts on `points`, one sample a row. The answer does not depend on `threadCount`.
  ///
  /// Samples that are all equal are one cluster, with an empty curve. O((1 + `referenceCount`) · counts · fit);
  /// `checkpoint` is called after the data and every reference set.
  ///
  /// - Throws: ``KernelError`` for parameters out of range (of `clusterCounts` also where there are fewer samples than
  ///   its lower bound) and for data that ``KMeans`` refuses; what `checkpoint` throws.
  public func curve(
    for points: Matrix, threadCount: Int? = nil,
    checkpoint: Checkpoint = { (_) throws(CancellationError) in }
  ) throws -> Curve {
    guard clusterCounts.lowerBound >= 1 else {
      throw KernelError.parameter(
        name: "clusterCounts", value: Double(clusterCounts.lowerBound), allowed: "counts of 1 or more")
    }
    guard referenceCount >= 2 else {
      throw KernelError.parameter(name: "referenceCount", value: Double(referenceCount), allowed: "2 or more")
    }
    guard points.rowCount > 0 else { throw KernelError.noSamples }
    guard clusterCounts.lowerBound <= points.rowCount else {
      throw KernelError.clusterCount(requested: clusterCounts.lowerBound, sampleCount: points.rowCount)
    }
    let most = min(clusterCounts.upperBound, points.rowCount - 1)
    let own = try logDispersions(of: points, upTo: most, threadCount: threadCount)
    let fitted = own.prefix { $0.isFinite }
    try checkpoint(FitProgress(completedCount: 1, maximumCount: referenceCount + 1))
    var generator = SplitMix64(seed: seed)
    let ranges = columnRanges(of: points)
    var references = Array(repeating: Moments(), count: fitted.count)
    for index in 0..<referenceCount where !fitted.isEmpty {
      var reference = points
      for row in 0..<points.rowCount {
        for (column, range) in ranges.enumerated() {
          let share = generator.nextUnit()
          reference[row, column] = range.lowerBound * (1 - share) + range.upperBound * share
        }
      }
      let last = clusterCounts.lowerBound + fitted.count - 1
      let values = try logDispersions(of: reference, upTo: last, threadCount: threadCount)
      for (place, value) in values.enumerated() { references[place].add(value) }
      try checkpoint(FitProgress(completedCount: index + 2, maximumCount: referenceCount + 1))
    }
    let candidates = fitted.indices.map { index in
      let deviation = (references[index].populationVariance ?? 0).squareRoot()
      return Candidate(
        clusterCount: clusterCounts.lowerBound + index, logDispersion: fitted[index],
        referenceLogDispersion: references[index].mean ?? 0,
        standardError: deviation * (1 + 1 / Double(referenceCount)).squareRoot())
    }
    return Curve(
      candidates: candidates, clusterCount: choice(among: candidates, isCut: fitted.count < own.count))
  }

  private func choice(among candidates: [Candidate], isCut: Bool) -> Int {
    for (candidate, next) in zip(candidates, candidates.dropFirst())
    where candidate.gap >= next.gap - next.standardError {
      return candidate.clusterCount
    }
    guard let last = candidates.last else { return clusterCounts.lowerBound }
    if isCut { return last.clusterCount + 1 }
    var best = last
    for candidate in candidates.reversed() where candidate.gap >= best.gap { best = candidate }
    return best.clusterCount
  }

  /// ln of the inertia for every count in turn; −∞ where no dispersion is left, and then no further.
  private func logDispersions(of points: Matrix, upTo most: Int, threadCount: Int?) throws -> [Double] {
    var values: [Double] = []
    var parameters = clustering
    parameters.start = .seeds
    for count in stride(from: clusterCounts.lowerBound, through: max(most, clusterCounts.lowerBound), by: 1) {
      parameters.clusterCount = count
      let inertia = try parameters.fit(points, threadCount: threadCount).inertia
      values.append(Double.log(inertia))
      if inertia == 0 { break }
    }
    return values
  }

  private func columnRanges(of points: Matrix) -> [ClosedRange<Double>] {
    (0..<points.columnCount).map { column in
      let values = points.column(column)
      return (values.min() ?? 0)...(values.max() ?? 0)
    }
  }
}
