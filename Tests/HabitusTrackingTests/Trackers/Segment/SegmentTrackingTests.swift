import HabitusModel
import HabitusTracking
import Testing

@Suite("Segment")
struct SegmentTrackingTests {
  static let received = Timestamp(milliseconds: 1_767_600_000_000)

  static func request(
    _ path: String, _ body: String, query: String = "", headers: [String: String] = [:]
  ) -> TrackerRequest {
    TrackerRequest(
      method: "POST", path: path, query: query, headers: headers, body: Array(body.utf8), address: "203.0.113.7",
      received: received)
  }

  static func read(_ path: String, _ body: String, query: String = "") throws -> TrackerReading {
    try SegmentTracking().read(request(path, body, query: query))
  }

  static func event(_ call: String, _ body: String) throws -> Event? {
    try read("/v1/\(call)", body).events.first?.event
  }

  static func refusal(_ path: String, _ body: String) -> TrackerRefusal? {
    #expect(throws: TrackerRefusal.self) { try read(path, body) }
  }

  static func body(_ answer: TrackerAnswer) -> String { String(decoding: answer.body, as: UTF8.self) }

  @Test("a batch of the Python client is read in full")
  func pythonClient() throws {
    // As segment-analytics-python 2.4.0 writes it.
    let body = #"""
      {"batch": [{"integrations": {"All": true}, "anonymousId": null, "properties": {"plan": "a", "name": "n"}, "timestamp":
      "2026-01-05T00:01:46.810+00:00", "context": {"ip": "24.5.68.47", "library": {"name": "analytics-python", "version":
      "2.4.0"}}, "userId": "42", "type": "track", "event": "Signed Up", "messageId": "m1"}, {"integrations": {},
      "anonymousId": "a", "timestamp": "2026-01-05T00:01:46.810+00:00", "context": {"library": {"name":
      "analytics-python", "version": "2.4.0"}}, "type": "identify", "userId": "42", "traits": {"age": 7}, "messageId":
      "m2"}, {"integrations": {}, "previousId": "old", "timestamp": "2026-01-05T00:01:46.810+00:00", "context": {},
      "userId": "42", "type": "alias", "messageId": "m3", "anonymousId": null}], "sentAt":
      "2026-01-05T00:01:47.810123+00:00", "writeKey": "key"}
      """#
    let reading = try Self.read("/v1/batch", body)
    let time = Timestamp(milliseconds: Self.received.milliseconds - 1000)
    let library = "{\"library\": {\"name\":\n\"analytics-python\", \"version\": \"2.4.0\"}}"
    #expect(
      reading.events == [
        TrackedEvent(
          Event(
            id: "m1", user: "42", time: time, type: "Signed Up", source: "segment",
            properties: #"{"context":{"library":{"name": "analytics-python", "version":"# + "\n"
              + #""2.4.0"}},"integrations":{"All": true},"plan":"a","name":"n"}"#), address: "24.5.68.47"),
        TrackedEvent(
          Event(
            id: "m2", user: "42", time: time, type: "identify", source: "segment",
            properties: #"{"anonymousId":"a","traits":{"age": 7},"context":\#(library),"integrations":{}}"#)),
        TrackedEvent(
          Event(
            id: "m3", user: "42", time: time, type: "alias", source: "segment",
            properties: #"{"previousId":"old","context":{},"integrations":{}}"#), address: "203.0.113.7"),
      ])
    #expect(
      reading.links == [
        IdentityStatement(former: "a", known: "42", time: time, kind: .identify, source: "segment"),
        IdentityStatement(former: "old", known: "42", time: time, kind: .alias, source: "segment"),
      ])
    #expect(reading.credential == "key" && reading.refused.isEmpty)
    #expect(reading.answer == .json(#"{"success":true}"#))
  }

  @Test("every route reads its call, and no two routes are the same")
  func routes() throws {
    let routes = SegmentTracking().routes
    #expect(Set(routes).count == routes.count && routes.allSatisfy { $0.method == "POST" })
    let types = [
      "track": "E", "identify": "identify", "page": "page_view", "screen": "screen_view", "group": "group",
      "alias": "alias",
    ]
    let body = #""userId":"u","event":"E","previousId":"p","type":"other""#
    for (call, type) in types {
      var paths = ["/v1/\(call)", "/v1/\(call.prefix(1))", "/\(call.prefix(1))"]
      if call != "track" { paths.append("/\(call)") }
      for path in paths {
        #expect(routes.contains(TrackerRoute("POST", path)))
        #expect(try Self.read(path, "{\(body)}").events.map(\.event.type) == [type])
      }
    }
    for path in ["/v1/batch", "/v1/b", "/b", "/beacon/v1/batch"] {
      #expect(routes.contains(TrackerRoute("POST", path)))
      #expect(try Self.read(path, #"{"batch":[{"type":"track","userId":1,"event":"E"}]}"#).events.count == 1)
    }
    for path in ["/track", "/batch"] { #expect(!routes.contains(TrackerRoute("POST", path))) }
    #expect(Self.refusal("/v1/unknown", "{}")?.reason == "unknown_route")
  }

  @Test("the write key is in the body, in an event of the batch or in the query, and never a property")
  func credentials() throws {
    let event = #""type":"track","userId":"u","event":"E""#
    #expect(try Self.read("/v1/track", #"{\#(event),"writeKey":"k"}"#).credential == "k")
    #expect(try Self.event("track", #"{\#(event),"writeKey":"k"}"#)?.properties == nil)
    #expect(try Self.read("/v1/batch", #"{"batch":[{\#(event),"writeKey":"k"}]}"#).credential == "k")
    let beacon = try Self.read("/beacon/v1/batch", #"{"batch":[{\#(event)}]}"#, query: "writeKey=k%21")
    #expect(beacon.credential == "k!")
    #expect(try Self.read("/v1/track", "{\(event)}").credential == nil)
  }

  @Test("the user is userId, then anonymousId; null and nothing count as absent, numbers as their text")
  func users() throws {
    func user(_ members: String) throws -> Event? { try Self.event("track", #"{"event":"E",\#(members)}"#) }
    #expect(try user(#""userId":12345678901234567890"#)?.user == "12345678901234567890")
    for absent in ["null", #""""#] {
      let event = try user(#""userId":\#(absent),"anonymousId":"a""#)
      #expect(event?.user == "a" && event?.properties == nil)
      #expect(Self.refusal("/v1/track", #"{"event":"E","userId":\#(absent)}"#)?.reason == "no_user")
    }
    #expect(try user(#""userId":"u","anonymousId":"a""#)?.properties == #"{"anonymousId":"a"}"#)
    for wrong in ["true", "[]", "{}"] {
      #expect(Self.refusal("/v1/track", #"{"event":"E","userId":\#(wrong)}"#)?.reason == "not_a_scalar")
    }
  }

