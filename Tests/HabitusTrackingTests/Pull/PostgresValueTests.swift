import Foundation
import HabitusModel
import HabitusTracking
import Testing

@Suite(
  "Values from PostgreSQL", .enabled(if: DatabaseServer.isAvailable, DatabaseServer.reason), .timeLimit(.minutes(3)))
struct PostgresValueTests {
  private func pull(
    _ sql: String, schema: String = TrackingSchema.plain, _ change: (inout PostgresSource) -> Void = { _ in }
  )
    async throws -> Deliveries
  {
    let database = try DatabaseServer.shared.get().makeDatabase(schema + sql)
    var source = try PostgresSource(dsn: database.dsn())
    change(&source)
    let deliveries = Deliveries()
    _ = try await source.pull(from: nil) { deliveries.add($0) }
    return deliveries
  }

  private func event(_ id: String, type: String = "page_view", columns: String = "", values: String = "") -> String {
    """
    INSERT INTO tracking.events (event_id, user_id, event_type, event_timestamp, created_at\(columns))
    VALUES ('\(id)', 'u', '\(type)', '2026-01-05 12:00:00.123456+02', '2026-01-05 10:00:01Z'\(values));
    """
  }

  private func object(_ event: TrackedEvent) throws -> NSDictionary {
    let text = try #require(event.event.properties)
    return try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
  }

