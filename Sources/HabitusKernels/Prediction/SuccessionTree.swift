/// How often which item came right after which last few items, for contexts of every length up to a limit.
///
/// Node 0 is the empty context; a child's context has one item more, further back. The nodes of each length stand
/// together, by parent and item.
struct SuccessionTree: Hashable, Sendable {
  /// Children of node i are the nodes in childStarts[i]..<childStarts[i + 1].
  private let childStarts: [Int32]
  /// Of every node, the item furthest back in its context.
  private let items: [Int32]
  /// What followed node i stands at followerStarts[i]..<followerStarts[i + 1], by item.
  private let followerStarts: [Int32]
  private let followers: [Int32]
  private let counts: [Int32]
  /// Of every node, how often anything followed.
  private let totals: [Int32]

  /// The empty context.
  static let root = 0

  /// Counts. O(items · order · log items).
  ///
  /// - Parameters:
  ///   - numbers: sequences one after the other, of numbers from 0 on, as `offsets` tell.
  ///   - order: the most items in a context.
  ///   - beginning: the number that stands before every sequence; `nil`: contexts end where a sequence begins.
  init(of numbers: [Int32], offsets: [Int], order: Int, beginning: Int32?) {
    var builder = SuccessionTreeBuilder(numbers: numbers, offsets: offsets, beginning: beginning)
    for depth in 0...order {
      if depth > 0 { builder.addContexts(depth: depth) }
      builder.addSuccessions()
    }
    (items, childStarts) = (builder.items, builder.childCounts.starts(from: 1))
    (followers, counts, totals) = (builder.followers, builder.counts, builder.totals)
    followerStarts = builder.followerCounts.starts(from: 0)
  }

  /// The node whose context has `item` before that of `node`; `nil` where that was never seen. O(log items).
  func child(of node: Int, _ item: Int32) -> Int? {
    Self.place(of: item, among: items, Int(childStarts[node])..<Int(childStarts[node + 1]))
  }

  /// How often anything followed the context of `node`.
  func total(of node: Int) -> Double { Double(totals[node]) }

  /// How often `item` followed the context of `node`. O(log items).
  func count(of item: Int32, after node: Int) -> Double {
    let range = Int(followerStarts[node])..<Int(followerStarts[node + 1])
    return Self.place(of: item, among: followers, range).map { Double(counts[$0]) } ?? 0
  }

  /// What followed the context of `node`, and how often, by item.
  func successions(of node: Int) -> [(item: Int, count: Double)] {
    (Int(followerStarts[node])..<Int(followerStarts[node + 1])).map { (Int(followers[$0]), Double(counts[$0])) }
  }

  private static func place(of item: Int32, among items: [Int32], _ range: Range<Int>) -> Int? {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if items[middle] < item { low = middle + 1 } else { high = middle }
    }
    return low < range.upperBound && items[low] == item ? low : nil
  }
}

extension SuccessionTree: Codable {
  private enum CodingKeys: CodingKey { case childStarts, items, followerStarts, followers, counts, totals }

  /// Reads a tree, and refuses one whose parts do not fit together.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func numbers(_ key: CodingKeys) throws -> [Int32] { try container.decode(PackedNumbers.self, forKey: key).integers }
    childStarts = try numbers(.childStarts)
    items = try numbers(.items)
    followerStarts = try numbers(.followerStarts)
    followers = try numbers(.followers)
    counts = try numbers(.counts)
    totals = try numbers(.totals)
    let nodes = items.count
    guard nodes > 0, totals.count == nodes, counts.count == followers.count,
      Self.divide(childStarts, Int32(clamping: nodes), parts: nodes, from: 1),
      Self.divide(followerStarts, Int32(clamping: followers.count), parts: nodes, from: 0),
      (items.dropFirst() + followers + counts + totals).allSatisfy({ $0 >= 0 })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .items, in: container, debugDescription: "the parts of a tree of successions do not fit together")
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(PackedNumbers(childStarts), forKey: .childStarts)
    try container.encode(PackedNumbers(items), forKey: .items)
    try container.encode(PackedNumbers(followerStarts), forKey: .followerStarts)
    try container.encode(PackedNumbers(followers), forKey: .followers)
    try container.encode(PackedNumbers(counts), forKey: .counts)
    try container.encode(PackedNumbers(totals), forKey: .totals)
  }

  /// Whether starts divide the numbers from `first` to `end` into parts.
  private static func divide(_ starts: [Int32], _ end: Int32, parts: Int, from first: Int32) -> Bool {
    starts.count == parts + 1 && starts.first == first && starts.last == end
      && zip(starts, starts.dropFirst()).allSatisfy { $0 <= $1 }
  }
}

