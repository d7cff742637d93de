import HabitusKernels
import HabitusModel
import Testing

@testable import Habitus

@Suite("Friction")
struct FrictionTests {
  private typealias Step = (second: Double, type: String, page: String?, value: Double?)

  private struct Made {
    let timeline: UserTimeline
    let pages: TermDictionary
  }

  /// One user's events, `second`s after a Monday's midnight.
  private func made(_ steps: [Step]) throws -> Made {
    var (frame, dictionaries) = frame(of: [
      steps.map {
        SimpleEvent(milliseconds: monday + Int64(($0.second * 1000).rounded()), type: $0.type, value: $0.value)
      }
    ])
    var pages = TermDictionary()
    frame.pages = steps.map { step in step.page.map { pages.code(adding: $0) } ?? TermDictionary.missing }
    dictionaries.pages = pages
    let plan = try FeaturePlan(
      options: FeatureOptions(),
      window: AnalysisWindow(asOf: Timestamp(milliseconds: monday + 20 * 86_400_000), days: 30, timeZone: "UTC"),
      types: dictionaries.types)
    return Made(timeline: try #require(plan.timeline(of: frame, userAt: 0)), pages: pages)
  }

  private func scan(_ made: Made, copies: Int = 19) -> [FrictionScanner.Session] {
    var scanner = FrictionScanner(.page, copyCount: copies, plan: made.timeline.plan)
    return made.timeline.sessions.map { scanner.scan($0, of: made.timeline) }
  }

  private func count(_ signal: FrictionSignal, _ steps: [Step]) throws -> Int {
    scan(try made(steps)).reduce(0) { $0 + $1.places[signal.index].count }
  }

  private func clicks(_ seconds: [Double], page: (Int) -> String = { _ in "/buy" }) -> [Step] {
    seconds.enumerated().map { ($0.element, "click", page($0.offset), nil) }
  }

  private func visits(_ pages: [String], every seconds: Double = 5) -> [Step] {
    pages.enumerated().map { (Double($0.offset) * seconds, "page_view", $0.element, nil) }
  }

  @Test("rage clicks are three on the same thing, each within a second of the one before")
  func rageClicks() throws {
    #expect(try count(.rageClicks, clicks([0, 1, 2])) == 1)
    #expect(try count(.rageClicks, clicks([0, 1, 2.001])) == 0)
    #expect(try count(.rageClicks, clicks([0, 0.5])) == 0)
    #expect(try count(.rageClicks, clicks([0, 0.5, 1, 1.5, 9, 9.5, 10])) == 2)
    #expect(try count(.rageClicks, clicks([0, 0.5, 1]) { "/p\($0)" }) == 0)
    #expect(
      try count(.rageClicks, [(0, "page_view", "/", nil), (0.1, "page_view", "/", nil), (0.2, "page_view", "/", nil)])
        == 0)
    // All of one moment: a file of dates, or a batch.
    #expect(try count(.rageClicks, clicks([0, 0, 0])) == 0)
  }

