import Testing

@testable import Habitus

@Suite("NavigationAnalyzer, funnels")
struct NavigationFunnelTests {
  private func analyzer(_ events: [Event], _ change: (inout HabitusConfiguration) -> Void = { _ in }) throws
    -> (NavigationAnalyzer, TestWorkspace)
  {
    let made = try TestWorkspace(change)
    try made.workspace.store.append(events, namespace: "test")
    return (NavigationAnalyzer(made.workspace), made)
  }

  private func steps(_ texts: String...) throws -> [EventSelector] { try texts.map { try EventSelector($0) } }

  /// Four users: ann takes all steps, bob two, cyd one, dan none.
  private var events: [Event] {
    [
      event("ann", 0, "search"), event("ann", 2, "click", item: "i", category: "books", page: "/a"),
      event("ann", 12, "apply"),
      event("bob", 0, "search"), event("bob", 4, "click", item: "j", category: "films", page: "/b"),
      event("cyd", 0, "search"), event("cyd", 1, "apply"),
      event("dan", 0, "apply"), event("dan", 1, "logout"),
    ]
  }

  @Test("reports users, rates, drop-off and times")
  func report() async throws {
    let (navigation, made) = try analyzer(events)
    let report = try await navigation.funnel(FunnelDefinition(steps: try steps("search", "click", "apply")))
    #expect(report.steps.map(\.userCount) == [3, 2, 1])
    #expect(report.steps.map(\.dropOff) == [1, 1, 0])
    #expect(report.steps.map(\.rateFromFirst) == [1, 2.0 / 3, 1.0 / 3])
    #expect(report.steps.map(\.rateFromPrevious) == [nil, 2.0 / 3, 0.5])
    #expect(report.steps[0].timeFromPrevious == nil)
    // 2 and 4 minutes: numpy.quantile([120, 240], [0.1, 0.25, 0.5, 0.75, 0.9]).
    #expect(report.steps[1].timeFromPrevious?.seconds == [132, 150, 180, 210, 228])
    #expect(report.steps[2].timeFromPrevious?.median == 600)
    #expect(report.steps[2].timeFromFirst?.median == 720)
    #expect(report.enteredUserCount == 3)
    #expect(report.convertedUserCount == 1)
    #expect(report.conversionRate == 1.0 / 3)
    #expect(report.unknownTypes.isEmpty)
    withExtendedLifetime(made) {}
  }

