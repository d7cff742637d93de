/// Item-to-item recommendation: items are alike when the same users took to them.
///
/// The similarity of two items is Σ over users of the products of their values, times n ÷ (n + `shrinkage`) for the n
/// users they share. Every item keeps the `neighborCount` others that are most similar to it, with similarities above
/// 0; of equals the lower number. An item scores for a user Σ over the user's items of weight times the item's
/// similarity among that item's neighbours.
///
/// (Sarwar, Karypis, Konstan and Riedl, "Item-based collaborative filtering recommendation algorithms", WWW 2001,
/// doi:10.1145/371920.372071; shrinkage as in Koren, "Factorization meets the neighborhood", KDD 2008,
/// doi:10.1145/1401890.1401944.) The result does not depend on the number of threads.
public struct ItemNeighbors: Hashable, Sendable, Codable {
  /// What a user's weight for an item counts.
  public enum Similarity: Hashable, Sendable, Codable {
    /// The weight; an item's values are scaled to length 1.
    case cosine
    /// √weight times the user's rarity; an item's values are scaled to length 1. The rarity of a user with n items out
    /// of N is ln(N ÷ (1 + n)), not below 0: who takes to everything says little.
    case tfIDF
    /// weight · (k1 + 1) ÷ (weight + k1 · (1 − b + b · L)) times the user's rarity, with L the item's sum of weights
    /// over the mean of those sums. The weight of a pair saturates, by `k1` (0 or more); items that everybody takes to
    /// count less, by `b` (0…1). Not scaled: popular items have greater similarities. (Robertson and Zaragoza, "The
    /// probabilistic relevance framework: BM25 and beyond", 2009, doi:10.1561/1500000019.)
    case bm25(k1: Double, b: Double)
  }

  /// What a user's weight for an item counts.
  public var similarity: Similarity
  /// How many neighbours an item has at most, at least 1.
  public var neighborCount: Int
  /// The number of shared users at which a similarity counts half; 0 or more.
  public var shrinkage: Double

  /// Makes parameters.
  public init(similarity: Similarity = .bm25(k1: 1.2, b: 0.75), neighborCount: Int = 100, shrinkage: Double = 0) {
    self.similarity = similarity
    self.neighborCount = neighborCount
    self.shrinkage = shrinkage
  }

  /// Finds every item's neighbours on `threadCount` threads (`nil`: one a processor).
  ///
  /// O(Σ over users of their number of items squared): leave out users who took to nearly everything where that is
  /// much.
  ///
  /// - Throws: ``KernelError``: `noSamples` without interactions, `parameter` for a parameter out of range.
  public func fit(_ interactions: Interactions, threadCount: Int? = nil) throws(KernelError) -> Model {
    guard interactions.count > 0 else { throw .noSamples }
    guard neighborCount >= 1 else {
      throw .parameter(name: "neighborCount", value: Double(neighborCount), allowed: "1 or more")
    }
    guard shrinkage >= 0, shrinkage.isFinite else {
      throw .parameter(name: "shrinkage", value: shrinkage, allowed: "0 or more")
    }
    if case .bm25(let k1, let b) = similarity {
      guard k1 >= 0, k1.isFinite else { throw .parameter(name: "k1", value: k1, allowed: "0 or more") }
      guard (0...1).contains(b) else { throw .parameter(name: "b", value: b, allowed: "0 to 1") }
    }
    let search = NeighborSearch(interactions, self)
    let shares = interactions.byItem.shares(rowWork: 1)
    let found = concurrentMap(count: shares.count, threadCount: threadCount) { search.neighbors(ofItems: shares[$0]) }
    return Model(parameters: self, neighbors: found.flatMap { $0 })
  }
}
