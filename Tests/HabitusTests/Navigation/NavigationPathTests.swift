import Testing

@testable import Habitus

@Suite("NavigationAnalyzer, paths")
struct NavigationPathTests {
  private func report(
    _ events: [Event], _ definition: PathsDefinition = PathsDefinition(),
    _ change: (inout HabitusConfiguration) -> Void = { _ in }
  ) async throws -> PathsReport {
    let made = try TestWorkspace(change)
    try made.workspace.store.append(events, namespace: "test")
    defer { withExtendedLifetime(made) {} }
    return try await NavigationAnalyzer(made.workspace).paths(definition)
  }

  /// Three sessions, repeats collapsed: ann's home search click and home search, bob's search click home.
  private var events: [Event] {
    [
      event("ann", 0, "home"), event("ann", 1, "search"), event("ann", 2, "search"), event("ann", 5, "click"),
      event("ann", 100, "home"), event("ann", 101, "search"),
      event("bob", 0, "search"), event("bob", 3, "click"), event("bob", 4, "home"),
    ]
  }

  @Test("counts visits, entries and exits by step, most visited first, equals by name")
  func steps() async throws {
    let report = try await report(events)
    #expect((report.sessionCount, report.userCount, report.visitCount, report.eventCount) == (3, 2, 8, 9))
    #expect(report.steps.map(\.name) == ["home", "search", "click"])
    #expect(report.steps.map(\.visitCount) == [3, 3, 2])
    #expect(report.steps.map(\.sessionCount) == [3, 3, 2])
    #expect(report.steps.map(\.userCount) == [2, 2, 2])
    #expect(report.steps.map(\.entryCount) == [2, 1, 0])
    #expect(report.steps.map(\.exitCount) == [1, 1, 1])
    #expect(report.steps.map(\.entryShare) == [2.0 / 3, 1.0 / 3, 0])
    #expect(report.steps.map(\.exitShare) == [1.0 / 3, 1.0 / 3, 0.5])
    // Wilson's interval of 1 of 2, by statsmodels' proportion_confint(1, 2, method="wilson").
    let interval = try #require(report.steps[2].exitInterval)
    #expect(abs(interval.lowerBound - 0.094531) < 1e-6 && abs(interval.upperBound - 0.905469) < 1e-6)
    #expect(report.steps.allSatisfy { !$0.isJoined })
  }

  @Test("counts transitions with their users, shares and median times")
  func transitions() async throws {
    let report = try await report(events)
    #expect(report.transitions.map { [$0.from, $0.to] } == [[0, 1], [1, 2], [2, 0]])
    #expect(report.transitions.map(\.count) == [2, 2, 1])
    #expect(report.transitions.map(\.sessionCount) == [2, 2, 1])
    #expect(report.transitions.map(\.userCount) == [1, 2, 1])
    #expect(report.transitions.map(\.share) == [1, 1, 1])
    // From the first of two searches to the click 4 minutes, and 3: half of 7.
    #expect(report.transitions.map(\.medianSeconds) == [60, 210, 60])
    // After home, search and click are as usual: (2 + 1/2) / 3. After search, click is twice as usual as home:
    // (2 + 2/3) / 3. After click, search is twice as usual as home: (1 + 1/3) / 2.
    let probabilities: [Double] = [5.0 / 6, 8.0 / 9, 2.0 / 3]
    #expect(zip(report.transitions, probabilities).allSatisfy { abs($0.probability - $1) < 1e-12 })
    #expect(report.omissions.transitionKindCount == 3)
    // No transition is expected 5 times: nothing can be said about chance.
    #expect(report.transitions.allSatisfy { $0.chance == nil } && report.surprises.isEmpty)
  }

