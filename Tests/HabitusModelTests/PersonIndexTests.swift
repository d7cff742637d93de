import HabitusModel
import Testing

@Suite("Persons")
struct PersonIndexTests {
  private func edge(
    _ former: String, _ known: String, _ time: Int64, _ state: IdentityEdge.State = .active
  ) -> IdentityEdge {
    IdentityEdge(
      id: 0, former: UserID(former), known: UserID(known), time: Timestamp(milliseconds: time), kind: .identify,
      source: "test", state: state, reason: state == .refused ? .placeholder : nil, changed: Timestamp(milliseconds: 0))
  }

  @Test("A person is whatever edges join, however long the chain, and is called by the earliest known identifier")
  func chain() {
    let index = PersonIndex([edge("a2", "K", 20), edge("a1", "K", 10), edge("K", "L", 5), edge("x", "y", 1)])
    for id: UserID in ["a1", "a2", "K", "L"] {
      #expect(index.canonical(of: id) == "L")
      #expect(index.members(of: id) == ["K", "L", "a1", "a2"])
    }
    #expect(index.canonical(of: "x") == "y" && index.members(of: "y") == ["x", "y"])
    #expect(index.canonical(of: "stranger") == "stranger" && index.members(of: "stranger") == ["stranger"])
    #expect(index.personCount == 2 && index.identifierCount == 6)
  }

  @Test("Of known identifiers of the same millisecond the first by bytes stands for the person")
  func ties() {
    let edges = [edge("a", "é", 7), edge("a", "z", 7), edge("a", "Z", 8)]
    #expect(PersonIndex(edges).canonical(of: "a") == "z")
    #expect(PersonIndex(edges.reversed()).canonical(of: "a") == "z")
  }

  @Test("Only active edges from before the moment join")
  func moment() {
    let edges = [edge("a", "k", 10), edge("b", "k", 20), edge("c", "k", 5, .undone), edge("d", "k", 5, .refused)]
    func members(_ time: Int64) -> [UserID] {
      PersonIndex(edges, asOf: Timestamp(milliseconds: time)).members(of: "k")
    }
    #expect(members(10) == ["k"])
    #expect(members(11) == ["a", "k"])
    #expect(members(20) == ["a", "k"])
    #expect(members(21) == ["a", "b", "k"])
    #expect(PersonIndex(edges).members(of: "k") == ["a", "b", "k"])
  }

  @Test("Composed and decomposed letters, and case, are different identifiers")
  func bytes() {
    let index = PersonIndex([edge("caf\u{E9}", "k", 1), edge("CAFE", "m", 1)])
    #expect(index.canonical(of: "cafe\u{301}") == "cafe\u{301}")
    #expect(index.canonical(of: "cafe") == "cafe")
    #expect(index.canonical(of: "caf\u{E9}") == "k")
  }

  @Test("No edges, self edges and cycles")
  func odd() {
    #expect(PersonIndex([]).personCount == 0)
    let index = PersonIndex([edge("a", "b", 3), edge("b", "c", 2), edge("c", "a", 1), edge("s", "s", 1)])
    #expect(index.canonical(of: "b") == "a" && index.members(of: "b") == ["a", "b", "c"])
    #expect(index.canonical(of: "s") == "s" && index.members(of: "s") == ["s"])
  }

  @Test("Agrees with a search that follows edges one by one, whatever their order", arguments: 0..<40)
  func twin(seed: UInt64) {
    var random = Seeded(state: seed)
    let names = ["a", "b", "B", "é", "e\u{301}", "日", "0a", "z", "zz", "q", "r", "s", "t", "u"]
    let edges = (0..<Int.random(in: 0...14, using: &random)).map { _ in
      edge(
        names.randomElement(using: &random)!, names.randomElement(using: &random)!, .random(in: 0..<6, using: &random),
        Int.random(in: 0..<5, using: &random) == 0 ? .undone : .active)
    }
    let asOf = Timestamp(milliseconds: .random(in: 0..<7, using: &random))
    let index = PersonIndex(edges.shuffled(using: &random), asOf: asOf)
    for name in names {
      var members: Set<UserID> = [UserID(name)]
      var joining: [IdentityEdge] = []
      while true {
        joining = edges.filter {
          $0.state == .active && $0.time < asOf && (members.contains($0.former) || members.contains($0.known))
        }
        let more = members.union(joining.flatMap { [$0.former, $0.known] })
        if more == members { break }
        members = more
      }
      let first = joining.min { ($0.time, $0.known) < ($1.time, $1.known) }
      #expect(index.members(of: UserID(name)) == members.sorted())
      #expect(index.canonical(of: UserID(name)) == first?.known ?? UserID(name))
    }
    var seen: [UserID] = []
    index.forEachPerson { canonical, members in
      #expect(members.contains(canonical))
      seen += members
    }
    #expect(Set(seen).count == seen.count && seen.count == index.identifierCount)
  }
}

/// A small deterministic generator for tests.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}
