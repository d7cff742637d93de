import Foundation
import HabitusModel
import Testing

@testable import HabitusStore

@Suite("Identities")
struct IdentityTableTests {
  let folder: TemporaryFolder
  let store: Store
  private let policy = IdentityPolicy(maximumIdentifierCount: 4) { $0 != "null" }

  init() throws {
    folder = try TemporaryFolder()
    store = try Store.open(at: folder.path, for: .administer)
  }

  @discardableResult
  private func say(
    _ former: String, _ known: String, _ time: Int64 = 1, _ kind: IdentityStatement.Kind = .identify
  ) throws -> IdentityOutcome {
    let statement = IdentityStatement(
      former: UserID(former), known: UserID(known), time: Timestamp(milliseconds: time), kind: kind, source: "test")
    return try store.recordIdentities([statement], policy: policy, at: Timestamp(milliseconds: 100))
  }

  private func members(_ id: UserID) throws -> [UserID] { try store.person(of: id).members }

  private func refused(_ reason: IdentityRefusal) -> IdentityOutcome {
    var outcome = IdentityOutcome()
    outcome.refused = [reason: 1]
    return outcome
  }

  @Test("The same statement again changes nothing, but for an earlier time")
  func repeats() throws {
    #expect(try say("a", "k", 10).joined == 1)
    let version = try store.administrationVersion()
    #expect(try say("a", "k", 10).repeated == 1)
    #expect(try say("a", "k", 30).repeated == 1)
    #expect(try store.administrationVersion() == version)
    #expect(try store.identityEdges().map(\.time.milliseconds) == [10])
    #expect(try say("a", "k", 5).repeated == 1)
    #expect(try store.identityEdges().map(\.time.milliseconds) == [5])
    #expect(try store.administrationVersion().identities == version.identities + 1)
  }

  @Test("A device that two people share stays with the first, until somebody parts them")
  func sharedDevice() throws {
    try say("device", "ann")
    #expect(try say("device", "bob") == refused(.alreadyJoined))
    #expect(try members("device") == ["ann", "device"])
    #expect(try members("bob") == ["bob"])
    #expect(try say("other", "ann").joined == 1)
    #expect(try say("ann", "bob") == refused(.alreadyJoined))
    _ = try store.undoIdentities(of: "device", at: Timestamp(milliseconds: 1))
    #expect(try say("device", "bob").joined == 1)
    #expect(try members("device") == ["bob", "device"])
  }

  @Test("An alias joins two people, cycles join nobody new")
  func aliases() throws {
    try say("a", "ann")
    try say("b", "bob")
    #expect(try say("bob", "ann", 5, .alias).joined == 1)
    #expect(try members("a") == ["a", "ann", "b", "bob"])
    #expect(try say("b", "ann").joined == 1)
    #expect(try say("ann", "bob").joined == 1)
    #expect(try members("a").count == 4)
  }

