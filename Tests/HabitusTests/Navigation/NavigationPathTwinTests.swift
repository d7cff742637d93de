import Testing

@testable import Habitus

/// Paths counted with dictionaries of names, session by session.
private struct PathTwin {
  struct Session {
    let user: String
    var steps: [String]
    var minutes: [Double]
  }

  var sessions: [Session] = []

  /// Minutes with names by user, ascending; names of `joined` are one step.
  init(_ users: [String: [(minute: Double, step: String)]], countsRepeats: Bool, joined: Set<String>) {
    for user in users.keys.sorted() {
      var last = -1000.0
      for (minute, name) in users[user] ?? [] {
        let step = joined.contains(name) ? "other steps" : name
        if minute - last > 30 { sessions.append(Session(user: user, steps: [], minutes: [])) }
        last = minute
        let current = sessions.count - 1
        if !countsRepeats, sessions[current].steps.last == step { continue }
        sessions[current].steps.append(step)
        sessions[current].minutes.append(minute)
      }
    }
  }

  /// By path of a length: places, sessions and users.
  func paths(_ length: Int) -> [[String]: [Int]] {
    var found: [[String]: [(session: Int, user: String)]] = [:]
    for (number, session) in sessions.enumerated() where session.steps.count >= length {
      for start in 0...session.steps.count - length {
        found[Array(session.steps[start..<start + length]), default: []].append((number, session.user))
      }
    }
    return found.mapValues { [$0.count, Set($0.map(\.session)).count, Set($0.map(\.user)).count] }
  }

  func medianSeconds(_ from: String, _ to: String) -> Double {
    let gaps = sessions.flatMap { session in
      session.steps.indices.dropFirst().filter { session.steps[$0 - 1] == from && session.steps[$0] == to }.map {
        (session.minutes[$0] - session.minutes[$0 - 1]) * 60
      }
    }.sorted()
    return (gaps[gaps.count / 2] + gaps[(gaps.count - 1) / 2]) / 2
  }

  /// Where a path stands: places from its first (in a backward tree its last) step on, and those at an edge of a session.
  func visits(of path: [String?], isBackward: Bool) -> (count: Int, ended: Int) {
    var (count, ended) = (0, 0)
    for session in sessions {
      var steps: [String?] = session.steps
      if path[0] == nil { steps.insert(nil, at: 0) }
      if isBackward { steps.reverse() }
      for start in steps.indices where steps[start...].starts(with: path) {
        count += 1
        ended += start + path.count == steps.count ? 1 : 0
      }
    }
    return (count, ended)
  }
}

@Suite("Paths of random events")
struct NavigationPathTwinTests {
  @Test("equal dictionaries of names", arguments: 0..<UInt64(12))
  func twin(seed: UInt64) async throws {
    var random = SmallGenerator(state: seed &* 77 + 5)
    var users: [String: [(minute: Double, step: String)]] = [:]
    let (typeCount, countsRepeats) = (3 + Int(seed % 4), seed % 2 == 0)
    for user in 0..<8 {
      var minute = 0.0
      for _ in 0..<Int.random(in: 1...40, using: &random) {
        minute += Double(Int.random(in: 1...45, using: &random))
        let step = min(Int.random(in: 0..<typeCount, using: &random), Int.random(in: 0..<typeCount, using: &random))
        users["u\(user)", default: []].append((minute, "s\(step)"))
      }
    }
    let made = try TestWorkspace()
    let events = users.flatMap { user, steps in steps.map { event(user, $0.minute, $0.step) } }
    try made.workspace.store.append(events, namespace: "test")
    let definition = PathsDefinition(
      countsRepeats: countsRepeats, from: seed % 3 == 1 ? "s0" : nil, to: seed % 3 == 2 ? "s1" : nil, lengths: 2...4,
      limit: 1000, depth: 3, branching: 20, stateLimit: seed % 4 == 3 ? 3 : 100)
    let report = try await NavigationAnalyzer(made.workspace).paths(definition)
    let names = report.steps.map(\.name)
    let joined = Set((0..<typeCount).map { "s\($0)" }).subtracting(names)
    let twin = PathTwin(users, countsRepeats: countsRepeats, joined: joined)
    #expect(joined.isEmpty == (report.omissions.joinedStepCount == 0))
    try expectSteps(report, twin, names)
    expectPaths(report, twin, names)
    for (tree, isBackward) in [(report.forwardTree, false), (report.backwardTree, true)] {
      if let tree { expectBranch(tree, [tree.step.map { names[$0] }], isBackward, twin, names) }
    }
  }

  private func expectSteps(_ report: PathsReport, _ twin: PathTwin, _ names: [String]) throws {
    let visits = twin.paths(1)
    #expect(Set(names.map { [$0] }) == Set(visits.keys))
    for step in report.steps {
      #expect([step.visitCount, step.sessionCount, step.userCount] == visits[[step.name]])
      #expect(step.entryCount == twin.sessions.count { $0.steps.first == step.name })
      #expect(step.exitCount == twin.sessions.count { $0.steps.last == step.name })
    }
    let transitions = twin.paths(2)
    let happened = report.transitions.filter { $0.count > 0 }
    #expect(happened.count == transitions.count)
    for transition in happened {
      let (from, to) = (names[transition.from], names[transition.to])
      #expect([transition.count, transition.sessionCount, transition.userCount] == transitions[[from, to]])
      #expect(abs((transition.medianSeconds ?? -1) - twin.medianSeconds(from, to)) < 1e-9)
    }
    let depth = try #require(report.depth)
    for (index, position) in depth.positions.enumerated() {
      #expect(position.reachedCount == twin.sessions.count { $0.steps.count > index })
      #expect(position.endedCount == twin.sessions.count { $0.steps.count == index + 1 })
    }
  }

  private func expectPaths(_ report: PathsReport, _ twin: PathTwin, _ names: [String]) {
    for length in 2...4 {
      let expected = twin.paths(length).filter { path, _ in
        !path.contains("other steps") && path.first == report.definition.from ?? path.first
          && path.last == report.definition.to ?? path.last
      }
      let found = report.paths.filter { $0.steps.count == length }
      #expect(found.count == expected.count)
      for path in found {
        #expect([path.occurrenceCount, path.sessionCount, path.userCount] == expected[path.steps.map { names[$0] }])
      }
      #expect(zip(found, found.dropFirst()).allSatisfy { $0.sessionCount >= $1.sessionCount })
    }
    let whole = Dictionary(grouping: twin.sessions, by: \.steps)
      .filter { $0.key.count <= 20 && !$0.key.contains("other steps") }
    #expect(report.courses.count == whole.count)
    for course in report.courses {
      let same = whole[course.steps.map { names[$0] }] ?? []
      #expect([course.sessionCount, course.userCount] == [same.count, Set(same.map(\.user)).count])
    }
  }

  private func expectBranch(
    _ branch: PathsReport.Branch, _ path: [String?], _ isBackward: Bool, _ twin: PathTwin, _ names: [String]
  ) {
    let expected = twin.visits(of: path, isBackward: isBackward)
    #expect(branch.visitCount == expected.count && branch.endedCount == expected.ended, "\(path)")
    #expect(path.count == 4 || branch.otherCount == 0)
    for next in branch.branches {
      expectBranch(next, path + [next.step.map { names[$0] }], isBackward, twin, names)
    }
  }
}
