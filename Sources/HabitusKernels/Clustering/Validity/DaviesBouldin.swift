/// Davies and Bouldin's index: the mean, over the clusters, of the largest (sᵢ + sⱼ) / dᵢⱼ to another cluster, with s
/// the mean distance of a cluster's samples from their mean and d the distance of two means; lower is better, 0 best.
///
/// Davies and Bouldin, "A cluster separation measure", IEEE TPAMI 1 (1979), doi:10.1109/TPAMI.1979.4766909. Euclidean
/// distances; noise is left out. Equal to scikit-learn's `davies_bouldin_score` but for clusters with the same mean,
/// which that leaves out of the comparison. O(*n* · columns + clusters² · columns).
///
/// - Returns: ∞ where two clusters have the same mean, 0 where every sample lies on the mean of its cluster and no
///   two means are the same; `nil` where all samples are equal, and unless there are at least two clusters and one of
///   them has two samples.
/// - Throws: ``KernelError``: `sampleCount` unless there is a label a row, `notFinite` for a value that is not.
public func daviesBouldinIndex(
  of labels: [ClusterLabel], in points: Matrix
) throws(KernelError) -> Double? {
  let clusters = try ClusterMeans(of: labels, in: points)
  guard clusters.areComparable else { return nil }
  let clusterCount = clusters.sizes.count
  var spreads = Array(repeating: 0.0, count: clusterCount)
  for (row, place) in clusters.places.enumerated() {
    if let place { spreads[place] += clusters.squaredDistance(of: row, in: points, from: place).squareRoot() }
  }
  for place in spreads.indices { spreads[place] /= Double(clusters.sizes[place]) }

  var isOnePoint = spreads.allSatisfy { $0 == 0 }
  var worst = Array(repeating: 0.0, count: clusterCount)
  for first in 0..<clusterCount {
    for second in 0..<first {
      let distance = squaredDistance(clusters.means.row(first), clusters.means.row(second)).squareRoot()
      if distance > 0 { isOnePoint = false }
      let spread = spreads[first] + spreads[second]
      // Two clusters on one point are one cluster twice: as far from separated as a pair with spread.
      let ratio = distance > 0 ? spread / distance : .infinity
      worst[first] = max(worst[first], ratio)
      worst[second] = max(worst[second], ratio)
    }
  }
  return isOnePoint ? nil : worst.reduce(0, +) / Double(clusterCount)
}