  @Test("a quick return takes more than no time and at most ten seconds")
  func quickReturns() throws {
    #expect(try count(.backAndForth, [(0, "v", "a", nil), (9, "v", "b", nil), (19, "v", "a", nil)]) == 1)
    #expect(try count(.backAndForth, [(0, "v", "a", nil), (9, "v", "b", nil), (19.001, "v", "a", nil)]) == 0)
    #expect(try count(.backAndForth, [(0, "v", "a", nil), (9, "v", "b", nil), (9, "v", "a", nil)]) == 0)
    // Two events at b are one visit; events without a page are none.
    #expect(
      try count(
        .backAndForth,
        [(0, "v", "a", nil), (1, "v", "b", nil), (2, "v", "b", nil), (3, "x", nil, nil), (4, "v", "a", nil)])
        == 1)
    // The session ends between.
    #expect(try count(.backAndForth, [(0, "v", "a", nil), (1, "v", "b", nil), (4000, "v", "a", nil)]) == 0)
  }

  @Test("a loop is two to four different places gone round three times in full")
  func loops() throws {
    #expect(try count(.loop, visits(["a", "b", "a", "b", "a", "b"])) == 1)
    #expect(try count(.loop, visits(["a", "b", "a", "b", "a"])) == 0)
    #expect(try count(.loop, visits(["x", "a", "b", "c", "a", "b", "c", "a", "b", "c", "y"])) == 1)
    #expect(try count(.loop, visits(Array(repeating: ["a", "b", "a", "c"], count: 3).flatMap { $0 })) == 0)
    // b, q, c and d have the codes 0 to 3. Wherever a loop is entered it is the same one: c, b, d is b, d, c.
    let found = scan(try made(visits(["b", "q"] + Array(repeating: ["c", "b", "d"], count: 3).flatMap { $0 })))
    #expect(found[0].places[FrictionSignal.loop.index] == [FrictionScanner.Place(0, 3, 2)])
  }

  @Test(
    "loops equal repeated cycles of three rounds of different places", .tags(.differential), arguments: 0..<UInt64(40))
  func loopTwin(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var pages: [Int32] = []
    while pages.count < 40 {
      let page = Int32.random(in: 0..<3, using: &random)
      if page != pages.last { pages.append(page) }
    }
    let cycles = RepeatedCycle.all(in: SequenceDatabase(items: pages, offsets: [0, pages.count])).filter {
      $0.repetitionCount >= 3 && Set($0.cycle).count == $0.cycle.count
    }
    #expect(try count(.loop, visits(pages.map { "\($0)" }, every: 20)) == cycles.count)
  }

  @Test("a dead end is a last event that is a search without results")
  func deadEnds() throws {
    #expect(try count(.deadEnd, [(0, "page_view", "/", nil), (1, "search", "/s", 0)]) == 1)
    #expect(try count(.deadEnd, [(0, "search", nil, 0)]) == 1)
    #expect(try count(.deadEnd, [(0, "search", "/s", 0), (1, "page_view", "/", nil)]) == 0)
    #expect(try count(.deadEnd, [(0, "search", "/s", 3)]) == 0)
    #expect(try count(.deadEnd, [(0, "search", "/s", nil)]) == 0)
  }

  @Test("random orders keep visits apart and the times, and hold what the session itself could")
  func randomOrders() throws {
    // Two places can only alternate: every order shows the loop and the quick return.
    let alternating = scan(try made(visits(["a", "b", "a", "b", "a", "b"])))[0]
    // Four returns and one loop, as there is only this order and its mirror image.
    let (fours, ones) = (Array(repeating: 4, count: 19), Array(repeating: 1, count: 19))
    #expect(alternating.shuffledCounts == [[], fours, ones, []])
    // No place comes back: no order shows anything.
    #expect(scan(try made(visits(["a", "b", "c", "d"])))[0].shuffledCounts.allSatisfy(\.isEmpty))
    // a b a c: of the orders of two a, b and c without a next to a (abac, abca, baca and their mirror images), which
    // are 6, all but abca and acba turn round at a place: 4 of 6.
    let many = scan(try made(visits(["a", "b", "a", "c"])), copies: 6000)[0]
    #expect(abs(Double(many.shuffledCounts[FrictionSignal.backAndForth.index].reduce(0, +)) / 6000 - 4.0 / 6) < 0.03)
    // One of four events is an empty search.
    let search = scan(
      try made([(0, "a", nil, nil), (1, "search", nil, 0), (2, "a", nil, nil), (3, "a", nil, nil)]), copies: 6000)[0]
    #expect(abs(Double(search.shuffledCounts[FrictionSignal.deadEnd.index].reduce(0, +)) / 6000 - 0.25) < 0.03)
  }

  /// Sessions an hour apart, of twelve visits to some of ten pages, with the same page never twice in a row.
  private func browsing(_ sessions: Int, _ seed: UInt64, returns: Double = 0) -> [Step] {
    var random = SplitMix64(seed: seed)
    return (0..<sessions).flatMap { session -> [Step] in
      var pages: [Int] = []
      while pages.count < 12 {
        let isReturn = pages.count > 1 && Double.random(in: 0..<1, using: &random) < returns
        let page = isReturn ? pages[pages.count - 2] : Int.random(in: 0..<10, using: &random)
        if page != pages.last { pages.append(page) }
      }
      return pages.enumerated().map { (Double(session * 3600 + $0.offset * 5), "page_view", "/\($0.element)", nil) }
    }
  }

  private func patterns(_ steps: [Step]) throws -> [Pattern] {
    let made = try made(steps)
    var dictionaries = EventDictionaries()
    dictionaries.pages = made.pages
    dictionaries.types = made.timeline.plan.types
    return FrictionPatterns(.init(), .page, dictionaries: dictionaries).patterns(of: made.timeline, user: "ann")
  }

  @Test("are no patterns of at least 95 % of users who wander at random, and are ones of users who turn back")
  func falseDiscoveries() throws {
    let wandering = try (0..<100).count { try !patterns(browsing(20, UInt64($0))).isEmpty }
    #expect(wandering <= 5)
    let turning = try (0..<20).count { seed in
      try patterns(browsing(20, UInt64(seed), returns: 0.3)).contains { $0.kind == .backAndForth }
    }
    #expect(turning >= 18)
  }

  @Test("rage clicks in three sessions are a pattern with its sessions, in two they are none")
  func rageClickPattern() throws {
    func sessions(_ count: Int) -> [Step] {
      (0..<count).flatMap { session in clicks([0, 0.4, 0.8].map { $0 + Double(session * 7200) }) }
    }
    #expect(try patterns(sessions(2)).isEmpty)
    let found = try patterns(sessions(3))
    #expect(found.map(\.kind) == [.rageClicks])
    #expect(found[0].elements == ["click", "/buy"] && found[0].support == 3 && found[0].total == 3)
    #expect(found[0].evidence.map(\.start.milliseconds) == [2, 1, 0].map { monday + $0 * 7_200_000 })
    #expect(
      found[0].sentence.english == "Rage clicks: in 3\u{202F}sessions (100\u{202F}%), most often at click · /buy.")
  }

  @Test("are reported of everybody with sessions, users, places and trend")
  func report() async throws {
    // 30 users; on day 1 nobody, on day 20 all hammer the same button; each has two further sessions.
    let events = (0..<30).flatMap { user -> [Event] in
      let late = 20 * 1440.0
      return [
        event("u\(user)", 60, "page_view", page: "/"), event("u\(user)", late, "page_view", page: "/"),
        event("u\(user)", late + 1, "click", page: "/buy"),
        event("u\(user)", late + 1 + 0.5 / 60, "click", page: "/buy"),
        event("u\(user)", late + 1 + 1.0 / 60, "click", page: "/buy"),
        event("u\(user)", late + 600, "page_view", page: "/"),
      ]
    }
    let made = try TestWorkspace()
    try made.workspace.store.append(events, namespace: "test")
    let report = try await PatternDetector(made.workspace).frictionSignals()
    #expect(report.placeDimension == .page && report.sessionCount == 90 && report.userCount == 30)
    #expect(report.findings.map(\.signal) == FrictionSignal.allCases)
    let rage = report.findings[0]
    #expect(rage.sessionCount == 30 && rage.userCount == 30 && rage.isMoreThanChance)
    #expect(abs(rage.ratePerThousandSessions - 333.333) < 0.001)
    #expect(rage.places.map(\.elements) == [["click", "/buy"]] && rage.places[0].userCount == 30)
    let trend = try #require(rage.trend)
    #expect(trend.firstRate == 0 && trend.secondRate == 500 && trend.pValue < 1e-10)
    #expect(report.findings.dropFirst().allSatisfy { $0.sessionCount == 0 && !$0.isMoreThanChance })
    let own = try await PatternDetector(made.workspace).frictionSignals(userID: "u3")
    #expect(own.user == "u3" && own.sessionCount == 3 && own.findings[0].evidence.count == 1)
  }
}