  @Test("every column has its place")
  func columns() async throws {
    let deliveries = try await pull(
      """
      INSERT INTO tracking.events VALUES ('e1', '2026-01-05 10:00:00.123987Z', 'u1', 's1', 'page_view',
        '2026-01-05 09:59:59Z', '192.0.2.77', 'mobile', 'iOS', 'Safari', '1.2', 'https://example.org/"a"', 'UA 1',
        '2026-01-05 10:00:01.5Z', '{"page": "/start", "ip": "192.0.2.78", "plan": {"tier": [1, 2.50]}, "job_category": "it"}');
      """)
    let event = try #require(deliveries.events.first)
    #expect(event.address == "192.0.2.77")
    #expect(event.userAgent == "UA 1")
    #expect(event.event.id == "e1" && event.event.user == "u1" && event.event.session == "s1")
    #expect(event.event.time.description == "2026-01-05T10:00:00.123Z")
    #expect(event.event.page == "/start" && event.event.category == "it")
    #expect(event.event.source == "postgres")
    #expect(
      event.event.properties
        == #"{"client_timestamp":"2026-01-05T09:59:59.000Z","device_type":"mobile","os_name":"iOS","#
        + #""browser_name":"Safari","app_version":"1.2","referrer_url":"https://example.org/\"a\"","user_agent":"UA 1","#
        + #""created_at":"2026-01-05T10:00:01.500Z","page":"/start","plan": {"tier": [1, 2.50]},"job_category":"it"}"#
        .replacing("\"plan\": ", with: "\"plan\":"))
  }

  @Test(
    "an event that is pulled equals the same event posted",
    arguments: [
      (
        "match_proposed", "match_events",
        "match_id, match_score, constraint_satisfaction, parameters, alternatives_count",
        #"'m', 87.50, '{"pay": 0.5}', '{"w": [1, null]}', 4"#,
        #""match_id":"m","match_score":87.50,"constraint_satisfaction":{"pay":0.5},"match_parameters":{"w":[1,null]},"alternatives_count":4"#
      ),
      (
        "match_viewed", "match_events", "match_id, view_duration_seconds", "'m', 12.25",
        #""match_id":"m","view_duration_seconds":12.25"#
      ),
      (
        "match_rejected", "match_events", "match_id, decision_time_seconds, reasons",
        #"'m', 3, ARRAY['pay', 'a "b"', NULL]"#,
        #""match_id":"m","decision_time_seconds":3,"reasons":["pay","a \"b\"",null]"#
      ),
      (
        "match_feedback", "feedback_events", "match_id, rating, feedback_text, specific_aspects",
        #"'m', 4, E'gut\nso', '{"tone": 5}'"#,
        #""match_id":"m","rating":4,"feedback_text":"gut\nso","specific_aspects":{"tone":5}"#
      ),
      (
        "match_interaction", "interaction_events", "match_id, interaction_type, interaction_count, details",
        "'m', 'call', 2, '{}'", #""match_id":"m","interaction_type":"call","interaction_count":2,"details":{}"#
      ),
      (
        "match_abandoned", "completion_events", "match_id, duration_days, completion_rate, success_indicators",
        #"'m', 30, 0.25, '{"kept": 1}'"#,
        #""match_id":"m","duration_days":30,"completion_rate":0.25,"success_indicators":{"kept":1}"#
      ),
      ("search", "", "", "", ""),
    ])
  func details(type: String, table: String, columns: String, values: String, posted: String) async throws {
    let metadata = #"{"page": "/p", "properties": {"results_count": 7, "query": "x"}}"#
    var sql = event("e", type: type, columns: ", metadata, session_id", values: ", '\(metadata)', 's'")
    if !table.isEmpty { sql += "INSERT INTO tracking.\(table) (event_id, \(columns)) VALUES ('e', \(values));" }
    let pulled = try #require(try await pull(sql).events.first)
    let body = """
      {"event_id":"e","event_type":"\(type)","user_id":"u","session_id":"s","timestamp":"2026-01-05T10:00:00.123Z",
      "created_at":"2026-01-05T10:00:01.000Z","page":"/p","properties":{"results_count":7,"query":"x"}\(posted.isEmpty ? "" : ",")\(posted)}
      """
    let sent = try TrackingService.event(
      from: JSONDocument(body).root, assembly: EventAssembly(), received: Timestamp(milliseconds: 0))
    #expect(try object(pulled) == object(sent))
    var (a, b) = (pulled.event, sent.event)
    (a.properties, b.properties, a.source, b.source) = (nil, nil, nil, nil)
    #expect(a == b)
    #expect(a.value != nil)
  }

  @Test("NULL, NaN and infinities are no values")
  func absent() async throws {
    let deliveries = try await pull(
      event("e", type: "match_proposed", columns: ", client_timestamp", values: ", 'infinity'")
        + "INSERT INTO tracking.match_events (event_id, match_id, match_score, view_duration_seconds, reasons) VALUES "
        + "('e', 'm', 'NaN', 'Infinity', '{}');")
    let event = try #require(deliveries.events.first)
    #expect(event.event.value == nil && event.event.item == "m")
    #expect(
      event.event.properties
        == #"{"client_timestamp":"infinity","created_at":"2026-01-05T10:00:01.000Z","match_id":"m","reasons":[]}"#)
    #expect(event.address == nil && event.userAgent == nil && event.event.session == nil)
  }

  @Test(
    "metadata of every shape is kept",
    arguments: [
      ("null", nil), ("5", #""metadata":5"#), ("[1, {\"a\": 2}]", #""metadata":[1, {"a": 2}]"#),
      (#""{\"a\":1}""#, #""metadata":"{\"a\":1}""#), ("{}", nil), ("true", #""metadata":true"#),
      (
        #"{"device_type": "x", "event_id": "other", "b": 1}"#,
        #""b":1,"metadata":{"event_id":"other","device_type":"x"}"#
      ),
      (#"{"metadata": 1, "user_id": 2}"#, #""metadata":1,"metadata":{"user_id":2}"#),
      (#"{"ü\"n": "\u0001\\"}"#, #""ü\"n":"\u0001\\""#),
    ])
  func metadata(json: String, kept: String?) async throws {
    let deliveries = try await pull(
      event("e", columns: ", device_type, metadata", values: ", 'd', '\(json)'"))
    let event = try #require(deliveries.events.first, "\(deliveries.refused)")
    #expect(event.event.id == "e" && event.event.user == "u")
    let rest = kept.map { "," + $0 } ?? ""
    #expect(
      event.event.properties
        == #"{"device_type":"d","created_at":"2026-01-05T10:00:01.000Z""# + rest + "}")
  }

  @Test("what cannot be an event is refused with its reason, and the others are kept")
  func refused() async throws {
    let deep = String(repeating: "[", count: 70) + String(repeating: "]", count: 70)
    let deliveries = try await pull(
      event("good") + event("deep", columns: ", metadata", values: ", '\(deep)'")
        + event(
          "large", columns: ", metadata", values: ", jsonb_build_object('ip', '192.0.2.1', 'x', repeat('y', 10000000))")
        + event("time") + "UPDATE tracking.events SET event_timestamp = 'infinity' WHERE event_id = 'time';"
        + event("bc") + "UPDATE tracking.events SET event_timestamp = '0044-03-15 BC' WHERE event_id = 'bc';"
        + event("nobody") + "UPDATE tracking.events SET user_id = NULL WHERE event_id = 'nobody';"
        + event("empty") + "UPDATE tracking.events SET user_id = '' WHERE event_id = 'empty';"
        + event("untyped") + "UPDATE tracking.events SET event_type = NULL WHERE event_id = 'untyped';"
        + event("never")
        + "UPDATE tracking.events SET event_timestamp = NULL, created_at = NULL WHERE event_id = 'never';"
        + event("arrived") + "UPDATE tracking.events SET event_timestamp = NULL WHERE event_id = 'arrived';")
    #expect(deliveries.events.map(\.event.id).sorted() == ["arrived", "good"])
    #expect(
      deliveries.events.first { $0.event.id == "arrived" }?.event.time.description == "2026-01-05T10:00:01.000Z")
    let reasons = Dictionary(
      deliveries.refused.map { payload in
        let root = try? JSONDocument(payload.raw).root
        return (root?["event_id"]?.string ?? "?", payload.reason)
      }, uniquingKeysWith: { $0 + $1 })
    #expect(
      reasons == [
        "deep": "invalid_json", "large": "event_too_large", "time": "invalid_time", "bc": "invalid_time",
        "nobody": "no_user", "empty": "no_user", "untyped": "no_type", "never": "no_time",
      ])
    #expect(deliveries.refused.allSatisfy { $0.raw.count <= 65_536 })
  }

  @Test("ten megabytes of metadata are an event where so much is allowed")
  func large() async throws {
    let deliveries = try await pull(
      event("large", columns: ", metadata", values: ", jsonb_build_object('x', repeat('y', 10000000))")
    ) { $0.maximumEventByteCount = 1 << 26 }
    #expect((deliveries.events.first?.event.properties?.utf8.count ?? 0) > 10_000_000)
  }

  @Test("several rows beside one event give several readings in an order of their own")
  func repeatedDetails() async throws {
    let deliveries = try await pull(
      event("e", type: "match_viewed")
        + "INSERT INTO tracking.match_events (event_id, match_id) VALUES ('e', 'z'), ('e', 'a'), ('e', 'm');")
    #expect(deliveries.events.map(\.event.item) == ["a", "m", "z"])
  }

  @Test("other types than those of the contract: uuid, text times, json, domains, columns of one's own")
  func otherTypes() async throws {
    let schema =
      TrackingSchema.plain + #"""
        CREATE DOMAIN tracking.amount AS numeric;
        DROP TABLE tracking.events;
        CREATE TABLE tracking.events (event_id uuid PRIMARY KEY, user_id int, session_id uuid, event_type text,
          event_timestamp timestamp, ip_address inet, created_at timestamp NOT NULL DEFAULT now(), metadata json,
          "odd ""name""" tracking.amount, is_bot boolean, tags text[], day date, raw bytea);
        GRANT SELECT ON tracking.events TO reader;
        ALTER TABLE tracking.match_events ALTER event_id TYPE uuid USING NULL;
        ALTER TABLE tracking.feedback_events ALTER event_id TYPE uuid USING NULL;
        ALTER TABLE tracking.interaction_events ALTER event_id TYPE uuid USING NULL;
        ALTER TABLE tracking.completion_events ALTER event_id TYPE uuid USING NULL;
        INSERT INTO tracking.events SELECT ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, 17, NULL, 'click',
          '2026-01-05 10:00:00', '192.0.2.1', '2026-01-05 10:00:01',
          E' \n{"element_id" : "\\u0000x"} ', 1.50, false, '{{a,b},{c,NULL}}', '2026-01-05', '\x00ff'
        FROM generate_series(1, 30) n;
        INSERT INTO tracking.events (event_id, user_id, event_type, event_timestamp, metadata)
          VALUES ('00000000-0000-0000-0000-000000000099', 1, 'click', now(), '{"a":1}');
        """#
    let deliveries = try await pull("", schema: schema) {
      $0.rowsPerPage = 4
      $0.rowsPerTransaction = 9
    }
    #expect(deliveries.refused.map(\.reason) == Array(repeating: "nul_byte", count: 30))
    #expect(deliveries.events.map(\.event.user) == ["1"])
    let raw = try JSONDocument(try #require(deliveries.refused.first).raw).root
    #expect(raw["odd \"name\""]?.source == "1.50")
    #expect(raw["is_bot"]?.boolean == false)
    #expect(raw["tags"]?.elements.count == 2)
    #expect(raw["timestamp"]?.string == "2026-01-05T10:00:00.000Z")
    #expect(raw["ip_address"] == nil)
  }

  @Test("bytes that are no UTF-8, which a database without an encoding may hold, stop nothing")
  func noEncoding() async throws {
    let server = try DatabaseServer.shared.get()
    let name = "ascii_\(UInt32.random(in: 0...(.max)))"
    try TestDatabase(server: server, name: "postgres").run(
      "CREATE DATABASE \(name) ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    let database = TestDatabase(server: server, name: name)
    try database.run(
      TrackingSchema.plain + event("e1", columns: ", device_type", values: #", E'a\xffb'"#)
        + #"INSERT INTO tracking.events (event_id, user_id, event_type, event_timestamp) VALUES ('e2', E'\xff', 'x', now());"#
    )
    let source = try PostgresSource(dsn: database.dsn())
    let deliveries = Deliveries()
    _ = try await source.pull(from: nil) { deliveries.add($0) }
    #expect(deliveries.events.map(\.event.id) == ["e1"])
    #expect(deliveries.events[0].event.properties?.contains("a\u{FFFD}b") == true)
    #expect(deliveries.refused.map(\.reason) == ["invalid_utf8"])
  }
}
