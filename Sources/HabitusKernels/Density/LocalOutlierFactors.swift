/// For every point how much sparser it is than its neighbors: about 1 inside a region of even density, larger outside.
///
/// The local outlier factor of Breunig, Kriegel, Ng and Sander, "LOF: identifying density-based local outliers", SIGMOD
/// 2000, doi 10.1145/342009.335388: the mean local reachability density of the point's `neighborCount` nearest others,
/// divided by its own. As in scikit-learn's `LocalOutlierFactor`, exactly `neighborCount` neighbors count (of equally
/// far ones those of lowest row), and 1e-10 is added to mean reachability distances, so that identical points have
/// finite densities; bring the points to a scale where that is small.
///
/// With no more points than `neighborCount` all others are neighbors; a single point has 1. O(*n* log *n*) as a rule in
/// few columns, O(*n*²) at worst; the same on any number of threads.
///
/// - Returns: one factor a point, above 0.
/// - Throws: ``KernelError``: `parameter` if `neighborCount` is below 1, `notFinite` for a value that is NaN, infinite
///   or above 1e150 in size.
public func localOutlierFactors(
  of points: Matrix, neighborCount: Int, threadCount: Int? = nil
) throws(KernelError) -> [Double] {
  guard neighborCount >= 1 else {
    throw .parameter(name: "neighborCount", value: Double(neighborCount), allowed: "1 or more")
  }
  let near = try NearestNeighbors(points).neighborsOfRows(count: neighborCount, threadCount: threadCount)
  guard near.count > 0 else { return Array(repeating: 1, count: points.rowCount) }
  let count = Double(near.count)
  let reaches = (0..<points.rowCount).map { near.distances[($0 + 1) * near.count - 1] }
  let densities = (0..<points.rowCount).map { row in
    let sum = zip(near.rows(of: row), near.distances(of: row)).reduce(0) { $0 + max($1.1, reaches[Int($1.0)]) }
    return 1 / (sum / count + 1e-10)
  }
  return (0..<points.rowCount).map { row in
    near.rows(of: row).reduce(0) { $0 + densities[Int($1)] } / count / densities[row]
  }
}
