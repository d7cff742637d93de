import HabitusModel
import HabitusTracking
import Testing

/// What lines of files of enriched events become.
@Suite("Snowplow: enriched events")
struct SnowplowEnrichedTests {
  /// Readings in words: the event's id and type, why a line was skipped, or why it was refused.
  private func read(_ lines: [String], _ parser: SnowplowEnriched = SnowplowEnriched()) -> [String] {
    var parser = parser
    return lines.map { words(parser.read(Array($0.utf8)[...])) }
  }

  private func words(_ reading: RecordReading) -> String {
    switch reading {
    case .event(let tracked): "\(tracked.event.id) \(tracked.event.type)"
    case .skipped(let reason): "skipped: \(reason)"
    case .refused(let reason, let message): message.isEmpty ? "no message" : "refused: \(reason)"
    }
  }

  /// The event of one record under a header.
  private func event(_ header: String, _ record: String, mapping: EventMapping = .standard) throws -> TrackedEvent {
    var parser = SnowplowEnriched(mapping: mapping)
    #expect(words(parser.read(Array(header.utf8)[...])) == "skipped: header")
    guard case .event(let event) = parser.read(Array(record.utf8)[...]) else {
      throw TrackerRefusal(status: 400, reason: "no_event", message: record)
    }
    return event
  }

  /// A line of the official format with these values at these positions.
  private func official(_ values: [Int: String], count: Int = 131) -> String {
    (0..<count).map { values[$0] ?? "" }.joined(separator: "\t")
  }

  @Test("the official format: 131 columns between tabs, without header or quoting")
  func officialFormat() throws {
    let contexts =
      #"{"schema":"iglu:c/contexts/jsonschema/1-0-0","data":[{"schema":"iglu:c/client_session/jsonschema/1-0-2","#
      + #""data":{"userId":"phone","sessionId":"s9","ip":"203.0.113.77"}}]}"#
    let unstruct =
      #"{"schema":"iglu:c/unstruct_event/jsonschema/1-0-0","data":{"schema":"iglu:c/link_click/jsonschema/1-0-1","#
      + #""data":{"elementId":"apply"}}}"#
    let line = official([
      0: "shop", 1: "mob", 3: "2021-03-01 20:45:42.175", 5: "unstruct", 6: "e-1", 12: "u-7", 13: "203.0.113.77",
      17: "net", 29: "https://example.org/a/b?c=d", 30: #""Tea" time"#, 52: contexts, 58: unstruct, 77: "Browser",
      121: "", 122: "no JSON from 203.0.113.77", 124: "2021-03-01 20:39:52.944", 126: "link_click",
      130: "2021-03-01 20:39:52.944",
    ])
    var parser = SnowplowEnriched(mapping: EventMapping(rules: ["link_click": .init(item: "elementId")]))
    guard case .event(let tracked) = parser.read(Array((line + "\r").utf8)[...]) else {
      Issue.record("no event")
      return
    }
    #expect(
      tracked.event
        == Event(
          id: "e-1", user: "u-7", time: try #require(Timestamp(rfc3339: "2021-03-01T20:39:52.944Z")),
          type: "link_click", session: "s9", item: "apply", page: "/a/b", source: "snowplow",
          properties: #"{"app_id":"shop","platform":"mob","collector_tstamp":"2021-03-01 20:45:42.175","#
            + #""event":"unstruct","network_userid":"net","page_url":"https://example.org/a/b?c=d","#
            + #""page_title":"\"Tea\" time","contexts":"#
            + #"{"schema":"iglu:c/contexts/jsonschema/1-0-0","data":[{"schema":"iglu:c/client_session/jsonschema/1-0-2","#
            + #""data":{"userId":"phone","sessionId":"s9"}}]},"unstruct_event":\#(unstruct),"useragent":"Browser","#
            + #""derived_contexts":"no JSON from 203.0.113.0","true_tstamp":"2021-03-01 20:39:52.944"}"#))
    #expect(tracked.address == "203.0.113.77")
    #expect(tracked.userAgent == "Browser")
    #expect(
      parser.takeLinks() == [
        IdentityStatement(
          former: "phone", known: "u-7", time: tracked.event.time, kind: .identify, source: "snowplow")
      ])
    #expect(parser.takeLinks().isEmpty)
    #expect(parser.finish() == nil)
  }

