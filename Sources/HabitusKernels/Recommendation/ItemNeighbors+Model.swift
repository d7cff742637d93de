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
  private enum CodingKeys: String, CodingKey { case parameters, counts, items, scores }

  /// Reads a model, and refuses one with a neighbour that is not one of its items, or whose parts do not fit together.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func numbers(_ key: CodingKeys) throws -> PackedNumbers { try container.decode(PackedNumbers.self, forKey: key) }
    let (counts, items) = (try numbers(.counts).integers.map { Int($0) }, try numbers(.items).integers.map { Int($0) })
    let scores = try numbers(.scores).doubles
    guard counts.allSatisfy({ $0 >= 0 }), items.allSatisfy(counts.indices.contains), items.count == scores.count,
      counts.reduce(0, +) == items.count
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .items, in: container, debugDescription: "neighbours that are not those of \(counts.count) items")
    }
    var start = 0
    let neighbors = counts.map { count in
      defer { start += count }
      return (start..<start + count).map { ScoredItem(item: items[$0], score: scores[$0]) }
    }
    self.init(parameters: try container.decode(ItemNeighbors.self, forKey: .parameters), neighbors: neighbors)
  }

  /// Writes the model; numbers of items and neighbours are packed.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(parameters, forKey: .parameters)
    let all = neighbors.flatMap { $0 }
    try container.encode(PackedNumbers(neighbors.map { Int32(clamping: $0.count) }), forKey: .counts)
    try container.encode(PackedNumbers(all.map { Int32(clamping: $0.item) }), forKey: .items)
    try container.encode(PackedNumbers(all.map(\.score)), forKey: .scores)
  }
}
