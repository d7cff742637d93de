import Habitus
import Testing

@Suite("Groups over refits")
struct ClusterRefitTests {
  private func workspace(_ change: (inout HabitusConfiguration) -> Void = { _ in }) throws -> TestWorkspace {
    let made = try TestWorkspace(change)
    try made.workspace.store.append(twoKindsOfUsers(each: 15), namespace: "test")
    return made
  }

  private func numbers(_ made: TestWorkspace) async throws -> [UserID: Int?] {
    var numbers: [UserID: Int?] = [:]
    for kind in ["browser", "buyer"] {
      for user in 0..<15 {
        let id = UserID("\(kind)\(user)")
        numbers[id] = try await UserClustering(made.workspace).getUserCluster(userID: id)?.cluster
      }
    }
    return numbers
  }

  @Test("a refit of the same events keeps numbers, names and members, and says so")
  func sameEvents() async throws {
    let made = try workspace()
    let clustering = UserClustering(made.workspace)
    let first = try await clustering.updateClusters()
    let before = try await numbers(made)
    let second = try await clustering.updateClusters()
    #expect(first.lineage == nil)
    #expect(second.lineage?.commonUserCount == 30 && second.lineage?.keptShare == 1)
    #expect(second.lineage?.changes.isEmpty == true)
    #expect(try await numbers(made) == before)
    #expect(second.clusters.map(\.id) == first.clusters.map(\.id))
    #expect(second.clusters.map(\.name) == first.clusters.map(\.name))
    #expect(try await ProfileManager(made.workspace).getClusterHistory(userID: "buyer1").isEmpty)
  }

  @Test("a few more events change no number; a user who behaves like the others moves, which the history tells")
  func moreEvents() async throws {
    let made = try workspace()
    let clustering = UserClustering(made.workspace)
    try await clustering.updateClusters()
    let before = try await numbers(made)
    let buyers = twoKindsOfUsers(each: 15).filter { $0.user == "buyer3" }
    var renamed = buyers
    for index in renamed.indices {
      renamed[index].user = "browser3"
      renamed[index].id = "again\(index)"
    }
    try made.workspace.store.append(renamed, namespace: "test")
    try await clustering.updateClusters()
    let after = try await numbers(made)
    #expect(before.keys.filter { before[$0] != after[$0] } == ["browser3"])
    let moves = try await ProfileManager(made.workspace).getClusterHistory(userID: "browser3")
    #expect(moves.map(\.from) == [before["browser3"] ?? nil] && moves.map(\.to) == [before["buyer3"] ?? nil])
    #expect(moves.map(\.cause) == [.refit])
  }

  @Test("a number of groups that is configured otherwise splits a group, and new numbers go on from the old")
  func split() async throws {
    let made = try workspace()
    let first = try await UserClustering(made.workspace).updateClusters()
    let workspace = made.reconfigured { $0.clustering.kmeans.clusterCount = 3 }
    let second = try await UserClustering(workspace).updateClusters()
    #expect(second.clusters.count == 3)
    #expect(Set(first.clusters.map(\.id)).isSubset(of: Set(second.clusters.map(\.id))))
    #expect(second.clusters.map(\.id).max() == 3)
    #expect(second.lineage?.changes.contains { $0.kind == .split || $0.kind == .born } == true)
  }

  @Test("getSimilarUsers gives the nearest of the same kind, by rising distance, without the user")
  func similar() async throws {
    let made = try workspace()
    let clustering = UserClustering(made.workspace)
    _ = try await Analysis(made.workspace).run()
    let similar = try await clustering.getSimilarUsers(userID: "buyer2", limit: 14)
    #expect(similar.count == 14 && !similar.map(\.user).contains("buyer2"))
    #expect(similar.allSatisfy { $0.user.rawValue.hasPrefix("buyer") })
    #expect(similar.map(\.distance) == similar.map(\.distance).sorted())
    #expect(try await clustering.getSimilarUsers(userID: "buyer2", limit: 100).count == 29)
    #expect(try await clustering.getSimilarUsers(userID: "buyer2", limit: 0).isEmpty)
    await #expect(throws: HabitusError.unknownUser("nobody")) {
      try await clustering.getSimilarUsers(userID: "nobody")
    }
  }

  @Test("explains a membership by the features that tell the kinds apart")
  func explanation() async throws {
    let made = try workspace()
    let clustering = UserClustering(made.workspace)
    let model = try await clustering.updateClusters()
    let features = try await FeatureExtractor(made.workspace).extractFeatures(userID: "buyer2")
    let explanation = try await clustering.explanation(of: features)
    #expect(try await explanation.membership == clustering.getUserCluster(userID: "buyer2"))
    #expect(!explanation.decided.isEmpty)
    #expect(explanation.decided.map(\.share) == explanation.decided.map(\.share).sorted(by: >))
    #expect(explanation.decided.allSatisfy { model.features.contains($0.feature) && $0.share > 0 })
    #expect(explanation.decided.reduce(0) { $0 + $1.share } <= 1 + 1e-9)
  }

  @Test("lists who fits nowhere, farthest first, with what sets the user apart")
  func outliers() async throws {
    let made = try workspace()
    let clustering = UserClustering(made.workspace)
    _ = try await Analysis(made.workspace).run()
    // The events of one browser cross an hour, of all others stay within one.
    let before = try await clustering.getOutliers()
    #expect(before.map(\.user) == ["browser5"])
    #expect(before.first?.explanation.apart.first?.feature == "hour_entropy")
    // Browses like the others, but a hundred times as much, around the clock.
    let events = (0..<2_000).map { event("browser0", Double($0) * 7, "page_view", item: "k\($0)", category: "books") }
    try made.workspace.store.append(events, namespace: "other")
    _ = try await Analysis(made.workspace).run()
    let outliers = try await clustering.getOutliers()
    #expect(outliers.first?.user == "browser0")
    let distances = outliers.map(\.explanation.membership.distance)
    #expect(distances == distances.sorted(by: >))
    #expect(try await clustering.getOutliers(limit: 0).isEmpty)
  }

  @Test("puts users on a plane, the kinds apart, the same way every time")
  func projection() async throws {
    let made = try workspace()
    let clustering = UserClustering(made.workspace)
    try await clustering.updateClusters()
    for method in UserClustering.Projection.allCases {
      let plane = try await clustering.projection(method)
      #expect(plane.count == 30 && plane.allSatisfy { $0.x.isFinite && $0.y.isFinite })
      #expect(try await clustering.projection(method) == plane)
      let groups = Dictionary(grouping: plane, by: \.cluster)
      #expect(groups.count == 2)
    }
    let plane = try await clustering.projection(.principalComponents)
    let sides = Dictionary(grouping: plane, by: { $0.user.rawValue.hasPrefix("buyer") })
    let (buyers, browsers) = (sides[true]?.map(\.x) ?? [], sides[false]?.map(\.x) ?? [])
    #expect(
      (buyers.max() ?? 0) < (browsers.min() ?? 0) || (browsers.max() ?? 0) < (buyers.min() ?? 0),
      "the first component tells the kinds apart")
    #expect(try await clustering.projection(limit: 7).count == 7)
  }
}
