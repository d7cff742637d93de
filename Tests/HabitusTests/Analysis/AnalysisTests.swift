import Habitus
import Testing

@Suite("Analysis")
struct AnalysisTests {
  @Test("writes a profile with features, group and preferences for every user with events")
  func profiles() async throws {
    let made = try TestWorkspace()
    try made.workspace.store.append(twoKindsOfUsers(each: 10), namespace: "test")
    let report = try await Analysis(made.workspace).run()
    #expect(report.userCount == 20)
    #expect(report.eventCount == 1000)
    #expect(report.clusters?.clusters.map(\.size) == [10, 10])
    #expect(report.notes.isEmpty)
    let profile = try await ProfileManager(made.workspace).getProfile(userID: "buyer3")
    #expect(profile.features?["event_count"] == 80)
    #expect(profile.features?.activity.countByType == ["search": 20, "filter": 20, "click": 20, "apply": 20])
    #expect(profile.features?.activity.countByHour[23] == 80)
    #expect(profile.preferences.first { $0.dimension == "category" }?.value == "jobs")
    // The group is written after everything else.
    #expect(profile.version == 2)
  }

  @Test("gives the same answers for any number of threads and any order of arrival", arguments: [1, 2, 3])
  func independence(workers: Int) async throws {
    var random = SmallGenerator(state: UInt64(workers))
    let events = twoKindsOfUsers(each: 12)
    let reference = try TestWorkspace(workers: 1)
    try reference.workspace.store.append(events, namespace: "test")
    let other = try TestWorkspace(workers: workers)
    let shuffled = events.shuffled(using: &random)
    for start in stride(from: 0, to: shuffled.count, by: 100) {
      try other.workspace.store.append(Array(shuffled[start..<min(shuffled.count, start + 100)]), namespace: "test")
      if start % 300 == 0 { try other.workspace.store.fold(workers: workers) }
    }
    let first = try await Analysis(reference.workspace).run()
    let second = try await Analysis(other.workspace).run()
    #expect(first.clusters?.clusters == second.clusters?.clusters)
    #expect(first.patterns == second.patterns)
    for user in ["browser0", "browser11", "buyer0", "buyer7"] as [UserID] {
      let a = try await ProfileManager(reference.workspace).getProfile(userID: user)
      let b = try await ProfileManager(other.workspace).getProfile(userID: user)
      #expect(a.features == b.features)
      #expect(a.cluster == b.cluster)
      #expect(a.preferences == b.preferences)
    }
  }

  @Test("says why there are no groups, and still makes the profiles, where users are few")
  func fewUsers() async throws {
    let made = try TestWorkspace()
    try made.workspace.store.append(twoKindsOfUsers(each: 2), namespace: "test")
    let report = try await Analysis(made.workspace).run()
    #expect(report.clusters == nil)
    #expect(report.notes.count == 1)
    #expect(try made.workspace.store.profileCount() == 4)
  }

  @Test("refuses an empty store, and an unknown user, instead of answering with nothing")
  func nothingThere() async throws {
    let made = try TestWorkspace()
    await #expect(throws: HabitusError.emptyStore(directory: made.workspace.store.directory)) {
      try await Analysis(made.workspace).run()
    }
    try made.workspace.store.append([event("u", 0, "page_view")], namespace: "test")
    await #expect(throws: HabitusError.unknownUser("nobody")) {
      try await FeatureExtractor(made.workspace).extractFeatures(userID: "nobody")
    }
    await #expect(throws: HabitusError.unknownUser("nobody")) {
      try await PatternDetector(made.workspace).detectPatterns(userID: "nobody")
    }
    await #expect(throws: HabitusError.unknownUser("nobody")) {
      try await PreferenceCalculator(made.workspace).calculatePreferences(userID: "nobody")
    }
    await #expect(throws: HabitusError.unknownUser("nobody")) {
      try await ProfileManager(made.workspace).getProfile(userID: "nobody")
    }
    await #expect(throws: HabitusError.noProfile("u")) {
      try await ProfileManager(made.workspace).getProfile(userID: "u")
    }
  }

  @Test("gives a feature of the application's own a column, for one user as for all")
  func ownFeature() async throws {
    struct ShareOfBooks: Feature {
      let definition = FeatureDefinition(
        name: "share_of_odd_minutes", group: .content, unit: .share, description: "Share of events in odd minutes.")
      func value(of timeline: UserTimeline) -> Double? {
        Double(timeline.count { $0.localTime.millisecondOfDay / 60_000 % 2 == 1 }) / Double(timeline.count)
      }
    }
    let made = try TestWorkspace()
    try made.workspace.store.append([event("u", 1, "a"), event("u", 2, "a"), event("v", 4, "a")], namespace: "test")
    var extractor = FeatureExtractor(made.workspace)
    extractor.features = [ShareOfBooks()]
    #expect(try await extractor.extractFeatures(userID: "u")["share_of_odd_minutes"] == 0.5)
    #expect(try await extractor.extractAll().values(of: "share_of_odd_minutes") == [0.5, 0])
  }

  @Test("keeps a workspace's own features in profiles, and groups users by them where they are named")
  func ownFeatureInProfiles() async throws {
    struct NightEvents: Feature {
      let definition = FeatureDefinition(
        name: "night_events", group: .temporal, unit: .count, description: "Number of events from 22 h on.")
      func value(of timeline: UserTimeline) -> Double? { Double(timeline.count { $0.localTime.hour >= 22 }) }
    }
    let made = try TestWorkspace { $0.clustering.features = ["night_events"] }
    try made.workspace.store.append(twoKindsOfUsers(each: 10), namespace: "test")
    var workspace = made.workspace
    workspace.features = [NightEvents()]
    let report = try await Analysis(workspace).run()
    #expect(report.clusters?.features == ["night_events"])
    #expect(report.clusters?.clusters.map(\.size) == [10, 10])
    #expect(try await ProfileManager(workspace).getProfile(userID: "buyer3").features?["night_events"] == 80)
    #expect(try await ProfileManager(workspace).getProfile(userID: "browser3").features?["night_events"] == 0)
  }
}