  @Test("what makes no event is refused with 400")
  func refusals() {
    let cases = [
      ("track", #"{"userId":"u"}"#, "no_type"), ("track", #"{"userId":"u","event":""}"#, "no_type"),
      ("track", #"{"userId":"u","event":"E","timestamp":"soon"}"#, "invalid_time"),
      ("track", #"{"userId":"u","event":"E\u0000"}"#, "nul_byte"),
      (
        "track", #"{"userId":"u","event":"E","timestamp":"0001-01-01T00:00:00Z","sentAt":"9999-01-01"}"#,
        "time_out_of_range"
      ),
      ("alias", #"{"userId":"u"}"#, "no_previous_id"), ("alias", #"{"previousId":"u","anonymousId":"a"}"#, "no_user"),
      ("identify", "[]", "not_an_object"), ("page", "{", "invalid_json"), ("batch", "{}", "no_batch"),
      ("batch", "[]", "no_batch"), ("batch", #"{"batch":{}}"#, "no_batch"),
    ]
    for (call, body, reason) in cases {
      let refusal = Self.refusal("/v1/\(call)", body)
      #expect(refusal?.status == 400 && refusal?.reason == reason, "\(body)")
    }
    let answer = SegmentTracking().answer(to: TrackerRefusal(status: 400, reason: "r", message: "m"))
    #expect(answer == .json(#"{"success":false,"code":"r","message":"m"}"#, status: 400))
  }

  @Test("wrong events of a batch are refused one by one")
  func partialBatch() throws {
    let reading = try Self.read(
      "/v1/batch",
      #"{"batch":[{"userId":"u"},{"type":"delete","userId":"u"},5,{"type":"page","userId":"u"},{"type":"track"}]}"#)
    #expect(reading.refused.map(\.reason) == ["no_type", "unknown_type", "not_an_object", "no_user"])
    #expect(reading.refused.map(\.position) == [0, 1, 2, 4])
    #expect(reading.events.map(\.event.type) == ["page_view"])
    #expect(reading.answer.status == 200)
  }

  @Test("time is that of receipt less the age of the event when it was sent")
  func times() throws {
    func time(_ members: String) throws -> Int64? {
      try Self.event("track", #"{"userId":"u","event":"E"\#(members)}"#)?.time.milliseconds
    }
    let now = Self.received.milliseconds
    #expect(try time("") == now)
    #expect(try time(#","timestamp":"2026-01-05T00:01:46.810Z""#) == 1_767_571_306_810)
    #expect(try time(#","originalTimestamp":"2026-01-05T00:01:46.810Z""#) == 1_767_571_306_810)
    let sent = #","sentAt":"2026-01-05T00:01:50.000Z""#
    #expect(try time(#","timestamp":"2026-01-05T00:01:46.810Z""# + sent) == now - 3190)
    #expect(try time(#","timestamp":"2026-01-05T00:02:46.810Z""# + sent) == now)
    #expect(try time(sent) == now)
    let odd = try Self.event("track", #"{"userId":"u","event":"E","timestamp":0,"sentAt":"x"}"#)
    #expect(odd?.time.milliseconds == 0 && odd?.properties == #"{"sentAt":"x"}"#)
    let batch = try Self.read(
      "/v1/batch",
      #"{"sentAt":10,"batch":[{"type":"track","userId":"u","event":"E","timestamp":4},"#
        + #"{"type":"track","userId":"u","event":"E","timestamp":4,"sentAt":5}]}"#)
    #expect(batch.events.map(\.event.time.milliseconds) == [now - 6000, now - 1000])
  }

  @Test("pages and screens have page, category and name, and sessions are RudderStack's")
  func pages() throws {
    let page = try Self.event(
      "page",
      #"{"userId":"u","name":"Home","category":"Docs","properties":{"path":"/p","url":"http://x/p","name":"Home"}}"#)
    #expect(page?.page == "/p" && page?.category == "Docs")
    #expect(page?.properties == #"{"name":"Home","category":"Docs","path":"/p","url":"http://x/p"}"#)
    #expect(try Self.event("page", #"{"userId":"u","properties":{"url":"http://x"}}"#)?.page == "http://x")
    #expect(try Self.event("screen", #"{"userId":"u","name":"S","properties":{"path":"/p"}}"#)?.page == "S")
    let track = try Self.event(
      "track", #"{"userId":"u","event":"E","context":{"page":{"path":"/c"},"sessionId":17,"userAgent":"UA"}}"#)
    #expect(track?.page == "/c" && track?.session == "17")
    #expect(track?.properties == #"{"context":{"page":{"path":"/c"},"sessionId":17,"userAgent":"UA"}}"#)
  }

  @Test("context and integrations of a batch hold for every event, whose own members go before")
  func sharedContext() throws {
    let reading = try Self.read(
      "/v1/batch",
      #"{"context":{"a":1,"b":2,"ip":"1.2.3.4","userAgent":"UA"},"integrations":{"x":true},"batch":["#
        + #"{"type":"track","userId":"u","event":"E","context":{"b":3,"c":4}},{"type":"track","userId":"u","event":"E"}]}"#
    )
    #expect(
      reading.events.map(\.event.properties) == [
        #"{"context":{"b":3,"c":4,"a":1,"userAgent":"UA"},"integrations":{"x":true}}"#,
        #"{"context":{"a":1,"b":2,"userAgent":"UA"},"integrations":{"x":true}}"#,
      ])
    #expect(reading.events.map(\.address) == ["1.2.3.4", "1.2.3.4"])
    #expect(reading.events.map(\.userAgent) == ["UA", "UA"])
  }

  @Test("properties that are called like a protocol's member are kept apart where they differ")
  func clashes() throws {
    let event = try Self.event(
      "page",
      #"{"userId":"u","name":"A","traits":{"t":1},"properties":{"name":"B","traits":{"t":1},"context":5,"userId":6}}"#)
    #expect(
      event?.properties == #"{"name":"A","traits":{"t":1},"context":5,"userId":6,"properties":{"name":"B"}}"#)
    let other = try Self.event("track", #"{"userId":"u","event":"E","context":{"a":1},"properties":{"context":5}}"#)
    #expect(other?.properties == #"{"context":{"a":1},"properties":{"context":5}}"#)
  }

  @Test("placeholders and equal identifiers join nobody")
  func placeholders() throws {
    for ids in [
      #""userId":"null","anonymousId":"a""#, #""userId":"u","anonymousId":"0""#, #""userId":"u","anonymousId":"u""#,
      #""userId":"u""#, #""anonymousId":"a""#,
    ] {
      #expect(try Self.read("/v1/identify", "{\(ids)}").links.isEmpty, "\(ids)")
    }
    #expect(try Self.read("/v1/track", #"{"event":"E","userId":"u","anonymousId":"a"}"#).links.isEmpty)
  }

  @Test("an event may have 32 KiB, of a batch the others are kept under a 400")
  func eventLimit() throws {
    func event(_ bytes: Int) -> String {
      let start = #"{"type":"track","userId":"u","event":""#
      return start + String(repeating: "e", count: bytes - start.utf8.count - 2) + "\"}"
    }
    #expect(try Self.read("/v1/track", event(32_768)).events.count == 1)
    let refusal = Self.refusal("/v1/track", event(32_769))
    #expect(refusal?.status == 400 && refusal?.reason == "event_too_large")
    let reading = try Self.read("/v1/batch", #"{"batch":[\#(event(100)),\#(event(32_769)),\#(event(32_768))]}"#)
    #expect(reading.events.count == 2 && reading.refused.map(\.position) == [1])
    #expect(reading.answer.status == 400)
    #expect(Self.body(reading.answer).contains(#""code":"event_too_large","message":"event 2 of the batch"#))
  }

  @Test("a batch may have 500 KiB and 2,500 events")
  func batchLimits() throws {
    let element = #"{"type":"track","userId":"u","event":"E"}"#
    func batch(_ count: Int) -> String {
      #"{"batch":["# + Array(repeating: element, count: count).joined(separator: ",") + "]}"
    }
    #expect(try Self.read("/v1/batch", batch(2500)).events.count == 2500)
    let tooMany = Self.refusal("/v1/batch", batch(2501))
    #expect(tooMany?.status == 400 && tooMany?.reason == "too_many_events")
    func padded(_ bytes: Int) -> String { batch(1) + String(repeating: " ", count: bytes - batch(1).utf8.count) }
    #expect(try Self.read("/v1/batch", padded(512_000)).events.count == 1)
    let tooLong = Self.refusal("/v1/batch", padded(512_001))
    #expect(tooLong?.status == 400 && tooLong?.reason == "body_too_large")
  }
}
