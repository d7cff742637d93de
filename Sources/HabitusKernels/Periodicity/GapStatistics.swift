/// What a ``GapPopulation`` is learnt from: the gaps of users, taken in one user after the other.
///
/// Its size grows with the number of different counts of gaps, not with users.
public struct GapStatistics: Sendable {
  /// By how many gaps a user has, the means of the logarithms of those users' gaps.
  private(set) var meansByGapCount: [Int: Moments] = [:]
  /// The logarithms of all gaps.
  private(set) var gaps = Moments()
  /// The squared deviations of the logarithms of gaps from their user's mean.
  private(set) var squaresWithin = 0.0

  /// Starts without users.
  public init() {}

  /// Number of gaps.
  public var gapCount: Int { gaps.count }
  /// Number of users who have one at least.
  public var userCount: Int { meansByGapCount.values.reduce(0) { $0 + $1.count } }

  /// Takes the gaps of one user, which may be none. O(gaps).
  ///
  /// - Throws: ``KernelError``: `parameter` for a gap that is not positive and finite; nothing is then taken.
  public mutating func add(_ own: some Collection<Double>) throws(KernelError) {
    try requirePositive(own)
    let moments = Moments(of: own.lazy.map { Double.log($0) })
    guard let mean = moments.mean, let variance = moments.populationVariance else { return }
    meansByGapCount[moments.count, default: Moments()].add(mean)
    gaps.merge(moments)
    squaresWithin += variance * Double(moments.count)
  }

  /// Takes the users that `other` has seen.
  public mutating func merge(_ other: GapStatistics) {
    for (count, means) in other.meansByGapCount { meansByGapCount[count, default: Moments()].merge(means) }
    gaps.merge(other.gaps)
    squaresWithin += other.squaresWithin
  }

  /// Counts of gaps with the users who have so many, ascending: sums over them are the same on every run.
  var groups: [(gapCount: Double, means: Moments)] {
    meansByGapCount.sorted { $0.key < $1.key }.map { (Double($0.key), $0.value) }
  }
}

/// - Throws: ``KernelError/parameter(name:value:allowed:)`` for a gap that is not positive and finite.
func requirePositive(_ gaps: some Collection<Double>) throws(KernelError) {
  guard let wrong = gaps.first(where: { !($0 > 0 && $0.isFinite) }) else { return }
  throw .parameter(name: "gaps", value: wrong, allowed: "finite numbers above 0")
}
