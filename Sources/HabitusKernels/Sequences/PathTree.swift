/// All contiguous paths up to a length, as a tree of prefixes: how often each occurs and in how many sequences.
///
/// A path of n items is an n-gram: n neighbours of a sequence. Its occurrences may overlap. Its support is the number
/// of sequences with an occurrence, or of owners, where sequences have some.
public struct PathTree: Hashable, Sendable {
  /// A path and its counts.
  public struct Path: Hashable, Sendable, Codable {
    /// The items, in order.
    public let items: [Int32]
    /// Number of places where it starts.
    public let occurrenceCount: Int
    /// Number of sequences with it; of owners, where sequences have some.
    public let support: Int

    /// Makes a path.
    public init(items: [Int32], occurrenceCount: Int, support: Int) {
      self.items = items
      self.occurrenceCount = occurrenceCount
      self.support = support
    }

    /// The order of results: falling support, then falling occurrences, then rising length, then lexicographic.
    static func precedes(_ first: Path, _ second: Path) -> Bool {
      if first.support != second.support { return first.support > second.support }
      if first.occurrenceCount != second.occurrenceCount { return first.occurrenceCount > second.occurrenceCount }
      if first.items.count != second.items.count { return first.items.count < second.items.count }
      return first.items.lexicographicallyPrecedes(second.items)
    }
  }

  /// A prefix: the path from the root to here.
  private struct Node: Hashable, Sendable {
    let parent: Int32
    let item: Int32
    var occurrenceCount: Int32 = 0
    var support: Int32 = 0
  }

  /// Prefixes of length 1, then 2 and so on.
  private var nodes: [Node] = []
  /// Where the prefixes of each length start, and at last where the longest ones end.
  private var levelStarts = [0]
  /// The children by parent (−1 for the root) and item.
  private var children: [UInt64: Int32] = [:]
  /// The least support of a path that is held.
  public let minimumSupport: Int
  /// The longest paths asked for.
  public let maximumLength: Int
  /// The greatest length up to which all paths are held: less than ``maximumLength`` where the longer ones did not
  /// fit the budget.
  public private(set) var searchedLength = 0

  /// Counts all paths of at most `maximumLength` items.
  ///
  /// O(items · `maximumLength`) time; memory is O(items + paths).
  ///
  /// - Parameters:
  ///   - first: the item that paths start with; all others are not counted. `nil` for any.
  ///   - minimumSupport: paths of less support are left out, and what they grow into; at least 1.
  ///   - pathBudget: the most paths held before those of too little support are dropped; lengths that would exceed it
  ///     are left out entirely, see ``searchedLength``. At least 1.
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for a parameter below 1.
  public init(
    _ database: SequenceDatabase, maximumLength: Int, from first: Int32? = nil, minimumSupport: Int = 1,
    pathBudget: Int = 1_000_000
  ) throws(KernelError) {
    for (name, value) in [
      ("maximumLength", maximumLength), ("minimumSupport", minimumSupport), ("pathBudget", pathBudget),
    ] where value < 1 {
      throw .parameter(name: name, value: Double(value), allowed: "1 or more")
    }
    self.maximumLength = maximumLength
    self.minimumSupport = minimumSupport
    let owning = SequenceOwners(sequenceCount: database.sequenceCount, owners: database.owners)
    // The node of the path that starts at each place, −1 where it is not held.
    var paths = Array(repeating: Int32(-1), count: database.items.count)
    for length in 1...maximumLength {
      guard grow(length: length, database, owning, from: first, pathBudget: pathBudget, &paths) else { return }
      searchedLength = length
      guard levelStarts[length] > levelStarts[length - 1] else { break }
    }
    searchedLength = maximumLength
  }

