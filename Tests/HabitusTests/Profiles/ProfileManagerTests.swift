import Habitus
import Testing

@Suite("ProfileManager")
struct ProfileManagerTests {
  let made: TestWorkspace
  let manager: ProfileManager

  init() throws {
    made = try TestWorkspace()
    try made.workspace.store.append((0..<12).map { event("ann", Double($0), "click") }, namespace: "test")
    manager = ProfileManager(made.workspace, now: { Timestamp(milliseconds: monday) })
  }

  private func features() async throws -> FeatureVector {
    try await FeatureExtractor(made.workspace).extractFeatures(userID: "ann")
  }

  @Test("keeps base information and behavioural parts apart: updating one never changes the other")
  func parts() async throws {
    let features = try await features()
    try await manager.createProfile(userID: "ann", base: ["city": .string("Lyon")])
    try await manager.updateProfile(userID: "ann", features: features)
    let preferences = [
      Preference(
        family: .content, dimension: "category", value: "x", score: 0.5, interval: 0.25...0.75, evidence: 3,
        evidenceAgainst: 1.5, eventsFor: 300, eventsAgainst: 2, populationShare: 0.25,
        probabilityAbovePopulation: 0.875,
        trend: .init(direction: .falling, recentShare: 0.25, earlierShare: 0.75, qValue: 0.03125)),
      Preference(
        family: .content, dimension: "category", value: "y", score: 0.25, interval: 0...0.5, evidence: 1, eventsFor: 1,
        populationShare: 0.5, probabilityAbovePopulation: 0.125,
        trend: .init(direction: .stable, recentShare: nil, earlierShare: 1, qValue: 1)),
      Preference(
        family: .time, dimension: "hour", value: "09:00", score: 1, interval: 1...1, evidence: 1, eventsFor: 1,
        populationShare: 0.5, probabilityAbovePopulation: 0.5,
        trend: .init(direction: .rising, recentShare: 1, earlierShare: nil, qValue: 0.25)),
    ]
    try await manager.updateProfile(userID: "ann", preferences: preferences)
    let cluster = ClusterMembership(cluster: 2, distance: 1.5, secondCluster: nil, confidence: 1)
    try await manager.updateProfile(userID: "ann", cluster: cluster)
    let patterns = [
      Pattern(
        kind: .weekday, elements: ["monday"], unit: .events, support: 3, total: 4,
        sentence: LocalizedText(english: "Mondays.", french: "Mondays."))
    ]
    try await manager.updateProfile(userID: "ann", patterns: patterns)
    let profile = try await manager.updateProfile(userID: "ann", base: ["city": .string("Paris")])
    #expect(profile.base == ["city": .string("Paris")])
    #expect(profile.features == features)
    #expect(profile.preferences == preferences)
    #expect(profile.cluster == cluster)
    #expect(profile.patterns == patterns)
    #expect(profile.version == 6)
  }

