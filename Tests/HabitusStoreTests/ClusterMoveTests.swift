import Foundation
import GRDB
import HabitusModel
import Testing

@testable import HabitusStore

/// A membership in a group.
private func membership(_ cluster: Int?) -> ClusterMembership {
  ClusterMembership(cluster: cluster, distance: 1, secondCluster: nil, confidence: 0.5)
}

private func moment(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

@Suite("Fits of groups, and moves")
struct ClusterMoveTests {
  let folder: TemporaryFolder
  let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store.open(at: folder.path, for: .write)
  }

  @discardableResult
  private func fit(
    _ groups: [(UserID, Int?)], at time: Int64, expires: Int64? = nil, creates: Bool = true
  ) throws -> ClusterFitReceipt {
    try store.saveClusterFit(
      kind: "clusters", data: [UInt8(time % 256)], memberships: groups.map { ($0.0, membership($0.1)) },
      clock: ProfileClock(now: moment(time), expires: expires.map(moment)), createsProfiles: creates)
  }

  private func classify(_ user: UserID, _ group: Int?, at time: Int64, notesMoves: Bool = true) throws {
    try store.updateProfiles(
      [(user, ProfileUpdate(cluster: membership(group)))], clock: ProfileClock(now: moment(time), expires: nil),
      createsProfiles: true, keepsHistory: false, notesMoves: notesMoves)
  }

  private func moves(_ user: UserID) throws -> [ClusterMove] { try store.clusterMoves(of: user) }

  private func move(
    _ user: UserID, _ time: Int64, _ from: Int?, _ to: Int?, _ cause: ClusterMove.Cause
  ) -> ClusterMove {
    ClusterMove(user: user, time: moment(time), from: from, to: to, cause: cause)
  }

  @Test("stores model and memberships together; the first fit moves nobody")
  func firstFit() throws {
    try classify("c", 9, at: 1)
    let receipt = try fit([("a", 1), ("b", nil)], at: 5)
    #expect(receipt == ClusterFitReceipt(model: 1, missing: [], moveCount: 0))
    #expect(try store.latestModel(kind: "clusters")?.data == [5])
    #expect(try store.clusterMemberships(at: moment(5)) == ["a": membership(1), "b": membership(nil)])
    #expect(try store.profile("a", at: moment(5), withSecureFields: false)?.cluster == membership(1))
    #expect(try store.profile("c", at: moment(5), withSecureFields: false)?.cluster == nil)
    #expect(try moves("a") == [] && moves("b") == [])
    #expect(try moves("c") == [move("c", 1, nil, 9, .behaviour)])
  }

  @Test("notes a move by refit for every user whose number differs, to and from none, and for nobody else")
  func refit() throws {
    try fit([("a", 1), ("b", 1), ("c", 2), ("d", nil), ("e", nil), ("f", 2)], at: 5)
    let receipt = try fit([("a", 1), ("b", 2), ("d", 2), ("e", nil), ("g", 1), ("h", nil)], at: 6)
    #expect(receipt.moveCount == 5)
    for (user, expected) in [
      ("b", (1, 2)), ("c", (2, nil)), ("d", (nil, 2)), ("f", (2, nil)), ("g", (nil, 1)),
    ] as [(UserID, (Int?, Int?))] {
      #expect(try moves(user) == [move(user, 6, expected.0, expected.1, .refit)], "\(user)")
    }
    for user in ["a", "e", "h"] as [UserID] { #expect(try moves(user) == []) }
    #expect(try Set(store.clusterMemberships(at: moment(6)).keys) == ["a", "b", "d", "e", "g", "h"])
  }

  @Test("notes a move by behaviour where an update changes the number, and only there")
  func behaviour() throws {
    try fit([("a", 1)], at: 5)
    try classify("a", 1, at: 6)
    try classify("a", 2, at: 7)
    try classify("a", nil, at: 8)
    try classify("a", 1, at: 9, notesMoves: false)
    try store.updateProfiles(
      [("a", ProfileUpdate(preferences: []))], clock: ProfileClock(now: moment(10), expires: nil),
      createsProfiles: true, keepsHistory: false)
    #expect(try moves("a") == [move("a", 7, 1, 2, .behaviour), move("a", 8, 2, nil, .behaviour)])
    #expect(try store.clusterMemberships(at: moment(10)) == ["a": membership(1)])
  }

  @Test("treats profiles as an update does: makes them or leaves them out, counts the version, renews the expiry")
  func profiles() throws {
    _ = try store.createProfile("a", base: [:], secure: [:], clock: ProfileClock(now: moment(1), expires: nil))
    let receipt = try fit([("a", 1), ("b", 1), ("new", 2)], at: 5, expires: 100, creates: false)
    #expect(receipt.missing == ["b", "new"])
    #expect(try store.profileCount() == 1)
    let profile = try #require(try store.profile("a", at: moment(5), withSecureFields: false))
    #expect(profile.version == 2 && profile.updated == moment(5) && profile.expires == moment(100))
    #expect(try fit([("b", 1)], at: 6).missing == [])
    #expect(try store.profile("b", at: moment(6), withSecureFields: false)?.version == 1)
    #expect(throws: StoreError.invalidText("")) { try fit([("a", 2), ("", 1)], at: 7) }
    #expect(try store.models(kind: "clusters").count == 2)
    #expect(try store.clusterMemberships(at: moment(6)) == ["b": membership(1)])
  }

  @Test("takes a membership that has expired for none, and what else has expired does not come back")
  func expiry() throws {
    try fit([("a", 1), ("b", 1), ("c", 1)], at: 5, expires: 10)
    try store.updateProfiles(
      [
        (
          "a",
          ProfileUpdate(patterns: [
            Pattern(
              kind: .weekday, elements: ["monday"], unit: .events, support: 3, total: 4,
              sentence: LocalizedText(english: "", french: ""))
          ])
        )
      ],
      clock: ProfileClock(now: moment(6), expires: moment(10)), createsProfiles: true, keepsHistory: false)
    #expect(try store.clusterMemberships(at: moment(9)).count == 3)
    #expect(try store.clusterMemberships(at: moment(10)).isEmpty)
    #expect(try fit([("a", 1), ("b", 2), ("b", 3)], at: 10, expires: 20).moveCount == 3)
    #expect(try moves("a") == [move("a", 10, nil, 1, .refit)])
    #expect(try moves("b") == [move("b", 10, nil, 2, .refit), move("b", 10, 2, 3, .refit)])
    #expect(try moves("c") == [])
    #expect(try store.profile("a", at: moment(11), withSecureFields: false)?.patterns == [])
    try classify("b", 3, at: 30)
    #expect(try moves("b").last == move("b", 30, nil, 3, .behaviour))
  }

  @Test("counts who went where between two moments: from the first group to the last, those who came back left out")
  func flows() throws {
    try fit([("a", 1), ("b", 1), ("c", 1), ("d", 2), ("e", 2)], at: 5)
    for user in ["a", "b"] as [UserID] { try classify(user, 2, at: 6) }
    try classify("c", 3, at: 6)
    try classify("c", 1, at: 7)
    try classify("d", nil, at: 8)
    try fit([("a", 3), ("b", 2), ("c", 1), ("d", 4), ("e", 2), ("f", 2)], at: 10)
    #expect(
      try store.clusterMoves(from: moment(0), to: moment(11)) == [
        ClusterFlow(from: nil, to: 2, userCount: 1), ClusterFlow(from: 1, to: 2, userCount: 1),
        ClusterFlow(from: 1, to: 3, userCount: 1), ClusterFlow(from: 2, to: 4, userCount: 1),
      ])
    #expect(
      try store.clusterMoves(from: moment(6), to: moment(7)) == [
        ClusterFlow(from: 1, to: 2, userCount: 2), ClusterFlow(from: 1, to: 3, userCount: 1),
      ])
    #expect(
      try store.clusterMoves(from: moment(0), to: moment(11), cause: .behaviour) == [
        ClusterFlow(from: 1, to: 2, userCount: 2), ClusterFlow(from: 2, to: nil, userCount: 1),
      ])
    #expect(try store.clusterMoves(from: moment(11), to: moment(99)) == [])
    #expect(try store.clusterGroups(beforeMovesSince: moment(7)) == ["a": 2, "c": 3, "d": 2, "f": nil])
    #expect(try store.clusterGroups(beforeMovesSince: moment(7), cause: .behaviour) == ["c": 3, "d": 2])
  }

  @Test("agrees with a slow twin over random fits and updates", arguments: 0..<6)
  func twin(seed: UInt64) throws {
    var random = Seeded(state: seed)
    let users = (0..<12).map { UserID("u\($0)") }
    var groups: [UserID: Int?] = [:]
    var expected: [ClusterMove] = []
    var hasFit = false
    for time in 1...40 as ClosedRange<Int64> {
      if Int.random(in: 0..<4, using: &random) == 0 {
        let chosen = users.filter { _ in Int.random(in: 0..<3, using: &random) > 0 }
        let fresh = chosen.map { ($0, [nil, 1, 2, 3].randomElement(using: &random)!) }
        try fit(fresh, at: time)
        for user in users {
          let after = fresh.first { $0.0 == user }?.1
          if hasFit, groups[user] ?? nil != after {
            expected.append(move(user, time, groups[user] ?? nil, after, .refit))
          }
        }
        groups = [:]
        for (user, group) in fresh { groups.updateValue(group, forKey: user) }
        hasFit = true
      } else {
        let (user, group) = (users.randomElement(using: &random)!, [nil, 1, 2, 3].randomElement(using: &random)!)
        try classify(user, group, at: time)
        if groups[user] ?? nil != group { expected.append(move(user, time, groups[user] ?? nil, group, .behaviour)) }
        groups.updateValue(group, forKey: user)
      }
    }
    #expect(hasFit && expected.count > 10)
    for user in users { #expect(try moves(user) == expected.filter { $0.user == user }) }
    #expect(try store.clusterMemberships(at: moment(99)).mapValues(\.cluster) == groups)
    let (start, end) = (moment(10), moment(30))
    var flows: [[Int?]: Int] = [:]
    for user in users {
      let inside = expected.filter { $0.user == user && $0.time >= start && $0.time < end }
      if let first = inside.first, let last = inside.last, first.from != last.to {
        flows[[first.from, last.to], default: 0] += 1
      }
    }
    let found = try store.clusterMoves(from: start, to: end)
    #expect(Dictionary(uniqueKeysWithValues: found.map { ([$0.from, $0.to], $0.userCount) }) == flows)
  }

  @Test("deletes moves with the profile, and forgets those after a moment with the derived parts")
  func erasure() throws {
    try fit([("a", 1), ("b", 1)], at: 5)
    for time in [6, 7, 8] as [Int64] { for user in ["a", "b"] as [UserID] { try classify(user, Int(time), at: time) } }
    try store.forgetDerived(of: ["a"], endingAfter: moment(6))
    #expect(try moves("a").map(\.time) == [moment(6)])
    #expect(try moves("b").count == 3)
    #expect(try store.deleteProfile("b"))
    #expect(try moves("b") == [])
    #expect(try store.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM cluster_move") } == 1)
    #expect(try moves("nobody") == [])
  }

  @Test("keeps the latest twenty models of a kind, and tells of them without their data")
  func models() throws {
    _ = try store.saveModel(kind: "other", data: [7], at: moment(0))
    for time in 1...23 as ClosedRange<Int64> { try fit([("a", 1)], at: time) }
    let models = try store.models(kind: "clusters")
    #expect(models.map(\.id) == Array(5...24))
    #expect(models.map(\.previous) == (4...23).map { $0 })
    #expect(models.map(\.created) == (4...23).map { moment($0) })
    #expect(try store.model(kind: "clusters", id: 5)?.data == [4])
    #expect(try store.model(kind: "clusters", id: 4) == nil)
    #expect(try store.model(kind: "clusters", id: 1) == nil)
    #expect(try store.model(kind: "other", id: 1)?.data == [7])
    #expect(try store.models(kind: "none").isEmpty)
  }

  @Test("notices a damaged membership instead of taking it for another")
  func damage() throws {
    try fit([("a", 1)], at: 5)
    try store.write { db in try db.execute(sql: "UPDATE profile_part SET data = zeroblob(length(data))") }
    #expect(throws: StoreError.self) { try store.clusterMemberships(at: moment(5)) }
    #expect(throws: StoreError.self) { try fit([("a", 2)], at: 6) }
    #expect(throws: StoreError.self) { try classify("a", 2, at: 6) }
    #expect(try store.models(kind: "clusters").count == 1)
  }

  @Test("reads memberships from their own index, without the features beside them")
  func index() throws {
    try fit([("a", 1)], at: 5)
    let plan = try store.read { db in
      try Row.fetchAll(
        db, sql: "EXPLAIN QUERY PLAN SELECT user, data FROM profile_part WHERE part = 1"
      ).map { $0["detail"] as String }
    }
    #expect(plan.contains { $0.contains("COVERING INDEX profile_part_cluster") }, "\(plan)")
  }

  @Test("brings a store without moves up to date; one that is only read has none", arguments: [false, true])
  func migration(isRead: Bool) throws {
    let old = try TemporaryFolder()
    let queue = try DatabaseQueue(path: old.path + "/habitus.sqlite")
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA page_size = 16384")
      try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
    }
    try Schema.migrator.migrate(queue, upTo: "3: administration")
    try queue.write { db in
      try db.execute(sql: "INSERT INTO setting (name, value) VALUES ('hash_key_0', 1), ('hash_key_1', 2)")
      var dictionaries = EventDictionaries()
      let before = Dictionaries.counts(dictionaries)
      _ = dictionaries.users.code(adding: "old")
      try Dictionaries.save(db, dictionaries, after: before)
      try db.execute(sql: "INSERT INTO profile (user, version, created, updated) VALUES (0, 1, 1, 1)")
      try db.execute(
        sql: "INSERT INTO profile_part (user, part, updated, data) VALUES (0, 1, 1, ?)",
        arguments: [Data(SealedBlob.seal(ProfileCodec.encode(membership(2))))])
      try db.execute(
        sql: "INSERT INTO model (kind, created, data) VALUES ('clusters', 1, ?)",
        arguments: [Data(SealedBlob.seal([1]))])
    }
    try queue.close()
    let store = try Store.open(at: old.path, for: isRead ? .read : .write)
    #expect(try store.clusterMoves(of: "old") == [])
    #expect(try store.clusterMoves(from: moment(0), to: moment(9)) == [])
    #expect(try store.clusterGroups(beforeMovesSince: moment(0)).isEmpty)
    #expect(try store.clusterMemberships(at: moment(9)) == ["old": membership(2)])
    #expect(try store.models(kind: "clusters").count == 1)
    guard !isRead else { return }
    try store.saveClusterFit(
      kind: "clusters", data: [2], memberships: [("old", membership(3))],
      clock: ProfileClock(now: moment(5), expires: nil), createsProfiles: true)
    #expect(try store.clusterMoves(of: "old") == [move("old", 5, 2, 3, .refit)])
  }
}
