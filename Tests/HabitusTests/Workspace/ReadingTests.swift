import Foundation
import HabitusStore
import Testing

@testable import Habitus

@Suite("An analysis by person")
struct ReadingTests {
  /// Random events of `users` users in sessions, with many ties; every `bots`-th is a bot's.
  static func events(count: Int, users: Int, seed: UInt64, bots: Int = 5) -> [Event] {
    var random = SmallGenerator(state: seed)
    return (0..<count).map { index in
      let type = ["page_view", "click", "search", "filter", "apply", "other"].randomElement(using: &random)!
      return Event(
        id: "e\(index)", user: UserID("u\(Int.random(in: 0..<users, using: &random))"),
        time: Timestamp(milliseconds: monday + Int64.random(in: 0..<9_000, using: &random) * 240_000), type: type,
        session: Bool.random(using: &random) ? "s\(Int.random(in: 0..<6, using: &random))" : nil,
        item: Bool.random(using: &random) ? "i\(Int.random(in: 0..<9, using: &random))" : nil,
        category: Bool.random(using: &random) ? "c\(Int.random(in: 0..<3, using: &random))" : nil,
        value: Bool.random(using: &random) ? Double(Int.random(in: 0..<500, using: &random)) / 16 : nil,
        page: Bool.random(using: &random) ? "/\(Int.random(in: 0..<3, using: &random))" : nil,
        isBot: index % bots == 0)
    }
  }

  /// Edges with chains, circles and strangers, and a few who are left out.
  static func persons(users: Int, seed: UInt64) -> EventReading {
    var random = SmallGenerator(state: seed)
    var edges: [UserID: UserID] = [:]
    for _ in 0..<users {
      let target = Int.random(in: 0..<users, using: &random)
      edges[UserID("u\(Int.random(in: 0..<users, using: &random))")] = UserID(
        target % 4 == 0 ? "p\(target)" : "u\(target)")
    }
    return EventReading(persons: edges, excluded: [UserID("u\(Int.random(in: 0..<users, using: &random))")])
  }

  /// The events as they would have come from canonical ids, of those who may be seen; the last one of all keeps its time,
  /// so that the window is the same.
  static func canonical(_ events: [Event], _ reading: EventReading) -> [Event] {
    events.compactMap { event in
      if event.isBot && !reading.includesBots || reading.excludes(event.user) { return nil }
      var event = event
      event.user = reading.person(of: event.user)
      return event
    }
  }

  /// Stores events over several runs and the log.
  static func scatter(_ events: [Event], in store: Store, seed: UInt64) throws {
    var random = SmallGenerator(state: seed)
    for part in events.shuffled(using: &random).chunks(of: max(1, events.count / 5)) {
      try store.append(Array(part), namespace: "test")
      if Bool.random(using: &random) { try store.fold(workers: 1) }
    }
  }

  /// A table's rows by name, as bits.
  static func rows(_ workspace: Workspace, _ asOf: Timestamp) async throws -> [UserID: [UInt64]] {
    let table = try await FeatureExtractor(workspace).extractAll(asOf: asOf)
    let users = try workspace.snapshot(asOf: asOf).dictionaries.users
    let rows = table.users.indices.map { row in
      (UserID(users.text(of: table.users[row])), table.row(row).map(\.bitPattern))
    }
    return Dictionary(uniqueKeysWithValues: rows)
  }

