internal import CKernels

/// Looks through the patterns of one order after the other of an owner's items, with the same arrays for all.
///
/// Items are numbered from 0 by falling frequency; those that too few sequences can contain are −1.
struct OrderSearch {
  /// An owner's sequences.
  struct Owned: Sendable {
    /// The item numbers, sequence after sequence.
    var places: [Int32]
    /// Where each sequence starts, and at last where the last one ends.
    var offsets: [Int32]
    /// For every number the item, how often it occurs, and the class of that: numbers of occurrences rise with it.
    var items: [Int32]
    var itemCounts: [Int32]
    var classes: [Int32]
  }

  /// A pattern that was looked for.
  struct Found {
    let items: [Int32]
    let support: Int
    let expectedSupport: Double
    let pValue: Double

    /// The order of results: rising p-value, then as of ``PrefixSpan/Outcome/patterns``.
    static func precedes(_ first: Found, _ second: Found) -> Bool {
      if first.pValue != second.pValue { return first.pValue < second.pValue }
      if first.support != second.support { return first.support > second.support }
      if first.items.count != second.items.count { return first.items.count < second.items.count }
      return first.items.lexicographicallyPrecedes(second.items)
    }
  }

  let parameters: ShuffleTest
  var kinds = PatternKinds()
  /// Of the present owner; its places are those of the first order.
  var owned = Owned(places: [], offsets: [0], items: [], itemCounts: [], classes: [])
  /// The items of the pattern that is being extended.
  var prefix: [Int32] = []

  // What is looked for: the smallest p-value below `limit`, or all patterns below.
  private var collects = false
  private var limit = Double.infinity
  private var smallest = Double.infinity
  private var enough = -Double.infinity
  /// By support: patterns with such an expected support, or a greater one, are known not to be looked for, now and, of
  /// `limitCeilings`, in later orders too. The p-value grows with the expectation.
  private var ceilings: [Double] = []
  private var limitCeilings: [Double] = []
  private var found: [Found] = []
  /// Whether nothing more need be looked at.
  private(set) var isDone = false

  // An order, as in CKernels/order_supports.h. Arrays keep the length of the longest owner so far.
  private var items: [Int32] = []
  private var previous: [Int32] = []
  private var following: [UInt64] = []
  private var wordCount = 1
  private var wordClasses: [Int32] = []
  private var wordCounts: [Int32] = []
  private var lastItems: [Int32] = []
  private var addedItems: [Int32] = []
  private var addedSupports: [Int32] = []
  var lastPositions: [Int32] = []
  var bucketStarts: [Int32] = []
  var buckets: [Int32] = []
  var counts: [Int32] = []
  /// Number of entries of a level of buckets.
  var levelLength = 0
  var itemCount: Int { owned.classes.count }
  // Of paths alone.
  var sequences: [Int32] = []
  var supports: [Int32] = []
  var nextItems: [Int32] = []

  init(parameters: ShuffleTest) { self.parameters = parameters }

  /// Gets ready for the owner in ``owned``.
  mutating func prepare() {
    let (placeCount, itemCount) = (owned.places.count, owned.classes.count)
    wordCount = (itemCount + 63) / 64
    levelLength = placeCount + itemCount
    items.extend(to: placeCount)
    previous.extend(to: placeCount)
    following.extend(to: placeCount * wordCount)
    lastItems.extend(to: max(1024, 64 * wordCount))
    addedItems.extend(to: lastItems.count)
    addedSupports.extend(to: lastItems.count)
    lastPositions.extend(to: itemCount)
    bucketStarts.extend(to: itemCount)
    wordClasses.removeAll(keepingCapacity: true)
    wordCounts.removeAll(keepingCapacity: true)
    for first in stride(from: 0, to: itemCount, by: 64) {
      wordClasses.append(owned.classes[min(first + 64, itemCount) - 1])
      wordCounts.append(owned.itemCounts[first])
    }
    limitCeilings.removeAll(keepingCapacity: true)
    limitCeilings.append(contentsOf: repeatElement(.infinity, count: owned.offsets.count))
    if parameters.contiguity == .contiguous { preparePaths() }
  }

  /// The smallest p-value of any pattern of an order; infinite where none is below `limit`.
  ///
  /// - Parameters:
  ///   - limit: at most that of the owner's orders before.
  ///   - enough: the search ends at a value of at most this.
  mutating func smallestPValue(of places: [Int32], below limit: Double, enough: Double) -> Double {
    (collects, self.limit, smallest, self.enough, isDone) = (false, limit, .infinity, enough, false)
    ceilings = limitCeilings
    search(places)
    return smallest
  }

  /// All patterns of an order with p-values below `limit`, in the order of results; the first of them where they are
  /// more than the budget.
  mutating func patterns(of places: [Int32], below limit: Double) -> [Found] {
    (collects, self.limit, isDone) = (true, limit, false)
    ceilings = Array(repeating: .infinity, count: ceilings.count)
    search(places)
    sortFound()
    defer { found.removeAll() }
    return found
  }

  private mutating func sortFound() {
    found.sort(by: Found.precedes)
    if found.count > parameters.patternBudget { found.removeLast(found.count - parameters.patternBudget) }
  }