  @Test("Identifiers that stand for nobody, and an identifier with itself, are refused and listed")
  func placeholders() throws {
    #expect(try say("null", "ann") == refused(.placeholder))
    #expect(try say("ann", "null", 1, .manual) == refused(.placeholder))
    #expect(try say("ann", "ann", 1, .manual) == refused(.sameIdentifier))
    #expect(try say("null", "null") == refused(.placeholder))
    #expect(
      try store.identityEdges(.refused).map(\.reason) == [.placeholder, .sameIdentifier, .placeholder, .placeholder])
    #expect(try store.identityEdgeCounts() == [.refused: 4])
    #expect(try store.personIndex().personCount == 0)
    #expect(try store.administrationVersion().identities == 0)
  }

  @Test("A person has no more identifiers than allowed, by hand neither; a refusal is decided again when there is room")
  func limit() throws {
    try say("a", "ann")
    try say("b", "ann")
    #expect(try say("c", "ann").joined == 1)
    #expect(try say("d", "ann") == refused(.tooManyIdentifiers))
    #expect(try say("d", "ann", 1, .manual) == refused(.tooManyIdentifiers))
    #expect(try say("d", "bob").joined == 1)
    #expect(try say("bob", "ann", 1, .alias) == refused(.tooManyIdentifiers))
    #expect(try say("b", "a").joined == 1)
    _ = try store.undoIdentities(of: "c", at: Timestamp(milliseconds: 1))
    #expect(try say("e", "ann").joined == 1)
    _ = try store.undoIdentities(of: "e", at: Timestamp(milliseconds: 1))
    _ = try store.undoIdentities(of: "d", from: "bob", at: Timestamp(milliseconds: 1))
    #expect(try say("d", "ann").joined == 1)
    #expect(try members("ann") == ["a", "ann", "b", "d"])
  }

  @Test("What was undone stays undone, whichever way round it is said, until it is linked by hand")
  func undone() throws {
    try say("a", "k", 10)
    let edges = try store.undoIdentities(of: "k", from: "a", at: Timestamp(milliseconds: 200))
    #expect(edges.map(\.state) == [.active])
    #expect(try store.identityEdges().map(\.state) == [.undone])
    #expect(try store.identityEdges().map(\.changed.milliseconds) == [200])
    let version = try store.administrationVersion()
    #expect(try say("a", "k", 10).repeated == 1)
    #expect(try say("a", "k", 3, .alias).repeated == 1)
    #expect(try say("k", "a", 3, .alias) == refused(.undone))
    #expect(try say("a", "null") == refused(.placeholder))
    #expect(try members("a") == ["a"])
    #expect(try store.administrationVersion() == version)
    #expect(try store.undoIdentities(of: "a", at: Timestamp(milliseconds: 300)).isEmpty)
    #expect(try say("a", "k", 50, .manual).joined == 1)
    #expect(try members("a") == ["a", "k"])
    #expect(try store.personIndex(asOf: Timestamp(milliseconds: 50)).personCount == 0)
    #expect(try store.personIndex(asOf: Timestamp(milliseconds: 51)).personCount == 1)
  }

  @Test("Undoing an identifier parts it alone; the others stay as far as edges join them")
  func parting() throws {
    try say("a", "k")
    try say("b", "k")
    try say("b", "c", 1, .alias)
    #expect(try store.undoIdentities(of: "a", from: "b", at: Timestamp(milliseconds: 1)).isEmpty)
    #expect(try store.undoIdentities(of: "a", at: Timestamp(milliseconds: 1)).count == 1)
    #expect(try members("k") == ["b", "c", "k"])
    #expect(try store.undoIdentities(of: "b", at: Timestamp(milliseconds: 1)).count == 2)
    #expect(try members("k") == ["k"])
  }

  @Test("Identifiers are told apart by bytes, empty ones and emoji are kept as they are, and a NUL is refused")
  func bytes() throws {
    try say("caf\u{E9}", "k1")
    #expect(try say("cafe\u{301}", "k2").joined == 1)
    #expect(try members("caf\u{E9}") == ["caf\u{E9}", "k1"])
    try say("👨‍👩‍👧", "' OR 1=1 --")
    #expect(try members("👨‍👩‍👧") == ["' OR 1=1 --", "👨‍👩‍👧"])
    #expect(throws: StoreError.self) { try say("a\0b", "k") }
    #expect(throws: StoreError.self) { try say("a", "k", .max) }
    #expect(try store.personIndex().canonical(of: "cafe\u{301}") == "k2")
  }

  @Test("Agrees with the rules applied one by one to a list, and so does the index", arguments: 0..<25)
  func twin(seed: UInt64) throws {
    var random = Seeded(state: seed &+ 77)
    var twin = SlowIdentities(limit: 4)
    let names = ["a", "b", "c", "d", "e", "f", "null", "é", "e\u{301}"].map { UserID($0) }
    for step in 0..<120 {
      let (x, y) = (names.randomElement(using: &random)!, names.randomElement(using: &random)!)
      if Int.random(in: 0..<10, using: &random) == 0 {
        let other = Bool.random(using: &random) ? y : nil
        let undone = try store.undoIdentities(of: x, from: other, at: Timestamp(milliseconds: Int64(step)))
        #expect(undone.count == twin.undo(x, other))
      } else {
        let statement = IdentityStatement(
          former: x, known: y, time: Timestamp(milliseconds: .random(in: 0..<50, using: &random)),
          kind: [.identify, .identify, .alias, .manual].randomElement(using: &random)!, source: "s\(step)")
        let outcome = try store.recordIdentities([statement], policy: policy, at: Timestamp(milliseconds: 1))
        #expect(outcome.joined + outcome.repeated + outcome.refused.values.reduce(0, +) == 1)
        twin.record(statement)
      }
    }
    let edges = try store.identityEdges().reversed()
    #expect(
      edges.map { "\($0.former)>\($0.known) \($0.state) \($0.reason?.rawValue ?? "") \($0.source) \($0.time)" }
        == twin.rows.map { "\($0.former)>\($0.known) \($0.state) \($0.reason?.rawValue ?? "") \($0.source) \($0.time)" }
    )
    let index = try store.personIndex()
    for name in names {
      #expect(try members(name) == twin.members(name).sorted())
      #expect(index.members(of: name) == twin.members(name).sorted())
      #expect(index.members(of: name).count <= 4)
      #expect(try index.canonical(of: name) == PersonIndex(store.identityEdges()).canonical(of: name))
    }
  }
}

