import Habitus
import Testing

@Suite("Groups compared, and their rules")
struct UserClusteringComparisonTests {
  private func clustering() async throws -> (TestWorkspace, UserClustering, ClusterModel) {
    let made = try TestWorkspace()
    try made.workspace.store.append(twoKindsOfUsers(each: 15), namespace: "test")
    let clustering = UserClustering(made.workspace)
    return (made, clustering, try await clustering.updateClusters())
  }

  @Test("the two planted groups differ in what was planted, and the comparison turns round")
  func comparison() async throws {
    let (made, clustering, model) = try await clustering()
    let ids = model.clusters.map(\.id)
    let found = try await clustering.compareClusters(ids[0], ids[1])
    #expect(found.first == ids[0] && found.second == ids[1])
    let count = try #require(found.differences.first { $0.feature == "event_count" })
    #expect(Set([count.firstMean, count.secondMean]) == [20, 80])
    #expect(count.superiority == (count.firstMean > count.secondMean ? 1 : 0))
    let turned = try await clustering.compareClusters(ids[1], ids[0])
    let other = try #require(turned.differences.first { $0.feature == "event_count" })
    #expect(other.effectSize == -count.effectSize && other.superiority == 1 - count.superiority)
    _ = made
  }

  @Test("the rule of a group matches its members")
  func rule() async throws {
    let (made, clustering, model) = try await clustering()
    for cluster in model.clusters {
      let rule = try #require(try await clustering.rule(for: cluster.id))
      #expect(rule.cluster == cluster.id && rule.precision == 1 && rule.recall == 1)
      for user in ["browser3", "buyer4"] {
        let features = try await FeatureExtractor(made.workspace).extractFeatures(userID: UserID(user))
        let isMember = try await clustering.getUserCluster(userID: UserID(user))?.cluster == cluster.id
        #expect(rule.matches(features) == isMember)
      }
    }
  }

  @Test("an unknown number is named, with those there are; without a fit there are no groups")
  func errors() async throws {
    let (made, clustering, model) = try await clustering()
    let expected = HabitusError.unknownCluster(77, known: model.clusters.map(\.id).sorted())
    await #expect(throws: expected) { try await clustering.compareClusters(model.clusters[0].id, 77) }
    await #expect(throws: expected) { try await clustering.rule(for: 77) }
    #expect(
      HabitusError.unknownCluster(7, known: [1, 2, 4]).description
        == "There is no group 7. There are 1, 2 and 4. `habitus clusters` shows them.")
    #expect(HabitusError.unknownCluster(7, known: [1]).description.contains("There is one: 1."))
    #expect(HabitusError.unknownCluster(7, known: []).description.contains("There are none"))
    let empty = try TestWorkspace()
    await #expect(throws: HabitusError.notAnalysed(what: "clusters")) {
      try await UserClustering(empty.workspace).rule(for: 1)
    }
    _ = made
  }
}
