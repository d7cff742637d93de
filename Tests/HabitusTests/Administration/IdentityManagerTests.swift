import Habitus
import Testing

@Suite("IdentityManager")
struct IdentityManagerTests {
  private let made: TestWorkspace
  private let manager: IdentityManager

  init() throws {
    made = try TestWorkspace { $0.identity.maximumIdentifierCount = 3 }
    manager = IdentityManager(made.workspace, now: { Timestamp(milliseconds: monday) })
    try made.workspace.store.append(
      (0..<3).map { event("visitor", Double($0), "click") } + [event("ann", 9, "click")], namespace: "test")
  }

  private func identify(_ former: UserID, _ known: UserID, _ time: Int64 = 1) -> IdentityStatement {
    IdentityStatement(
      former: former, known: known, time: Timestamp(milliseconds: time), kind: .identify, source: "segment")
  }

  @Test("Shows a person with all identifiers, their events, and who said what when")
  func showing() async throws {
    let outcome = try await manager.record([
      identify("visitor", "ann", 7), identify("0", "ann"), identify("GUEST", "ann"), identify("00-0", "ann"),
    ])
    #expect(outcome.joined == 1 && outcome.refused == [.placeholder: 3])
    let person = try await manager.person(of: "visitor")
    #expect(person.canonical == "ann")
    #expect(person.members.map(\.id) == ["ann", "visitor"] && person.members.map(\.eventCount) == [1, 3])
    #expect(person.eventCount == 4)
    #expect(person.edges.map(\.state) == [.active, .refused, .refused, .refused])
    #expect(person.edges[0].source == "segment" && person.edges[0].time == Timestamp(milliseconds: 7))
    let stranger = try await manager.person(of: "stranger")
    #expect(stranger.canonical == "stranger" && stranger.eventCount == 0 && stranger.edges.isEmpty)
  }

  @Test("Previews what a link does, and changes nothing")
  func preview() async throws {
    try await manager.record([identify("visitor", "ann")])
    let preview = try await manager.preview("tablet", "ann")
    #expect(preview.former.eventCount == 0 && preview.known.eventCount == 4)
    #expect(preview.identifierCount == 3 && preview.maximumIdentifierCount == 3)
    #expect(preview.canonical == "ann" && preview.refusal == nil && !preview.isJoined)
    #expect(try await manager.person(of: "tablet").edges.isEmpty)
    #expect(try await manager.preview("visitor", "ann").isJoined)
    try await manager.link("tablet", "ann")
    #expect(try await manager.preview("phone", "ann").refusal == .tooManyIdentifiers)
    #expect(try await manager.preview("null", "ann").refusal == .placeholder)
    #expect(try await manager.preview("ann", "ann").refusal == .sameIdentifier)
  }

  @Test("A link that cannot be made leaves no trace, and says why")
  func refused() async throws {
    await #expect(throws: AdministrationError.notJoined("null", "ann", .placeholder)) {
      try await manager.link("null", "ann")
    }
    #expect(try await manager.person(of: "ann").edges.isEmpty)
    try await manager.link("visitor", "ann")
    await #expect(throws: AdministrationError.joinedAlready("visitor", "ann")) {
      try await manager.link("visitor", "ann")
    }
  }

  @Test("What is unlinked stays so when trackers repeat themselves, and can be linked again")
  func unlinking() async throws {
    try await manager.record([identify("visitor", "ann")])
    await #expect(throws: AdministrationError.notLinked("visitor", from: "bob")) {
      try await manager.unlink("visitor", from: "bob")
    }
    #expect(try await manager.unlink("visitor").map(\.known) == ["ann"])
    await #expect(throws: AdministrationError.notLinked("visitor", from: nil)) { try await manager.unlink("visitor") }
    #expect(try await manager.record([identify("visitor", "ann", 3)]).repeated == 1)
    #expect(try await manager.persons().personCount == 0)
    let person = try await manager.link("visitor", "ann", time: Timestamp(milliseconds: 5))
    #expect(person.members.count == 2 && person.edges.map(\.kind) == [.manual])
    #expect(try await manager.persons(asOf: Timestamp(milliseconds: 5)).personCount == 0)
    #expect(try await manager.persons(asOf: Timestamp(milliseconds: 6)).canonical(of: "visitor") == "ann")
  }
}
