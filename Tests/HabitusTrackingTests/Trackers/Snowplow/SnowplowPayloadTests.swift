import HabitusModel
import HabitusTracking
import Testing

/// What single payloads become.
@Suite("Snowplow: payloads")
struct SnowplowPayloadTests {
  @Test(
    "types of events, and what feeds item, category and value",
    arguments: [
      (#""e":"pv""#, Event(user: "u", time: snowplowReceived, type: "page_view")),
      (#""e":"pp""#, Event(user: "u", time: snowplowReceived, type: "page_ping")),
      (
        #""e":"se","se_ca":"video","se_ac":"play","se_la":"intro","se_va":"1.5""#,
        Event(user: "u", time: snowplowReceived, type: "play", item: "intro", category: "video", value: 1.5)
      ),
      (
        #""e":"se","se_ca":"video","se_va":"many""#,
        Event(user: "u", time: snowplowReceived, type: "struct", category: "video")
      ),
      (
        #""e":"tr","tr_id":"o-1","tr_af":"web","tr_tt":"29.90""#,
        Event(user: "u", time: snowplowReceived, type: "transaction", item: "o-1", category: "web", value: 29.9)
      ),
      (
        #""e":"ti","ti_id":"o-1","ti_sk":"sku","ti_ca":"tea","ti_pr":5,"ti_qu":"2""#,
        Event(user: "u", time: snowplowReceived, type: "transaction_item", item: "sku", category: "tea", value: 5)
      ),
      (#""e":"ad""#, Event(user: "u", time: snowplowReceived, type: "ad")),
      (
        #""e":"ue","ue_pr":"{\"schema\":\"iglu:a.b/buy_now/jsonschema/2-0-0\",\"data\":{}}""#,
        Event(user: "u", time: snowplowReceived, type: "buy_now")
      ),
    ])
  func types(payload: String, expected: Event) throws {
    var event = try snowplowEvent(snowplowBatch("{\(payload),\"uid\":\"u\"}")).event
    event.properties = nil
    event.source = nil
    #expect(event == expected)
  }

  @Test("configuration comes before what the protocol says, and reaches into the data of a self-describing event")
  func mapping() throws {
    let mapping = EventMapping(rules: [
      "play": .init(item: "se_pr"), "apply": .init(item: "job.id", category: "channel", value: "seconds"),
    ])
    let play = try snowplowEvent(
      snowplowBatch(#"{"e":"se","se_ac":"play","se_la":"label","se_pr":"film","uid":"u"}"#), mapping: mapping)
    #expect(play.event.item == "film")
    let data = #"{\"job\":{\"id\":17},\"channel\":\"mail\",\"seconds\":2.5}"#
    let apply = try snowplowEvent(
      snowplowBatch(
        #"{"e":"ue","uid":"u","ue_pr":"{\"schema\":\"iglu:a/apply/jsonschema/1-0-0\",\"data\":\#(data)}"}"#),
      mapping: mapping)
    #expect(apply.event.item == "17")
    #expect(apply.event.category == "mail")
    #expect(apply.event.value == 2.5)
  }

  @Test("data of a self-describing event that is called like a field: the field keeps its name, nothing is lost")
  func collisions() throws {
    let event = try snowplowEvent(
      snowplowBatch(
        #"{"e":"ue","uid":"u","url":"https://a.b/c","ue_pr":"{\"schema\":\"iglu:a/x/jsonschema/1-0-0\",\"data\":"#
          + #"{\"url\":\"other\",\"n\":1,\"n\":2}}"}"#)
    ).event
    #expect(
      event.properties == #"{"e":"ue","url":"https://a.b/c","n":2,"ue_pr":"#
        + #"{"schema":"iglu:a/x/jsonschema/1-0-0","data":{"url":"other","n":1,"n":2}}}"#)
  }

  @Test("self-describing events without an envelope's schema, or with none inside, have no type")
  func noSchema() throws {
    for json in [
      "null", "5", "[]", "{}", #"{\"schema\":\"x\"}"#, #"{\"schema\":\"iglu:a/b/c\",\"data\":{}}"#,
      #"{\"schema\":\"iglu:a//c/d\",\"data\":{}}"#,
      #"{\"schema\":\"iglu:a/unstruct_event/jsonschema/1-0-0\",\"data\":{}}"#,
      #"{\"schema\":\"iglu:a/unstruct_event/jsonschema/1-0-0\"}"#,
    ] {
      #expect(try snowplowRefusal(snowplowBatch(#"{"e":"ue","uid":"u","ue_pr":"\#(json)"}"#)).reason == "no_type")
    }
    #expect(try snowplowRefusal(snowplowBatch(#"{"e":"ue","uid":"u"}"#)).reason == "no_type")
  }

  @Test(
    "Base64 in both alphabets, with padding and without, and with blanks that were pluses",
    arguments: ["eyJhIjoiPj4-Pz8_In0=", "eyJhIjoiPj4-Pz8_In0", "eyJhIjoiPj4+Pz8/In0=", "eyJhIjoiPj4 Pz8/In0"])
  func base64(text: String) throws {
    let event = try snowplowEvent(snowplowBatch(#"{"e":"pv","uid":"u","cx":"\#(text)"}"#)).event
    #expect(event.properties == #"{"e":"pv","co":{"a":">>>???"}}"#)
  }

  @Test("JSON fields that cannot be read make the payload one that cannot be read", arguments: ["cx", "ue_px"])
  func badBase64(field: String) throws {
    for (text, reason) in [
      ("e", "invalid_base64"), ("eyJ=hIjoi", "invalid_base64"), ("e===", "invalid_base64"),
      ("e!JhIjoi", "invalid_base64"),
      ("eyJh", "invalid_json"), ("_____w", "invalid_json"),
    ] {
      let payload = #"{"e":"pv","uid":"u","\#(field)":"\#(text)"}"#
      #expect(try snowplowRefusal(snowplowBatch(payload)).reason == reason, "\(text)")
    }
    let deep = String(repeating: "[", count: 500)
    #expect(try snowplowRefusal(snowplowBatch(#"{"e":"pv","uid":"u","co":"\#(deep)"}"#)).reason == "invalid_json")
  }

  @Test("plain JSON counts where the encoded comes, too; objects are taken as they are")
  func plain() throws {
    let event = try snowplowEvent(snowplowBatch(#"{"e":"pv","uid":"u","co":{"b":[1]},"cx":"eyJhIjoxfQ"}"#)).event
    #expect(event.properties == #"{"e":"pv","co":{"b":[1]}}"#)
  }

  // MARK: Users

  @Test(
    "the user: the first identifier that can stand for a person",
    arguments: [
      (#""uid":"u","duid":"d","tnuid":"n","nuid":"m""#, "u"), (#""duid":"d","tnuid":"n","nuid":"m""#, "d"),
      (#""tnuid":"n","nuid":"m""#, "n"), (#""nuid":"m""#, "m"), (#""uid":"","duid":"d""#, "d"),
      (#""uid":null,"duid":"d""#, "d"), (#""uid":"undefined","duid":"d""#, "d"), (#""uid":"guest""#, "guest"),
      (#""uid":{"a":1},"duid":"d""#, "d"), (#""uid":17"#, "17"), (#""uid":"a","uid":"b""#, "b"),
      (#""uid":"  ","duid":"d""#, "d"),
    ])
  func users(fields: String, expected: String) throws {
    #expect(try snowplowEvent(snowplowBatch("{\"e\":\"pv\",\(fields)}")).event.user.rawValue == expected)
  }

  @Test("no user: nothing, blanks, or a collector's zeros")
  func noUsers() throws {
    for fields in ["\"x\":1", #""uid":"  ""#, #""tnuid":"00000000-0000-0000-0000-000000000000""#] {
      #expect(try snowplowRefusal(snowplowBatch("{\"e\":\"pv\",\(fields)}")).reason == "no_user")
    }
  }

  @Test("mobile trackers tell user and session in a context")
  func clientSession() throws {
    let context =
      #""co":{"schema":"iglu:c/contexts/jsonschema/1-0-1","data":[{"schema":"iglu:x/y/z/1-0-0","data":{}},"#
      + #"{"schema":"iglu:c/client_session/jsonschema/1-0-2","data":{"userId":"phone","sessionId":"s9"}}]}"#
    let anonymous = try snowplowEvent(snowplowBatch("{\"e\":\"pv\",\(context)}")).event
    #expect(anonymous.user == "phone")
    #expect(anonymous.session == "s9")
    let reading = try SnowplowTracker().read(snowplowBatch("{\"e\":\"pv\",\"uid\":\"u\",\"sid\":\"s\",\(context)}"))
    #expect(reading.events.first?.event.session == "s")
    #expect(reading.links.map(\.former) == ["phone"])
    #expect(reading.links.map(\.known) == ["u"])
  }

  @Test("links: only between two identifiers that stand for persons, each pair once")
  func links() throws {
    let reading = try SnowplowTracker().read(
      snowplowBatch(
        #"{"e":"pv","uid":"u","duid":"d"}"#, #"{"e":"pv","uid":"u","duid":"d"}"#, #"{"e":"pv","uid":"v","duid":"d"}"#,
        #"{"e":"pv","uid":"null","duid":"d"}"#, #"{"e":"pv","uid":"u","duid":"0"}"#,
        #"{"e":"pv","uid":"d","duid":"d"}"#,
        #"{"e":"pv","uid":"u","tnuid":"n"}"#, #"{"e":"pv","duid":"d","tnuid":"n"}"#))
    #expect(reading.links.map { "\($0.former.rawValue) \($0.known.rawValue)" } == ["d u", "d v"])
  }

  // MARK: Times

  @Test(
    "times as Snowplow derives them",
    arguments: [
      ("", 1_700_000_000_000), (#","dtm":"5""#, 1_700_000_000_000), (#","stm":"5""#, 1_700_000_000_000),
      (#","dtm":"1000","stm":"4500""#, 1_699_999_996_500), (#","dtm":"4500","stm":"1000""#, 1_700_000_000_000),
      (#","dtm":1000,"stm":4500.9"#, 1_699_999_996_500), (#","ttm":"-1","dtm":"x""#, -1), (#","ttm":"7.9""#, 7),
    ] as [(String, Int64)])
  func times(fields: String, expected: Int64) throws {
    #expect(
      try snowplowEvent(snowplowBatch("{\"e\":\"pv\",\"uid\":\"u\"\(fields)}")).event.time.milliseconds == expected)
  }

  @Test(
    "times that are none, or far away",
    arguments: [
      (#""ttm":"today""#, "invalid_time"), (#""ttm":"nan""#, "invalid_time"), (#""ttm":"1e400""#, "invalid_time"),
      (#""ttm":"9223372036854775807""#, "time_out_of_range"), (#""ttm":"-9223372036854775808""#, "time_out_of_range"),
      (#""ttm":"1e30""#, "time_out_of_range"), (#""dtm":"x","stm":"5""#, "invalid_time"),
      (#""dtm":"5","stm":"1e18""#, "time_out_of_range"),
      (#""dtm":"-62000000000000","stm":"253402300799999""#, "time_out_of_range"),
    ])
  func badTimes(fields: String, reason: String) throws {
    #expect(try snowplowRefusal(snowplowBatch("{\"e\":\"pv\",\"uid\":\"u\",\(fields)}")).reason == reason)
  }

  // MARK: Pages

  @Test(
    "the page is the path of the address",
    arguments: [
      ("https://a.b/c/d?x=/y#z", "/c/d"), ("https://a.b", "/"), ("https://a.b?x", "/"), ("https://a.b/#/c", "/"),
      ("/c?d", "/c"), ("c/d", "c/d"), ("app://screen/home", "/home"), ("/go?to=https://x/y", "/go"),
      ("/r/https://x/y", "/r/https://x/y"), ("?x", "/"), ("https://a.b/ä\u{301}", "/ä\u{301}"),
    ])
  func pages(url: String, expected: String) throws {
    #expect(try snowplowEvent(snowplowBatch(#"{"e":"pv","uid":"u","url":"\#(url)"}"#)).event.page == expected)
  }

  // MARK: Privacy

  @Test("SP-Anonymous: neither address nor network identifier is kept, wherever it stands")
  func anonymous() throws {
    let headers = ["sp-anonymous": "*", "user-agent": "Browser"]
    let payload = #"{"e":"pv","p":"web","duid":"d","tnuid":"net-1","nuid":"net-2","ip":"203.0.113.77"}"#
    let event = try snowplowEvent(snowplowBatch(payload, headers: headers))
    #expect(event.address == nil)
    #expect(event.userAgent == "Browser")
    #expect(event.event.properties == #"{"e":"pv","p":"web"}"#)
    let reading = try SnowplowTracker().read(
      snowplowBatch(payload, #"{"e":"pv","tnuid":"net-1","ip":"203.0.113.77","x":"1"}"#, headers: headers))
    #expect(reading.refused.map(\.reason) == ["no_user"])
    #expect(reading.refused.map(\.raw) == [Array(#"{"e":"pv","x":"1"}"#.utf8)])
    let refusal = try snowplowRefusal(snowplowQuery("e=pv&tnuid=net-1&ip=203.0.113.77", headers: headers))
    #expect(refusal.reason == "no_user")
    #expect(refusal.raw.isEmpty)
  }

  @Test("the address of the payload comes before that of the request, and is no property")
  func addresses() throws {
    let own = try snowplowEvent(snowplowBatch(#"{"e":"pv","uid":"u","ip":"203.0.113.77"}"#))
    #expect(own.address == "203.0.113.77")
    #expect(own.event.properties == #"{"e":"pv"}"#)
    #expect(try snowplowEvent(snowplowBatch(#"{"e":"pv","uid":"u"}"#)).address == "198.51.100.9")
    let query = try snowplowEvent(snowplowQuery("e=pv&uid=u&ip=203.0.113.77"))
    #expect(query.address == "203.0.113.77")
    #expect(query.event.properties == #"{"e":"pv"}"#)
  }

  @Test("the user agent of the request counts for browsers only: a server's says nothing about the visitor")
  func userAgents() throws {
    let headers = ["user-agent": "Agent"]
    #expect(try snowplowEvent(snowplowQuery("e=pv&uid=u", headers: headers)).userAgent == "Agent")
    #expect(try snowplowEvent(snowplowQuery("e=pv&uid=u&ua=own", headers: headers)).userAgent == "own")
    let web = #"{"e":"pv","uid":"u","p":"web"}"#
    #expect(try snowplowEvent(snowplowBatch(web, headers: headers)).userAgent == "Agent")
    let server = #"{"e":"pv","uid":"u","p":"srv"}"#
    #expect(try snowplowEvent(snowplowBatch(server, headers: headers)).userAgent == nil)
  }

  // MARK: Fields

  @Test("empty fields are left out, numbers and objects kept as they are written, the last of two of one name")
  func fields() throws {
    let event = try snowplowEvent(
      snowplowBatch(#"{"e":"pv","uid":"u","refr":"","lang":null,"vid":1.50,"x":{"y":[1, 2]},"z":"1","z":"2"}"#)
    ).event
    #expect(event.properties == #"{"e":"pv","vid":1.50,"x":{"y":[1, 2]},"z":"2"}"#)
    let query = try snowplowEvent(snowplowQuery("e=pv&e=pp&uid=u&refr=&x=%zz&&y")).event
    #expect(query.type == "page_ping")
    #expect(query.properties == #"{"e":"pp","x":"%zz"}"#)
  }

  @Test("a NUL in a text of the event is refused")
  func nul() throws {
    for field in [#""uid":"a\u0000b""#, #""uid":"u","eid":"\u0000""#, #""uid":"u","sid":"a\u0000""#] {
      #expect(try snowplowRefusal(snowplowBatch("{\"e\":\"pv\",\(field)}")).reason == "nul_byte")
    }
    #expect(try snowplowRefusal(snowplowQuery("e=se&se_ac=%00&uid=u")).reason == "nul_byte")
  }

  @Test("a large batch with many fields and links is read in good time")
  func large() throws {
    let payloads = (0..<3000).map { #"{"e":"pv","uid":"u\#($0)","duid":"d\#($0)"}"# }.joined(separator: ",")
    let wide = (0..<20_000).map { "\"f\($0)\":1" }.joined(separator: ",")
    let described = #"{"e":"ue","uid":"u",\#(wide),"ue_pr":{"schema":"iglu:a/b/c/d","data":{\#(wide),"g":1}}}"#
    let duration = try ContinuousClock().measure {
      let reading = try SnowplowTracker().read(snowplowBatch(payloads, described))
      #expect(reading.events.count == 3001)
      #expect(reading.links.count == 3000)
    }
    #expect(duration < .seconds(20))
  }
}
