internal import HabitusKernels

/// Finds the paths that most sessions take.
struct PathSearch {
  /// A path of states.
  struct Found {
    let states: [Int32]
    let occurrenceCount: Int
    let sessionCount: Int
  }

  /// Paths of each length in turn, those in most sessions first; ties by occurrences, then by states.
  private(set) var paths: [Found] = []
  /// The greatest length up to which paths were looked for.
  private(set) var searchedLength = 0
  /// Paths in fewer sessions were not looked for although there is room for them; 1 where none are missing.
  private(set) var leastSessionCount = 1

  private let definition: PathsDefinition
  private let first: Int32?
  private let last: Int32?
  /// The state of joined steps, which no path that is returned goes through.
  private let joined: Int32?

  /// Searches. Begins with paths in a thousandth of the sessions at least and comes down to fewer until there are as
  /// many as are asked for, so that what is held at once stays small.
  ///
  /// - Parameters:
  ///   - first: the state that paths begin with; `nil` for any.
  ///   - last: the state that they end with; `nil` for any.
  ///   - sessionCount: sessions with the states that are asked for.
  init(
    _ sequences: PathSequences, _ definition: PathsDefinition, from first: Int?, to last: Int?, joined: Int?,
    sessionCount: Int
  ) throws {
    self.definition = definition
    self.first = first.map(Int32.init)
    self.last = last.map(Int32.init)
    self.joined = joined.map(Int32.init)
    // Paths to a state are paths from it where sessions are read from their ends.
    let isReversed = first == nil && last != nil
    let database = isReversed ? sequences.reversedDatabase : sequences.database
    var least = max(1, sessionCount / 1000)
    // By length, the paths and the least number of their sessions.
    var found: [Int: (paths: [Found], least: Int)] = [:]
    var isWhole = true
    var hasRoom = true
    while isWhole, hasRoom, least > 0 {
      let tree = try PathTree(
        database, maximumLength: definition.lengths.upperBound, from: isReversed ? self.last : self.first,
        minimumSupport: least, pathBudget: definition.pathBudget)
      for length in definition.lengths where length <= tree.searchedLength {
        found[length] = (paths(of: length, in: tree, isReversed: isReversed), least)
      }
      searchedLength = max(searchedLength, tree.searchedLength)
      isWhole = tree.searchedLength == definition.lengths.upperBound
      hasRoom = definition.lengths.contains { (found[$0]?.paths.count ?? 0) < definition.limit }
      least = least > 1 ? max(1, least / 10) : 0
    }
    paths = definition.lengths.flatMap { found[$0]?.paths ?? [] }
    leastSessionCount = found.values.filter { $0.paths.count < definition.limit }.map(\.least).max() ?? 1
  }

  private func paths(of length: Int, in tree: PathTree, isReversed: Bool) -> [Found] {
    let found = tree.topPaths(lengths: length...length, to: isReversed ? nil : last)
      .filter { path in !path.items.contains { $0 == joined } }
    guard isReversed else { return found.prefix(definition.limit).map { Found($0, $0.items) } }
    // Ties were broken by states from the end.
    return found.map { Found($0, $0.items.reversed()) }
      .sorted {
        if $0.sessionCount != $1.sessionCount { return $0.sessionCount > $1.sessionCount }
        if $0.occurrenceCount != $1.occurrenceCount { return $0.occurrenceCount > $1.occurrenceCount }
        return $0.states.lexicographicallyPrecedes($1.states)
      }
      .prefix(definition.limit).map { $0 }
  }
}

extension PathSearch.Found {
  fileprivate init(_ path: PathTree.Path, _ states: [Int32]) {
    self.init(states: states, occurrenceCount: path.occurrenceCount, sessionCount: path.support)
  }
}

/// Counts the users of given paths.
struct PathUsers {
  /// By prefix and next state, the prefix that both make; 0 is the empty prefix.
  private var children: [UInt64: Int] = [:]
  /// By prefix, the path that it is; `nil` for one that only leads to paths.
  private var paths: [Int?] = [nil]
  /// By path.
  private(set) var userCounts: [Int]

  /// Counts. O(visits · greatest length).
  init(of wanted: [[Int32]], in sequences: PathSequences, stateCount: Int) {
    userCounts = Array(repeating: 0, count: wanted.count)
    for (number, path) in wanted.enumerated() { insert(path, number) }
    guard !wanted.isEmpty else { return }
    // By state, the prefix that it is by itself; most visits begin no path, and are seen off here.
    let roots = (0..<stateCount).map { children[Self.key(0, Int32($0))] }
    var tally = OwnerTally(count: wanted.count)
    for session in 0..<sequences.sessionCount {
      let (places, user) = (sequences.places(session), sequences.users[session])
      for start in places {
        var node = roots[Int(sequences.states[start])]
        var next = start + 1
        while let prefix = node {
          if let path = paths[prefix] { tally.add(path, session: session, user: user) }
          node = next < places.upperBound ? children[Self.key(prefix, sequences.states[next])] : nil
          next += 1
        }
      }
    }
    userCounts = tally.userCounts
  }

  private mutating func insert(_ path: [Int32], _ number: Int) {
    var node = 0
    for state in path {
      let key = Self.key(node, state)
      if let child = children[key] {
        node = child
      } else {
        children[key] = paths.count
        node = paths.count
        paths.append(nil)
      }
    }
    paths[node] = number
  }

  private static func key(_ prefix: Int, _ state: Int32) -> UInt64 {
    UInt64(UInt32(truncatingIfNeeded: prefix)) << 32 | UInt64(UInt32(bitPattern: state))
  }
}
