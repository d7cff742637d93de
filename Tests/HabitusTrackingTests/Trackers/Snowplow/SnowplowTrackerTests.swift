import HabitusModel
import HabitusTracking
import Testing

/// What the official client for Python (1.1.0) sends, and what it is answered.
@Suite("Snowplow: requests")
struct SnowplowTrackerTests {
  private static let subject =
    #""p": "web", "uid": "u-7", "duid": "d-1", "sid": "s-1", "vid": "3", "ip": "203.0.113.77", "#
    + #""ua": "Mozilla/5.0 (X11; Linux)", "tnuid": "n-1", "lang": "de", "tz": "Europe/Berlin", "res": "1920x1080", "#
    + #""tv": "py-1.1.0", "tna": "ns", "aid": "shop", "stm": "1699999999000""#
  /// A context with a job, in the alphabet for addresses and with padding.
  private static let context =
    "eyJzY2hlbWEiOiAiaWdsdTpjb20uc25vd3Bsb3dhbmFseXRpY3Muc25vd3Bsb3cvY29udGV4dHMvanNvbnNjaGVtYS8xLTAtMSIsICJkYXRh"
    + "IjogW3sic2NoZW1hIjogImlnbHU6b3JnLmV4YW1wbGUvam9iL2pzb25zY2hlbWEvMS0wLTAiLCAiZGF0YSI6IHsiaWQiOiAxNywgInRpdGxl"
    + "IjogIkvDtmNoaW4ifX1dfQ=="
  /// A click on a link whose address needs the alphabet for addresses: `https://example.org/?a=>>>???`.
  private static let click =
    "eyJzY2hlbWEiOiAiaWdsdTpjb20uc25vd3Bsb3dhbmFseXRpY3Muc25vd3Bsb3cvdW5zdHJ1Y3RfZXZlbnQvanNvbnNjaGVtYS8xLTAtMCIs"
    + "ICJkYXRhIjogeyJzY2hlbWEiOiAiaWdsdTpjb20uc25vd3Bsb3dhbmFseXRpY3Muc25vd3Bsb3cvbGlua19jbGljay9qc29uc2NoZW1hLzEt"
    + "MC0xIiwgImRhdGEiOiB7InRhcmdldFVybCI6ICJodHRwczovL2V4YW1wbGUub3JnLz9hPT4-Pj8_PyIsICJlbGVtZW50SWQiOiAiYXBwbHki"
    + "fX19"

  private static func batch() -> TrackerRequest {
    snowplowBatch(
      #"{"e": "pv", "url": "https://example.org/jobs/17?q=\u00e4&x=1#top", "page": "Job 17 \u2014 gr\u00f6\u00dfer", "#
        + #""cx": "\#(context)", \#(subject), "eid": "2953eb06-6735-450e-b393-681fac233838", "dtm": "1699999990000"}"#,
      #"{"e": "ue", "ue_px": "\#(click)", \#(subject), "eid": "ea2fad18-bb8d-4ee8-89f4-5bb999bca625", "#
        + #""dtm": "1699999999677"}"#,
      #"{"e": "se", "se_ca": "shop", "se_ac": "add-to-basket", "se_la": "sku-5", "se_pr": "pcs", "se_va": "2", "#
        + #"\#(subject), "eid": "dc7ffe00-826b-4199-ad99-12babcac0a98", "dtm": "1699999998999"}"#,
      #"{"e": "pp", "url": "https://example.org/", "pp_mix": "0", "pp_max": "5", "pp_miy": "0", "pp_may": "900", "#
        + #""ttm": "1650000000123", \#(subject), "eid": "1fc3f408-4f96-4b7a-ab58-43488d542617", "#
        + #""dtm": "1699999999677"}"#,
      headers: ["content-type": "application/json; charset=utf-8", "user-agent": "python-requests/2.34.2"])
  }

