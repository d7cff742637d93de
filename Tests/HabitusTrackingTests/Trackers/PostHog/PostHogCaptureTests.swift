import Foundation
import HabitusModel
import HabitusTracking
import Testing

@Suite("PostHog capture")
struct PostHogCaptureTests {
  static let received = Timestamp(milliseconds: 1_767_225_600_000)

  private func request(
    _ body: String, path: String = "/capture", query: String = "", headers: [String: String] = [:]
  ) -> TrackerRequest {
    TrackerRequest(
      method: "POST", path: path, query: query, headers: headers, body: Array(body.utf8), address: "203.0.113.7",
      received: Self.received)
  }

  private func read(
    _ body: String, path: String = "/capture", query: String = "", headers: [String: String] = [:]
  ) throws -> TrackerReading {
    try PostHogCapture().read(request(body, path: path, query: query, headers: headers))
  }

  private func refused(_ body: String, path: String = "/capture", query: String = "") -> TrackerRefusal? {
    #expect(throws: TrackerRefusal.self) { try read(body, path: path, query: query) }
  }

  private func event(_ members: String) throws -> Event {
    try #require(try read(#"{"api_key":"k","distinct_id":"u","event":"e",\#(members)}"#).events.first).event
  }

  // MARK: Forms of bodies

  @Test("listens on every path of the contract, for POST")
  func routes() {
    for path in ["/capture", "/e", "/track", "/engage", "/i/v0/e", "/batch", "/flags", "/decide"] {
      #expect(PostHogCapture().routes.contains(TrackerRoute("POST", path)))
    }
    #expect(PostHogCapture().name == "posthog")
  }

  @Test("an object, an array and a batch are read alike")
  func bodies() throws {
    let event = #"{"event":"e","distinct_id":"u","uuid":"1","timestamp":"2025-12-31T23:00:00Z","properties":{"a":1}}"#
    let whole = #"{"api_key":"k",\#(event.dropFirst())"#
    for body in [whole, "[\(event)]", #"{"batch":[\#(event)],"api_key":"k"}"#, " \n" + whole + "\r\n"] {
      let reading = try read(body, query: "token=k")
      #expect(reading.credential == "k")
      #expect(
        reading.events.map(\.event) == [
          Event(
            id: "1", user: "u", time: Timestamp(milliseconds: 1_767_222_000_000), type: "e", source: "posthog",
            properties: #"{"a":1}"#)
        ])
      #expect(reading.answer.status == 200)
      #expect(String(decoding: reading.answer.body, as: UTF8.self) == #"{"status":"Ok"}"#)
    }
  }

