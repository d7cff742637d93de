import HabitusModel
import Testing

@testable import HabitusStore

@Suite("EventReading")
struct EventReadingTests {
  @Test("follows chains to their end, and leaves ids that belong to no other as they are")
  func chains() {
    let reading = EventReading(persons: ["a": "b", "b": "c", "x": "c", "y": "z"])
    #expect(reading.canonicalIDs == ["a": "c", "b": "c", "x": "c", "y": "z"])
    #expect(reading.person(of: "c") == "c")
    #expect(reading.person(of: "nobody") == "nobody")
    #expect(reading.ids(ofPersonOf: "x") == ["a", "b", "c", "x"])
    #expect(reading.ids(ofPersonOf: "nobody") == ["nobody"])
  }

  @Test("takes the least id of a circle, whatever leads into it, and an id that belongs to itself as alone")
  func circles() {
    for _ in 0..<20 {
      let reading = EventReading(persons: ["c": "b", "b": "d", "d": "c", "a": "d", "s": "s", "t": "s"])
      #expect(reading.canonicalIDs == ["a": "b", "c": "b", "d": "b", "t": "s"])
    }
  }

  @Test("tells composed and decomposed letters apart")
  func bytes() {
    let (composed, decomposed): (UserID, UserID) = ("\u{e9}", "e\u{301}")
    let reading = EventReading(persons: [composed: "p"], excluded: [decomposed])
    #expect(reading.person(of: decomposed) == decomposed)
    #expect(!reading.excludes(composed) && reading.excludes(decomposed))
  }

  @Test("excludes a person by any of the ids")
  func exclusion() {
    let reading = EventReading(persons: ["a": "b", "b": "c", "d": "c"], excluded: ["a", "lone"])
    #expect(["a", "b", "c", "d", "lone"].allSatisfy { reading.excludes(UserID($0)) })
    #expect(!reading.excludes("e"))
    #expect(!EventReading(persons: ["a": "b"]).excludes("a"))
  }

  @Test("resolves long chains")
  func longChain() {
    let count = 20_000
    var edges: [UserID: UserID] = [:]
    for index in 0..<count { edges[UserID("u\(index)")] = UserID("u\(index + 1)") }
    let reading = EventReading(persons: edges)
    #expect(reading.canonicalIDs.count == count)
    #expect(reading.canonicalIDs.values.allSatisfy { $0 == UserID("u\(count)") })
  }
}
