/// How well rankings of items find what users took to, at a cutoff k.
///
/// Every figure but `coverage` is a mean over the users who have a relevant item; the others do not count. A ranking's
/// places are as given, so whoever made it has broken ties; only its first k places count, and places that it does not
/// fill are misses. An item that comes again in a ranking holds its place and is no hit there.
public struct RankingScores: Hashable, Sendable, Codable {
  /// k.
  public let cutoff: Int
  /// Number of users who have a relevant item.
  public let userCount: Int
  /// Hits among the first k ÷ relevant items.
  public let recall: Double
  /// Hits among the first k ÷ k.
  public let precision: Double
  /// Normalised discounted cumulative gain: Σ over hits of 1 ÷ log₂(place + 1), places from 1, over that of a ranking
  /// with min(k, relevant items) hits in front (Järvelin and Kekäläinen, ACM TOIS 20, 2002, doi:10.1145/582415.582418;
  /// binary gains).
  public let ndcg: Double
  /// 1 ÷ place of the first hit; 0 without a hit.
  public let meanReciprocalRank: Double
  /// Σ over hits of the precision up to their place ÷ min(k, relevant items).
  public let meanAveragePrecision: Double
  /// Share of users with a hit.
  public let hitRate: Double
  /// Share of all items that are among the first k of a user who counts.
  public let coverage: Double

  /// Scores rankings. O(users · (k + relevant items)).
  ///
  /// - Parameters:
  ///   - rankings: by user, items, best first.
  ///   - relevant: by user, the items that should be found, in any order; repetitions do not count.
  ///   - cutoff: k, at least 1.
  ///   - itemCount: number of all items there are, above every item of a ranking.
  /// - Throws: ``KernelError``: `sampleCount` unless there are relevant items for every ranking, `parameter` for a
  ///   cutoff below 1 or an item of a ranking out of range, `noSamples` if no user has a relevant item.
  public init(
    of rankings: [[Int]], relevant: [[Int]], cutoff: Int, itemCount: Int
  ) throws(KernelError) {
    guard rankings.count == relevant.count else {
      throw .sampleCount(expected: rankings.count, found: relevant.count)
    }
    guard cutoff >= 1 else { throw .parameter(name: "cutoff", value: Double(cutoff), allowed: "1 or more") }
    var (userCount, sums) = (0, UserScores())
    var isShown = Array(repeating: false, count: max(0, itemCount))
    for (user, wanted) in relevant.enumerated() where !wanted.isEmpty {
      for item in rankings[user].prefix(cutoff) {
        try Interactions.require(item, below: itemCount, "an item in the ranking of user \(user)")
        isShown[item] = true
      }
      userCount += 1
      sums.add(UserScores(of: rankings[user].prefix(cutoff), relevant: Set(wanted), cutoff: cutoff))
    }
    guard userCount > 0 else { throw .noSamples }
    self.cutoff = cutoff
    self.userCount = userCount
    let count = Double(userCount)
    recall = sums.recall / count
    precision = sums.hitCount / Double(cutoff) / count
    ndcg = sums.ndcg / count
    meanReciprocalRank = sums.reciprocalRank / count
    meanAveragePrecision = sums.averagePrecision / count
    hitRate = sums.isHit / count
    coverage = Double(isShown.count { $0 }) / Double(max(1, itemCount))
  }
}

/// The figures of a user, or their sums.
private struct UserScores {
  var (recall, hitCount, ndcg, reciprocalRank, averagePrecision, isHit) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)

  init() {}

  init(of ranking: ArraySlice<Int>, relevant: Set<Int>, cutoff: Int) {
    var missing = relevant
    var (gain, precisions) = (0.0, 0.0)
    for (place, item) in ranking.enumerated() where missing.remove(item) != nil {
      hitCount += 1
      gain += Self.gain(place: place)
      precisions += hitCount / Double(place + 1)
      if hitCount == 1 { reciprocalRank = 1 / Double(place + 1) }
    }
    let reachable = min(cutoff, relevant.count)
    recall = hitCount / Double(relevant.count)
    ndcg = gain / (0..<reachable).reduce(0) { $0 + Self.gain(place: $1) }
    averagePrecision = precisions / Double(reachable)
    isHit = hitCount > 0 ? 1 : 0
  }

  /// What a hit counts, with places from 0.
  private static func gain(place: Int) -> Double { 1 / Double.log2(Double(place + 2)) }

  mutating func add(_ other: UserScores) {
    recall += other.recall
    hitCount += other.hitCount
    ndcg += other.ndcg
    reciprocalRank += other.reciprocalRank
    averagePrecision += other.averagePrecision
    isHit += other.isHit
  }
}