  @Test(
    "the wrappers of clients are taken off",
    arguments: [
      (#"data=%7B%22event%22%3A%22e%22%2C%22distinct_id%22%3A%22u1%22%7D"#, ""),
      (#"data=eyJldmVudCI6ImUiLCJkaXN0aW5jdF9pZCI6InUxIn0%3D"#, ""),
      (#"data=eyJldmVudCI6ImUiLCJkaXN0aW5jdF9pZCI6InUxIn0%253D"#, ""),
      (#"_=1&ip=1&data=eyJldmVudCI6ImUiLCJkaXN0aW5jdF9pZCI6InUxIn0="#, "compression=base64"),
      (#"eyJldmVudCI6ImUiLCJkaXN0aW5jdF9pZCI6InUxIn0="#, "compression=gzip-js"),
      (
        "data=H4sIAAAAAAACA6tWSi1LzStRslJKVdJRSsksLsnMSy6Jz0wBipQaAoUKivILUotKMlOLlayqlUrys1PzgFIFGcnxFUq1tQBtFbIWPwAAAA==",
        "compression=gzip"
      ),
      ("data=N4IgpgbmB2AuIC5wgDQgCYEsDOtPQGNYB9TdREAVwEZUQAHAJwHt6xG8xtFRZmBrGBXoALAsQAeIAL7SgA==", "compression=lz64"),
      ("N4IgpgbmB2AuIC5wgDQgCYEsDOtPQGNYB9TdREAVwEZUQAHAJwHt6xG8xtFRZmBrGBXoALAsQAeIAL7SgA%3D%3D", "compression=lz64"),
      (
        "compression=lz64&data=N4IgpgbmB2AuIC5wgDQgCYEsDOtPQGNYB9TdREAVwEZUQAHAJwHt6xG8xtFRZmBrGBXoALAsQAeIAL7SgA==",
        ""
      ),
    ])
  func wrappers(body: String, query: String) throws {
    let event = try #require(try read(body, path: "/e", query: query).events.first).event
    #expect(event.type == "e")
    #expect(event.user == "u1")
  }

  @Test("gzip is known by its header and by its first bytes")
  func gzip() throws {
    let packed = [UInt8](
      try #require(
        Data(
          base64Encoded:
            "H4sIAAAAAAACA6tWSi1LzStRslJKVdJRSsksLsnMSy6Jz0wBipQaAoUKivILUotKMlOLlayqlUrys1PzgFIFGcnxFUq1tQBtFbIWPwAAAA=="
        )))
    for headers in [["content-encoding": "gzip"], [:], ["content-type": "application/x-www-form-urlencoded"]] {
      var request = request("", path: "/batch", headers: headers)
      request.body = packed
      let reading = try PostHogCapture().read(request)
      #expect(reading.events.first?.event.user == "u1")
      #expect(reading.credential == "phc_x")
      #expect(reading.events.first?.event.properties == nil)
    }
  }

  @Test(
    "a bad body is refused with 400 and what is wrong",
    arguments: [
      ("", "empty_body"), ("  \n", "empty_body"), ("{", "invalid_json"), ("[1,]", "invalid_json"),
      ("hello!", "invalid_body"), ("data=", "empty_body"), ("[]", "empty_batch"),
      (#"{"batch":[]}"#, "empty_batch"), (#"{"batch":{}}"#, "invalid_batch"), (#"{"batch":null}"#, "invalid_batch"),
      ("[1]", "not_an_object"), ("{}", "no_type"), (#"{"event":"e"}"#, "no_user"),
      (#"{"event":"","distinct_id":"u"}"#, "no_type"), (#"{"event":true,"distinct_id":"u"}"#, "no_type"),
      (#"{"event":"e","distinct_id":null}"#, "no_user"), (#"{"event":"e","distinct_id":" "}"#, "no_user"),
      (#"{"event":"e","distinct_id":["u"]}"#, "no_user"),
      (#"{"event":"e","distinct_id":"u","properties":[]}"#, "invalid_properties"),
      (#"{"event":"e","distinct_id":"u","timestamp":"soon"}"#, "invalid_time"),
      (#"{"event":"e","distinct_id":"u","timestamp":{}}"#, "invalid_time"),
      (#"{"event":"e","distinct_id":"u","offset":"x"}"#, "invalid_time"),
      (#"{"event":"e","distinct_id":"u","offset":1e15}"#, "invalid_time"),
      (#"{"event":"e","distinct_id":"u","offset":99999999999999}"#, "time_out_of_range"),
      (#"{"event":"e","distinct_id":"u\u0000"}"#, "nul_byte"),
      (#"{"event":"e","distinct_id":"u","properties":{"$session_id":"\u0000"}}"#, "nul_byte"),
    ])
  func badBodies(body: String, reason: String) throws {
    let refusal = try #require(refused(body))
    #expect(refusal.status == 400)
    #expect(refusal.reason == reason)
    #expect(!refusal.message.isEmpty)
    let answer = PostHogCapture().answer(to: refusal)
    #expect(answer.status == 400)
    let object = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
    #expect(object?["detail"] as? String == refusal.message)
    #expect(object?["code"] as? String == reason)
  }

  @Test("invalid UTF-8 and deep nesting are refused")
  func brokenBytes() throws {
    var request = request("")
    request.body = Array(#"{"event":"e","distinct_id":""#.utf8) + [0xFF] + Array(#""}"#.utf8)
    let broken = #expect(throws: TrackerRefusal.self) { try PostHogCapture().read(request) }
    #expect(broken?.reason == "invalid_json")
    let deep = String(repeating: "[", count: 100_000)
    #expect(refused(#"{"event":"e","distinct_id":"u","properties":{"a":\#(deep)"#)?.reason == "invalid_json")
  }

  @Test("what cannot be read of a batch is refused alone")
  func partlyBad() throws {
    let reading = try read(
      #"{"api_key":"k","batch":[{"event":"a","distinct_id":"u"},{"event":"b"},7,{"event":"c","distinct_id":"v"}]}"#,
      path: "/batch")
    #expect(reading.events.map(\.event.type) == ["a", "c"])
    #expect(reading.refused.map(\.reason) == ["no_user", "not_an_object"])
    #expect(reading.refused.map(\.position) == [1, 2])
    #expect(reading.refused.first?.raw == Array(#"{"event":"b"}"#.utf8))
  }

  @Test("an event above 2 MiB is refused: alone with 413, in a batch by itself; more than 20 MiB at once with 413")
  func limits() throws {
    let long = String(repeating: "x", count: 2 << 20)
    let large = #"{"event":"e","distinct_id":"u","properties":{"a":"\#(long)"}}"#
    #expect(refused(large)?.status == 413)
    let reading = try read(#"[\#(large),{"event":"f","distinct_id":"u"}]"#)
    #expect(reading.events.map(\.event.type) == ["f"])
    #expect(reading.refused.map(\.reason) == ["event_too_large"])
    #expect(reading.refused.first?.raw.count == 65_536)
    let padded = String(repeating: " ", count: 20 << 20) + "[]"
    #expect(refused(padded)?.reason == "body_too_large")
    #expect(refused(padded)?.status == 413)
  }

  // MARK: Keys

  @Test("the key is found in body, event, properties and query, and is not kept")
  func keys() throws {
    let event = #""event":"e","distinct_id":"u""#
    let bodies = [
      #"{"api_key":"k",\#(event)}"#, #"{"token":"k",\#(event)}"#, #"{"$token":"k",\#(event)}"#,
      #"{\#(event),"properties":{"token":"k"}}"#, #"[{\#(event)},{\#(event),"token":"k"}]"#,
      #"{"token":"k","batch":[{\#(event),"properties":{"token":"k"}}]}"#, #"{"batch":[{\#(event),"api_key":"k"}]}"#,
    ]
    for body in bodies {
      let reading = try read(body)
      #expect(reading.credential == "k")
      #expect(reading.events.allSatisfy { $0.event.properties == nil }, "\(body)")
    }
    #expect(try read("{\(event)}", query: "api_key=q").credential == "q")
    #expect(try read("{\(event)}").credential == nil)
    let own = try read(#"{"api_key":"k","batch":[{\#(event),"properties":{"token":"mine"}}]}"#)
    #expect(own.credential == "k")
    #expect(own.events.first?.event.properties == #"{"token":"mine"}"#)
  }

  @Test("events of another key than the first are refused, where the body names none")
  func otherKeys() throws {
    let reading = try read(
      #"[{"event":"a","distinct_id":"u","token":"k"},{"event":"b","distinct_id":"u","token":"l"}]"#)
    #expect(reading.credential == "k")
    #expect(reading.events.map(\.event.type) == ["a"])
    #expect(reading.refused.map(\.reason) == ["other_token"])
  }

  // MARK: Fields

  @Test(
    "the user is the first identifier that is given; numbers are texts",
    arguments: [
      (#""distinct_id":"a","$distinct_id":"b","properties":{"distinct_id":"c"}"#, "a"),
      (#""distinct_id":"","$distinct_id":"b""#, "b"), (#""properties":{"distinct_id":"c"}"#, "c"),
      (#""properties":{"$distinct_id":"d"}"#, "d"), (#""distinct_id":23.50"#, "23.50"),
    ])
  func user(members: String, user: String) throws {
    #expect(try read(#"{"event":"e",\#(members)}"#).events.first?.event.user.rawValue == user)
  }

  @Test("the identifier is uuid, else $insert_id; the one that is not used stays a property")
  func identifier() throws {
    let both = try event(#""uuid":"1","properties":{"$insert_id":"2"}"#)
    #expect(both.id == "1")
    #expect(both.properties == #"{"$insert_id":"2"}"#)
    let one = try event(#""uuid":"","properties":{"$insert_id":"2"}"#)
    #expect(one.id == "2")
    #expect(try event(#""uuid":null"#).id == "")
  }

  @Test("$pageview and clicks get our names, and keep their own as a property; others stay")
  func types() throws {
    func read(_ name: String, _ properties: String = "{}") throws -> Event {
      let body = #"{"event":"\#(name)","distinct_id":"u","properties":\#(properties)}"#
      return try #require(try self.read(body).events.first).event
    }
    #expect(try read("$pageview").type == "page_view")
    #expect(try read("$pageview").properties == #"{"$event":"$pageview"}"#)
    #expect(try read("$autocapture", #"{"$event_type":"click"}"#).type == "click")
    #expect(
      try read("$autocapture", #"{"$event_type":"click"}"#).properties
        == #"{"$event":"$autocapture","$event_type":"click"}"#)
    #expect(try read("$autocapture", #"{"$event_type":"submit"}"#).type == "$autocapture")
    #expect(try read("$groupidentify").type == "$groupidentify")
    #expect(try read("user signed up").type == "user signed up")
  }

  @Test("item, category and value come from the configured properties, the page from path or address")
  func mapping() throws {
    let mapping = EventMapping(rules: ["buy": .init(item: "sku", category: "kind", value: "price", page: "where")])
    let body =
      #"{"event":"buy","distinct_id":"u","properties":{"sku":7,"kind":"b","price":"2.5","where":"w","$pathname":"/"}}"#
    let event = try #require(try PostHogCapture(mapping: mapping).read(request(body)).events.first).event
    #expect(event.item == "7")
    #expect(event.category == "b")
    #expect(event.value == 2.5)
    #expect(event.page == "w")
    #expect(try self.event(#""properties":{"$current_url":"https://x.example/a/b?c=1#d"}"#).page == "/a/b")
    #expect(try self.event(#""properties":{"$pathname":"/p","$current_url":"https://x.example/a"}"#).page == "/p")
    #expect(try self.event(#""properties":{"$screen_name":"Start"}"#).page == "Start")
    #expect(try self.event(#""properties":{"$session_id":"s","a":1}"#).session == "s")
    #expect(try self.event(#""properties":{"$session_id":"s","a":1}"#).properties == #"{"a":1}"#)
  }

  @Test("members of the event are kept beside its properties, and never under a name that is taken")
  func properties() throws {
    let node = try event(#""type":"capture","library":"l","properties":{"type":"mine","b":{"c":[1.50,null]}}"#)
    #expect(node.properties == #"{"type":"mine","b":{"c":[1.50,null]},"$root_type":"capture","library":"l"}"#)
    #expect(try event(#""properties":null"#).properties == nil)
    let sets = try event(#""$set":{"a":1,"b":2},"$set_once":{"c":3},"properties":{"$set":{"b":0,"d":4},"e":5}"#)
    #expect(sets.properties == #"{"$set":{"d":4,"a":1,"b":2},"e":5,"$set_once":{"c":3}}"#)
    let odd = try event(#""$set":1,"properties":{"$set":{"b":0}}"#)
    #expect(odd.properties == #"{"$set":{"b":0},"$root_$set":1}"#)
  }

  @Test("no address is kept among the properties; $ip, or the connection of a library at the visitor, is the address")
  func addresses() throws {
    func tracked(_ properties: String, query: String = "") throws -> TrackedEvent {
      let body = #"{"event":"e","distinct_id":"u","properties":\#(properties)}"#
      return try #require(
        try read(body, query: query, headers: ["user-agent": "Mozilla/5.0"]).events.first)
    }
    let given = try tracked(#"{"$ip":"198.51.100.9","ip":"198.51.100.8","$set":{"ip":"198.51.100.7"},"$lib":"web"}"#)
    #expect(given.address == "198.51.100.9")
    #expect(given.event.properties == #"{"$set":{},"$lib":"web"}"#)
    #expect(given.userAgent == "Mozilla/5.0")
    #expect(try tracked(#"{"$lib":"web"}"#).address == "203.0.113.7")
    #expect(try tracked(#"{"$lib":"posthog-ios"}"#).address == "203.0.113.7")
    #expect(try tracked(#"{"$lib":"posthog-ios"}"#).userAgent == nil)
    #expect(try tracked(#"{"$lib":"web","$ip":null}"#).address == nil)
    #expect(try tracked(#"{"$lib":"web"}"#, query: "ip=0").address == nil)
    #expect(try tracked(#"{"$lib":"posthog-python"}"#).address == nil)
    #expect(try tracked(#"{"$lib":"posthog-python"}"#).userAgent == nil)
    #expect(try tracked(#"{"$lib":"posthog-python","$raw_user_agent":"Agent/2"}"#).userAgent == "Agent/2")
  }

  // MARK: Other requests

  @Test("what comes to /engage without a name identifies")
  func engage() throws {
    let reading = try read(#"{"$token":"k","$distinct_id":"u","$set":{"plan":"a"}}"#, path: "/engage")
    #expect(reading.events.first?.event.type == "$identify")
    #expect(reading.events.first?.event.properties == #"{"$set":{"plan":"a"}}"#)
  }

  @Test("a batch of the official client for Python is read whole")
  func pythonClient() throws {
    let library = #""$lib":"posthog-python","$lib_version":"7.91.1","$geoip_disable":true,"$is_server":true"#
    let reading = try read(
      #"""
      {"batch": [
      {"properties": {"plan": "a", "value": 3.5, "$session_id": "s1", \#(library)},
      "timestamp": "2025-12-31T23:46:01.516696+00:00", "distinct_id": "u1", "event": "signed up",
      "uuid": "ae4dfb46-2035-4680-9709-9755086e9749"},
      {"timestamp": "2025-12-31T23:46:01.516853+00:00", "distinct_id": "u1", "$set": {"email": "x@y"},
      "event": "$set", "properties": {\#(library)}, "uuid": "73c204e6-9f95-4297-b48f-1f0e368215d4"},
      {"properties": {"distinct_id": "anon1", "alias": "u1", \#(library)},
      "timestamp": "2025-12-31T23:46:01.516887+00:00", "event": "$create_alias", "distinct_id": "anon1",
      "uuid": "4fe4e4bf-f394-431a-9805-132a76827994"}],
      "historical_migration": false, "sent_at": "2025-12-31T23:46:01.523128+00:00", "api_key": "phc_key"}
      """#, path: "/batch", headers: ["user-agent": "posthog-python/7.91.1", "content-type": "application/json"])
    #expect(reading.credential == "phc_key")
    #expect(reading.refused.isEmpty)
    #expect(reading.events.map(\.event.type) == ["signed up", "$set", "$create_alias"])
    #expect(reading.events.map(\.event.time.description) == Array(repeating: "2025-12-31T23:59:59.993Z", count: 3))
    #expect(
      reading.events.map(\.event.properties) == [
        #"{"plan":"a","value":3.5,\#(library)}"#, #"{\#(library),"$set":{"email": "x@y"}}"#,
        #"{"alias":"u1",\#(library)}"#,
      ])
    #expect(reading.events.first?.event.session == "s1")
    #expect(reading.events.allSatisfy { $0.address == nil && $0.userAgent == nil })
    #expect(reading.links.map(\.former) == ["anon1"])
    #expect(reading.links.map(\.known) == ["u1"])
  }

  @Test("requests for feature flags are answered that there are none", arguments: ["/flags", "/decide"])
  func flags(path: String) throws {
    let answer = TrackerAnswer.json(#"{"flags":{},"errorsWhileComputingFlags":false}"#)
    let reading = try read(#"{"token":"k","distinct_id":"u","groups":{}}"#, path: path, query: "v=2")
    #expect(reading.answer == answer)
    #expect(reading.credential == "k")
    #expect(reading.events.isEmpty && reading.links.isEmpty && reading.refused.isEmpty)
    #expect(try read("", path: path).answer == answer)
    #expect(refused("{", path: path)?.status == 400)
  }
}
