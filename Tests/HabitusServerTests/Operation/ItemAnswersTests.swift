import Habitus
import HabitusServer
import Synchronization
import Testing

/// Keeps items in memory, or fails.
final class RecordingItems: ItemKeeper {
  struct Full: Error {}
  let state = Mutex<(items: [Item], isFull: Bool)>(([], false))

  func save(_ items: [Item]) async throws {
    try state.withLock { state in
      if state.isFull { throw Full() }
      state.items += items
    }
  }
}

@Suite("Items over HTTP")
struct ItemAnswersTests {
  private static let key = ["X-API-Key": "admin", "Content-Type": "application/json"]

  @Test("an array or an object is stored; what is no item is told with its place and the rest kept")
  func stores() async throws {
    let server = TestServer()
    try await server.run { port in
      let client = try RawClient(port: port)
      let body = """
        [{"id":"j1","category":"IT","city":"Lyon","skills":["a","b"],"properties":{"pay":3},"none":null},
         7, {"city":"Nice"}, {"item_id":12,"id":"kept"}, {"id":""}, {"id":true}]
        """
      let answer = try client.call("POST", "/v1/items", Self.key, body: body)
      #expect(answer.status == 200)
      #expect(answer.body.hasPrefix(#"{"refused":[{"index":1,"reason":"it is not an object"},{"index":2,"#))
      #expect(answer.body.contains(#""stored":2"#) && answer.body.contains(#""index":5"#))
      #expect(try client.call("POST", "/v1/items/", Self.key, body: #"{"id":"j2"}"#).body.contains(#""stored":1"#))
    }
    let kept = server.items.state.withLock { $0.items }
    #expect(kept.map(\.id) == ["j1", "12", "j2"])
    #expect(kept[0].category == "IT")
    #expect(
      kept[0].properties == [
        "city": .string("Lyon"), "skills": .array([.string("a"), .string("b")]), "pay": .number(3),
      ])
    #expect(kept[1].properties == ["id": .string("kept")])
  }

  @Test("only a key with the scope admin may, and what is not JSON or cannot be kept is a problem")
  func refuses() async throws {
    let server = TestServer()
    try await server.run { port in
      let client = try RawClient(port: port)
      for key in [[:], ["X-API-Key": "good"], ["X-API-Key": "reader"], ["X-API-Key": "wrong"]] {
        #expect(try client.call("POST", "/v1/items", key, body: #"{"id":"x"}"#).status == 401)
      }
      for body in ["", "{", "7", "\"x\""] {
        #expect(try client.call("POST", "/v1/items", Self.key, body: body).status == 400)
      }
      #expect(try client.call("GET", "/v1/items", Self.key).status == 405)
      server.items.state.withLock { $0.isFull = true }
      #expect(try client.call("POST", "/v1/items", Self.key, body: #"{"id":"x"}"#).status == 503)
    }
    #expect(server.items.state.withLock { $0.items.isEmpty })
  }
}
