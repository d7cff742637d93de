/// Finds the prefixes of patterns that a sequence contains; reuses its buffers from sequence to sequence.
struct PatternMatcher {
  private let tree: PatternTree
  private let contiguity: PatternContiguity
  private let constraints: EmbeddingConstraints
  /// The numbers of the items of the sequence that any pattern has, and where in the sequence they stand.
  private var numbers: [Int32] = []
  private var places: [Int] = []
  /// By item: where its occurrences begin and end in ``occurrences``, valid where ``stamps`` say so.
  private var starts: [Int]
  private var ends: [Int]
  private var stamps: [Int]
  /// Positions in ``numbers``, item by item.
  private var occurrences: [Int] = []
  /// By node: the last sequence it was visited for.
  private var visited: [Int]
  private var stamp = 0

  init(_ supports: PatternSupports) {
    tree = supports.tree
    contiguity = supports.contiguity
    constraints = supports.constraints
    starts = Array(repeating: 0, count: tree.itemCount)
    ends = starts
    stamps = starts
    visited = Array(repeating: 0, count: tree.nodeCount)
  }

  /// Calls `body` once for every node whose prefix the sequence contains, the empty one among them.
  mutating func visit(_ database: SequenceDatabase, _ sequence: Int, _ body: (Int) -> Void) {
    stamp += 1
    let range = database.offsets[sequence]..<database.offsets[sequence + 1]
    body(0)
    if contiguity == .contiguous { return visitPaths(database, range, body) }
    index(database, range)
    if constraints != .none { return visitLimited(database.times, body) }
    // A pattern ends first where its first item does.
    for (position, number) in numbers.enumerated() where occurrences[starts[Int(number)]] == position {
      guard let child = tree.rootChildren[Int(number)] else { continue }
      body(child)
      visitLeftmost(child, from: position + 1, body)
    }
  }

  // MARK: Contiguous

  private mutating func visitPaths(_ database: SequenceDatabase, _ range: Range<Int>, _ body: (Int) -> Void) {
    numbers.removeAll(keepingCapacity: true)
    for place in range { numbers.append(tree.number(of: database.items[place])) }
    for start in numbers.indices where numbers[start] >= 0 {
      guard var node = tree.rootChildren[Int(numbers[start])] else { continue }
      note(node, body)
      for number in numbers[(start + 1)...] {
        guard let child = child(of: node, number) else { break }
        node = child
        note(node, body)
      }
    }
  }

  private func child(of node: Int, _ number: Int32) -> Int? {
    for edge in tree.childStarts[node]..<tree.childStarts[node + 1] where tree.childItems[edge] == number {
      return tree.children[edge]
    }
    return nil
  }

  private mutating func note(_ node: Int, _ body: (Int) -> Void) {
    guard visited[node] != stamp else { return }
    visited[node] = stamp
    body(node)
  }

  // MARK: With gaps

  /// Sorts the positions of the sequence by item.
  private mutating func index(_ database: SequenceDatabase, _ range: Range<Int>) {
    numbers.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    for place in range {
      let number = tree.number(of: database.items[place])
      guard number >= 0 else { continue }
      let item = Int(number)
      if stamps[item] != stamp {
        stamps[item] = stamp
        ends[item] = 0
      }
      ends[item] += 1
      numbers.append(number)
      places.append(place)
    }
    while occurrences.count < numbers.count { occurrences.append(0) }
    var next = 0
    for number in numbers {
      let item = Int(number)
      // A count until the item's place is fixed, when it becomes the end that grows; told apart by the sign.
      guard ends[item] > 0 else { continue }
      starts[item] = next
      next += ends[item]
      ends[item] = ~starts[item]
    }
    for (position, number) in numbers.enumerated() {
      let item = Int(number)
      occurrences[~ends[item]] = position
      ends[item] -= 1
    }
    for number in numbers where ends[Int(number)] < 0 { ends[Int(number)] = ~ends[Int(number)] }
  }

  /// The index in ``occurrences`` of the first one of an item at `position` or later; `nil` where there is none.
  private func firstOccurrence(_ number: Int32, from position: Int) -> Int? {
    let item = Int(number)
    guard stamps[item] == stamp else { return nil }
    var (low, high) = (starts[item], ends[item])
    while low < high {
      let middle = (low + high) / 2
      if occurrences[middle] < position { low = middle + 1 } else { high = middle }
    }
    return low < ends[item] ? low : nil
  }

  /// Each prefix where it ends first: what continues it from there includes whatever could from anywhere else.
  private func visitLeftmost(_ node: Int, from position: Int, _ body: (Int) -> Void) {
    for edge in tree.childStarts[node]..<tree.childStarts[node + 1] {
      guard let found = firstOccurrence(tree.childItems[edge], from: position) else { continue }
      body(tree.children[edge])
      visitLeftmost(tree.children[edge], from: occurrences[found] + 1, body)
    }
  }

  /// From every place where a pattern may begin.
  private mutating func visitLimited(_ times: [Int64]?, _ body: (Int) -> Void) {
    for first in numbers.indices {
      guard let child = tree.rootChildren[Int(numbers[first])] else { continue }
      note(child, body)
      var tried: Set<Position> = []
      visitLimited(child, first: first, last: first, times, &tried, body)
    }
  }

  private struct Position: Hashable {
    let node: Int
    let last: Int
  }

  private mutating func visitLimited(
    _ node: Int, first: Int, last: Int, _ times: [Int64]?, _ tried: inout Set<Position>, _ body: (Int) -> Void
  ) {
    for edge in tree.childStarts[node]..<tree.childStarts[node + 1] {
      let (child, number) = (tree.children[edge], tree.childItems[edge])
      guard var found = firstOccurrence(number, from: last + 1) else { continue }
      while found < ends[Int(number)], mayFollow(occurrences[found], after: last, since: first, times) {
        let position = occurrences[found]
        if tried.insert(Position(node: child, last: position)).inserted {
          note(child, body)
          visitLimited(child, first: first, last: position, times, &tried, body)
        }
        // Without limits on gaps the first place serves whatever later ones could.
        if !constraints.limitsGaps { break }
        found += 1
      }
    }
  }

  private func mayFollow(_ position: Int, after last: Int, since first: Int, _ times: [Int64]?) -> Bool {
    if let gap = constraints.maximumGap, places[position] - places[last] > gap { return false }
    if let span = constraints.maximumSpan, places[position] - places[first] >= span { return false }
    guard let times else { return true }
    if let gap = constraints.maximumTimeGap, times[places[position]] - times[places[last]] > gap { return false }
    if let span = constraints.maximumTimeSpan, times[places[position]] - times[places[first]] > span { return false }
    return true
  }
}

extension EmbeddingConstraints {
  /// Whether there is a limit between neighbours of a pattern.
  fileprivate var limitsGaps: Bool { maximumGap != nil || maximumTimeGap != nil }
}
