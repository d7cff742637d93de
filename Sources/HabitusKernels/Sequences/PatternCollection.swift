/// Patterns found so far. What remains at the end does not depend on the order they came in.
struct PatternCollection: Sendable {
  /// How many are kept.
  enum Limit: Sendable {
    /// All with the least minimum support that keeps them within a number and a number of bytes.
    case budget(count: Int, bytes: Int)
    /// So many, the first in the order of results.
    case top(Int)
  }

  /// Patterns of less support are not wanted; it never falls.
  private(set) var minimumCount: Int
  /// The greatest length of any frequent pattern that the search has come to.
  private(set) var deepestLength = 0
  private let limit: Limit
  /// Patterns with at least the minimum support, and some whose support no longer suffices.
  private var found: [FoundPattern] = []
  /// Number and bytes of the patterns with at least the minimum support.
  private var total = (count: 0, bytes: 0)
  /// The same for every support, from the first minimum support on.
  private var bySupport: [(count: Int, bytes: Int)] = []
  private let firstMinimum: Int
  /// Of a top list: longer patterns with just the minimum support are not wanted.
  private var longestAtMinimum = Int.max

  init(minimumCount: Int, limit: Limit) {
    self.minimumCount = minimumCount
    firstMinimum = minimumCount
    self.limit = limit
  }

  /// The patterns to keep, in the order of results.
  var patterns: [FoundPattern] {
    let sorted = found.indices.filter { found[$0].support >= minimumCount }
      .map { (key: FoundPattern.SortingKey(found[$0]), index: $0) }
      .sorted { first, second in
        first.key == second.key
          ? FoundPattern.precedes(found[first.index], found[second.index]) : first.key < second.key
      }
    guard case .top(let count) = limit else { return sorted.map { found[$0.index] } }
    return sorted.prefix(count).map { found[$0.index] }
  }

  /// Whether a pattern of this support and at least this length might be kept.
  func admits(support: Int, length: Int) -> Bool {
    support > minimumCount || (support == minimumCount && length <= longestAtMinimum)
  }

  /// Takes a pattern. O(1) on average, and over all calls one step more for every rise of the minimum support.
  mutating func add(_ pattern: FoundPattern) {
    guard admits(support: pattern.support, length: pattern.items.count) else { return }
    found.append(pattern)
    count(pattern)
    switch limit {
    case .budget(let count, let bytes):
      while total.count > count || total.bytes > bytes { drop() }
      if found.count > 2 * total.count + 1024 { found.removeAll { $0.support < minimumCount } }
    case .top(let count):
      while total.count - countAtMinimum >= count { drop() }
      if found.count >= 2 * count + 64 { keepTop(count) }
    }
  }

  /// Takes all patterns of `other`, and its minimum support where that is higher.
  mutating func merge(_ other: PatternCollection) {
    raise(to: other.minimumCount)
    reach(length: other.deepestLength)
    for pattern in other.found { add(pattern) }
  }

  /// Takes note of the length of a frequent pattern.
  mutating func reach(length: Int) { deepestLength = max(deepestLength, length) }

  /// Raises the minimum support to one that patterns elsewhere have made necessary.
  mutating func raise(to minimum: Int) {
    while minimumCount < minimum { drop() }
  }

  private mutating func count(_ pattern: FoundPattern) {
    total = (total.count + 1, total.bytes + pattern.byteCount)
    let place = pattern.support - firstMinimum
    if place >= bySupport.count {
      bySupport.append(contentsOf: repeatElement((count: 0, bytes: 0), count: place + 1 - bySupport.count))
    }
    bySupport[place].count += 1
    bySupport[place].bytes += pattern.byteCount
  }

  private var countAtMinimum: Int {
    let place = minimumCount - firstMinimum
    return place < bySupport.count ? bySupport[place].count : 0
  }

  /// Raises the minimum support by one.
  private mutating func drop() {
    let place = minimumCount - firstMinimum
    if place < bySupport.count {
      total = (total.count - bySupport[place].count, total.bytes - bySupport[place].bytes)
      bySupport[place] = (0, 0)
    }
    minimumCount += 1
    longestAtMinimum = .max
  }

  /// Removes what can no longer be among the first `count`.
  private mutating func keepTop(_ count: Int) {
    found = patterns
    total = (0, 0)
    bySupport.removeAll(keepingCapacity: true)
    for pattern in found { self.count(pattern) }
    if found.count == count, let last = found.last, last.support == minimumCount { longestAtMinimum = last.items.count }
  }
}
