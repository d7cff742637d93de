internal import HabitusModel

/// For every item code, where it was last seen: enough to count distinct items in the run and in each of its sessions.
///
/// Places count on over all users, so the table is never cleared (but once in 4 billion events).
struct ItemScratch: ~Copyable {
  var lastSeen = ScratchBuffer<UInt32>(capacity: 1024, filling: 0)
  /// The place of the current user's first event; always above every place in the table.
  var origin: UInt32 = 1

  /// Takes the next `count` places.
  mutating func advance(_ count: Int) { origin &+= UInt32(truncatingIfNeeded: count) }

  /// Makes room for item codes below `limit` and for `count` further places.
  mutating func reserve(limit: Int, count: Int) {
    lastSeen.grow(to: limit, filling: 0)
    if UInt64(origin) + UInt64(count) >= UInt64(UInt32.max) {
      lastSeen.base.update(repeating: 0, count: lastSeen.capacity)
      origin = 1
    }
  }
}

extension FeatureScanner {
  /// Items and categories.
  mutating func measureContent(_ run: EventRun, itemLimit: Int, categoryLimit: Int) {
    measureItems(run, limit: itemLimit)
    let total = categoryCounter.count(run.categories, run.count, codeLimit: categoryLimit, using: entropy)
    set(.distinctCategories, total.distinct)
    let hasAny = total.total > 0
    set(.categoryEntropy, hasAny ? entropy.bits(sumOfTerms: total.terms, of: total.unit, total: total.total) : .nan)
    set(.topCategoryShare, hasAny ? Double(total.largest) / Double(total.total) : .nan)
  }

  private mutating func measureItems(_ run: EventRun, limit: Int) {
    items.reserve(limit: limit + 1, count: run.count)
    let lastSeen = items.lastSeen.base
    let startOfEvent = sessions.startOfEvent.base
    let codes = run.items
    let origin = items.origin
    var withItem = 0
    var distinct = 0
    var distinctInSession = 0
    for position in 0..<run.count {
      let code = codes[position]
      let isPresent = code != TermDictionary.missing
      let index = isPresent ? Int(truncatingIfNeeded: code) : 0
      let seen = lastSeen[index]
      let present = isPresent ? 1 : 0
      withItem &+= present
      distinct &+= seen < origin ? present : 0
      distinctInSession &+= seen < origin &+ startOfEvent[position] ? present : 0
      lastSeen[index] = isPresent ? origin &+ UInt32(truncatingIfNeeded: position) : seen
    }
    items.advance(run.count)
    set(.distinctItems, distinct)
    set(.itemRepeatRatio, withItem > 0 ? 1 - Double(distinct) / Double(withItem) : .nan)
    set(.itemsPerSession, Double(distinctInSession) / Double(sessions.count))
  }
}
