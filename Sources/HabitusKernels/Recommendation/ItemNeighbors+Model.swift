extension ItemNeighbors {
  /// Every item's neighbours.
  public struct Model: Hashable, Sendable, Codable {
    /// What it was learned with.
    public let parameters: ItemNeighbors
    /// By item, its neighbours with their similarities, the most similar first.
    public let neighbors: [[ScoredItem]]

    init(parameters: ItemNeighbors, neighbors: [[ScoredItem]]) {
      self.parameters = parameters
      self.neighbors = neighbors
    }

    /// Number of items.
    public var itemCount: Int { neighbors.count }

    /// The items that score best for a user with a history, at most `count`, best first, of equals the lower number;
    /// only those with a score above 0 that `isAllowed`, which is where to leave out what the user has seen.
    ///
    /// O(items of the history · neighbours + items).
    ///
    /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for an item that the model does not have, or a weight
    ///   outside 1e-15…1e15.
    public func recommendations(
      for history: [WeightedItem], count: Int, where isAllowed: (Int) -> Bool = { _ in true }
    ) throws(KernelError) -> [ScoredItem] {
      var scores = Array(repeating: 0.0, count: itemCount)
      for entry in try history.joined(itemCount: itemCount) {
        for neighbor in neighbors[entry.item] { scores[neighbor.item] += entry.weight * neighbor.score }
      }
      var best = BestItems(limit: count)
      for (item, score) in scores.enumerated() where score > 0 {
        let candidate = ScoredItem(item: item, score: score)
        if best.wants(candidate), isAllowed(item) { best.insert(candidate) }
      }
      return best.sorted
    }

    /// How much of an item's score each item of the history brings, the most first, of equals the lower number; the sum
    /// is the score, and items that bring nothing are left out. O(items of the history · neighbours).
    ///
    /// - Throws: as ``recommendations(for:count:where:)``, for the item too.
    public func contributions(
      toItem item: Int, for history: [WeightedItem]
    ) throws(KernelError) -> [ScoredItem] {
      try Interactions.require(item, below: itemCount, "item")
      return try history.joined(itemCount: itemCount).compactMap { entry in
        neighbors[entry.item].first { $0.item == item }.map { neighbor in
          ScoredItem(item: entry.item, score: entry.weight * neighbor.score)
        }
      }.sorted { $0.precedes($1) }
    }
  }
}

extension ItemNeighbors.Model {
  private enum CodingKeys: String, CodingKey { case parameters, neighbors }

  /// Reads a model, and refuses one with a neighbour that is not one of its items.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      parameters: try container.decode(ItemNeighbors.self, forKey: .parameters),
      neighbors: try container.decode([[ScoredItem]].self, forKey: .neighbors))
    guard neighbors.allSatisfy({ $0.allSatisfy { neighbors.indices.contains($0.item) } }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .neighbors, in: container, debugDescription: "a neighbour is not one of the \(itemCount) items")
    }
  }
}