  @Test("a header, between tabs or quoted between other characters, in any order and case")
  func headers() {
    let rows = [
      "EVENT_ID,Event,user_id,derived_tstamp", "a,page_view,u,2021-03-01 20:39:52.944",
      "EVENT_ID,Event,user_id,derived_tstamp", "b,page_ping,u,2021-03-01",
    ]
    let expected = ["skipped: header", "a page_view", "skipped: header", "b page_ping"]
    #expect(read(rows) == expected)
    #expect(read(rows.map { "\u{FEFF}" + $0 }.prefix(2) + []).first == "skipped: header")
    for delimiter in ["\t", ";", "|"] {
      #expect(read(rows.map { $0.replacing(",", with: delimiter) + "\r" }) == expected)
      let quoted = rows.map { row in
        row.split(separator: ",").map { "\"\($0)\"" }.joined(separator: delimiter)
      }
      #expect(read(quoted) == expected)
    }
  }

  @Test("files put together: a header of other columns counts from there on")
  func severalHeaders() {
    #expect(
      read([
        "event_id,event,user_id,derived_tstamp", "a,page_view,u,2021-03-01", "user_id,event,event_id,x,derived_tstamp",
        "u,page_ping,b,,2021-03-01",
      ]) == ["skipped: header", "a page_view", "skipped: header", "b page_ping"])
  }

  @Test("before a known layout every line is refused; then only those that do not fit")
  func layouts() {
    let good = official([5: "page_view", 6: "a", 12: "u", 124: "2021-03-01"])
    #expect(
      read(["", "garbage", "a,b,c", official([:], count: 130), good, official([:], count: 132), "x", good]) == [
        "skipped: empty", "refused: unknown_layout", "refused: unknown_layout", "refused: unknown_layout",
        "a page_view", "refused: too_many_fields", "refused: too_few_fields", "a page_view",
      ])
  }

  @Test("quoted fields with line ends: the lines before the last are skipped, the record is whole")
  func continued() throws {
    var parser = SnowplowEnriched()
    let lines = [
      "event_id,event,user_id,derived_tstamp,page_title", #"a,page_view,"u "#, "\r", #"",2021-03-01,"two, ""or"""#,
      #"three""#, "b,page_view,u,2021-03-01,\r",
    ]
    var readings: [RecordReading] = []
    for line in lines { readings.append(parser.read(Array(line.utf8)[...])) }
    #expect(
      readings.map(words) == [
        "skipped: header", "skipped: continued", "skipped: continued", "skipped: continued", "a page_view",
        "b page_view",
      ])
    guard case .event(let tracked) = readings[4] else { return }
    #expect(tracked.event.user == "u \n\r\n")
    #expect(tracked.event.properties == #"{"page_title":"two, \"or\"\nthree"}"#)
    #expect(parser.finish() == nil)
  }

  @Test("a quote that never closes: told at the end, or as soon as the record is too long; then lines count again")
  func unclosed() {
    let header = "event_id,event,user_id,derived_tstamp"
    let good = "b,page_view,u,2021-03-01"
    var parser = SnowplowEnriched()
    for line in [header, #"a,"page"#, good, good] { _ = parser.read(Array(line.utf8)[...]) }
    #expect(parser.finish().map(words) == "refused: unterminated_quote")
    #expect(parser.finish() == nil)
    #expect(
      read([header, #"a,"page"#, good, good, good], SnowplowEnriched(maximumRecordByteCount: 40)) == [
        "skipped: header", "skipped: continued", "skipped: continued", "refused: record_too_long", "b page_view",
      ])
    #expect(
      read([header, #"a,"page"x,u,2021-03-01"#, good]) == [
        "skipped: header", "refused: text_after_quote", "b page_view",
      ])
  }

  @Test(
    "types: the action of structured events, the name of self-describing ones, the event of all others",
    arguments: [
      ("page_view", "page_view", "", "page_view"), ("page_ping", "", "", "page_ping"),
      ("struct", "event", "", "struct"),
      ("struct", "event", "play", "play"), ("unstruct", "link_click", "", "link_click"),
      ("", "link_click", "", "link_click"),
      ("transaction", "transaction", "", "transaction"),
    ])
  func types(event: String, name: String, action: String, expected: String) throws {
    let tracked = try self.event(
      "event_id,event,event_name,se_action,user_id,derived_tstamp", "a,\(event),\(name),\(action),u,2021-03-01")
    #expect(tracked.event.type == expected)
  }

  @Test("item, category and value of structured events and purchases, unless configuration says otherwise")
  func mapping() throws {
    let header = "event_id,event,user_id,derived_tstamp,se_category,se_action,se_label,se_property,se_value"
    let record = "a,struct,u,2021-03-01,video,play,intro,hd,1.5"
    let event = try event(header, record).event
    #expect([event.category, event.item] == ["video", "intro"])
    #expect(event.value == 1.5)
    #expect(
      event.properties
        == #"{"event":"struct","se_category":"video","se_label":"intro","se_property":"hd","se_value":"1.5"}"#)
    let mapping = EventMapping(rules: ["play": .init(item: "se_property")])
    #expect(try self.event(header, record, mapping: mapping).event.item == "hd")
    let purchase = try self.event(
      "event_id,event,user_id,derived_tstamp,tr_orderid,tr_affiliation,tr_total", "a,transaction,u,2021-03-01,o,web,nan"
    )
    #expect([purchase.event.item, purchase.event.category] == ["o", "web"])
    #expect(purchase.event.value == nil)
    let item = try self.event(
      "event_id,event,user_id,derived_tstamp,ti_sku,ti_category,ti_price", "a,transaction_item,u,2021-03-01,s,tea,5")
    #expect([item.event.item, item.event.category] == ["s", "tea"])
    #expect(item.event.value == 5)
  }

  @Test("columns of their own for contexts and self-describing events, as data warehouses have them")
  func warehouseColumns() throws {
    let mapping = EventMapping(rules: ["apply": .init(item: "job.id")])
    let tracked = try event(
      "event_id|event|event_name|derived_tstamp|unstruct_event_a_apply_1_0_0|"
        + "contexts_com_snowplowanalytics_snowplow_client_session_1_0_2|contexts_b_1_0_0",
      #"a|unstruct|apply|2021-03-01|{"job":{"id":17}}|[{"userId":"phone","sessionId":"s"}]|[broken"#, mapping: mapping)
    #expect(tracked.event.item == "17")
    #expect(tracked.event.user == "phone")
    #expect(tracked.event.session == "s")
    #expect(
      tracked.event.properties
        == #"{"event":"unstruct","unstruct_event_a_apply_1_0_0":{"job":{"id":17}},"#
        + #""contexts_com_snowplowanalytics_snowplow_client_session_1_0_2":[{"userId":"phone","sessionId":"s"}],"#
        + #""contexts_b_1_0_0":"[broken"}"#)
  }

  @Test("user, time, session and page: the first column that says something")
  func fallbacks() throws {
    let header =
      "event_id,event,user_id,domain_userid,network_userid,derived_tstamp,collector_tstamp,page_urlpath,page_url"
    func event(_ record: String) throws -> Event { try self.event(header, record).event }
    #expect(try event("a,page_view,u,d,n,2021-03-01,2021-03-02,/p,http://x/q").user == "u")
    #expect(try event("a,page_view,,d,n,2021-03-01,2021-03-02,/p,http://x/q").user == "d")
    #expect(try event("a,page_view,,,n,2021-03-01,2021-03-02,/p,http://x/q").user == "n")
    #expect(try event("a,page_view,undefined,d,n,2021-03-01,2021-03-02,/p,http://x/q").user == "d")
    #expect(try event("a,page_view,u,d,n,,2021-03-02,/p,http://x/q").time.description == "2021-03-02T00:00:00.000Z")
    #expect(try event("a,page_view,u,d,n,,2021-03-02,/p,http://x/q").page == "/p")
    #expect(try event("a,page_view,u,d,n,,2021-03-02,,http://x/q?r").page == "/q")
    #expect(try event("a,page_view,u,d,n,,2021-03-02,,").page == nil)
    #expect(
      try event("a,page_view,,d,n,,2021-03-02,,").properties == #"{"network_userid":"n"}"#)
  }

  @Test("records that are no events")
  func refused() {
    let header = "event_id,event,event_name,user_id,derived_tstamp,collector_tstamp"
    #expect(
      read([
        header, "a,,,u,2021-03-01,", "a,unstruct,,u,2021-03-01,", "a,page_view,,,2021-03-01,", "a,page_view,,u,,",
        "a,page_view,,u,soon,2021-03-01", "a,page_view,,u,9999999-01-01,", "a,page_view,,u,99999999999999999999999,",
        "a\0,page_view,,u,2021-03-01,",
      ]) == [
        "skipped: header", "refused: no_type", "refused: no_type", "refused: no_user", "refused: no_time",
        "refused: invalid_time", "refused: invalid_time", "refused: time_out_of_range", "refused: nul_byte",
      ])
    var parser = SnowplowEnriched()
    _ = parser.read(Array(header.utf8)[...])
    #expect(
      words(parser.read(Array("a,page_view,,".utf8) + [0xFF] + Array(",2021-03-01,".utf8))) == "refused: invalid_utf8")
  }

  @Test("two columns of one name: the first counts")
  func twice() throws {
    let tracked = try event("event_id,event,user_id,x,X,derived_tstamp", "a,page_view,u,1,2,2021-03-01")
    #expect(tracked.event.properties == #"{"x":"1"}"#)
  }
}
