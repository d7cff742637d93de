import Habitus
import Testing

@Suite("UserClustering")
struct UserClusteringTests {
  private func workspace(_ change: (inout HabitusConfiguration) -> Void = { _ in }) throws -> TestWorkspace {
    let made = try TestWorkspace(change)
    try made.workspace.store.append(twoKindsOfUsers(each: 15), namespace: "test")
    return made
  }

  @Test("finds the two planted groups, describes them in original units and puts every user into one")
  func plantedGroups() async throws {
    let made = try workspace()
    let clustering = UserClustering(made.workspace)
    let model = try await clustering.updateClusters()
    #expect(model.clusters.map(\.size) == [15, 15])
    #expect(model.clusters.map(\.share) == [0.5, 0.5])
    #expect(Set(model.clusters.compactMap { $0.centre["event_count"] }) == [20, 80])
    let browser = try #require(try await clustering.getUserCluster(userID: "browser0"))
    for user in 0..<15 {
      #expect(try await clustering.getUserCluster(userID: UserID("browser\(user)"))?.cluster == browser.cluster)
      #expect(try await clustering.getUserCluster(userID: UserID("buyer\(user)"))?.cluster == browser.secondCluster)
    }
    #expect(browser.confidence > 0.5)
  }

  @Test("classifies a user by features as the fit did")
  func classification() async throws {
    let made = try workspace()
    let clustering = UserClustering(made.workspace)
    try await clustering.updateClusters()
    let features = try await FeatureExtractor(made.workspace).extractFeatures(userID: "buyer4")
    #expect(try await clustering.classifyUser(features: features) == clustering.getUserCluster(userID: "buyer4"))
  }

  @Test(
    "makes as many groups as are configured, whatever the scaling",
    arguments: HabitusConfiguration.Clustering.Scaling.allCases)
  func configuredCount(scaling: HabitusConfiguration.Clustering.Scaling) async throws {
    let made = try workspace {
      $0.clustering.kmeans.clusterCount = 3
      $0.clustering.scaling = scaling
    }
    let model = try await UserClustering(made.workspace).updateClusters()
    #expect(model.clusters.count == 3)
    #expect(model.clusters.map(\.size).reduce(0, +) == 30)
  }

  @Test("leaves users with too few events out, and says so where too few remain")
  func fewUsers() async throws {
    let made = try workspace { $0.features.minimumEventCount = 21 }
    let clustering = UserClustering(made.workspace)
    let model = try await clustering.updateClusters()
    #expect(model.userCount == 15)
    #expect(try await ProfileManager(made.workspace).getProfile(userID: "buyer0").cluster != nil)
    await #expect(throws: HabitusError.noProfile("browser0")) {
      try await clustering.getUserCluster(userID: "browser0")
    }
    let empty = try workspace { $0.features.minimumEventCount = 500 }
    await #expect(throws: HabitusError.tooFewUsers(found: 0, required: 10)) {
      try await UserClustering(empty.workspace).updateClusters()
    }
  }

  @Test("counts events also where the group of their number is not selected, in an analysis, too")
  func minimumWithoutActivity() async throws {
    let made = try workspace {
      $0.features.groups = [.temporal]
      $0.features.minimumEventCount = 21
    }
    let model = try await UserClustering(made.workspace).updateClusters()
    #expect(model.userCount == 15)
    #expect(!model.features.contains("event_count"))
    #expect(try await Analysis(made.workspace).run().clusters?.userCount == 15)
    #expect(try await ProfileManager(made.workspace).getProfile(userID: "buyer0").features?["event_count"] == nil)
  }

  @Test("names an unknown feature and those there are")
  func unknownFeature() async throws {
    let made = try workspace { $0.clustering.features = ["event_count", "charm"] }
    await #expect { try await UserClustering(made.workspace).updateClusters() } throws: { error in
      guard case HabitusError.unknownFeature("charm", let known) = error else { return false }
      return known.contains("session_count")
    }
  }

  @Test("answers one group where users do not differ")
  func alike() async throws {
    let made = try TestWorkspace()
    let events = (0..<12).flatMap { user in (0..<10).map { event("u\(user)", Double($0), "click") } }
    try made.workspace.store.append(events, namespace: "test")
    let model = try await UserClustering(made.workspace).updateClusters()
    #expect(model.clusters.map(\.size) == [12])
    #expect(model.choice.reason.english.hasPrefix("One group"))
  }

  @Test("has no model before the first fit")
  func noModel() async throws {
    let made = try workspace()
    await #expect(throws: HabitusError.notAnalysed(what: "clusters")) {
      try await UserClustering(made.workspace).currentModel()
    }
  }
}