  /// Adds the paths of a length.
  ///
  /// - Returns: whether they fit the budget; nothing is added where not.
  private mutating func grow(
    length: Int, _ database: SequenceDatabase, _ owning: SequenceOwners, from firstItem: Int32?, pathBudget: Int,
    _ paths: inout [Int32]
  ) -> Bool {
    let first = nodes.count
    var lastOwner: [Int32] = []
    var found: [UInt64: Int32] = [:]
    var grown = paths
    for sequence in owning.order {
      let (start, end) = (database.offsets[sequence], database.offsets[sequence + 1])
      for place in start..<end {
        let parent = paths[place]
        grown[place] = -1
        guard place + length <= end else { continue }
        guard length == 1 ? database.items[place] == firstItem ?? database.items[place] : parent >= 0 else { continue }
        let item = database.items[place + length - 1]
        let key = Self.key(parent: parent, item: item)
        let node = found[key] ?? Int32(nodes.count)
        if Int(node) == nodes.count {
          guard nodes.count < min(pathBudget, Int(Int32.max)) else {
            nodes.removeLast(nodes.count - first)
            return false
          }
          found[key] = node
          nodes.append(Node(parent: parent, item: item))
          lastOwner.append(-1)
        }
        grown[place] = node
        nodes[Int(node)].occurrenceCount += 1
        guard lastOwner[Int(node) - first] != owning.numbers[sequence] else { continue }
        lastOwner[Int(node) - first] = owning.numbers[sequence]
        nodes[Int(node)].support += 1
      }
    }
    keepSupported(from: first, &grown)
    paths = grown
    return true
  }

  /// Drops the nodes from `first` on that have too little support, and renumbers the others.
  private mutating func keepSupported(from first: Int, _ paths: inout [Int32]) {
    // Numbered by parent and item, so that the tree does not depend on the order of sequences.
    let kept = (first..<nodes.count).filter { Int(nodes[$0].support) >= minimumSupport }
      .sorted { (nodes[$0].parent, nodes[$0].item) < (nodes[$1].parent, nodes[$1].item) }
    var numbers = Array(repeating: Int32(-1), count: nodes.count - first)
    for (place, node) in kept.enumerated() { numbers[node - first] = Int32(first + place) }
    let held = kept.map { nodes[$0] }
    nodes.removeLast(nodes.count - first)
    nodes += held
    for index in first..<nodes.count {
      children[Self.key(parent: nodes[index].parent, item: nodes[index].item)] = Int32(index)
    }
    for place in paths.indices where paths[place] >= 0 { paths[place] = numbers[Int(paths[place]) - first] }
    levelStarts.append(nodes.count)
  }

  private static func key(parent: Int32, item: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: parent)) << 32 | UInt64(UInt32(bitPattern: item))
  }
}

extension PathTree {
  /// Number of paths held.
  public var pathCount: Int { nodes.count }

  /// A path's counts; `nil` where it is not held, or empty. O(length).
  public func path(_ items: [Int32]) -> Path? {
    var node: Int32 = -1
    for item in items {
      guard let child = children[Self.key(parent: node, item: item)] else { return nil }
      node = child
    }
    return node >= 0 ? path(at: Int(node)) : nil
  }

  /// The paths of some lengths, the most supported first: by falling support, then falling occurrences, then rising
  /// length, then lexicographic. O(paths · log paths).
  ///
  /// - Parameters:
  ///   - lengths: `nil` for all.
  ///   - first: the item that they start with; `nil` for any.
  ///   - last: the item that they end with; `nil` for any.
  ///   - limit: the most paths returned; `nil` for all.
  public func topPaths(
    lengths: ClosedRange<Int>? = nil, from first: Int32? = nil, to last: Int32? = nil, limit: Int? = nil
  ) -> [Path] {
    let levels = (1..<max(1, levelStarts.count)).filter { lengths?.contains($0) ?? true }
    let chosen = levels.flatMap { level in
      (levelStarts[level - 1]..<levelStarts[level]).filter { last == nil || nodes[$0].item == last }.map(path(at:))
        .filter { first == nil || $0.items.first == first }
    }
    return Array(chosen.sorted(by: Path.precedes).prefix(max(0, limit ?? chosen.count)))
  }

  /// What follows a path at once: the held paths with one item more, in the order of ``topPaths(lengths:from:to:limit:)``.
  public func continuations(of items: [Int32]) -> [Path] {
    guard items.count < levelStarts.count - 1 else { return [] }
    var parent: Int32 = -1
    for item in items {
      guard let child = children[Self.key(parent: parent, item: item)] else { return [] }
      parent = child
    }
    // Children stand together, by rising parent.
    return (levelStarts[items.count]..<levelStarts[items.count + 1]).filter { nodes[$0].parent == parent }
      .map(path(at:)).sorted(by: Path.precedes)
  }

  private func path(at index: Int) -> Path {
    var items: [Int32] = []
    var node = Int32(index)
    while node >= 0 {
      items.append(nodes[Int(node)].item)
      node = nodes[Int(node)].parent
    }
    return Path(
      items: items.reversed(), occurrenceCount: Int(nodes[index].occurrenceCount), support: Int(nodes[index].support))
  }
}