  @Test("leaves secure fields out unless asked for, and keeps those that an update does not name")
  func secureFields() async throws {
    try await manager.createProfile(
      userID: "ann", base: ["city": .string("Lyon"), "personal_info": .object(["name": .string("Ann")])])
    try await manager.updateProfile(userID: "ann", base: ["contact_details": .string("ann@example.org")])
    let open = try await manager.getProfile(userID: "ann")
    #expect(open.base.isEmpty)
    #expect(open.secure == nil)
    let full = try await manager.getProfile(userID: "ann", includingSecureFields: true)
    #expect(
      full.secure == [
        "personal_info": .object(["name": .string("Ann")]), "contact_details": .string("ann@example.org"),
      ])
  }

  @Test("drops derived parts after their time to live, base information never")
  func expiry() async throws {
    try await manager.createProfile(userID: "ann", base: ["city": .string("Lyon")])
    try await manager.updateProfile(userID: "ann", features: try await features())
    let day: Int64 = 86_400_000
    for (days, isThere) in [(89, true), (90, false), (400, false)] as [(Int64, Bool)] {
      let later = ProfileManager(made.workspace, now: { Timestamp(milliseconds: monday + days * day) })
      let profile = try await later.getProfile(userID: "ann")
      #expect((profile.features != nil) == isThere, "after \(days) days")
      #expect(profile.base == ["city": .string("Lyon")])
    }
    let later = ProfileManager(made.workspace, now: { Timestamp(milliseconds: monday + 90 * day) })
    #expect(try await later.removeExpired() == 1)
    #expect(try await manager.getProfile(userID: "ann").features == nil)
  }

  @Test("does not bring back what had expired when another part is renewed")
  func expiredPartsStayAway() async throws {
    try await manager.updateProfile(userID: "ann", features: try await features())
    let later = ProfileManager(made.workspace, now: { Timestamp(milliseconds: monday + 100 * 86_400_000) })
    let cluster = ClusterMembership(cluster: 2, distance: 1.5, secondCluster: nil, confidence: 1)
    let profile = try await later.updateProfile(userID: "ann", cluster: cluster)
    #expect(profile.features == nil)
    #expect(profile.cluster == cluster)
  }

  @Test("takes changes from many tasks at once: each is made, and secure fields of one do not undo those of another")
  func manyTasks() async throws {
    try await manager.createProfile(userID: "ann")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for field in ["personal_info", "contact_details"] {
        group.addTask { try await manager.updateProfile(userID: "ann", base: [field: .string(field)]) }
      }
      for user in 0..<30 { group.addTask { try await manager.createProfile(userID: UserID("user \(user)")) } }
      try await group.waitForAll()
    }
    let secure = try await manager.getProfile(userID: "ann", includingSecureFields: true).secure
    #expect(secure == ["personal_info": .string("personal_info"), "contact_details": .string("contact_details")])
    #expect(try made.workspace.store.profileCount() == 31)
  }

  @Test("does not make a user known by refusing a profile")
  func refusedUser() async throws {
    let strict = try TestWorkspace { $0.profiles.createsProfiles = false }
    let manager = ProfileManager(strict.workspace)
    await #expect(throws: HabitusError.noProfile("nobody")) {
      try await manager.updateProfile(userID: "nobody", patterns: [])
    }
    await #expect(throws: HabitusError.unknownUser("nobody")) { try await manager.getProfile(userID: "nobody") }
    #expect(try strict.workspace.store.userIDs().isEmpty)
  }

  @Test("refuses identifiers that no store can hold", arguments: ["", "a\0b"])
  func invalidIdentifier(text: String) async throws {
    await #expect(throws: StoreError.invalidText(text)) { try await manager.createProfile(userID: UserID(text)) }
  }

  @Test("remembers the feature values of earlier analyses, oldest first")
  func history() async throws {
    for minutes in [12.0, 6.0] {
      let asOf = Timestamp(milliseconds: monday + Int64(minutes * 60_000))
      let vector = try await FeatureExtractor(made.workspace).extractFeatures(userID: "ann", asOf: asOf)
      try await manager.updateProfile(userID: "ann", features: vector)
    }
    let history = try await manager.getFeatureHistory(userID: "ann", feature: "event_count")
    #expect(history.map(\.values) == [["event_count": 6], ["event_count": 12]])
    await #expect(throws: HabitusError.unknownUser("bob")) { try await manager.getClusterHistory(userID: "bob") }
    await #expect(throws: HabitusError.unknownUser("bob")) { try await manager.getFeatureHistory(userID: "bob") }
  }

  @Test("creates once, updates only what is there, deletes completely")
  func lifeCycle() async throws {
    await #expect(throws: HabitusError.noProfile("ann")) { try await manager.updateProfile(userID: "ann", base: [:]) }
    try await manager.createProfile(userID: "ann")
    await #expect(throws: HabitusError.profileExists("ann")) { try await manager.createProfile(userID: "ann") }
    try await manager.updateProfile(userID: "ann", features: try await features())
    try await manager.deleteProfile(userID: "ann")
    await #expect(throws: HabitusError.noProfile("ann")) { try await manager.getProfile(userID: "ann") }
    await #expect(throws: HabitusError.noProfile("ann")) { try await manager.deleteProfile(userID: "ann") }
    #expect(try await manager.getFeatureHistory(userID: "ann").isEmpty)
  }

  @Test("makes profiles for users without events, and none by itself where the configuration says so")
  func withoutEvents() async throws {
    let profile = try await manager.createProfile(userID: "zoe", base: ["plan": .string("free")])
    #expect(profile.features == nil)
    let strict = try TestWorkspace { $0.profiles.createsProfiles = false }
    try strict.workspace.store.append([event("ann", 0, "click")], namespace: "test")
    let vector = try await FeatureExtractor(strict.workspace).extractFeatures(userID: "ann")
    await #expect(throws: HabitusError.noProfile("ann")) {
      try await ProfileManager(strict.workspace).updateProfile(userID: "ann", features: vector)
    }
  }

  @Test("exports every profile in the order of identifiers")
  func export() async throws {
    for user in ["zoe", "ann", "bob"] as [UserID] { try await manager.createProfile(userID: user) }
    let seen = Seen()
    let store = made.workspace.store
    try await manager.exportProfiles { profile in
      // The store may be used meanwhile.
      if try store.profileCount() == 3 { seen.add(profile.user) }
    }
    #expect(seen.users == ["ann", "bob", "zoe"])
  }
}

/// Collects what a callback sees.
private final class Seen: @unchecked Sendable {
  // Callbacks of one export come one after the other.
  private(set) var users: [UserID] = []
  func add(_ user: UserID) { users.append(user) }
}