/// The rules of identities, applied one by one to a list.
private struct SlowIdentities {
  let limit: Int
  var rows: [IdentityEdge] = []

  func members(_ id: UserID) -> Set<UserID> {
    var members: Set<UserID> = [id]
    for _ in rows {
      for row in rows where row.state == .active && (members.contains(row.former) || members.contains(row.known)) {
        members.formUnion([row.former, row.known])
      }
    }
    return members
  }

  mutating func undo(_ id: UserID, _ other: UserID?) -> Int {
    var count = 0
    for index in rows.indices where rows[index].state == .active {
      let ends = [rows[index].former, rows[index].known]
      guard ends.contains(id), other == nil || ends.contains(other!) else { continue }
      rows[index].state = .undone
      count += 1
    }
    return count
  }

  private func row(_ former: UserID, _ known: UserID) -> Int? {
    rows.firstIndex { $0.former == former && $0.known == known }
  }

  mutating func record(_ said: IdentityStatement) {
    let known = row(said.former, said.known)
    if let known, rows[known].state == .active {
      if said.time < rows[known].time { set(known, said, .active, nil) }
      return
    }
    let isUndone = [known, row(said.known, said.former)].contains { $0.map { rows[$0].state == .undone } ?? false }
    let (a, b) = (members(said.former), members(said.known))
    var reason: IdentityRefusal?
    if said.former == "null" || said.known == "null" {
      reason = .placeholder
    } else if said.former == said.known {
      reason = .sameIdentifier
    } else if isUndone, said.kind != .manual {
      reason = .undone
    } else if a != b, said.kind == .identify, a.count > 1 {
      reason = .alreadyJoined
    } else if a.union(b).count > limit {
      reason = .tooManyIdentifiers
    }
    if let reason {
      if let known, rows[known].state == .undone || rows[known].reason == reason { return }
      set(known, said, .refused, reason)
    } else {
      set(known, said, .active, nil)
    }
  }

  private mutating func set(
    _ index: Int?, _ said: IdentityStatement, _ state: IdentityEdge.State, _ reason: IdentityRefusal?
  ) {
    let edge = IdentityEdge(
      id: 0, former: said.former, known: said.known, time: said.time, kind: said.kind, source: said.source,
      state: state, reason: reason, changed: said.time)
    if let index { rows[index] = edge } else { rows.append(edge) }
  }
}
