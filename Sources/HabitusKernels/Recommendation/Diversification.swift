/// Maximal marginal relevance: picks candidates that are relevant and unlike those picked before.
///
/// Each time the candidate with the greatest `relevanceShare` · relevance − (1 − `relevanceShare`) · greatest
/// similarity to any picked one is picked; for the first, the similarity is 0 (Carbonell and Goldstein, "The use of
/// MMR, diversity-based reranking for reordering documents and producing summaries", SIGIR 1998,
/// doi:10.1145/290941.291025). Of equals the more relevant, then the one listed first. Relevance and similarity should
/// be on comparable scales, such as 0…1.
public struct Diversification: Hashable, Sendable, Codable {
  /// How much relevance counts, 0…1: at 1 candidates come by relevance alone.
  public var relevanceShare: Double

  /// Makes parameters.
  public init(relevanceShare: Double = 0.7) {
    self.relevanceShare = relevanceShare
  }

  /// Picks at most `count` candidates; returns their places in the order picked.
  ///
  /// O(`count` · candidates), as many calls of `similarity` at most.
  ///
  /// - Parameters:
  ///   - relevances: one a candidate, finite.
  ///   - similarity: of two candidates, by their places; finite, and greater for more alike ones.
  /// - Throws: ``KernelError``: `parameter` for a share outside 0…1 or a negative count, `notFinite` for a relevance or
  ///   a similarity that is not finite (row and column are places of candidates).
  public func selection(
    _ count: Int, relevances: [Double], similarity: (_ place: Int, _ picked: Int) -> Double
  ) throws(KernelError) -> [Int] {
    guard (0...1).contains(relevanceShare) else {
      throw .parameter(name: "relevanceShare", value: relevanceShare, allowed: "0 to 1")
    }
    guard count >= 0 else { throw .parameter(name: "count", value: Double(count), allowed: "0 or more") }
    if let place = relevances.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: place, column: 0) }
    var left = Array(relevances.indices)
    var nearest: [Double?] = Array(repeating: nil, count: relevances.count)
    var picked: [Int] = []
    while picked.count < count, !left.isEmpty {
      let keys = left.map { place in
        (relevanceShare * relevances[place] - (1 - relevanceShare) * (nearest[place] ?? 0), relevances[place])
      }
      let best = keys.indices.dropFirst().reduce(0) { keys[$1] > keys[$0] ? $1 : $0 }
      let chosen = left.remove(at: best)
      picked.append(chosen)
      guard picked.count < count else { break }
      for place in left {
        let likeness = similarity(place, chosen)
        guard likeness.isFinite else { throw .notFinite(row: place, column: chosen) }
        nearest[place] = max(nearest[place] ?? likeness, likeness)
      }
    }
    return picked
  }

  /// Picks at most `count` candidates by the cosine of their vectors, one a row; a vector of zeros is like nothing.
  ///
  /// - Throws: ``KernelError`` as ``selection(_:relevances:similarity:)``; `sampleCount` unless there is a row a
  ///   relevance, `notFinite` for a value that is NaN, infinite or above 1e150 in size.
  public func selection(
    _ count: Int, relevances: [Double], vectors: Matrix
  ) throws(KernelError) -> [Int] {
    guard vectors.rowCount == relevances.count else {
      throw .sampleCount(expected: relevances.count, found: vectors.rowCount)
    }
    try vectors.requireFiniteSquares()
    func product(_ first: Int, _ second: Int) -> Double {
      zip(vectors.row(first), vectors.row(second)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let lengths = (0..<vectors.rowCount).map { product($0, $0).squareRoot() }
    return try selection(count, relevances: relevances) { place, picked in
      lengths[place] > 0 && lengths[picked] > 0 ? product(place, picked) / lengths[place] / lengths[picked] : 0
    }
  }
}
