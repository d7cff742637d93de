/// The non-empty clusters of a labeling with their means, noise left out; shared by indices that need means alone.
///
/// All coordinates are relative to the first clustered sample, so that equal samples have exactly equal means and
/// nothing is lost far from the origin.
struct ClusterMeans {
  /// Members of each cluster.
  let sizes: [Int]
  /// One row a cluster, relative to `origin`.
  let means: Matrix
  /// The mean of all clustered samples, relative to `origin`.
  let mean: [Double]
  /// The place of every sample's cluster among `sizes`; `nil` for noise.
  let places: [Int?]
  /// The first clustered sample.
  let origin: [Double]

  /// Whether there are at least two clusters and one of them has two samples.
  var areComparable: Bool { sizes.count >= 2 && sizes.contains { $0 >= 2 } }

  /// O(*n* · columns).
  ///
  /// - Throws: ``KernelError``: `sampleCount` unless there is a label a row, `notFinite` for a value that is not.
  init(of labels: [ClusterLabel], in points: Matrix) throws(KernelError) {
    guard labels.count == points.rowCount else {
      throw .sampleCount(expected: points.rowCount, found: labels.count)
    }
    try points.requireFinite()
    let dimension = points.columnCount
    var placeOfIndex: [Int: Int] = [:]
    for index in Set(labels.compactMap(\.index)).sorted() { placeOfIndex[index] = placeOfIndex.count }
    let places = labels.map { $0.index.flatMap { placeOfIndex[$0] } }
    let origin = labels.firstIndex { !$0.isNoise }.map { Array(points.row($0)) } ?? []
    var sizes = Array(repeating: 0, count: placeOfIndex.count)
    var sums = Matrix(rowCount: sizes.count, columnCount: dimension, repeating: 0)
    var total = Array(repeating: 0.0, count: dimension)
    for (row, place) in places.enumerated() {
      guard let place else { continue }
      sizes[place] += 1
      for column in 0..<dimension {
        let value = points[row, column] - origin[column]
        sums[place, column] += value
        total[column] += value
      }
    }
    let count = Double(sizes.reduce(0, +))
    mean = total.map { $0 / count }
    for place in sizes.indices {
      for column in 0..<dimension { sums[place, column] /= Double(sizes[place]) }
    }
    means = sums
    self.sizes = sizes
    self.places = places
    self.origin = origin
  }

  /// The squared distance of sample `row` from the mean of cluster `place`. O(columns).
  func squaredDistance(of row: Int, in points: Matrix, from place: Int) -> Double {
    var sum = 0.0
    for column in 0..<means.columnCount {
      let difference = points[row, column] - origin[column] - means[place, column]
      sum += difference * difference
    }
    return sum
  }
}