  @Test("lists paths by length, those in most sessions first, and whole sessions")
  func paths() async throws {
    let report = try await report(events, PathsDefinition(lengths: 2...3))
    typealias Path = PathsReport.Path
    #expect(
      report.paths == [
        Path(steps: [0, 1], occurrenceCount: 2, sessionCount: 2, userCount: 1),
        Path(steps: [1, 2], occurrenceCount: 2, sessionCount: 2, userCount: 2),
        Path(steps: [2, 0], occurrenceCount: 1, sessionCount: 1, userCount: 1),
        Path(steps: [0, 1, 2], occurrenceCount: 1, sessionCount: 1, userCount: 1),
        Path(steps: [1, 2, 0], occurrenceCount: 1, sessionCount: 1, userCount: 1),
      ])
    #expect(report.courses.map(\.steps) == [[0, 1], [0, 1, 2], [1, 2, 0]])
    #expect(report.omissions.leastSessionCount == 1 && report.omissions.searchedLength == nil)
    let ends = try await self.report(events, PathsDefinition(from: "search", to: "home", lengths: 2...3))
    #expect(ends.paths.map(\.steps) == [[1, 2, 0]])
    let backward = try await self.report(events, PathsDefinition(to: "click", lengths: 2...3, limit: 1))
    #expect(backward.paths.map(\.steps) == [[1, 2], [0, 1, 2]])
  }

  @Test("grows trees from the beginning of sessions, from a step and to a step")
  func trees() async throws {
    typealias Branch = PathsReport.Branch
    func branch(_ step: Int?, _ counts: (Int, Int, Int), ended: Int, _ branches: [Branch] = []) -> Branch {
      Branch(
        step: step, visitCount: counts.0, sessionCount: counts.1, userCount: counts.2, endedCount: ended,
        branches: branches)
    }
    let beginning = try await report(events, PathsDefinition(depth: 2))
    #expect(
      beginning.forwardTree
        == branch(
          nil, (3, 3, 2), ended: 0,
          [
            branch(0, (2, 2, 1), ended: 0, [branch(1, (2, 2, 1), ended: 1)]),
            branch(1, (1, 1, 1), ended: 0, [branch(2, (1, 1, 1), ended: 0)]),
          ]))
    #expect(beginning.backwardTree == nil)
    let search = try await report(events, PathsDefinition(from: "search", depth: 1))
    #expect(search.forwardTree == branch(1, (3, 3, 2), ended: 1, [branch(2, (2, 2, 2), ended: 1)]))
    let home = try await report(events, PathsDefinition(to: "home", depth: 2))
    #expect(
      home.backwardTree
        == branch(0, (3, 3, 2), ended: 2, [branch(2, (1, 1, 1), ended: 0, [branch(1, (1, 1, 1), ended: 1)])]))
    let narrow = try await report(events, PathsDefinition(depth: 1, branching: 1))
    #expect(narrow.forwardTree?.branches.map(\.step) == [0])
    #expect(narrow.forwardTree?.otherCount == 1)
  }

  @Test("says how many visits sessions have")
  func depth() async throws {
    let depth = try #require(try await report(events).depth)
    #expect(depth.mean == 8.0 / 3 && depth.maximum == 3)
    // numpy.quantile([2, 3, 3], [0.1, 0.25, 0.5, 0.75, 0.9])
    let quantiles: [Double] = [2.2, 2.5, 3, 3, 3]
    #expect(zip(depth.quantiles, quantiles).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(depth.positions.map(\.reachedCount) == [3, 3, 2])
    #expect(depth.positions.map(\.endedCount) == [0, 1, 2])
    #expect(depth.positions.map(\.dropOff) == [0, 1.0 / 3, 1])
  }

  @Test("counts repeats where that is asked for")
  func repeats() async throws {
    let report = try await report(events, PathsDefinition(countsRepeats: true, lengths: 4...4))
    #expect(report.steps.map(\.name) == ["search", "home", "click"])
    #expect(report.transitions.first { $0.from == 0 && $0.to == 0 }?.count == 1)
    #expect(report.paths.map(\.steps) == [[1, 0, 0, 2]])
    #expect(report.visitCount == 9)
  }

  @Test("joins what is rarely visited, never a step that is asked for, and lists no path through it")
  func joined() async throws {
    let made = [
      event("u", 0, "a"), event("u", 1, "b"), event("u", 2, "c"), event("u", 3, "a"), event("u", 4, "d"),
      event("u", 60, "a"), event("u", 61, "b"),
    ]
    let report = try await report(made, PathsDefinition(lengths: 2...2, stateLimit: 1))
    #expect(report.steps.map(\.name) == ["a", "other steps"])
    #expect(report.steps.map(\.isJoined) == [false, true])
    // b and c one right after the other are one visit to other steps.
    #expect(report.steps.map(\.visitCount) == [3, 3])
    #expect((report.omissions.joinedStepCount, report.omissions.joinedVisitCount) == (3, 4))
    #expect(report.paths.isEmpty && report.courses.isEmpty)
    let asked = try await self.report(made, PathsDefinition(from: "c", to: "d", lengths: 3...3, stateLimit: 1))
    #expect(asked.steps.map(\.name) == ["a", "c", "d", "other steps"])
    #expect(asked.paths.map(\.steps) == [[1, 0, 2]])
    let named = try await self.report(
      made + [event("u", 62, "other steps"), event("u", 63, "x"), event("u", 64, "other steps")],
      PathsDefinition(stateLimit: 3))
    #expect(named.steps.map(\.name) == ["a", "b", "other steps", "(other steps)"])
  }

  @Test("looks only at the events and the part of them that are asked for, in sessions cut of all events")
  func dimensions() async throws {
    let made = [
      event("u", 0, "view", page: "/a"), event("u", 20, "ping"), event("u", 40, "view", page: "/b"),
      event("u", 41, "click", page: "/c"), event("v", 0, "view"),
    ]
    let pages = try await report(made, PathsDefinition(dimension: .page))
    #expect(pages.steps.map(\.name) == ["/a", "/b", "/c"])
    // The ping keeps the session together.
    #expect((pages.sessionCount, pages.eventCount, pages.omissions.eventsWithoutStep) == (1, 5, 2))
    let views = try await report(
      made, PathsDefinition(dimension: .page, events: EventSelector(types: ["view", "gone"])))
    #expect(views.steps.map(\.name) == ["/a", "/b"] && views.sessionCount == 1)
    #expect(views.eventCount == 3 && views.omissions.eventsWithoutStep == 1)
    #expect(views.unknownTypes == ["gone"])
    let items = try await report(made, PathsDefinition(dimension: .item))
    #expect(items.sessionCount == 0 && items.steps.isEmpty && items.depth == nil && items.forwardTree == nil)
    #expect(items.omissions.eventsWithoutStep == 5)
  }

  @Test("names steps that nobody came to, and has no paths then")
  func unvisited() async throws {
    let report = try await report(events, PathsDefinition(from: "nowhere", to: "home", lengths: 2...2))
    #expect(report.unvisitedSteps == ["nowhere"])
    #expect(report.paths.isEmpty && report.forwardTree == nil)
    #expect(report.backwardTree?.visitCount == 3 && report.steps.count == 3)
  }

  @Test("one event is a session with one visit, and one step everywhere has no transition")
  func small() async throws {
    let one = try await report([event("u", 0, "a")])
    #expect(one.steps.map(\.exitShare) == [1] && one.transitions.isEmpty && one.paths.isEmpty)
    #expect(one.courses.map(\.steps) == [[0]] && one.depth?.quantiles == [1, 1, 1, 1, 1])
    #expect(one.forwardTree?.branches.map(\.endedCount) == [1])
    let same = [event("u", 0, "a"), event("u", 1, "a"), event("v", 0, "a")]
    let collapsed = try await report(same)
    #expect(collapsed.visitCount == 2 && collapsed.transitions.isEmpty)
    let repeated = try await report(same, PathsDefinition(countsRepeats: true))
    #expect(repeated.visitCount == 3 && repeated.transitions.map(\.count) == [1])
    let wider = try await report(events) { $0.features.sessionGap = .seconds(7200) }
    #expect(wider.sessionCount == 2)
  }

  @Test("leaves out paths that do not fit the budget, and says which")
  func budget() async throws {
    let row = ["a", "b", "c", "d", "e"].enumerated().map { event("u", Double($0), $1) }
    // 5 steps and 4 pairs fit, 3 more paths of three do not.
    let long = try await report(row, PathsDefinition(lengths: 2...4, pathBudget: 10))
    #expect(long.paths.map(\.steps) == [[0, 1], [1, 2], [2, 3], [3, 4]])
    #expect((long.omissions.searchedLength, long.omissions.leastSessionCount) == (2, 1))
    // Paths in 2 sessions: 103 steps, then a, b, c with 102 pairs that begin with them. In 1: 103 steps, 202 pairs,
    // and 101 paths of three, which are too many.
    let many = (0..<2000).flatMap { user in
      ["a", user < 1900 ? "b" : "x\(user)", user < 1900 ? "c" : "b"].enumerated().map {
        event("u\(user)", Double($0), $1)
      }
    }
    let rare = try await report(many, PathsDefinition(lengths: 2...3, stateLimit: 200, pathBudget: 350))
    let lengths = rare.paths.map(\.steps.count)
    #expect(lengths == Array(repeating: 2, count: 10) + [3])
    #expect(rare.paths.last?.sessionCount == 1900)
    #expect((rare.omissions.searchedLength, rare.omissions.leastSessionCount) == (nil, 2))
  }

  @Test("marks transitions that are planted or missing, and none where the next step is drawn by lot")
  func surprises() async throws {
    func made(_ next: (Int, inout SmallGenerator) -> Int) -> [Event] {
      var random = SmallGenerator(state: 11)
      return (0..<100).flatMap { user -> [Event] in
        var step = Int.random(in: 0..<5, using: &random)
        return (0..<20).map { minute in
          defer { step = next(step, &random) }
          return event("u\(user)", Double(minute), "s\(step)")
        }
      }
    }
    let drawn = try await report(made { _, random in Int.random(in: 0..<5, using: &random) })
    #expect(drawn.transitions.count == 20 && drawn.transitions.allSatisfy { $0.chance != nil })
    #expect(drawn.surprises.isEmpty)
    // After 0 always 1, never after 2 comes 3.
    let planted = try await report(
      made { step, random in
        if step == 0 { return 1 }
        let next = Int.random(in: 0..<5, using: &random)
        return step == 2 && next == 3 ? 4 : next
      })
    let named = Set(planted.surprises.map { planted.steps[$0.from].name + planted.steps[$0.to].name })
    #expect(named.isSuperset(of: ["s0s1", "s2s3"]))
    let missing = try #require(planted.surprises.first { $0.count == 0 })
    #expect(missing.medianSeconds == nil && missing.userCount == 0 && missing.share == 0)
  }

  @Test("refuses what cannot be asked for, and says what can")
  func refused() async throws {
    let made = try TestWorkspace()
    let navigation = NavigationAnalyzer(made.workspace)
    for (definition, words) in [
      (PathsDefinition(lengths: 1...3), "1 to 3 steps"), (PathsDefinition(lengths: 2...11), "2 to 11 steps"),
      (PathsDefinition(limit: 0), "cannot be 0"), (PathsDefinition(depth: 11), "cannot be 11"),
      (PathsDefinition(branching: 21), "cannot be 21"), (PathsDefinition(stateLimit: 1001), "cannot be 1001"),
      (PathsDefinition(pathBudget: 0), "cannot be 0"),
    ] {
      let error = await #expect(throws: HabitusError.self) { try await navigation.paths(definition) }
      #expect(error?.description.contains(words) == true, "\(words)")
    }
    await #expect(throws: HabitusError.emptyStore(directory: made.path)) { try await navigation.paths() }
  }
}
