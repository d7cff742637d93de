internal import HabitusModel

/// Grows the tree of what comes after, or before, visits of one state.
struct PathBranching {
  /// What a tree begins with.
  enum Root {
    /// The beginnings of sessions; forwards only.
    case sessionStart
    /// All visits of a state.
    case visits(of: Int)
  }

  private struct Node {
    let state: Int?
    let visitCount: Int
    let sessionCount: Int
    let userCount: Int
    var endedCount = 0
    var children: [Int] = []
  }

  /// Where a path that the tree holds begins, and the last node that it has come to.
  private struct Place {
    let start: Int32
    let session: Int32
    let node: Int32
  }

  private let sequences: PathSequences
  private let stateCount: Int
  /// 1 forwards, −1 backwards.
  private let direction: Int
  private var nodes: [Node] = []

  /// Grows a tree. O(visits of the root · depth) time; memory is O(visits of the root), and 1,000 times the number of
  /// states, as no node is held with less than a thousandth of the root's visits.
  init(
    _ sequences: PathSequences, stateCount: Int, root: Root, isBackward: Bool, depth: Int, branching: Int
  ) {
    self.sequences = sequences
    self.stateCount = stateCount
    direction = isBackward ? -1 : 1
    var places = plant(root)
    var first = 0
    for level in 1...depth + 1 {
      let end = nodes.count
      places = grow(places, level: level, first..<end, branching: level <= depth ? branching : 0)
      first = end
      if places.isEmpty { break }
    }
  }

  /// The tree.
  var tree: PathsReport.Branch { branch(0) }

  private func branch(_ index: Int) -> PathsReport.Branch {
    let node = nodes[index]
    return PathsReport.Branch(
      step: node.state, visitCount: node.visitCount, sessionCount: node.sessionCount, userCount: node.userCount,
      endedCount: node.endedCount, branches: node.children.map(branch))
  }

  /// Makes the root, and returns where it was visited.
  private mutating func plant(_ root: Root) -> [Place] {
    var places: [Place] = []
    var tally = OwnerTally(count: 1)
    for session in 0..<sequences.sessionCount {
      func add(_ start: Int) {
        tally.add(0, session: session, user: sequences.users[session])
        places.append(Place(start: Int32(truncatingIfNeeded: start), session: Int32(session), node: 0))
      }
      switch root {
      case .sessionStart: add(sequences.offsets[session] - 1)
      case .visits(let state):
        for place in sequences.places(session) where Int(sequences.states[place]) == state { add(place) }
      }
    }
    var state: Int?
    if case .visits(let visited) = root { state = visited }
    nodes.append(
      Node(
        state: state, visitCount: places.count, sessionCount: tally.sessionCounts[0], userCount: tally.userCounts[0]))
    return places
  }

  /// Adds the children of the nodes of a level, and returns the places that come to one of them.
  private mutating func grow(_ places: [Place], level: Int, _ parents: Range<Int>, branching: Int) -> [Place] {
    var visitCounts = [Int](repeating: 0, count: parents.count * stateCount)
    var tally = OwnerTally(count: visitCounts.count)
    for place in places {
      guard let cell = cell(of: place, level: level, parents) else {
        nodes[Int(place.node)].endedCount += 1
        continue
      }
      visitCounts[cell] += 1
      tally.add(cell, session: Int(place.session), user: sequences.users[Int(place.session)])
    }
    guard branching > 0 else { return [] }
    var children = [Int32](repeating: -1, count: visitCounts.count)
    for parent in parents {
      let cells = (parent - parents.lowerBound) * stateCount..<(parent - parents.lowerBound + 1) * stateCount
      let least = max(1, nodes[0].visitCount / 1000)
      let chosen = cells.filter { visitCounts[$0] >= least }
        .sorted { (-visitCounts[$0], $0) < (-visitCounts[$1], $1) }.prefix(branching)
      for cell in chosen {
        children[cell] = Int32(nodes.count)
        nodes[parent].children.append(nodes.count)
        nodes.append(
          Node(
            state: cell % stateCount, visitCount: visitCounts[cell], sessionCount: tally.sessionCounts[cell],
            userCount: tally.userCounts[cell]))
      }
    }
    return places.compactMap { place in
      guard let cell = cell(of: place, level: level, parents), children[cell] >= 0 else { return nil }
      return Place(start: place.start, session: place.session, node: children[cell])
    }
  }

  /// The parent and the next state of a place, as one number; `nil` where the session has no further visit.
  private func cell(of place: Place, level: Int, _ parents: Range<Int>) -> Int? {
    let next = Int(place.start) + direction * level
    guard sequences.places(Int(place.session)).contains(next) else { return nil }
    return (Int(place.node) - parents.lowerBound) * stateCount + Int(sequences.states[next])
  }
}
