import Habitus
import Synchronization
import Testing

@Suite("The profile of a person")
struct PersonProfileTests {
  let made: TestWorkspace
  init() throws {
    made = try TestWorkspace()
    try made.workspace.store.append([event("ann", 0, "click"), event("ann@home", 1, "click")], namespace: "test")
  }

  private var manager: ProfileManager {
    var workspace = made.workspace
    workspace.persons = { _ in EventReading(persons: ["ann": "a1", "ann@home": "ann"]) }
    return ProfileManager(workspace)
  }

  @Test("is made, changed, read and deleted by any of the ids, and is kept under the canonical one")
  func lifeCycle() async throws {
    for user in ["ann", "ann@home", "a1"] as [UserID] {
      await #expect(throws: HabitusError.noProfile(user)) { try await manager.getProfile(userID: user) }
    }
    await #expect(throws: HabitusError.unknownUser("eve")) { try await manager.getProfile(userID: "eve") }
    #expect(try await manager.createProfile(userID: "ann@home", base: ["plan": .string("free")]).user == "a1")
    await #expect(throws: HabitusError.profileExists("a1")) { try await manager.createProfile(userID: "a1") }
    try await manager.updateProfile(userID: "ann", base: ["plan": .string("paid")])
    #expect(try await manager.getProfile(userID: "a1").base == ["plan": .string("paid")])
    let vector = try await FeatureExtractor(manager.workspace).extractFeatures(userID: "ann")
    let profile = try await manager.updateProfile(userID: "ann@home", features: vector)
    #expect(profile.user == "a1" && profile.features?["event_count"] == 2)
    #expect(
      try await manager.getFeatureHistory(userID: "ann", feature: "event_count").map(\.values) == [["event_count": 2]])
    for group in [1, 2] {
      let membership = ClusterMembership(cluster: group, distance: 1, secondCluster: nil, confidence: 1)
      try await manager.updateProfile(userID: group == 1 ? "ann" : "ann@home", cluster: membership)
    }
    for user in ["ann", "ann@home", "a1"] as [UserID] {
      let moves = try await manager.getClusterHistory(userID: user)
      #expect(moves.map(\.user) == ["a1", "a1"] && moves.map(\.from) == [nil, 1] && moves.map(\.to) == [1, 2])
    }
    try await manager.deleteProfile(userID: "ann")
    #expect(try made.workspace.store.profileCount() == 0)
    #expect(try await manager.getClusterHistory(userID: "a1").isEmpty)
    #expect(try await manager.getFeatureHistory(userID: "a1").isEmpty)
  }

  @Test("hides what was kept under an id before it was joined, until the join is undone")
  func before() async throws {
    try await ProfileManager(made.workspace).createProfile(userID: "ann", base: ["plan": .string("old")])
    try await manager.createProfile(userID: "a1", base: ["plan": .string("new")])
    let seen = Mutex([UserID]())
    try await manager.exportProfiles { profile in seen.withLock { $0.append(profile.user) } }
    #expect(seen.withLock { $0 } == ["a1"])
    #expect(try await manager.getProfile(userID: "ann").base == ["plan": .string("new")])
    #expect(try await ProfileManager(made.workspace).getProfile(userID: "ann").base == ["plan": .string("old")])
  }
}
