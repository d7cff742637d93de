/// The supports of many given patterns at once.
///
/// The patterns are held as a tree of prefixes, so that what they begin with alike is matched once. A sequence contains
/// a pattern as for ``PrefixSpan`` or, contiguously, as for ``PathTree``.
public struct PatternSupports: Sendable {
  /// The patterns, in the order given.
  public let patterns: [[Int32]]
  /// What may lie between the items of a pattern.
  public let contiguity: PatternContiguity
  /// Limits of where a pattern with gaps may lie.
  public let constraints: EmbeddingConstraints
  let tree: PatternTree

  /// Takes patterns, which may repeat each other. O(items of the patterns).
  ///
  /// - Throws: ``KernelError``: `parameter` for a constraint out of range.
  /// - Precondition: paths without gaps have no constraints.
  public init(
    _ patterns: [[Int32]], contiguity: PatternContiguity = .gapsAllowed, constraints: EmbeddingConstraints = .none
  ) throws(KernelError) {
    precondition(contiguity == .gapsAllowed || constraints == .none, "only patterns with gaps have limits")
    // Whether there are times is known when sequences come.
    try constraints.validate(hasTimes: true)
    self.patterns = patterns
    self.contiguity = contiguity
    self.constraints = constraints
    tree = PatternTree(patterns)
  }

  /// How often each pattern occurs.
  public struct Counts: Hashable, Sendable {
    /// By pattern, the sequences that contain it; for an empty pattern all.
    public let sequences: [Int]
    /// By pattern, the owners with such a sequence; the sequences again where they have no owners.
    public let owners: [Int]
    /// By pattern, those sequences by their group; empty without groups.
    public let sequencesByGroup: [[Int]]
  }

  /// Counts the sequences that contain each pattern.
  ///
  /// O(items + visited prefixes): of a sequence those prefixes are visited that it contains, each once, and looked up
  /// those that continue one. Limits cost a factor of up to the length of the sequence, limited gaps another of up to
  /// the gap. The same on any number of threads.
  ///
  /// - Parameters:
  ///   - groups: by sequence a group, 0..<`groupCount`, or −1 for none; `nil` for no groups.
  ///   - threadCount: `nil` for one a processor.
  /// - Throws: ``KernelError``: `parameter` for a limit of time where sequences have no times, or a group out of
  ///   range; `sampleCount` unless there is a group for every sequence.
  public func counts(
    in database: SequenceDatabase, groups: [Int32]? = nil, groupCount: Int = 0, threadCount: Int? = nil
  ) throws(KernelError) -> Counts {
    try constraints.validate(hasTimes: database.times != nil)
    if let groups {
      guard groups.count == database.sequenceCount else {
        throw .sampleCount(expected: database.sequenceCount, found: groups.count)
      }
      if let wrong = groups.first(where: { $0 < -1 || Int($0) >= groupCount }) {
        throw .parameter(name: "groups", value: Double(wrong), allowed: "-1 to \(groupCount - 1)")
      }
    }
    let owning = SequenceOwners(sequenceCount: database.sequenceCount, owners: database.owners)
    let bounds = Self.bounds(owning, partLength: 4096)
    let parts = concurrentMap(count: bounds.count - 1, threadCount: threadCount) { part in
      var tally = PatternTally(nodeCount: tree.nodeCount, groupCount: groups == nil ? 0 : groupCount)
      var matcher = PatternMatcher(self)
      for place in bounds[part]..<bounds[part + 1] {
        let sequence = owning.order[place]
        let group = groups.map { Int($0[sequence]) } ?? -1
        matcher.visit(database, sequence) { node in
          tally.add(node, owner: owning.numbers[sequence], group: group)
        }
      }
      return tally
    }
    let tally = parts.reduce(into: PatternTally(nodeCount: tree.nodeCount, groupCount: groups == nil ? 0 : groupCount))
    {
      $0.add($1)
    }
    return Counts(
      sequences: tree.ends.map { tally.sequences[$0] }, owners: tree.ends.map { tally.owners[$0] },
      sequencesByGroup: groups == nil ? [] : tree.ends.map { tally.byGroup(of: $0) })
  }

  /// Parts of about so many sequences, none of which cuts through an owner.
  private static func bounds(_ owning: SequenceOwners, partLength: Int) -> [Int] {
    var bounds = [0]
    let count = owning.order.count
    while let start = bounds.last, start < count {
      var end = min(count, start + partLength)
      while end < count, owning.numbers[owning.order[end]] == owning.numbers[owning.order[end - 1]] { end += 1 }
      bounds.append(end)
    }
    return bounds
  }
}

/// Counts by node of a tree.
private struct PatternTally: Sendable {
  private(set) var sequences: [Int]
  private(set) var owners: [Int]
  private var groups: [Int]
  private let groupCount: Int
  /// By node, the last owner counted.
  private var lastOwner: [Int32]

  init(nodeCount: Int, groupCount: Int) {
    sequences = Array(repeating: 0, count: nodeCount)
    owners = sequences
    lastOwner = Array(repeating: -1, count: nodeCount)
    groups = Array(repeating: 0, count: nodeCount * groupCount)
    self.groupCount = groupCount
  }

  /// Counts a sequence; those of an owner come in a run.
  mutating func add(_ node: Int, owner: Int32, group: Int) {
    sequences[node] += 1
    if lastOwner[node] != owner {
      lastOwner[node] = owner
      owners[node] += 1
    }
    if group >= 0 { groups[node * groupCount + group] += 1 }
  }

  mutating func add(_ other: PatternTally) {
    for node in sequences.indices {
      sequences[node] += other.sequences[node]
      owners[node] += other.owners[node]
    }
    for place in groups.indices { groups[place] += other.groups[place] }
  }

  func byGroup(of node: Int) -> [Int] { Array(groups[node * groupCount..<(node + 1) * groupCount]) }
}
