import HabitusModel
import HabitusTracking
import Testing

@Suite("Tracking service")
struct TrackingServiceTests {
  static let received = Timestamp(milliseconds: 1_767_600_000_000)

  static func request(
    _ path: String, _ body: String, query: String = "", headers: [String: String] = [:]
  ) -> TrackerRequest {
    TrackerRequest(
      method: "POST", path: path, query: query, headers: headers, body: Array(body.utf8), address: "203.0.113.7",
      received: received)
  }

  static func read(_ path: String, _ body: String, query: String = "") throws -> TrackerReading {
    try TrackingService().read(request(path, body, query: query))
  }

  static func event(_ body: String) throws -> Event? { try read("/api/events/track", body).events.first?.event }

  static func refusal(_ path: String, _ body: String, query: String = "") -> TrackerRefusal? {
    #expect(throws: TrackerRefusal.self) { try read(path, body, query: query) }
  }

  static func body(_ answer: TrackerAnswer) -> String { String(decoding: answer.body, as: UTF8.self) }

  @Test("a batch gives its events, with sender and source, whatever its content type says")
  func batch() throws {
    let body = #"""
      {"events":[{"event_id":"e1","event_type":"click","user_id":"u1","session_id":"s","page":"/p",
      "timestamp":"2026-01-05T00:01:46.810Z","client_timestamp":"2026-01-05T00:01:46.800Z","deviceType":"mobile",
      "os_name":"iOS","userAgent":"UA","properties":{"element_id":"b","element_type":"button"}},
      {"event_id":2,"action_type":"apply","user_id":7,"timestamp":1767571306,"item_id":"j","job_category":"it",
      "duration":1.5,"query":null}]}
      """#
    let headers = ["content-type": "text/plain", "user-agent": "Mozilla/5.0 H"]
    let reading = try TrackingService().read(Self.request("/api/events/track-batch", body, headers: headers))
    #expect(
      reading.events == [
        TrackedEvent(
          Event(
            id: "e1", user: "u1", time: Timestamp(milliseconds: 1_767_571_306_810), type: "click", session: "s",
            item: "b", category: "button", page: "/p", source: "tracking",
            properties: #"{"page":"/p","client_timestamp":"2026-01-05T00:01:46.800Z","deviceType":"mobile","os_name":"#
              + #""iOS","userAgent":"UA","element_id":"b","element_type":"button"}"#),
          address: "203.0.113.7", userAgent: "UA"),
        TrackedEvent(
          Event(
            id: "2", user: "7", time: Timestamp(milliseconds: 1_767_571_306_000), type: "apply", item: "j",
            category: "it", value: 1.5, source: "tracking",
            properties: #"{"item_id":"j","job_category":"it","duration":1.5,"query":null}"#),
          address: "203.0.113.7", userAgent: "Mozilla/5.0 H"),
      ])
    #expect(reading.refused.isEmpty && reading.consents.isEmpty && reading.links.isEmpty)
    #expect(reading.answer.status == 202)
    #expect(Self.body(reading.answer) == #"{"status":"accepted","events":2,"refused":0}"#)
  }

  @Test("a batch whose elements are all refused is still answered with success")
  func refusedElements() throws {
    let body =
      #"{"events":[1,{},{"user_id":"u"},{"user_id":"u","event_type":"x","timestamp":"soon"},null,"#
      + #"{"user_id":"u","event_type":"x","timestamp":"9999-12-31T23:59:59-01:00"},{"user_id":{},"event_type":"x"},"#
      + #"{"user_id":"u\u0000","event_type":"x"},{"user_id":true,"event_type":"x"},{"user_id":"","event_type":"x"}]}"#
    let reading = try Self.read("/api/events/track-batch", body)
    #expect(reading.events.isEmpty)
    #expect(
      reading.refused.map(\.reason) == [
        "not_an_object", "no_user", "no_type", "invalid_time", "not_an_object", "time_out_of_range", "not_a_scalar",
        "nul_byte", "not_a_scalar", "no_user",
      ])
    #expect(reading.refused.map(\.position) == Array(0..<10))
    #expect(reading.refused.first?.raw == [0x31])
    #expect(reading.answer.status == 202)
    #expect(Self.body(reading.answer) == #"{"status":"accepted","events":0,"refused":10}"#)
  }

  @Test("an empty batch, and a bare list, are batches")
  func lists() throws {
    #expect(try Self.read("/api/events/track-batch", #"{"events":[]}"#).events.isEmpty)
    #expect(try Self.read("/api/events/track-batch", #"[{"user_id":"u","event_type":"x"}]"#).events.count == 1)
  }

  @Test(
    "a body that is no batch is refused with 400",
    arguments: [
      ("", "invalid_json"), ("{", "invalid_json"), (#"{"events":{}}"#, "no_events"), ("{}", "no_events"),
      ("null", "no_events"), (#"{"events":null}"#, "no_events"), ("\u{FEFF}{}", "invalid_json"),
    ])
  func noBatch(body: String, reason: String) {
    let refusal = Self.refusal("/api/events/track-batch", body)
    #expect(refusal?.status == 400 && refusal?.reason == reason)
    #expect(refusal?.raw == Array(body.utf8))
  }

  @Test("limits of bytes and of elements hold")
  func limits() {
    let elements = Array(repeating: "1", count: TrackingService.maximumEventCount + 1).joined(separator: ",")
    #expect(Self.refusal("/api/events/track-batch", "[\(elements)]")?.reason == "too_many_events")
    let long = String(repeating: " ", count: TrackingService().maximumBodyByteCount + 1)
    #expect(Self.refusal("/api/events/track-batch", long)?.status == 413)
  }

  @Test("one event is answered with 202, and with 422 where it is none")
  func track() throws {
    let reading = try Self.read("/api/events/track", #"{"user_id":"u","event_type":"x"}"#)
    #expect(reading.answer == .json(#"{"status":"accepted"}"#, status: 202))
    #expect(reading.events.map(\.event) == [Event(user: "u", time: Self.received, type: "x", source: "tracking")])
    let refusal = Self.refusal("/api/events/track", #"{"event_type":"x"}"#)
    #expect(refusal?.status == 422 && refusal?.reason == "no_user")
    #expect(Self.refusal("/api/events/track", "[]")?.reason == "not_an_object")
    #expect(Self.refusal("/api/events/nothing", "{}")?.reason == "unknown_route")
    let answer = TrackingService().answer(to: TrackerRefusal(status: 422, reason: "r", message: "m\""))
    #expect(answer == .json(#"{"status":"error","reason":"r","message":"m\""}"#, status: 422))
  }

  @Test("the client's time stands in for a missing one, then the time of receipt")
  func times() throws {
    func event(_ rest: String) throws -> Event? { try Self.event(#"{"user_id":"u","event_type":"x""# + rest + "}") }
    let client = #""client_timestamp":"2026-01-05T00:01:46.810Z""#
    for missing in ["", #","timestamp":null"#, #","timestamp":"""#] {
      let standIn = try event(missing + "," + client)
      #expect(standIn?.time == Timestamp(milliseconds: 1_767_571_306_810))
      #expect(standIn?.properties == nil)
      #expect(try event(missing)?.time == Self.received)
    }
    let both = try event(#","timestamp":0,"# + client)
    #expect(both?.time == Timestamp(milliseconds: 0))
    #expect(both?.properties == "{" + client + "}")
  }

