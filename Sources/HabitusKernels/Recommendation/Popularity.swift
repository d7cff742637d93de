/// How much everybody together took to every item: what to show to a user about whom nothing is known.
///
/// The caller's weights decide what counts: with weights that decay, what is popular now.
public struct Popularity: Hashable, Sendable, Codable {
  /// The sum of the weights of every item, 0 for items without users.
  public let totals: [Double]

  /// Adds up the weights of all users. O(interactions).
  public init(of interactions: Interactions) {
    totals = interactions.byItem.rowSums
  }

  /// The items with the greatest totals, at most `count`, best first, of equals the lower number; only those with users
  /// that `isAllowed`. O(items).
  public func recommendations(count: Int, where isAllowed: (Int) -> Bool = { _ in true }) -> [ScoredItem] {
    var best = BestItems(limit: count)
    for (item, total) in totals.enumerated() where total > 0 {
      let candidate = ScoredItem(item: item, score: total)
      if best.wants(candidate), isAllowed(item) { best.insert(candidate) }
    }
    return best.sorted
  }
}

extension Popularity {
  private enum CodingKeys: String, CodingKey { case totals }

  /// Reads totals.
  public init(from decoder: any Decoder) throws {
    totals = try decoder.container(keyedBy: CodingKeys.self).decode(PackedNumbers.self, forKey: .totals).doubles
  }

  /// Writes totals, packed.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(PackedNumbers(totals), forKey: .totals)
  }
}
