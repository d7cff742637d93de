import Foundation
import HabitusModel
import HabitusStore
import HabitusTracking
import Testing

@testable import Habitus

@Suite("Refresh of profiles")
struct ProfileRefreshTests {
  private static let now = Timestamp(milliseconds: 40 * 86_400_000)

  private func events(_ count: Int, users: Int, seed: UInt64) -> [Event] {
    var random = SmallGenerator(state: seed &+ 77)
    return (0..<count).map { index in
      Event(
        id: "\(seed)-\(index)", user: UserID("user \(Int.random(in: 0..<users, using: &random))"),
        time: Timestamp(milliseconds: Int64.random(in: 0..<40 * 86_400_000, using: &random)),
        type: ["page_view", "click", "search", "apply"].randomElement(using: &random)!,
        item: Bool.random(using: &random) ? "item \(Int.random(in: 0..<9, using: &random))" : nil,
        category: Bool.random(using: &random) ? "c\(Int.random(in: 0..<3, using: &random))" : nil)
    }
  }

  /// The features of everybody's profile by a full recomputation.
  private func recomputed(_ workspace: Workspace) async throws -> [UserID: [String: Double]] {
    let table = try await FeatureExtractor(workspace).extractAll(asOf: Self.now)
    let names = try workspace.snapshot().dictionaries.users
    var values: [UserID: [String: Double]] = [:]
    for (row, code) in table.users.enumerated() {
      var features: [String: Double] = [:]
      for (definition, value) in zip(table.definitions, table.row(row)) where !value.isNaN {
        features[definition.name] = value
      }
      values[UserID(names.text(of: code))] = features
    }
    return values
  }

  @Test(
    "of the marked users gives what a full recomputation gives, whatever is folded, joined or in the log",
    arguments: 0..<6)
  func equality(seed: UInt64) async throws {
    let test = try TestWorkspace()
    let workspace = test.workspace
    let refresh = try ProfileRefresh(workspace, clock: { Self.now })
    let all = events(1500, users: 30, seed: seed)
    for (turn, start) in stride(from: 0, to: all.count, by: 300).enumerated() {
      let part = Array(all[start..<start + 300])
      try workspace.store.append(part, namespace: "test")
      if turn % 2 == Int(seed % 2) { try workspace.store.fold(workers: 1) }
      if turn == 2 {
        _ = try workspace.store.recordIdentities(
          [
            IdentityStatement(
              former: "user 1", known: "user 2", time: Timestamp(milliseconds: 1), kind: .identify, source: "test"),
            IdentityStatement(
              former: "user 2", known: "user 3", time: Timestamp(milliseconds: 2), kind: .alias, source: "test"),
          ], policy: IdentityPolicy(workspace.configuration), at: Timestamp(milliseconds: 3))
        refresh.mark(["user 1", "user 2", "user 3"])
      }
      refresh.mark(Set(part.map(\.user)))
      try await refresh.refresh()
      #expect(refresh.markedUserCount == 0)
    }
    let expected = try await recomputed(workspace)
    #expect(expected.count == 28)
    for (user, features) in expected {
      let profile = try await ProfileManager(workspace).getProfile(userID: user)
      #expect(profile.features?.values == features, "\(user)")
    }
    #expect(refresh.lags.counts.reduce(0, +) > 100)
  }

  @Test("leaves out users who do not agree, and does nothing without marks")
  func consent() async throws {
    let test = try TestWorkspace()
    let workspace = test.workspace
    let refresh = try ProfileRefresh(workspace, clock: { Self.now })
    try workspace.store.append(events(50, users: 2, seed: 1), namespace: "test")
    _ = try workspace.store.recordConsents(
      [
        ConsentStatement(
          user: "user 1", purpose: "analytics", isGranted: false, time: Timestamp(milliseconds: 1), source: "test")
      ], at: Timestamp(milliseconds: 1))
    refresh.mark(["user 0", "user 1", "nobody"])
    let report = try await refresh.refresh()
    #expect((report.userCount, report.skippedUserCount) == (1, 2))
    #expect(try await refresh.refresh() == ProfileRefresh.Report())
  }