  @Test(
    "has the features, to the bit, of a store in which the events have the canonical ids", arguments: 0..<10, [1, 2])
  func features(seed: UInt64, workers: Int) async throws {
    let users = [3, 9, 30][Int(seed % 3)]
    let change: (inout HabitusConfiguration) -> Void = {
      $0.features.sessionBoundary = seed % 2 == 0 ? .gap : .source
      $0.features.includesBots = seed % 5 == 0
    }
    let events = Self.events(count: 700, users: users, seed: seed)
    var reading = Self.persons(users: users, seed: seed + 50)
    let (joined, plain) = try (TestWorkspace(workers: workers, change), TestWorkspace(workers: workers, change))
    try Self.scatter(events, in: joined.workspace.store, seed: seed)
    reading.includesBots = seed % 5 == 0
    let seen = Self.canonical(events, reading)
    try plain.workspace.store.append(seen, namespace: "test")
    var workspace = joined.workspace
    workspace.persons = { [reading] _ in reading }
    let asOf = Timestamp(milliseconds: (events.map(\.time.milliseconds).max() ?? 0) + 1)
    let wanted = try await Self.rows(plain.workspace, asOf)
    #expect(try await Self.rows(workspace, asOf) == wanted)
    #expect(try workspace.window(in: try workspace.snapshot()).asOf == asOf)
    let user = try #require(events.first { reading.person(of: $0.user) != $0.user }).user
    if let row = wanted[reading.person(of: user)] {
      let own = try await FeatureExtractor(workspace).extractFeatures(userID: user, asOf: asOf)
      #expect(own.user == reading.person(of: user))
      #expect(own.storage.map(\.bitPattern) == row)
    } else {
      await #expect(throws: HabitusError.noConsent(user)) {
        try await FeatureExtractor(workspace).extractFeatures(userID: user, asOf: asOf)
      }
    }
    #expect(
      try await PatternDetector(workspace).detectPatterns(asOf: asOf)
        == PatternDetector(plain.workspace).detectPatterns(asOf: asOf))
  }

  @Test("says of an excluded id that there is no consent, of a stranger that nobody knows it")
  func errors() async throws {
    let made = try TestWorkspace()
    try made.workspace.store.append(
      [event("ann", 0, "click"), event("ann2", 1, "click"), event("bob", 2, "click")], namespace: "test")
    var workspace = made.workspace
    workspace.persons = { _ in EventReading(persons: ["ann2": "anna", "ann": "anna"], excluded: ["ann2", "gone"]) }
    for user in ["ann", "ann2", "anna", "gone"] as [UserID] {
      await #expect(throws: HabitusError.noConsent(user)) {
        try await FeatureExtractor(workspace).extractFeatures(userID: user)
      }
      await #expect(throws: HabitusError.noConsent(user)) {
        try await PatternDetector(workspace).detectPatterns(userID: user)
      }
      await #expect(throws: HabitusError.noConsent(user)) {
        try await PreferenceCalculator(workspace).calculatePreferences(userID: user)
      }
      await #expect(throws: HabitusError.noConsent(user)) {
        try await ProfileManager(workspace).getProfile(userID: user)
      }
    }
    await #expect(throws: HabitusError.unknownUser("eve")) {
      try await FeatureExtractor(workspace).extractFeatures(userID: "eve")
    }
    #expect(try await FeatureExtractor(workspace).extractAll().users.count == 1)
    #expect(try await PreferenceCalculator(workspace).calculateAll().map(\.user) == ["bob"])
  }

  @Test("asks who is who as of the moment that the window ends at")
  func moment() async throws {
    let made = try TestWorkspace()
    try made.workspace.store.append([event("ann", 0, "click"), event("bob", 1, "click")], namespace: "test")
    var workspace = made.workspace
    let joined = Timestamp(milliseconds: monday + 600_000)
    workspace.persons = { asOf in
      EventReading(persons: asOf.map { $0 > joined } ?? true ? ["bob": "ann"] : [:])
    }
    let extractor = FeatureExtractor(workspace)
    #expect(try await extractor.extractAll(asOf: joined).users.count == 2)
    #expect(try await extractor.extractAll(asOf: Timestamp(milliseconds: joined.milliseconds + 1)).users.count == 1)
    #expect(try await extractor.extractAll().users.count == 1)
    #expect(try await extractor.extractFeatures(userID: "bob")["event_count"] == 2)
  }

  @Test("leaves out bots unless it is configured otherwise; an empty rest is no error")
  func bots() async throws {
    let made = try TestWorkspace()
    var bot = event("ann", 5, "click")
    bot.isBot = true
    try made.workspace.store.append([bot], namespace: "test")
    #expect(try await FeatureExtractor(made.workspace).extractAll().users.isEmpty)
    let window = try made.workspace.window(in: try made.workspace.snapshot())
    #expect(window.asOf == Timestamp(milliseconds: bot.time.milliseconds + 1))
    await #expect(throws: HabitusError.noEvents("ann", window)) {
      try await FeatureExtractor(made.workspace).extractFeatures(userID: "ann")
    }
    let report = try await Analysis(made.workspace).run()
    #expect(report.userCount == 0 && report.eventCount == 1)
    var workspace = made.workspace
    workspace.configuration.features.includesBots = true
    #expect(try await FeatureExtractor(workspace).extractFeatures(userID: "ann")["event_count"] == 1)
  }

  @Test("groups persons, each once, under their canonical ids, and writes their profiles")
  func wholeAnalysis() async throws {
    let made = try TestWorkspace()
    let events = twoKindsOfUsers(each: 15)
    try made.workspace.store.append(events, namespace: "test")
    var workspace = made.workspace
    // The halves of ten persons, one of them under an id without events.
    var edges: [UserID: UserID] = ["browser10": "stranger", "browser11": "stranger"]
    for user in 0..<5 { edges[UserID("buyer\(user)")] = UserID("buyer\(user + 5)") }
    workspace.persons = { [edges] _ in EventReading(persons: edges, excluded: ["browser14"]) }
    let report = try await Analysis(workspace).run()
    #expect(report.userCount == 30 - 5 - 1 - 1)
    #expect(report.clusters?.userCount == 23)
    #expect(report.eventCount == events.count)
    let model = try await UserClustering(workspace).updateClusters()
    #expect(model.userCount == 23)
    let manager = ProfileManager(workspace)
    let profile = try await manager.getProfile(userID: "buyer0")
    #expect(profile.user == "buyer5" && profile.features?.user == "buyer5")
    #expect(profile.features?["event_count"] == 160)
    #expect(profile.cluster != nil)
    #expect(try await manager.getProfile(userID: "browser11").user == "stranger")
    #expect(try await manager.getProfile(userID: "stranger").features?["event_count"] == 40)
    #expect(try await manager.getFeatureHistory(userID: "browser10").count == 1)
    #expect(try await UserClustering(workspace).getUserCluster(userID: "browser10") != nil)
    #expect(try workspace.store.profileCount() == 23)
  }
}
