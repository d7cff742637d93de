import Foundation
import HabitusModel
import HabitusTracking
import Testing

@Suite("Matomo's tracking API")
struct MatomoTrackingTests {
  static let received = Timestamp(milliseconds: 1_767_225_600_000)

  private func request(
    _ query: String, method: String = "GET", body: String = "", headers: [String: String] = [:]
  ) -> TrackerRequest {
    TrackerRequest(
      method: method, path: "/matomo.php", query: query, headers: headers, body: Array(body.utf8),
      address: "203.0.113.7", received: Self.received)
  }

  private func read(
    _ query: String, method: String = "GET", body: String = "", headers: [String: String] = [:]
  ) throws -> TrackerReading {
    try MatomoTracking().read(request(query, method: method, body: body, headers: headers))
  }

  private func bulk(_ body: String, query: String = "") throws -> TrackerReading {
    try read(query, method: "POST", body: body)
  }

  /// The event of a request with site, `rec=1` and the visitor `v1`.
  private func event(_ query: String) throws -> Event {
    try #require(try read("idsite=1&rec=1&_id=v1&" + query).events.first).event
  }

  private func refused(_ query: String, method: String = "GET", body: String = "") -> TrackerRefusal? {
    #expect(throws: TrackerRefusal.self) { try read(query, method: method, body: body) }
  }

  // MARK: Requests and answers

