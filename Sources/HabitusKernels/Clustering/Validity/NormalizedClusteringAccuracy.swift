/// How much of every reference cluster was found, on average, above what labels spread evenly would find: 1 where the
/// labelings are the same but for names, 0 for labels that say nothing.
///
/// Gagolewski, "Normalised clustering accuracy: an asymmetric external cluster validity measure", Journal of
/// Classification 42 (2025), doi:10.1007/s00357-024-09482-2, as in his "A framework for benchmarking clustering
/// algorithms", SoftwareX 20 (2022), doi:10.1016/j.softx.2022.101270. Clusters are matched one to one so that the sum
/// of the found shares is largest; of *K* reference clusters those left without a partner have share 0; the answer is
/// (sum of shares − 1) / (*K* − 1). Small clusters count as much as large ones.
///
/// Samples that are noise in `reference` are left out; samples that are noise in `found` only count as not found.
/// O(*n* + K² · L) for *K* reference and *L* found clusters.
///
/// - Returns: at most 1, and 0 or more unless `found` has noise; `nil` with fewer than two reference clusters.
/// - Throws: ``KernelError/sampleCount(expected:found:)`` unless there are equally many labels.
public func normalizedClusteringAccuracy(
  between reference: [ClusterLabel], and found: [ClusterLabel]
) throws(KernelError) -> Double? {
  guard reference.count == found.count else {
    throw .sampleCount(expected: reference.count, found: found.count)
  }
  var (rowOfIndex, columnOfIndex) = ([Int: Int](), [Int: Int]())
  for (one, other) in zip(reference, found) {
    guard let index = one.index else { continue }
    if rowOfIndex[index] == nil { rowOfIndex[index] = rowOfIndex.count }
    if let match = other.index, columnOfIndex[match] == nil { columnOfIndex[match] = columnOfIndex.count }
  }
  guard rowOfIndex.count >= 2 else { return nil }
  var shares = Matrix(rowCount: rowOfIndex.count, columnCount: columnOfIndex.count, repeating: 0)
  var sizes = Array(repeating: 0.0, count: rowOfIndex.count)
  for (one, other) in zip(reference, found) {
    guard let index = one.index, let row = rowOfIndex[index] else { continue }
    sizes[row] += 1
    if let match = other.index, let column = columnOfIndex[match] { shares[row, column] += 1 }
  }
  for row in sizes.indices {
    for column in 0..<shares.columnCount { shares[row, column] /= sizes[row] }
  }
  return (try LinearAssignment(of: shares, .maximumValue).total - 1) / Double(rowOfIndex.count - 1)
}
