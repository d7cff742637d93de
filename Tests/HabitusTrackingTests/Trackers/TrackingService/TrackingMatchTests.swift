import HabitusModel
import HabitusTracking
import Testing

@Suite("Tracking service: matches and consent")
struct TrackingMatchTests {
  typealias Base = TrackingServiceTests

  @Test("a path decides the type, and a differing event_type is kept")
  func types() throws {
    for kind in ["proposed", "viewed", "feedback"] {
      for given in ["", #","event_type":"match_\#(kind)""#, #","event_type":"page_view""#] {
        let reading = try Base.read("/api/events/match/\(kind)", #"{"user_id":"u","match_id":"m"\#(given)}"#)
        let event = reading.events.first?.event
        #expect(event?.type == "match_\(kind)" && event?.item == "m")
        let kept = given.contains("page_view") ? #"{"match_id":"m","event_type":"page_view"}"# : #"{"match_id":"m"}"#
        #expect(event?.properties == kept)
        #expect(reading.answer.status == 202)
        let answer = kind == "proposed" ? #"{"status":"accepted","match_id":"m"}"# : #"{"status":"accepted"}"#
        #expect(Base.body(reading.answer) == answer)
      }
    }
  }

  @Test("a proposal without match_id gets one, which is the event's, too", arguments: ["", #","match_id":null"#])
  func newMatchID(rest: String) throws {
    let reading = try Base.read("/api/events/match/proposed", #"{"user_id":"u"\#(rest),"match_score":90}"#)
    let event = reading.events.first?.event
    let id = try #require(event?.item)
    #expect(id.utf8.count == 36)
    #expect(event?.properties == #"{"match_score":90,"match_id":"\#(id)"}"#)
    #expect(event?.value == 90)
    #expect(Base.body(reading.answer) == #"{"status":"accepted","match_id":"\#(id)"}"#)
  }

  @Test("a match_id inside properties, and a number, are the event's")
  func otherMatchIDs() throws {
    let nested = try Base.read("/api/events/match/proposed", #"{"user_id":"u","properties":{"match_id":5}}"#)
    #expect(nested.events.first?.event.item == "5" && nested.events.first?.event.properties == #"{"match_id":5}"#)
    #expect(Base.body(nested.answer) == #"{"status":"accepted","match_id":"5"}"#)
    #expect(Base.refusal("/api/events/match/proposed", #"{"user_id":"u","match_id":[]}"#)?.reason == "not_a_scalar")
  }

  @Test(
    "a decision is taken from decision, event_type or accepted",
    arguments: [
      (#""decision":"accepted""#, true), (#""decision":"Reject""#, false), (#""decision":true"#, true),
      (#""event_type":"match_rejected""#, false), (#""action_type":"match_accepted""#, true),
      (#""accepted":false"#, false), (#""accepted":1"#, true), (#""decision":"maybe","accepted":true"#, true),
      (#""decision":"rejected","event_type":"match_accepted""#, false), (#""properties":{"decision":"yes"}"#, true),
    ])
  func decisions(members: String, isAccepted: Bool) throws {
    let event = try Base.read("/api/events/match/decision", #"{"user_id":"u",\#(members)}"#).events.first?.event
    #expect(event?.type == (isAccepted ? "match_accepted" : "match_rejected"))
  }

  @Test("a decision that says nothing is refused", arguments: ["{}", "[]", #"{"user_id":"u","decision":"maybe"}"#])
  func noDecision(body: String) {
    let refusal = Base.refusal("/api/events/match/decision", body)
    #expect(refusal?.status == 422)
    #expect(refusal?.reason == (body == "[]" ? "not_an_object" : "no_type"))
  }

  // MARK: Consent

  static func statement(
    _ purpose: String, _ isGranted: Bool, time: Timestamp = Base.received, expires: Timestamp? = nil
  ) -> ConsentStatement {
    ConsentStatement(
      user: "u", purpose: purpose, isGranted: isGranted, time: time, expires: expires, source: "tracking")
  }

  @Test("one consent is set")
  func set() throws {
    let plain = #""user_id":"u","consent_type":"analytics","user_agent":"UA","ip_address":null"#
    let reading = try Base.read("/api/consent/set", #"{\#(plain),"is_granted":true}"#)
    #expect(reading.consents == [Self.statement("analytics", true)] && reading.events.isEmpty)
    #expect(reading.answer == .json(#"{"status":"success"}"#))
    let times = #""timestamp":"2026-01-05T00:00:00Z","expires_at":"2027-01-05T00:00:00Z""#
    #expect(
      try Base.read("/api/consent/set", #"{\#(plain),"is_granted":"False",\#(times)}"#).consents == [
        Self.statement(
          "analytics", false, time: Timestamp(milliseconds: 1_767_571_200_000),
          expires: Timestamp(milliseconds: 1_799_107_200_000))
      ])
    let future = #"{\#(plain),"is_granted":true,"timestamp":"2099-01-01T00:00:00Z","expires_at":null}"#
    #expect(try Base.read("/api/consent/set", future).consents == [Self.statement("analytics", true)])
  }

  @Test(
    "a consent that cannot be read is refused",
    arguments: [
      ("[]", "not_an_object"), (#"{"consent_type":"a","is_granted":true}"#, "no_user"),
      (#"{"user_id":"u","is_granted":true}"#, "invalid_purpose"),
      (#"{"user_id":"u","consent_type":5,"is_granted":true}"#, "invalid_purpose"),
      (#"{"user_id":"u","consent_type":"a"}"#, "no_decision"),
      (#"{"user_id":"u","consent_type":"a","is_granted":"perhaps"}"#, "no_decision"),
      (#"{"user_id":"u","consent_type":"*","is_granted":true}"#, "invalid_purpose"),
      (#"{"user_id":"u","consent_type":"a","is_granted":true,"expires_at":"never"}"#, "invalid_time"),
      (#"{"user_id":"u\u0000","consent_type":"a","is_granted":true}"#, "nul_byte"),
    ])
  func unreadable(body: String, reason: String) {
    let refusal = Base.refusal("/api/consent/set", body)
    #expect(refusal?.status == 422 && refusal?.reason == reason)
  }

  @Test("consents are recorded by type, and what is no boolean is refused")
  func record() throws {
    let reading = try Base.read(
      "/api/consent/record", #"{"analytics":true,"version":"2","a\"b":false}"#, query: "x=1&user_id=u")
    #expect(reading.consents == [Self.statement("analytics", true), Self.statement("a\"b", false)])
    #expect(reading.refused.map(\.reason) == ["no_decision"] && reading.refused.map(\.position) == [1])
    #expect(
      Base.body(reading.answer)
        == #"{"status":"success","user_id":"u","consents":{"analytics":true,"a\"b":false}}"#)
    #expect(
      Base.body(try Base.read("/api/consent/record", "{}", query: "user_id=u").answer)
        == #"{"status":"success","user_id":"u","consents":{}}"#)
    #expect(Base.refusal("/api/consent/record", #"{"analytics":true}"#)?.reason == "no_user")
    #expect(Base.refusal("/api/consent/record", "[]", query: "user_id=u")?.reason == "not_an_object")
    #expect(Base.refusal("/api/consent/record", #"{"a":1}"#, query: "user_id=u")?.reason == "no_decision")
    #expect(Base.refusal("/api/consent/record", #"{"*":true}"#, query: "user_id=u")?.reason == "invalid_purpose")
  }

  @Test("types are withdrawn, or all of them", arguments: ["", " \n", "null", "[]", #"["*"]"#])
  func withdrawAll(body: String) throws {
    let reading = try Base.read("/api/consent/withdraw", body, query: "user_id=u")
    #expect(reading.consents == [Self.statement(TrackingService.everyPurpose, false)])
    #expect(Base.body(reading.answer) == #"{"status":"success","user_id":"u","withdrawn":["*"]}"#)
  }

  @Test("named types are withdrawn, and what is no type is refused")
  func withdraw() throws {
    let reading = try Base.read("/api/consent/withdraw", #"["analytics",1,"marketing"]"#, query: "user_id=u")
    #expect(reading.consents == [Self.statement("analytics", false), Self.statement("marketing", false)])
    #expect(reading.refused.map(\.position) == [1])
    #expect(Base.refusal("/api/consent/withdraw", "[1]", query: "user_id=u")?.reason == "invalid_purpose")
    #expect(Base.refusal("/api/consent/withdraw", "{}", query: "user_id=u")?.reason == "no_list")
    #expect(Base.refusal("/api/consent/withdraw", "[]", query: "user_id=")?.reason == "no_user")
    #expect(Base.refusal("/api/consent/withdraw", "[", query: "user_id=u")?.status == 400)
  }
}