  @Test("says who stopped where, in order of ids, up to a limit")
  func users() async throws {
    let (navigation, made) = try analyzer(events + [event("abe", 0, "search")])
    let funnel = FunnelDefinition(steps: try steps("search", "click", "apply"))
    #expect(try await navigation.users(stoppingAfter: 1, of: funnel) == ["abe", "cyd"])
    #expect(try await navigation.users(stoppingAfter: 1, of: funnel, limit: 1) == ["abe"])
    #expect(try await navigation.users(stoppingAfter: 2, of: funnel) == ["bob"])
    #expect(try await navigation.users(stoppingAfter: 3, of: funnel) == ["ann"])
    for step in [0, 4] {
      await #expect(throws: HabitusError.invalidFunnel(reason: "it has no step \(step), its steps are 1 to 3")) {
        try await navigation.users(stoppingAfter: step, of: funnel)
      }
    }
    withExtendedLifetime(made) {}
  }

  @Test(
    "looks at item, category and page where steps ask for them",
    arguments: [
      ("click:item=i", 1), ("click:category=films", 1), ("*:page=/b", 1), ("click:item=i:page=/b", 0),
      ("click,apply", 4), ("click:item=unknown", 0), ("nothing", 0), ("*", 4),
    ])
  func conditions(step: String, count: Int) async throws {
    let (navigation, made) = try analyzer(events)
    let report = try await navigation.funnel(FunnelDefinition(steps: try steps(step)))
    #expect(report.enteredUserCount == count)
    #expect(report.unknownTypes == (step == "nothing" ? ["nothing"] : []))
    withExtendedLifetime(made) {}
  }

  @Test("sees only events inside the window of the analysis")
  func window() async throws {
    let (navigation, made) = try analyzer(events)
    let funnel = FunnelDefinition(steps: try steps("search", "click", "apply"))
    let asOf = Timestamp(milliseconds: monday + 12 * 60_000)
    let counts = { (report: FunnelReport) in report.steps.map(\.userCount) }
    #expect(counts(try await navigation.funnel(funnel, asOf: asOf)) == [3, 2, 0])
    let after = Timestamp(milliseconds: monday + 86_400_000 + 1)
    #expect(counts(try await navigation.funnel(funnel, asOf: after, windowDays: 1)) == [0, 0, 0])
    let report = try await navigation.funnel(funnel, asOf: after, windowDays: 1)
    #expect(report.conversionRate == nil && report.steps[1].rateFromPrevious == nil)
    withExtendedLifetime(made) {}
  }

  @Test("gives the same for any number of threads")
  func threads() async throws {
    let made = try TestWorkspace()
    try made.workspace.store.append(twoKindsOfUsers(each: 40), namespace: "test")
    let funnel = FunnelDefinition(steps: try steps("search", "click", "apply"), window: .seconds(3600))
    var reports: [FunnelReport] = []
    for workers in [1, 2, 3] {
      let workspace = Workspace(
        configuration: made.workspace.configuration, store: made.workspace.store, workers: workers)
      reports.append(try await NavigationAnalyzer(workspace).funnel(funnel))
    }
    #expect(reports[0] == reports[1] && reports[0] == reports[2])
    #expect(reports[0].steps.map(\.userCount) == [40, 40, 40])
  }

  @Test("joins the ids of a person, and leaves out who does not consent")
  func persons() async throws {
    let (navigation, made) = try analyzer(events)
    var workspace = made.workspace
    workspace.persons = { _ in EventReading(persons: ["dan": "bob"], excluded: ["ann"]) }
    let joined = NavigationAnalyzer(workspace)
    let funnel = FunnelDefinition(steps: try steps("search", "apply"))
    #expect(try await navigation.funnel(funnel).steps.map(\.userCount) == [3, 2])
    // bob's search and dan's apply in the same minute: apply comes first by the order of types.
    #expect(try await joined.funnel(funnel).steps.map(\.userCount) == [2, 1])
    let reversed = FunnelDefinition(steps: try steps("apply", "search"))
    #expect(try await joined.users(stoppingAfter: 2, of: reversed) == ["bob"])
  }

  @Test("of an empty store there is no window, unless given")
  func empty() async throws {
    let made = try TestWorkspace()
    let navigation = NavigationAnalyzer(made.workspace)
    let funnel = FunnelDefinition(steps: try steps("a", "b"))
    await #expect(throws: HabitusError.emptyStore(directory: made.workspace.store.directory)) {
      try await navigation.funnel(funnel)
    }
    let report = try await navigation.funnel(funnel, asOf: Timestamp(milliseconds: monday))
    #expect(report.steps.map(\.userCount) == [0, 0])
    #expect(report.unknownTypes == ["a", "b"])
  }

  @Test("refuses definitions that mean nothing")
  func refused() async throws {
    let (navigation, made) = try analyzer(events)
    let a = EventSelector(types: ["a"])
    let definitions = [
      FunnelDefinition(steps: []), FunnelDefinition(steps: Array(repeating: a, count: 33)),
      FunnelDefinition(steps: [a], window: .zero), FunnelDefinition(steps: [a], window: .seconds(1_000_000_000_000)),
      FunnelDefinition(steps: [a], exclusions: [a]),
      FunnelDefinition(steps: [a], exclusions: Array(repeating: EventSelector(types: ["b"]), count: 33)),
    ]
    for definition in definitions {
      await #expect(throws: HabitusError.self) { try await navigation.funnel(definition) }
    }
    let most = FunnelDefinition(
      steps: Array(repeating: a, count: 32), exclusions: Array(repeating: EventSelector(types: ["b"]), count: 32))
    #expect(try await navigation.funnel(most).steps.count == 32)
    withExtendedLifetime(made) {}
  }

  @Test("reads named funnels from the configuration")
  func configured() throws {
    let made = try TestWorkspace {
      $0.navigation.funnels = ["short": ["search", "apply"], "long": ["*:page=/a", "click,tap", "apply"]]
      $0.navigation.funnelExclusions = ["long": ["logout"]]
      $0.navigation.strictFunnels = ["short"]
      $0.navigation.anyOrderFunnels = ["long"]
      $0.navigation.funnelWindow = .seconds(7200)
      $0.navigation.funnelWindowHours = ["long": 0.5]
    }
    let funnels = try NavigationAnalyzer(made.workspace).configuredFunnels()
    #expect(funnels.map(\.name) == ["long", "short"])
    let logout = EventSelector(types: ["logout"])
    #expect(
      funnels[0].definition
        == FunnelDefinition(
          steps: try steps("*:page=/a", "click,tap", "apply"), order: .any, window: .seconds(1800),
          exclusions: [logout]))
    #expect(
      funnels[1].definition
        == FunnelDefinition(steps: try steps("search", "apply"), order: .strict, window: .seconds(7200)))
  }

  @Test("names what the configuration has wrong")
  func misconfigured() throws {
    let made = try TestWorkspace { $0.navigation.funnels = ["a": ["x"], "b": ["x,"]] }
    #expect(throws: HabitusError.unknownFunnel("c", known: ["a", "b"])) {
      try NavigationAnalyzer(made.workspace).configuredFunnel("c")
    }
    #expect(throws: HabitusError.invalidEventSelector("x,", reason: "an event type is empty")) {
      try NavigationAnalyzer(made.workspace).configuredFunnel("b")
    }
    let other = made.reconfigured { $0.navigation.strictFunnels = ["gone"] }
    #expect(throws: HabitusError.unknownFunnel("gone", known: ["a", "b"])) {
      try NavigationAnalyzer(other).configuredFunnel("a")
    }
    let both = made.reconfigured {
      $0.navigation.strictFunnels = ["a"]
      $0.navigation.anyOrderFunnels = ["a"]
    }
    #expect(throws: HabitusError.self) { try NavigationAnalyzer(both).configuredFunnel("a") }
  }
}