/// Grows a ``SuccessionTree`` by one length of contexts after the other.
private struct SuccessionTreeBuilder {
  let numbers: [Int32]
  let beginning: Int32?
  /// Of every place, where its sequence starts.
  private let starts: [Int32]
  /// Of every place, the node of the longest context so far that comes right before it; −1 where there is none.
  private var nodes: [Int32]
  /// As in the tree.
  private(set) var items: [Int32] = [-1]
  private(set) var childCounts: [Int32] = [0]
  private(set) var followers: [Int32] = []
  private(set) var counts: [Int32] = []
  private(set) var followerCounts: [Int32] = []
  private(set) var totals: [Int32] = []

  init(numbers: [Int32], offsets: [Int], beginning: Int32?) {
    (self.numbers, self.beginning) = (numbers, beginning)
    nodes = Array(repeating: 0, count: numbers.count)
    var starts: [Int32] = []
    starts.reserveCapacity(numbers.count)
    for (start, end) in zip(offsets, offsets.dropFirst()) {
      starts.append(contentsOf: repeatElement(Int32(start), count: end - start))
    }
    self.starts = starts
  }

  /// Adds the contexts that have `depth` items, one more than those before.
  mutating func addContexts(depth: Int) {
    let pairs = numbers.indices.map { place -> UInt64? in
      guard nodes[place] >= 0 else { return nil }
      let back = place - depth
      if back >= starts[place] { return Self.pair(nodes[place], numbers[back]) }
      guard let beginning, back == starts[place] - 1 else { return nil }
      return Self.pair(nodes[place], beginning)
    }
    var numberOfPair: [UInt64: Int32] = [:]
    for (pair, _) in Self.distinct(pairs.compactMap { $0 }) {
      numberOfPair[pair] = Int32(items.count)
      childCounts[Int(pair >> 32)] += 1
      items.append(Int32(truncatingIfNeeded: pair & 0xFFFF_FFFF))
      childCounts.append(0)
    }
    nodes = pairs.map { $0.flatMap { numberOfPair[$0] } ?? -1 }
  }

  /// Adds what followed the contexts that were added last.
  mutating func addSuccessions() {
    let added = items.count - totals.count
    totals.append(contentsOf: repeatElement(0, count: added))
    followerCounts.append(contentsOf: repeatElement(0, count: added))
    let pairs = zip(nodes, numbers).lazy.filter { $0.0 >= 0 }.map { Self.pair($0.0, $0.1) }
    for (pair, count) in Self.distinct(Array(pairs)) {
      followers.append(Int32(truncatingIfNeeded: pair & 0xFFFF_FFFF))
      counts.append(count)
      totals[Int(pair >> 32)] += count
      followerCounts[Int(pair >> 32)] += 1
    }
  }

  private static func pair(_ node: Int32, _ item: Int32) -> UInt64 { UInt64(node) << 32 | UInt64(item) }

  /// Different pairs, rising, with how often each occurs.
  private static func distinct(_ pairs: [UInt64]) -> [(pair: UInt64, count: Int32)] {
    var found: [(pair: UInt64, count: Int32)] = []
    for pair in pairs.sorted() {
      if let last = found.last, last.pair == pair {
        found[found.count - 1].count += 1
      } else {
        found.append((pair, 1))
      }
    }
    return found
  }
}

extension [Int32] {
  /// Where each of these many elements starts when they stand in a row from `first` on, and at last where they end.
  fileprivate func starts(from first: Int32) -> [Int32] {
    reduce(into: [first]) { starts, count in starts.append(starts[starts.count - 1] + count) }
  }
}
