import Habitus
import Testing

@Suite("The algorithms of UserClustering")
struct ClusterAlgorithmTests {
  private func workspace(_ change: (inout HabitusConfiguration) -> Void = { _ in }) throws -> TestWorkspace {
    let made = try TestWorkspace(change)
    try made.workspace.store.append(twoKindsOfUsers(each: 15), namespace: "test")
    return made
  }

  @Test(
    "every algorithm tells the two planted kinds apart, and classifies users as the fit did",
    arguments: HabitusConfiguration.Clustering.Algorithm.allCases)
  func algorithms(algorithm: HabitusConfiguration.Clustering.Algorithm) async throws {
    let made = try workspace {
      $0.clustering.algorithm = algorithm
      $0.clustering.mixture.covariance = .spherical
      $0.clustering.dbscan.radius = 3
    }
    let clustering = UserClustering(made.workspace)
    let model = try await clustering.updateClusters()
    var kinds: [String: Set<Int?>] = [:]
    for kind in ["browser", "buyer"] {
      for user in 0..<15 {
        let id = UserID("\(kind)\(user)")
        let membership = try #require(try await clustering.getUserCluster(userID: id))
        kinds[kind, default: []].insert(membership.cluster)
        let features = try await FeatureExtractor(made.workspace).extractFeatures(userID: id)
        #expect(try await clustering.classifyUser(features: features) == membership, "\(id)")
      }
    }
    #expect(kinds["browser"]?.isDisjoint(with: kinds["buyer"] ?? []) == true, "\(model.choice)")
    #expect(model.clusters.map(\.size).reduce(model.ungroupedCount, +) == 30)
  }

  @Test("says what was tried and why, in both languages")
  func choice() async throws {
    let made = try workspace { $0.clustering.maximumClusterCount = 4 }
    let model = try await UserClustering(made.workspace).updateClusters()
    #expect(model.choice.algorithm == "kmeans")
    #expect(model.choice.reason.english.hasPrefix("2 groups have the highest silhouette"))
    #expect(model.choice.reason.french.hasPrefix("2 groupes ont la meilleure silhouette"))
    #expect(model.choice.candidates.map(\.clusterCount).first == 2)
    #expect(model.clusters.allSatisfy { $0.stability ?? 0 > 0.9 })
    let configured = try workspace { $0.clustering.kmeans.clusterCount = 3 }
    let fixed = try await UserClustering(configured.workspace).updateClusters()
    #expect(fixed.choice.reason.english == "3 groups are configured (user_clustering.kmeans.n_clusters).")
    #expect(fixed.choice.candidates.isEmpty && fixed.clusters.allSatisfy { $0.stability == nil })
  }

  @Test("compares by the shares of event types that the dictionary does not know")
  func furtherTypes() async throws {
    let made = try TestWorkspace()
    // The same moments for everybody: only what they do differs.
    var events: [Event] = []
    for user in 0..<24 {
      for index in 0..<30 {
        let plays = (index + user) % 10 < (user < 12 ? 8 : 2)
        events.append(event("u\(user)", Double(index * 7 + index % 3), plays ? "play" : "pause"))
      }
    }
    try made.workspace.store.append(events, namespace: "test")
    let model = try await UserClustering(made.workspace).updateClusters()
    #expect(model.features.contains("type:play") && model.features.contains("type:pause"))
    #expect(Set(model.clusters.map(\.size)) == [12])
    let first = try await UserClustering(made.workspace).getUserCluster(userID: "u0")?.cluster
    for user in 0..<12 {
      #expect(try await UserClustering(made.workspace).getUserCluster(userID: UserID("u\(user)"))?.cluster == first)
    }
    let features = try await FeatureExtractor(made.workspace).extractFeatures(userID: "u20")
    #expect(
      try await UserClustering(made.workspace).classifyUser(features: features)
        == UserClustering(made.workspace).getUserCluster(userID: "u20"))
  }

  @Test(
    "no algorithm stumbles over users who are all the same",
    arguments: HabitusConfiguration.Clustering.Algorithm.allCases)
  func sameUsers(algorithm: HabitusConfiguration.Clustering.Algorithm) async throws {
    let made = try TestWorkspace { $0.clustering.algorithm = algorithm }
    let events = (0..<12).flatMap { user in (0..<10).map { event("u\(user)", Double($0), "click") } }
    try made.workspace.store.append(events, namespace: "test")
    let model = try await UserClustering(made.workspace).updateClusters()
    #expect(model.clusters.map(\.size) == [12] && model.ungroupedCount == 0)
    #expect(model.choice.algorithm == "none")
  }
}
