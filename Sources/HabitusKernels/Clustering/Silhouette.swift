/// Every sample's silhouette: (b − a) / max(a, b), with a its mean distance from the others of its cluster and b that
/// from the samples of the nearest other cluster.
///
/// Rousseeuw, "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis", J. Comput. Appl.
/// Math. 20 (1987). −1…1; 0 for the only sample of a cluster and where a = b = 0; NaN for noise, which counts nowhere.
/// Euclidean distances. O(*n*² · columns) time, O(*n* · columns) memory; the same on any number of threads.
///
/// - Returns: one value a sample; `nil` unless there are at least two clusters and one of them has two samples.
/// - Throws: ``KernelError``: `sampleCount` unless there is a label a row, `notFinite` for a value that is not.
public func silhouetteValues(
  of labels: [ClusterLabel], in points: Matrix, threadCount: Int? = nil
) throws(KernelError) -> [Double]? {
  guard labels.count == points.rowCount else {
    throw .sampleCount(expected: points.rowCount, found: labels.count)
  }
  try points.requireFinite()
  return SilhouetteKernel(points: points, labelings: [labels]).values(threadCount: threadCount)[0]
}

/// The mean of all samples' ``silhouetteValues(of:in:threadCount:)``, noise left out; `nil` where there are none.
///
/// - Throws: as ``silhouetteValues(of:in:threadCount:)``.
public func silhouetteScore(
  of labels: [ClusterLabel], in points: Matrix, threadCount: Int? = nil
) throws(KernelError) -> Double? {
  try silhouetteValues(of: labels, in: points, threadCount: threadCount).flatMap { values in
    Statistics.mean(of: values)
  }
}

/// The silhouette score inside a random sample of `sampleSize` rows (of all, where there are no more).
///
/// As scikit-learn's `silhouette_score(sample_size:)`: distances are taken inside the sample only. O(`sampleSize`² ·
/// columns + *n*).
///
/// - Parameter seed: fixes the sample.
/// - Throws: as ``silhouetteValues(of:in:threadCount:)``.
/// - Precondition: `sampleSize` is not negative.
public func silhouetteScore(
  of labels: [ClusterLabel], in points: Matrix, sampleSize: Int, seed: UInt64, threadCount: Int? = nil
) throws(KernelError) -> Double? {
  guard labels.count == points.rowCount else {
    throw .sampleCount(expected: points.rowCount, found: labels.count)
  }
  guard sampleSize < points.rowCount else {
    return try silhouetteScore(of: labels, in: points, threadCount: threadCount)
  }
  var generator = SplitMix64(seed: seed)
  let rows = generator.sortedSample(of: sampleSize, from: points.rowCount)
  return try silhouetteScore(
    of: rows.map { labels[$0] }, in: points.selectingRows(rows), threadCount: threadCount)
}

/// Silhouettes of several labelings of the same points, whose distances are computed once.
struct SilhouetteKernel: Sendable {
  private let points: Matrix
  private let columns: CentroidBlocks
  private let labelings: [Labeling]

  private struct Labeling: Sendable {
    let labels: [ClusterLabel]
    /// Labels as indices; noise goes to an extra last place.
    let places: [Int]
    let sizes: [Int]

    init(_ labels: [ClusterLabel]) {
      let clusterCount = (labels.lazy.compactMap(\.index).max() ?? -1) + 1
      self.labels = labels
      places = labels.map { $0.index ?? clusterCount }
      var sizes = Array(repeating: 0, count: clusterCount)
      for label in labels { if let index = label.index { sizes[index] += 1 } }
      self.sizes = sizes
    }

    var hasSilhouette: Bool { sizes.count { $0 > 0 } >= 2 && sizes.contains { $0 >= 2 } }

    /// The silhouette of sample `row`, given the sums of its distances by place.
    func silhouette(of row: Int, sums: ArraySlice<Double>) -> Double {
      guard let own = labels[row].index else { return .nan }
      guard sizes[own] > 1 else { return 0 }
      let within = sums[sums.startIndex + own] / Double(sizes[own] - 1)
      var between = Double.infinity
      for cluster in sizes.indices where cluster != own && sizes[cluster] > 0 {
        between = min(between, sums[sums.startIndex + cluster] / Double(sizes[cluster]))
      }
      let larger = max(within, between)
      return larger > 0 ? (between - within) / larger : 0
    }
  }

  /// - Precondition: every labeling has a label a row; points are finite.
  init(points: Matrix, labelings: [[ClusterLabel]]) {
    self.points = points
    columns = CentroidBlocks(points.values, count: points.rowCount, dimension: points.columnCount)
    self.labelings = labelings.map(Labeling.init)
  }

  /// For every labeling one value a sample, or `nil` where silhouettes are undefined.
  func values(threadCount: Int?) -> [[Double]?] {
    // Sums of distances by labeling and place, side by side.
    var starts = [0]
    for labeling in labelings { starts.append(starts[starts.count - 1] + labeling.sizes.count + 1) }
    let offsets = starts
    let parts = Chunks(rowCount: points.rowCount, minimumLength: 64).map(threadCount: threadCount) { rows in
      var found: [[Double]] = Array(repeating: [], count: labelings.count)
      var sums = Array(repeating: 0.0, count: offsets[labelings.count])
      for row in rows {
        for index in sums.indices { sums[index] = 0 }
        addDistances(from: row, to: &sums, offsets)
        for (index, labeling) in labelings.enumerated() {
          found[index].append(labeling.silhouette(of: row, sums: sums[offsets[index]..<offsets[index + 1]]))
        }
      }
      return found
    }
    return labelings.enumerated().map { index, labeling in
      labeling.hasSilhouette ? Array(parts.lazy.map { $0[index] }.joined()) : nil
    }
  }

  private func addDistances(from row: Int, to sums: inout [Double], _ offsets: [Int]) {
    let (values, lanes) = (points.values.span, columns.lanes.span)
    var distances: [Double] = []
    distances.reserveCapacity(columns.blockCount * 8)
    for block in 0..<columns.blockCount {
      let eight = squaredDistances(
        values, at: row * points.columnCount, lanes: lanes, block: block, dimension: points.columnCount
      ).squareRoot()
      for lane in 0..<8 { distances.append(eight[lane]) }
    }
    for (index, labeling) in labelings.enumerated() {
      let (offset, places) = (offsets[index], labeling.places)
      for other in 0..<points.rowCount { sums[offset + places[other]] += distances[other] }
    }
  }
}