  @Test("a batch of the official client")
  func officialBatch() throws {
    let reading = try SnowplowTracker().read(Self.batch())
    #expect(reading.refused.isEmpty)
    #expect(reading.credential == nil)
    #expect(reading.consents.isEmpty)
    let events = reading.events.map(\.event)
    #expect(events.map(\.type) == ["page_view", "link_click", "add-to-basket", "page_ping"])
    #expect(
      events.map(\.id) == [
        "2953eb06-6735-450e-b393-681fac233838", "ea2fad18-bb8d-4ee8-89f4-5bb999bca625",
        "dc7ffe00-826b-4199-ad99-12babcac0a98", "1fc3f408-4f96-4b7a-ab58-43488d542617",
      ])
    #expect(events.allSatisfy { $0.user == "u-7" && $0.session == "s-1" && $0.source == "snowplow" })
    // Nine seconds before it was sent; after it was sent (the client cuts that time to seconds); 1 ms; given.
    #expect(
      events.map(\.time.milliseconds) == [1_699_999_991_000, 1_700_000_000_000, 1_699_999_999_999, 1_650_000_000_123])
    #expect(events.map(\.page) == ["/jobs/17", nil, nil, "/"])
    #expect(events.map(\.item) == [nil, nil, "sku-5", nil])
    #expect(events.map(\.category) == [nil, nil, "shop", nil])
    #expect(events.map(\.value) == [nil, nil, 2, nil])
    #expect(reading.events.allSatisfy { $0.address == "203.0.113.77" && $0.userAgent == "Mozilla/5.0 (X11; Linux)" })
    #expect(
      reading.links == [
        IdentityStatement(
          former: "d-1", known: "u-7", time: Timestamp(milliseconds: 1_699_999_991_000), kind: .identify,
          source: "snowplow")
      ])
    #expect(reading.answer.status == 200)
    #expect(reading.answer.body == Array("ok".utf8))
  }

  @Test("properties of a batch: own names, JSON decoded, neither address nor what became a field of the event")
  func officialProperties() throws {
    let events = try SnowplowTracker().read(Self.batch()).events.map(\.event)
    let common =
      #""p":"web","duid":"d-1","vid":"3","ua":"Mozilla/5.0 (X11; Linux)","tnuid":"n-1","lang":"de","#
      + #""tz":"Europe/Berlin","res":"1920x1080","tv":"py-1.1.0","tna":"ns","aid":"shop","stm":"1699999999000""#
    #expect(
      events[0].properties == #"{"e":"pv","url":"https://example.org/jobs/17?q=\u00e4&x=1#top","#
        + #""page":"Job 17 \u2014 gr\u00f6\u00dfer",\#(common),"dtm":"1699999990000","#
        + #""co":{"schema": "iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-1", "data": "#
        + #"[{"schema": "iglu:org.example/job/jsonschema/1-0-0", "data": {"id": 17, "title": "Köchin"}}]}}"#)
    #expect(
      events[1].properties == #"{"e":"ue",\#(common),"dtm":"1699999999677","#
        + #""targetUrl":"https://example.org/?a=>>>???","elementId":"apply","#
        + #""ue_pr":{"schema":"iglu:com.snowplowanalytics.snowplow/link_click/jsonschema/1-0-1"}}"#)
    #expect(
      events[2].properties == #"{"e":"se","se_ca":"shop","se_la":"sku-5","se_pr":"pcs","se_va":"2",\#(common),"#
        + #""dtm":"1699999998999"}"#)
    #expect(
      events[3].properties == #"{"e":"pp","url":"https://example.org/","pp_mix":"0","pp_max":"5","pp_miy":"0","#
        + #""pp_may":"900",\#(common),"dtm":"1699999999677"}"#)
  }

  @Test("a query of the official client, at both paths: the same event, and a picture", arguments: ["/i", "/ice.png"])
  func officialQuery(path: String) throws {
    let query =
      "e=pv&url=https%3A%2F%2Fexample.org%2Fjobs%2F17%3Fq%3D%C3%A4%26x%3D1%23top&page=Job+17+%E2%80%94+gr%C3%B6%C3%9Fer"
      + "&cx=\(Self.context.replacing("=", with: "%3D"))&p=web&uid=u-7&duid=d-1&sid=s-1&vid=3&ip=203.0.113.77"
      + "&ua=Mozilla%2F5.0+%28X11%3B+Linux%29&tnuid=n-1&lang=de&tz=Europe%2FBerlin&res=1920x1080"
      + "&tv=py-1.1.0&tna=ns&aid=shop&stm=1699999999000&eid=2953eb06-6735-450e-b393-681fac233838&dtm=1699999990000"
    let reading = try SnowplowTracker().read(snowplowQuery(query, path: path))
    var expected = try #require(SnowplowTracker().read(Self.batch()).events.first)
    // Escapes of JSON do not stand in a query.
    expected.event.properties = expected.event.properties?.replacing(#"\u00e4"#, with: "ä")
      .replacing(#"\u2014"#, with: "—").replacing(#"\u00f6"#, with: "ö").replacing(#"\u00df"#, with: "ß")
    #expect(reading.events == [expected])
    #expect(reading.links.count == 1)
    #expect(reading.answer.status == 200)
    #expect(reading.answer.contentType == "image/gif")
    #expect(reading.answer.headers["cache-control"]?.contains("no-store") == true)
    #expect(reading.answer.headers.keys.allSatisfy { $0.lowercased() != "set-cookie" })
    #expect(reading.answer.body.starts(with: Array("GIF89a".utf8) + [1, 0, 1, 0]))
    #expect(reading.answer.body.count == 43)
    #expect(reading.answer.body.last == 0x3B)
  }

  @Test("where it listens")
  func routes() {
    let tracker = SnowplowTracker()
    #expect(tracker.name == "snowplow")
    #expect(
      Set(tracker.routes) == [
        TrackerRoute("POST", "/com.snowplowanalytics.snowplow/tp2"), TrackerRoute("GET", "/i"),
        TrackerRoute("GET", "/ice.png"),
      ])
  }

  @Test("what can never be taken is answered 422; what can be later, or needs a key, as it is")
  func answers() {
    for (status, expected) in [
      (400, 422), (413, 422), (415, 422), (422, 422), (404, 422), (401, 401), (403, 403), (429, 429), (503, 503),
    ] {
      let refusal = TrackerRefusal(status: status, reason: "x", message: "what is wrong")
      let answer = SnowplowTracker().answer(to: refusal)
      #expect(answer.status == expected)
      #expect(answer.body == Array("what is wrong".utf8))
    }
  }

  @Test("one part that cannot be read: it is refused as it came, the others are kept and the batch is accepted")
  func partlyRefused() throws {
    let good = #"{"e":"pv","uid":"u1"}"#
    let reading = try SnowplowTracker().read(
      snowplowBatch(
        good, #"{"uid":"u1"}"#, #"{"e":"pv"}"#, #""text""#, #"{"e":"pv","uid":"u1","ttm":"soon"}"#,
        #"{"e":"ue","uid":"u1","ue_pr":"{"}"#, good))
    #expect(reading.events.count == 2)
    #expect(
      reading.refused.map(\.reason) == ["no_type", "no_user", "not_an_object", "invalid_time", "invalid_json"])
    #expect(reading.refused.map(\.position) == [1, 2, 3, 4, 5])
    #expect(reading.refused.first?.raw == Array(#"{"uid":"u1"}"#.utf8))
    #expect(reading.refused.allSatisfy { !$0.message.isEmpty })
    #expect(reading.answer.status == 200)
  }

  @Test("a batch of which nothing can be read is refused with the first reason and its body")
  func whollyRefused() throws {
    let request = snowplowBatch(#"{"e":"pv"}"#, #"{"uid":"u1"}"#)
    let refusal = try snowplowRefusal(request)
    #expect(refusal.status == 422)
    #expect(refusal.reason == "no_user")
    #expect(refusal.message.contains("other payloads (1)"))
    #expect(refusal.raw == request.body)
    #expect(try snowplowRefusal(snowplowQuery("uid=u1")).reason == "no_type")
    #expect(try snowplowRefusal(snowplowQuery("")).status == 422)
  }

  @Test("bodies that are no batch: refused with 422 and a reason of their own")
  func noBatch() throws {
    func reason(_ body: [UInt8], _ headers: [String: String] = [:]) throws -> String {
      var request = snowplowBatch(headers: headers)
      request.body = body
      let refusal = try snowplowRefusal(request)
      #expect(refusal.status == 422)
      #expect(!refusal.message.isEmpty)
      return refusal.reason
    }
    #expect(try reason([]) == "invalid_json")
    #expect(try reason(Array("{".utf8)) == "invalid_json")
    #expect(try reason([0x7B, 0xFF, 0x7D]) == "invalid_json")
    #expect(try reason(Array(repeating: UInt8(ascii: "["), count: 10_000)) == "invalid_json")
    #expect(try reason(Array("[]".utf8)) == "not_an_object")
    #expect(try reason(Array("{}".utf8)) == "no_data")
    #expect(try reason(Array(#"{"data":{}}"#.utf8)) == "no_data")
    #expect(try reason(Array(#"{"data":[]}"#.utf8)) == "no_data")
    #expect(try reason(Array(#"{"schema":"iglu:a/b/jsonschema/1-0-0","data":[{}]}"#.utf8)) == "unknown_schema")
    #expect(try reason(Array(#"{"schema":5,"data":[{}]}"#.utf8)) == "unknown_schema")
    #expect(try reason(Array("x".utf8), ["content-encoding": "br"]) == "unknown_encoding")
    #expect(try reason([0x1F, 0x8B, 0x08]) == "invalid_compression")
    #expect(try reason(Array(repeating: 0x20, count: SnowplowTracker().maximumBodyByteCount + 1)) == "body_too_large")
  }

  @Test("a batch without a schema, or with an older one, is read")
  func schemas() throws {
    for schema in [
      "", #""schema":null,"#, #""schema":"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-0","#,
    ] {
      var request = snowplowBatch()
      request.body = Array(#"{\#(schema)"data":[{"e":"pv","uid":"u1"}]}"#.utf8)
      #expect(try snowplowEvent(request).event.type == "page_view")
    }
  }
}
