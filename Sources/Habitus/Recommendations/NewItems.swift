internal import HabitusModel
internal import HabitusStore

/// Items of the catalogue that nobody has taken to yet, for a user whose tastes they fit.
struct NewItems {
  /// Every so many recommendations one may be new.
  static let interval = 5

  /// The best fitting items of the catalogue, best first.
  ///
  /// Only those are told whose fit is better than even with its whole interval, and none where fits have not been seen to
  /// foretell choices.
  ///
  /// - Parameters:
  ///   - limit: the most.
  ///   - isAllowed: whether an item may be told.
  /// - Complexity: O(items of the catalogue).
  static func best(
    _ limit: Int, _ reading: FitReading, _ store: Store, where isAllowed: (Item) -> Bool
  ) throws -> [(item: Item, fit: ItemFit)] {
    guard limit > 0, let quality = reading.quality, quality.interval.lowerBound > 0.5 else { return [] }
    var reading = reading
    var best: [(item: Item, score: Double)] = []
    try store.forEachItem { id, category, text in
      let item = Item(id: id, category: category, properties: try ItemCatalog.properties(text, of: id))
      guard isAllowed(item), let fit = reading.score(item), fit.lowest > 0.5 else { return }
      guard best.count < limit || fit.score > best[best.count - 1].score else { return }
      // Behind those that are as good, which come before by their ids.
      let place = best.firstIndex { $0.score < fit.score } ?? best.count
      best.insert((item, fit.score), at: place)
      if best.count > limit { best.removeLast() }
    }
    return try best.map { ($0.item, try reading.fit(of: $0.item)) }
  }

  /// `count` recommendations, every fifth of which is new as long as there are new ones.
  static func mixed(
    _ known: [Recommendation], with new: [(item: Item, fit: ItemFit)], count: Int
  ) -> [Recommendation] {
    let fresh = new.map { item, fit in
      Recommendation(
        item: item.id, category: item.category, score: 0, reasons: [],
        fit: .init(score: fit.score, reasons: fit.reasons.filter { $0.contribution > 0 }))
    }
    var (rest, others) = (known[...], fresh[...])
    var mixed: [Recommendation] = []
    while mixed.count < count, !rest.isEmpty || !others.isEmpty {
      let isPlaceOfNew = (mixed.count + 1) % interval == 0
      if let next = isPlaceOfNew || rest.isEmpty ? others.popFirst() : nil {
        mixed.append(next)
      } else if let next = rest.popFirst() {
        mixed.append(next)
      }
    }
    return mixed
  }
}
