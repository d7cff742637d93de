internal import CKernels

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
  private let labelings: [Labeling]

  private struct Labeling: Sendable {
    /// Labels as indices without gaps; noise goes to an extra last place.
    let places: [Int32]
    let sizes: [Int]

    init(_ labels: [ClusterLabel]) {
      let used = Set(labels.lazy.filter { !$0.isNoise }).sorted { $0.rawValue < $1.rawValue }
      var placeOfLabel = [ClusterLabel.noise: used.count]
      for (place, label) in used.enumerated() { placeOfLabel[label] = place }
      var sizes = Array(repeating: 0, count: used.count + 1)
      places = labels.map { label in
        let place = placeOfLabel[label.isNoise ? .noise : label, default: used.count]
        sizes[place] += 1
        return Int32(place)
      }
      self.sizes = sizes.dropLast()
    }

    var hasSilhouette: Bool { sizes.count >= 2 && sizes.contains { $0 >= 2 } }

    /// The silhouette of sample `row`; `sum` gives the sum of its distances from the samples at a place.
    func silhouette(of row: Int, sum: (Int) -> Double) -> Double {
      let own = Int(places[row])
      guard own < sizes.count else { return .nan }
      guard sizes[own] > 1 else { return 0 }
      let within = sum(own) / Double(sizes[own] - 1)
      var between = Double.infinity
      for cluster in sizes.indices where cluster != own {
        between = min(between, sum(cluster) / Double(sizes[cluster]))
      }
      let larger = max(within, between)
      return larger > 0 ? (between - within) / larger : 0
    }
  }

  /// - Precondition: every labeling has a label a row; points are finite.
  init(points: Matrix, labelings: [[ClusterLabel]]) {
    self.points = points
    self.labelings = labelings.map(Labeling.init)
  }

  /// For every labeling one value a sample, or `nil` where silhouettes are undefined.
  func values(threadCount: Int?) -> [[Double]?] {
    // Places of all labelings are numbered one after the other.
    var offsets = [0]
    for labeling in labelings { offsets.append(offsets[offsets.count - 1] + labeling.sizes.count + 1) }
    var places: [Int32] = []
    places.reserveCapacity(labelings.count * points.rowCount)
    for (labeling, offset) in zip(labelings, offsets) {
      places.append(contentsOf: labeling.places.lazy.map { $0 + Int32(offset) })
    }
    let parts = Chunks(rowCount: points.rowCount, minimumLength: 64).map(threadCount: threadCount) {
      [places, offsets] rows in
      silhouettes(of: rows, places: places, offsets: offsets)
    }
    return labelings.enumerated().map { index, labeling in
      labeling.hasSilhouette ? Array(parts.lazy.map { $0[index] }.joined()) : nil
    }
  }

  private func silhouettes(of rows: Range<Int>, places: [Int32], offsets: [Int]) -> [[Double]] {
    let placeCount = offsets[labelings.count]
    let tileCount = (rows.count + 7) / 8
    var sums = Array(repeating: 0.0, count: tileCount * placeCount * 8)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: tileCount * 8 * points.columnCount + 1) { tiles in
      habitus_distance_sums(
        points.values, points.rowCount, points.columnCount, rows.lowerBound, rows.count, places, labelings.count,
        placeCount, &sums, tiles.baseAddress)
    }
    return labelings.enumerated().map { index, labeling in
      rows.indices.map { row in
        let (tile, lane) = (row - rows.lowerBound).quotientAndRemainder(dividingBy: 8)
        return labeling.silhouette(of: row) { place in
          sums[(tile * placeCount + offsets[index] + place) * 8 + lane]
        }
      }
    }
  }
}