  @Test("the type is event_type, then action_type, which otherwise is a property")
  func types() throws {
    #expect(try Self.event(#"{"user_id":"u","event_type":null,"action_type":"a"}"#)?.type == "a")
    let both = try Self.event(#"{"user_id":"u","event_type":"e","action_type":"a"}"#)
    #expect(both?.type == "e" && both?.properties == #"{"action_type":"a"}"#)
  }

  @Test("nested properties come to the top; of equal names none is lost")
  func properties() throws {
    func properties(_ rest: String) throws -> String? {
      try Self.event(#"{"user_id":"u","event_type":"x""# + rest + "}")?.properties
    }
    #expect(try properties("") == nil)
    #expect(try properties(#","properties":{}"#) == nil)
    #expect(try properties(#","y":2,"properties":{"x":1}"#) == #"{"y":2,"x":1}"#)
    #expect(try properties(#","x":2,"properties":{"x":1,"z":3}"#) == #"{"x":2,"z":3,"properties":{"x":1}}"#)
    #expect(try properties(#","properties":"text""#) == #"{"properties":"text"}"#)
    #expect(try properties(#","properties":{"properties":1}"#) == #"{"properties":{"properties":1}}"#)
    #expect(try properties(#","properties":{"user_id":"other"}"#) == #"{"user_id":"other"}"#)
    #expect(try properties(#","\u0078":2,"properties":{"x":1}"#) == #"{"\u0078":2,"properties":{"x":1}}"#)
    #expect(try properties(#","x":1,"x":2"#) == #"{"x":1,"x":2}"#)
    #expect(try properties(#","ip_address":"1.2.3.4","properties":{"ip":"1","q":{"client_ip":2}}"#) == #"{"q":{}}"#)
  }

  @Test("many members and many nested ones are compared in reasonable time")
  func manyMembers() throws {
    let members = (0..<4000).map { #""k\#($0)":\#($0)"# }.joined(separator: ",")
    let event = try Self.event(#"{"user_id":"u","event_type":"x",\#(members),"properties":{\#(members),"new":1}}"#)
    #expect(event?.properties == "{\(members),\"new\":1,\"properties\":{\(members)}}")
  }

  @Test("keys may be escaped, and the last of equal ones counts")
  func keys() throws {
    let event = try Self.event(#"{"user_id":"a","event_type":"x","user\u005fid":"b"}"#)
    #expect(event?.user == "b" && event?.properties == nil)
  }

  @Test("the address of the event goes before that of the request")
  func address() throws {
    let event = try Self.read("/api/events/track", #"{"user_id":"u","event_type":"x","ip_address":"1.2.3.4"}"#).events
    #expect(event.map(\.address) == ["1.2.3.4"])
  }

  @Test("one event can be read by others")
  func staticReading() throws {
    let node = try JSONDocument(#"{"event_id":"e","user_id":"u","event_type":"match_viewed","match_id":"m"}"#).root
    let event = try TrackingService.event(from: node, assembly: EventAssembly(), received: Self.received)
    #expect(
      event
        == TrackedEvent(
          Event(
            id: "e", user: "u", time: Self.received, type: "match_viewed", item: "m", source: "tracking",
            properties: #"{"match_id":"m"}"#)))
    #expect(throws: EventDefect.self) {
      try TrackingService.event(from: JSONDocument("{}").root, assembly: EventAssembly(), received: Self.received)
    }
  }
}
