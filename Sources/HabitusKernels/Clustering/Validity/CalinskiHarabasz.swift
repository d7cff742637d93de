/// Caliński and Harabasz's variance ratio: dispersion of the clusters' means over that of the samples about them, each
/// divided by its degrees of freedom; higher is better, and there is no upper bound.
///
/// Caliński and Harabasz, "A dendrite method for cluster analysis", Communications in Statistics 3 (1974),
/// doi:10.1080/03610927408827101. With *n* clustered samples in *k* clusters: (B / (*k* − 1)) / (W / (*n* − *k*)).
/// Euclidean distances; noise is left out. Equal to scikit-learn's `calinski_harabasz_score` but for W = 0, where that
/// answers 1. O(*n* · columns).
///
/// - Returns: ∞ where all samples lie on the means of their clusters and those differ; `nil` where all samples are
///   equal, and unless there are at least two clusters and one of them has two samples.
/// - Throws: ``KernelError``: `sampleCount` unless there is a label a row, `notFinite` for a value that is not.
public func calinskiHarabaszIndex(
  of labels: [ClusterLabel], in points: Matrix
) throws(KernelError) -> Double? {
  let clusters = try ClusterMeans(of: labels, in: points)
  guard clusters.areComparable else { return nil }
  var between = 0.0
  for (place, size) in clusters.sizes.enumerated() {
    between += Double(size) * squaredDistance(clusters.means.row(place), clusters.mean[...])
  }
  var within = 0.0
  for (row, place) in clusters.places.enumerated() {
    if let place { within += clusters.squaredDistance(of: row, in: points, from: place) }
  }
  guard within > 0 else { return between > 0 ? .infinity : nil }
  let (count, clusterCount) = (clusters.sizes.reduce(0, +), clusters.sizes.count)
  return between / Double(clusterCount - 1) / (within / Double(count - clusterCount))
}