  @Test("forgets the moves between groups of those who no longer agree")
  func withdrawal() async throws {
    let test = try TestWorkspace()
    let workspace = test.workspace
    try workspace.store.append(events(50, users: 2, seed: 1), namespace: "test")
    let profiles = ProfileManager(workspace)
    for user in ["user 0", "user 1"] as [UserID] {
      try await profiles.updateProfile(
        userID: user, cluster: ClusterMembership(cluster: 1, distance: 1, secondCluster: nil, confidence: 1))
      #expect(try await profiles.getClusterHistory(userID: user).count == 1)
    }
    let refresh = try ProfileRefresh(workspace, clock: { Self.now })
    let statement = ConsentStatement(
      user: "user 1", purpose: "analytics", isGranted: false, time: Timestamp(milliseconds: 1), source: "test")
    _ = try workspace.store.recordConsents([statement], at: Timestamp(milliseconds: 1))
    try await refresh.followAdministration()
    await #expect(throws: HabitusError.noConsent("user 1")) {
      try await profiles.getClusterHistory(userID: "user 1")
    }
    #expect(try workspace.store.clusterMoves(of: "user 1").isEmpty)
    #expect(try await profiles.getClusterHistory(userID: "user 0").count == 1)
  }

  @Test("after a wrong join was undone, features, profile and history are as if it had never been")
  func undone() async throws {
    let history = events(400, users: 4, seed: 3)
    func prepared() throws -> TestWorkspace {
      let test = try TestWorkspace()
      try test.workspace.store.append(history, namespace: "test")
      return test
    }
    let (joined, untouched) = (try prepared(), try prepared())
    let manager = IdentityManager(joined.workspace, now: { Timestamp(milliseconds: 10) })
    _ = try await manager.link("user 1", "user 2", time: Timestamp(milliseconds: 5), source: "test")
    for workspace in [joined.workspace, untouched.workspace] {
      _ = try await Analysis(workspace).run(asOf: Timestamp(milliseconds: 35 * 86_400_000))
      _ = try await Analysis(workspace).run(asOf: Self.now)
    }
    #expect(try await ProfileManager(joined.workspace).getProfile(userID: "user 1").user == "user 2")
    let undone = try await manager.unlink("user 1", from: "user 2")
    try await PersonRepair(joined.workspace).run(after: undone)
    for user in ["user 0", "user 1", "user 2", "user 3"] as [UserID] {
      let (repaired, original) = (
        try await ProfileManager(joined.workspace).getProfile(userID: user),
        try await ProfileManager(untouched.workspace).getProfile(userID: user)
      )
      #expect(repaired.user == user && repaired.features?.values == original.features?.values)
      #expect(repaired.features?.window == original.features?.window)
      let histories = (
        try await ProfileManager(joined.workspace).getFeatureHistory(userID: user),
        try await ProfileManager(untouched.workspace).getFeatureHistory(userID: user)
      )
      #expect(histories.0 == histories.1)
    }
    for user in ["user 1", "user 2"] as [UserID] {
      let (repaired, original) = (
        try await ProfileManager(joined.workspace).getProfile(userID: user),
        try await ProfileManager(untouched.workspace).getProfile(userID: user)
      )
      #expect(repaired.preferences == original.preferences)
    }
  }

  @Test("after a wrong join was undone, moves that were noted while it held are forgotten, and none are made up")
  func undoneMoves() async throws {
    let test = try TestWorkspace()
    let workspace = test.workspace
    try workspace.store.append(events(600, users: 12, seed: 5), namespace: "test")
    func classify(_ user: UserID, _ group: Int, at time: Int64) throws {
      let membership = ClusterMembership(cluster: group, distance: 1, secondCluster: nil, confidence: 1)
      let clock = ProfileClock(now: Timestamp(milliseconds: time), expires: nil)
      try workspace.store.updateProfiles(
        [(user, ProfileUpdate(cluster: membership))], clock: clock, createsProfiles: true, keepsHistory: false)
    }
    try classify("user 2", 1, at: 3)
    let manager = IdentityManager(workspace, now: { Timestamp(milliseconds: 10) })
    _ = try await manager.link("user 1", "user 2", time: Timestamp(milliseconds: 5), source: "test")
    _ = try await Analysis(workspace).run(asOf: Self.now)
    try classify("user 2", 7, at: 20)
    let profiles = ProfileManager(workspace)
    #expect(try await profiles.getClusterHistory(userID: "user 1").count == 2)
    let undone = try await manager.unlink("user 1", from: "user 2")
    try await PersonRepair(workspace).run(after: undone)
    #expect(try await profiles.getClusterHistory(userID: "user 1").isEmpty)
    #expect(
      try await profiles.getClusterHistory(userID: "user 2") == [
        ClusterMove(user: "user 2", time: Timestamp(milliseconds: 3), from: nil, to: 1, cause: .behaviour)
      ])
    #expect(try await profiles.getProfile(userID: "user 2").cluster != nil)
  }
}
