/// An item and how well it does.
public struct ScoredItem: Hashable, Sendable, Codable {
  /// Number of the item, from 0.
  public let item: Int
  /// Greater is better; the scale is that of what gave it.
  public let score: Double

  /// Makes an item with its score.
  public init(item: Int, score: Double) {
    self.item = item
    self.score = score
  }

  /// Whether this one comes before another: by falling score, of equals by number.
  func precedes(_ other: ScoredItem) -> Bool {
    score > other.score || (score == other.score && item < other.item)
  }
}

/// The best items so far, at most `limit` of them: a binary heap with the worst of them on top.
struct BestItems {
  private let limit: Int
  private var heap: [ScoredItem] = []

  init(limit: Int) {
    precondition(limit >= 0, "there cannot be a negative number of best items")
    self.limit = limit
  }

  /// The best `limit` of those of all items with a score that are allowed, best first; `isAllowed` is asked only for
  /// items that are good enough.
  static func of(
    _ scores: some Collection<Float>, limit: Int, where isAllowed: (Int) -> Bool
  ) -> [ScoredItem] {
    var best = BestItems(limit: limit)
    for (item, score) in scores.enumerated() {
      let candidate = ScoredItem(item: item, score: Double(score))
      if best.wants(candidate), isAllowed(item) { best.insert(candidate) }
    }
    return best.sorted
  }

  /// Whether it would be one of the best.
  func wants(_ candidate: ScoredItem) -> Bool {
    heap.count < limit || (limit > 0 && candidate.precedes(heap[0]))
  }

  /// Takes an item that is wanted.
  mutating func insert(_ candidate: ScoredItem) {
    guard heap.count == limit else {
      heap.append(candidate)
      return rise(from: heap.count - 1)
    }
    heap[0] = candidate
    sink()
  }

  /// All of them, best first.
  var sorted: [ScoredItem] { heap.sorted { $0.precedes($1) } }

  private mutating func rise(from place: Int) {
    var place = place
    while place > 0, heap[(place - 1) / 2].precedes(heap[place]) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  private mutating func sink() {
    var place = 0
    while 2 * place + 1 < heap.count {
      var child = 2 * place + 1
      if child + 1 < heap.count, heap[child].precedes(heap[child + 1]) { child += 1 }
      guard heap[place].precedes(heap[child]) else { return }
      heap.swapAt(place, child)
      place = child
    }
  }
}
