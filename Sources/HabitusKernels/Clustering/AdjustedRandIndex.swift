/// Agreement of two labelings of the same samples beyond chance: 1 where they are the same but for names, about 0 for
/// unrelated ones, negative below chance.
///
/// Hubert and Arabie, "Comparing partitions", Journal of Classification 2 (1985). Noise counts as one cluster of its
/// own. 1 where both labelings are trivial in the same way, and for fewer than two samples. O(*n*).
///
/// - Throws: ``KernelError/sampleCount(expected:found:)`` unless there are equally many labels.
public func adjustedRandIndex(
  between first: [ClusterLabel], and second: [ClusterLabel]
) throws(KernelError) -> Double {
  guard first.count == second.count else {
    throw .sampleCount(expected: first.count, found: second.count)
  }
  struct Pair: Hashable { let first, second: ClusterLabel }
  var (firstSizes, secondSizes) = ([ClusterLabel: Int](), [ClusterLabel: Int]())
  var cells: [Pair: Int] = [:]
  for (one, other) in zip(first, second) {
    firstSizes[one, default: 0] += 1
    secondSizes[other, default: 0] += 1
    cells[Pair(first: one, second: other), default: 0] += 1
  }
  func pairCount(_ size: Int) -> Double { Double(size) * Double(size - 1) / 2 }
  // Whole numbers below 2⁵³ add up exactly in any order for up to about 10⁸ samples.
  let together = cells.values.reduce(0) { $0 + pairCount($1) }
  let inFirst = firstSizes.values.reduce(0) { $0 + pairCount($1) }
  let inSecond = secondSizes.values.reduce(0) { $0 + pairCount($1) }
  let all = pairCount(first.count)
  let expected = all > 0 ? inFirst * inSecond / all : 0
  let maximum = (inFirst + inSecond) / 2
  return maximum == expected ? 1 : (together - expected) / (maximum - expected)
}