  @Test("listens on both names of the file, for GET and POST")
  func routes() {
    for path in ["/matomo.php", "/piwik.php"] {
      for method in ["GET", "POST"] { #expect(MatomoTracking().routes.contains(TrackerRoute(method, path))) }
    }
    #expect(MatomoTracking().name == "matomo")
  }

  @Test("a page view in a query is an event with all its parameters")
  func pageView() throws {
    let query =
      "idsite=3&rec=1&action_name=Jobs%20%2F+A&url=https%3A%2F%2Fx.example%2Fjobs%3Fq%3D1&urlref=https%3A%2F%2Fs.example%2F"
      + "&_id=0123456789abcdef&lang=de&res=1920x1080&dimension2=gold&h=17&m=34&s=9&e_n=&gt_ms=12&rand=77&pv_id=aBcDeF"
    let reading = try read(query, headers: ["user-agent": "Mozilla/5.0"])
    let tracked = try #require(reading.events.first)
    let event = tracked.event
    #expect(event.user == "0123456789abcdef")
    #expect(event.time == Self.received)
    #expect(event.type == "page_view")
    #expect(event.page == "/jobs")
    #expect(event.source == "matomo")
    #expect(
      event.properties
        == #"{"idsite":"3","action_name":"Jobs / A","url":"https://x.example/jobs?q=1","urlref":"https://s.example/","#
        + #""lang":"de","res":"1920x1080","dimension2":"gold","h":"17","m":"34","s":"9","gt_ms":"12","rand":"77","#
        + #""pv_id":"aBcDeF"}"#)
    #expect(tracked.address == "203.0.113.7")
    #expect(tracked.userAgent == "Mozilla/5.0")
    #expect(reading.credential == nil)
    #expect(reading.links.isEmpty)
  }

  @Test("the answer is a picture of 43 bytes, or nothing with send_image=0")
  func answers() throws {
    let picture = try read("idsite=1&rec=1&_id=v1").answer
    #expect(picture.status == 200)
    #expect(picture.contentType == "image/gif")
    #expect(picture.headers == ["cache-control": "no-store"])
    #expect(picture.body.count == 43)
    #expect(picture.body.starts(with: "GIF89a".utf8) && picture.body.last == 0x3B)
    let nothing = try read("idsite=1&rec=1&_id=v1&send_image=0").answer
    #expect(nothing.status == 204)
    #expect(nothing.body.isEmpty)
    #expect(try read("idsite=1&rec=1&_id=v1&send_image=0").events.first?.event.properties == #"{"idsite":"1"}"#)
  }

  @Test("a form is read as a query is; the query wins")
  func form() throws {
    for body in ["idsite=2&rec=1&uid=a%2Bb&url=%2Fp", "?idsite=2&rec=1&uid=a%2Bb&url=%2Fp"] {
      let reading = try read("idsite=1", method: "POST", body: body)
      #expect(reading.events.first?.event.user == "a+b")
      #expect(reading.events.first?.event.properties == #"{"idsite":"1","url":"/p"}"#)
    }
    #expect(try read("idsite=1&rec=1&_id=v1", method: "POST").events.count == 1)
  }

  @Test("a picture in a page stands where the header Referer says")
  func referer() throws {
    let reading = try read("idsite=1&rec=1&_id=v1", headers: ["referer": "https://x.example/mail?a"])
    #expect(reading.events.first?.event.page == "/mail")
    let own = try read("idsite=1&rec=1&_id=v1&url=%2Fa", headers: ["referer": "https://x.example/mail"])
    #expect(own.events.first?.event.page == "/a")
  }

  @Test(
    "a request that cannot be read is refused with 400 and what is wrong",
    arguments: [
      ("", "invalid_site"), ("idsite=1&_id=v", "no_rec"), ("idsite=1&rec=0&_id=v", "no_rec"),
      ("rec=1&_id=v", "invalid_site"), ("idsite=0&rec=1&_id=v", "invalid_site"),
      ("idsite=x&rec=1&_id=v", "invalid_site"), ("idsite=1&rec=1", "no_user"),
      ("idsite=1&rec=1&_id=&uid=+&cid=", "no_user"), ("idsite=1&rec=1&_id=v&cdt=soon", "invalid_time"),
      ("idsite=1&rec=1&_id=v&cdo=1.5", "invalid_time"), ("idsite=1&rec=1&_id=v&cdo=99999999999999", "invalid_time"),
      ("idsite=1&rec=1&_id=v&cdt=1767052800", "token_required"),
      ("idsite=1&rec=1&_id=v&cip=198.51.100.9", "token_required"),
      ("idsite=1&rec=1&_id=v&token_auth=t&cdo=9999999999&cdt=-62135596800", "time_out_of_range"),
      ("idsite=1&rec=1&_id=v%00", "nul_byte"), ("idsite=1&rec=1&_id=v&e_c=a%00", "nul_byte"),
    ])
  func badRequests(query: String, reason: String) throws {
    for refusal in [refused(query), refused("", method: "POST", body: query)] {
      let refusal = try #require(refusal)
      #expect(refusal.status == 400)
      #expect(refusal.reason == reason)
      let answer = MatomoTracking().answer(to: refusal)
      #expect(answer.status == 400)
      let object = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
      #expect(object?["status"] as? String == "error")
      #expect(object?["message"] as? String == refusal.message)
    }
  }

  @Test("no key is kept, neither of what was read nor of what was refused")
  func noKeyKept() throws {
    let read = try read("idsite=1&rec=1&_id=v&token_auth=secret")
    #expect(read.credential == "secret")
    #expect(read.events.first?.event.properties == #"{"idsite":"1"}"#)
    #expect(refused("idsite=1&token_auth=secret&a=b")?.raw == Array("idsite=1&a=b".utf8))
    #expect(refused("idsite=1&token%5Fauth=secret&a=b")?.raw == Array("idsite=1&a=b".utf8))
    let bulk = try bulk(#"{"requests":["?token_auth=secret&x=y",{"token_auth":"secret","x":"y"}]}"#)
    #expect(bulk.refused.map(\.raw) == [Array("x=y".utf8), Array(#"{"x":"y"}"#.utf8)])
  }

  // MARK: Bulk

  @Test("a bulk is read part by part, and its answer counts them")
  func bulks() throws {
    let reading = try bulk(
      #" {"requests":["?idsite=1&rec=1&_id=v1&url=http%3A%2F%2Fx.example%2Fa%3Fb#c","idsite=1&rec=1&_id=v2&url=/a?b=1","?x=1",7,"#
        + #"{"idsite":1,"rec":1,"_id":"v3","dimension1":null,"e_c":"c","e_a":"a","e_v":2.5},"#
        + #""https://m.example/matomo.php?idsite=1&rec=1&_id=v4"],"token_auth":"t"}"#)
    #expect(reading.credential == "t")
    #expect(reading.events.map(\.event.user.rawValue) == ["v1", "v2", "v3", "v4"])
    #expect(reading.events.map(\.event.page) == ["/a", "/a", nil, nil])
    #expect(reading.events[2].event.type == "event")
    #expect(reading.events[2].event.value == 2.5)
    #expect(reading.refused.map(\.reason) == ["invalid_site", "invalid_request"])
    #expect(reading.refused.map(\.position) == [2, 3])
    #expect(reading.answer == .json(#"{"status":"success","tracked":4,"invalid":2}"#))
  }

  @Test("a bulk without anything readable is answered with its counts; with send_image=0 with nothing")
  func bulkAnswers() throws {
    #expect(try bulk(#"{"requests":["?x=1"]}"#).answer == .json(#"{"status":"success","tracked":0,"invalid":1}"#))
    #expect(try bulk(#"{"requests":[]}"#).answer == .json(#"{"status":"success","tracked":0,"invalid":0}"#))
    #expect(try bulk(#"{"requests":["?idsite=1&rec=1&_id=v"],"send_image":0}"#).answer.status == 204)
  }

  @Test(
    "a bulk that is no JSON, or has no requests, is refused",
    arguments: [
      ("{", "invalid_json"), (#"{"a":1}"#, "no_requests"), (#"{"requests":"?idsite=1"}"#, "no_requests"),
      ("[1]", "no_requests"),
    ])
  func badBulks(body: String, reason: String) throws {
    let refusal = try #require(refused("", method: "POST", body: body))
    #expect(refusal.reason == reason)
    #expect(refusal.status == 400)
  }

  @Test("a compressed bulk is read")
  func compressed() throws {
    var request = request("", method: "POST")
    request.body = [UInt8](
      try #require(
        Data(
          base64Encoded:
            "H4sIAAAAAAACA6tWKkotLE0tLilWsopWss9MKc4sSbU1VCtKTQaS8ZkptgaGRsYmpmbmFpaJSckpqWlqpUU5thklJQXFqsaOqkZuQFShl1qR"
            + "mFuQkwpkJyrF1gIAJI4681UAAAA="
        )))
    #expect(try MatomoTracking().read(request).events.first?.event.page == "/a")
  }

  @Test("requests of another key than the first are refused, where the bulk names none")
  func keys() throws {
    let body =
      #"{"requests":["?idsite=1&rec=1&_id=a","?idsite=1&rec=1&_id=b&token_auth=t","?idsite=1&rec=1&_id=c&token_auth=u"]"#
    let own = try bulk(body + "}")
    #expect(own.credential == "t")
    #expect(own.events.map(\.event.user.rawValue) == ["a", "b"])
    #expect(own.refused.map(\.reason) == ["other_token"])
    let shared = try bulk(body + #","token_auth":"s"}"#)
    #expect(shared.credential == "s")
    #expect(shared.events.count == 3)
    #expect(try bulk(body + "}", query: "token_auth=q").credential == "q")
  }

  // MARK: Fields

  @Test(
    "the user is the first of uid, cid and _id that can stand for a person; with both, visitor and user are one",
    arguments: [
      ("uid=u&cid=c&_id=v", "u", "c"), ("uid=u&_id=v", "u", "v"), ("cid=c&_id=v", "c", nil), ("_id=v", "v", nil),
      ("uid=u", "u", nil), ("uid=undefined&_id=v", "v", nil), ("uid=guest", "guest", nil),
      ("uid=u&_id=0000000000000000", "u", nil), ("uid=v&_id=v", "v", nil), ("uid=u&_id=v%00", "u", nil),
    ] as [(String, String, String?)])
  func persons(query: String, user: String, visitor: String?) throws {
    let reading = try read("idsite=1&rec=1&" + query)
    #expect(reading.events.first?.event.user.rawValue == user)
    #expect(
      reading.links
        == (visitor.map {
          [
            IdentityStatement(
              former: UserID($0), known: UserID(user), time: Self.received, kind: .identify, source: "matomo")
          ]
        } ?? []))
  }

  @Test("a bulk says once that two identifiers are one person's")
  func linkOnce() throws {
    let part = #""?idsite=1&rec=1&uid=u&_id=v""#
    #expect(try bulk(#"{"requests":[\#(part),\#(part),"?idsite=1&rec=1&uid=u&_id=w"]}"#).links.count == 2)
  }

  @Test("a visitor without identifier is named by whoever can, else refused")
  func fingerprint() throws {
    let tracking = MatomoTracking(visitor: { visit in
      visit.userAgent.map { UserID("\(visit.address ?? "") \($0) \(visit.time.milliseconds)") }
    })
    let reading = try tracking.read(request("idsite=1&rec=1&ua=A"))
    #expect(reading.events.first?.event.user == "203.0.113.7 A 1767225600000")
    #expect(throws: TrackerRefusal.self) { try tracking.read(request("idsite=1&rec=1")) }
    #expect(try tracking.read(request("idsite=1&rec=1&ua=A&_id=v")).events.first?.event.user == "v")
  }

  @Test(
    "each kind of request has its type, item, category and value",
    arguments: [
      ("url=%2Fa&action_name=A", "page_view", nil, nil, nil), ("", "page_view", nil, nil, nil),
      ("e_c=Videos&e_a=Play&e_n=Intro&e_v=3.5&url=%2Fa", "event", "Intro", "Videos", 3.5),
      ("e_c=Videos&e_a=Play&e_v=0x1p3", "event", nil, "Videos", nil), ("e_a=Play&ca=1", "event", nil, nil, nil),
      ("search=swift&search_cat=jobs&search_count=17", "search", nil, "jobs", 17),
      ("idgoal=4&revenue=9.99", "goal", "4", nil, 9.99), ("idgoal=0&ec_id=A1&revenue=100", "purchase", nil, nil, 100),
      ("idgoal=0&revenue=50", "cart_update", nil, nil, 50), ("idgoal=-1&revenue=5", "page_view", nil, nil, nil),
      ("idgoal=x", "page_view", nil, nil, nil),
      ("link=https%3A%2F%2Fo.example&url=%2Fa", "outlink", "https://o.example", nil, nil),
      ("download=%2Ff.pdf", "download", "/f.pdf", nil, nil), ("ping=1&url=%2Fa&e_c=x", "ping", nil, nil, nil),
      ("c_n=Ad&c_p=a.png", "content_impression", "Ad", nil, nil),
      ("c_n=Ad&c_i=click", "content_interaction", "Ad", nil, nil),
      ("ca=1&fa_vid=1", "custom_action", nil, nil, nil), ("revenue=nan&idgoal=1", "goal", "1", nil, nil),
    ] as [(String, String, String?, String?, Double?)])
  func types(query: String, type: String, item: String?, category: String?, value: Double?) throws {
    let event = try event(query)
    #expect(event.type == type)
    #expect(event.item == item)
    #expect(event.category == category)
    #expect(event.value == value)
    let properties = try #require(event.properties)
    let kept = try JSONSerialization.jsonObject(with: Data(properties.utf8)) as? [String: String]
    for (name, text) in FormFields.parse(query) { #expect(kept?[name] == text) }
  }

  @Test("configuration fills what the protocol leaves open")
  func mapping() throws {
    let mapping = EventMapping(rules: ["page_view": .init(item: "dimension1", value: "dimension2", page: "dimension3")])
    let query = "idsite=1&rec=1&_id=v&dimension1=sku&dimension2=7&dimension3=here&url=%2Fa"
    let event = try #require(try MatomoTracking(mapping: mapping).read(request(query)).events.first).event
    #expect(event.item == "sku")
    #expect(event.value == 7)
    #expect(event.page == "here")
    #expect(try self.event("action_name=Start").page == "Start")
  }

  @Test("of a parameter that comes twice the last counts; broken escapes and bytes are kept or replaced")
  func oddParameters() throws {
    #expect(try event("a=1&a=2&b=%zz&c=%FF&=x&&d").properties == #"{"idsite":"1","a":"2","b":"%zz","c":"�","":"x"}"#)
  }

  @Test("cip and ua speak for the visitor, cip with a key alone")
  func otherVisitors() throws {
    let tracked = try #require(
      try read("idsite=1&rec=1&_id=v&cip=198.51.100.9&ua=Agent%2F2&token_auth=t", headers: ["user-agent": "PHP"])
        .events.first)
    #expect(tracked.address == "198.51.100.9")
    #expect(tracked.userAgent == "Agent/2")
    #expect(tracked.event.properties == #"{"idsite":"1","ua":"Agent/2"}"#)
  }

  // MARK: Times

  @Test(
    "the time is cdt less cdo, else the receipt",
    arguments: [
      ("cdt=1767222000", "2025-12-31T23:00:00.000Z", nil),
      ("cdt=2025-12-31+10%3A00%3A00", "2025-12-31T10:00:00.000Z", nil),
      ("cdo=60", "2025-12-31T23:59:00.000Z", nil), ("cdo=-60", "2025-12-31T23:59:00.000Z", nil),
      ("cdt=1767222000&cdo=5", "2025-12-31T22:59:55.000Z", nil), ("cdt=0", "2026-01-01T00:00:00.000Z", "0"),
      ("cdt=", "2026-01-01T00:00:00.000Z", nil), ("cdt=1767225601", "2026-01-01T00:00:00.000Z", "1767225601"),
      ("cdt=1767139201", "2025-12-31T00:00:01.000Z", nil),
      ("cdt=1577836800&token_auth=t", "2020-01-01T00:00:00.000Z", nil),
    ] as [(String, String, String?)])
  func times(query: String, time: String, kept: String?) throws {
    let event = try event(query)
    #expect(event.time.description == time)
    let properties = try #require(event.properties)
    #expect(properties.contains("cdt") == (kept != nil))
    if let kept { #expect(properties.contains(#""cdt":"\#(kept)""#)) }
  }

  @Test("24 hours back exactly need a key, one second less does not; in a bulk the part alone is refused")
  func oldTimes() throws {
    #expect(refused("idsite=1&rec=1&_id=v&cdt=1767139200")?.reason == "token_required")
    let body = #"{"requests":["?idsite=1&rec=1&_id=v&cdt=1767139200","?idsite=1&rec=1&_id=v&cdt=1767139201"]"#
    let reading = try bulk(body + "}")
    #expect(reading.events.count == 1)
    #expect(reading.refused.map(\.reason) == ["token_required"])
    #expect(try bulk(body + #","token_auth":"t"}"#).events.count == 2)
  }

  // MARK: Identifiers

  @Test("a request of a browser that comes twice has the same identifier; another one has another")
  func identifiers() throws {
    let query = "url=%2Fa&r=123456&h=1&m=2&s=3&pv_id=aBcDeF"
    let id = try event(query).id
    #expect(id.hasPrefix("aBcDeF.123456.1-2-3."))
    #expect(try event(query).id == id)
    #expect(try event(query + "&token_auth=t").id == id)
    for other in ["&e_c=x", "&r=123457", "&pv_id=aBcDeG", "&s=4", "&url=%2Fb"] {
      #expect(try event(query + other).id != id, "\(other)")
    }
    #expect(try event("rand=123456&h=1&m=2&s=3&pv_id=aBcDeF").id != "")
    for less in ["h=1&m=2&s=3&pv_id=aBcDeF", "r=1&m=2&s=3&pv_id=a", "r=1&h=1&m=2&pv_id=a", "r=1&h=1&m=2&s=3", ""] {
      #expect(try event(less).id == "", "\(less)")
    }
  }

  @Test("an order is known by its number")
  func orders() throws {
    #expect(try event("idgoal=0&ec_id=A1&revenue=100").id == "order.1.A1")
    #expect(try event("idgoal=0&revenue=100").id == "")
    #expect(try event("idgoal=2&ec_id=A1").id == "")
  }
}
