/// Whether clusters come back when other samples are drawn: the mean Jaccard similarity of each cluster with the most
/// similar one of a clustering of resampled data.
///
/// Hennig, "Cluster-wise assessment of cluster stability", Computational Statistics & Data Analysis 52 (2007),
/// doi:10.1016/j.csda.2006.11.025. As many rows as there are samples are drawn with replacement; a row drawn more than
/// once counts once (as in the R package fpc), so that methods by density meet no artificial duplicates. Clusters are
/// compared within the drawn rows. Hennig's rule of thumb: below 0.6 a cluster should not be trusted, from 0.75 on it
/// is a valid pattern, from 0.85 on it is highly stable.
public struct BootstrapStability: Hashable, Sendable, Codable {
  /// How often to resample, at least 1.
  public var resampleCount: Int
  /// Fixes the rows that are drawn.
  public var seed: UInt64

  /// Makes parameters.
  public init(resampleCount: Int = 50, seed: UInt64 = 0) {
    self.resampleCount = resampleCount
    self.seed = seed
  }

  /// How one cluster fared.
  public struct ClusterStability: Hashable, Sendable, Codable {
    /// The cluster.
    public let label: ClusterLabel
    /// Mean, over the resamples that drew a member, of the largest Jaccard similarity, 0…1; `nil` without one.
    public let meanJaccard: Double?
    /// Resamples that drew a member of the cluster.
    public let resampleCount: Int
    /// Resamples in which the cluster dissolved: a similarity of 0.5 or less.
    public let dissolvedCount: Int
    /// Resamples in which it was recovered: a similarity of 0.75 or more.
    public let recoveredCount: Int
  }

  /// Resamples `points`, clusters anew, and compares with `labels`.
  ///
  /// Noise is no cluster in `labels`, nor in what `clustering` returns. A resample in which `clustering` finds no
  /// cluster counts with similarity 0. Costs `resampleCount` calls of `clustering` and O(`resampleCount` · *n*);
  /// `checkpoint` is called after every resample.
  ///
  /// - Parameters:
  ///   - labels: one a row of `points`, as of the clustering to be judged.
  ///   - points: one sample a row; values are handed on as they are.
  ///   - clustering: clusters the matrix it is given, in the same way as `labels` were made, and returns one label for
  ///     each of its rows.
  /// - Returns: one element a cluster with members, by ascending label; empty where there is none.
  /// - Throws: ``KernelError``: `sampleCount` unless there is a label a row, on either side; `parameter` for a
  ///   `resampleCount` below 1; what `clustering` and `checkpoint` throw.
  public func meanClusterJaccard(
    of labels: [ClusterLabel], in points: Matrix,
    checkpoint: Checkpoint = { (_) throws(CancellationError) in },
    clustering: (Matrix) throws -> [ClusterLabel]
  ) throws -> [ClusterStability] {
    guard labels.count == points.rowCount else {
      throw KernelError.sampleCount(expected: points.rowCount, found: labels.count)
    }
    guard resampleCount >= 1 else {
      throw KernelError.parameter(name: "resampleCount", value: Double(resampleCount), allowed: "1 or more")
    }
    let present = Set(labels).filter { !$0.isNoise }.sorted { $0.rawValue < $1.rawValue }
    guard !present.isEmpty else { return [] }
    var generator = SplitMix64(seed: seed)
    var similarities: [ClusterLabel: [Double]] = [:]
    for resample in 0..<resampleCount {
      let rows = drawnRows(&generator, from: points.rowCount)
      let found = try clustering(points.selectingRows(rows))
      guard found.count == rows.count else {
        throw KernelError.sampleCount(expected: rows.count, found: found.count)
      }
      for (label, similarity) in Self.largestJaccard(of: rows.map { labels[$0] }, with: found) {
        similarities[label, default: []].append(similarity)
      }
      try checkpoint(FitProgress(completedCount: resample + 1, maximumCount: resampleCount))
    }
    return present.map { label in
      let values = similarities[label] ?? []
      return ClusterStability(
        label: label, meanJaccard: Statistics.mean(of: values), resampleCount: values.count,
        dissolvedCount: values.count { $0 <= 0.5 }, recoveredCount: values.count { $0 >= 0.75 })
    }
  }

  /// The different rows among `rowCount` draws with replacement, ascending.
  private func drawnRows(_ generator: inout SplitMix64, from rowCount: Int) -> [Int] {
    var isDrawn = Array(repeating: false, count: rowCount)
    for _ in 0..<rowCount { isDrawn[generator.nextIndex(below: rowCount)] = true }
    return isDrawn.indices.filter { isDrawn[$0] }
  }

  /// For every cluster of `first` its largest Jaccard similarity with a cluster of `second`, 0 where that has none.
  private static func largestJaccard(
    of first: [ClusterLabel], with second: [ClusterLabel]
  ) -> [ClusterLabel: Double] {
    struct Pair: Hashable { let first, second: ClusterLabel }
    var (firstSizes, secondSizes) = ([ClusterLabel: Int](), [ClusterLabel: Int]())
    var shared: [Pair: Int] = [:]
    for (one, other) in zip(first, second) {
      if !one.isNoise { firstSizes[one, default: 0] += 1 }
      if !other.isNoise { secondSizes[other, default: 0] += 1 }
      if !one.isNoise, !other.isNoise { shared[Pair(first: one, second: other), default: 0] += 1 }
    }
    var largest = firstSizes.mapValues { _ in 0.0 }
    for (pair, count) in shared {
      let union = (firstSizes[pair.first] ?? 0) + (secondSizes[pair.second] ?? 0) - count
      largest[pair.first] = max(largest[pair.first] ?? 0, Double(count) / Double(union))
    }
    return largest
  }
}