  private mutating func search(_ places: [Int32]) {
    kinds.forgetIfMany()
    switch parameters.contiguity {
    case .gapsAllowed: searchSubsequences(places)
    case .contiguous: searchPaths(places)
    }
  }

  // MARK: Judging

  /// Looks at the pattern of the prefix and an item.
  mutating func judge(_ item: Int32, support: Int, parent: Int32) {
    judge(
      item, support: support,
      expectedSupport: kinds.expectedSupport(parent, adding: owned.classes[Int(item)]))
  }

  /// Looks at the pattern of the prefix and an item.
  mutating func judge(_ item: Int32, support: Int, expectedSupport expected: Double) {
    guard expected < ceilings[support] else { return }
    let sequenceCount = ceilings.count - 1
    let chances = BinomialDistribution(
      trialCount: sequenceCount, probability: min(1, expected / Double(sequenceCount)))
    let pValue = chances.upperTail(support)
    if pValue >= limit { Self.lower(&limitCeilings, to: expected, upTo: support) }
    guard pValue < min(limit, smallest) || collects && pValue < limit else {
      Self.lower(&ceilings, to: expected, upTo: support)
      return
    }
    if collects {
      found.append(
        Found(
          items: (prefix + [item]).map { owned.items[Int($0)] }, support: support, expectedSupport: expected,
          pValue: pValue))
      if found.count / 2 >= parameters.patternBudget { sortFound() }
    } else {
      smallest = pValue
      isDone = pValue <= enough
      Self.lower(&ceilings, to: expected, upTo: support)
    }
  }

  /// What does not count with a support does not count with less.
  private static func lower(_ ceilings: inout [Double], to expected: Double, upTo support: Int) {
    var place = support
    while place >= 0, ceilings[place] > expected {
      ceilings[place] = expected
      place -= 1
    }
  }

  // MARK: Subsequences

  private mutating func searchSubsequences(_ places: [Int32]) {
    ensureLevel(0)
    habitus_index_order(
      places, owned.offsets, owned.offsets.count - 1, parameters.minimumLength, itemCount, wordCount, &items,
      &previous, &following, &lastPositions, &bucketStarts, &buckets, &counts)
    grow(level: 0, parent: PatternKinds.root)
  }

  /// Extends every frequent pattern of a level of buckets: the prefix and the item of the bucket.
  private mutating func grow(level: Int, parent: Int32) {
    guard prefix.count + 2 < parameters.maximumLength else {
      judgeLastExtensions(level: level, parent: parent)
      return
    }
    let next = level + 1
    ensureLevel(next)
    for item in 0..<itemCount where !isDone {
      let support = Int(counts[level * itemCount + item])
      guard support >= parameters.minimumSupport else { continue }
      habitus_extend_prefix(
        items, previous, following, itemCount, wordCount, bucketStarts, &buckets,
        level * levelLength + Int(bucketStarts[item]), support, next * levelLength, &counts, next * itemCount)
      let kind = kinds.kind(of: parent, adding: owned.classes[item])
      prefix.append(Int32(item))
      if prefix.count + 1 >= parameters.minimumLength {
        let row = kinds.row(of: kind)
        let foundCount = habitus_items_below_ceilings(
          counts, next * itemCount, itemCount, parameters.minimumSupport, owned.classes, kinds.expectedSupports, row,
          ceilings, &addedItems)
        for place in 0..<foundCount where !isDone {
          let added = addedItems[place]
          judge(added, support: Int(counts[next * itemCount + Int(added)]), parent: kind)
        }
      }
      grow(level: next, parent: kind)
      prefix.removeLast()
    }
  }

  /// Looks at all patterns that are an item longer than those of a level of buckets, and as long as they may be.
  private mutating func judgeLastExtensions(level: Int, parent: Int32) {
    let row = kinds.row(of: parent)
    var item = 0
    while item < itemCount, !isDone {
      // The search of a prefix stops where its row is not known yet.
      kinds.noteChildRow(of: parent, adding: owned.classes[item], knowing: wordClasses)
      let foundCount = habitus_last_extensions(
        buckets, level * levelLength, bucketStarts, counts, level * itemCount, following, itemCount, wordCount,
        parameters.minimumSupport, owned.classes, wordClasses, wordCounts, kinds.childRows, row, kinds.expectedSupports,
        ceilings, &item, &lastItems, &addedItems, &addedSupports, lastItems.count)
      for place in 0..<foundCount where !isDone {
        let kind = kinds.kind(of: parent, adding: owned.classes[Int(lastItems[place])])
        prefix.append(lastItems[place])
        judge(addedItems[place], support: Int(addedSupports[place]), parent: kind)
        prefix.removeLast()
      }
    }
  }

  /// Makes room for a level of buckets.
  mutating func ensureLevel(_ level: Int) {
    buckets.extend(to: (level + 1) * levelLength)
    counts.extend(to: (level + 1) * itemCount)
  }
}

extension Array where Element: FixedWidthInteger {
  /// Appends zeros up to a length, where it is shorter.
  mutating func extend(to length: Int) {
    if count < length { append(contentsOf: repeatElement(0, count: length - count)) }
  }
}
