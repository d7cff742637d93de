import HabitusModel
import HabitusTracking
import Testing

@Suite("Access logs")
struct AccessLogParserTests {
  /// A line of the combined format.
  private func line(
    _ request: String, status: String = "200", user: String = "-", referrer: String = "-", agent: String = "Firefox",
    time: String = "10/Feb/2012:16:42:07 +0000", address: String = "192.0.2.7"
  ) -> String {
    #"\#(address) - \#(user) [\#(time)] "\#(request)" \#(status) 12 "\#(referrer)" "\#(agent)""#
  }

  @Test(
    "the type follows from method, path and status",
    arguments: [
      ("GET /a HTTP/1.1", "200", "page_view"), ("HEAD /a HTTP/1.1", "200", "page_view"),
      ("GET /a HTTP/1.1", "304", "page_view"), ("GET /a HTTP/1.1", "206", "page_view"), ("GET /", "200", "page_view"),
      ("GET /a HTTP/1.1", "301", "request"), ("GET /a HTTP/1.1", "-", "request"), ("GET /a HTTP/1.1", "101", "request"),
      ("GET /a HTTP/1.1", "000", "request"), ("POST /a HTTP/1.1", "200", "request"),
      ("DELETE /a.png HTTP/1.1", "204", "request"), ("GET /a HTTP/1.1", "404", "request_error"),
      ("POST /a HTTP/1.1", "503", "request_error"), ("GET /b.pdf HTTP/1.1", "200", "download"),
      ("GET /b.PDF?x=1 HTTP/1.1", "206", "download"), ("HEAD /b.pdf HTTP/1.1", "200", "request"),
      ("GET /b.pdf HTTP/1.1", "404", "request_error"), ("GET /c.css HTTP/1.1", "200", "skipped static_file"),
      ("GET /c.JS?v=3 HTTP/1.1", "404", "skipped static_file"),
      ("GET /robots.txt HTTP/1.1", "200", "skipped static_file"),
      ("GET /a/favicon HTTP/1.1", "200", "skipped static_file"), ("GET /notes.txt HTTP/1.1", "200", "page_view"),
      ("GET /css HTTP/1.1", "200", "page_view"), ("GET /v1.2/css/ HTTP/1.1", "200", "page_view"),
      ("-", "408", "skipped no_request"), (#"\x16\x03\x01\x02"#, "400", "skipped no_request"),
      ("get /a HTTP/1.1", "200", "skipped no_request"), ("GET  HTTP/1.1", "200", "skipped no_request"),
      ("GET HTTP/1.1", "200", "skipped no_request"), ("", "400", "skipped no_request"),
      ("GET /a HTTP/1.1", "20", "refused invalid_status"), ("GET /a HTTP/1.1", "abc", "refused invalid_status"),
    ])
  func types(request: String, status: String, summary: String) throws {
    #expect(try AccessLog.read(line(request, status: status)).map(\.summary) == [summary])
  }

  @Test("static files are kept if wanted")
  func staticFiles() throws {
    let options = AccessLogOptions(keepsStaticFiles: true)
    #expect(try AccessLog.event(line("GET /c.css HTTP/1.1"), options).event.type == "request_static")
    #expect(try AccessLog.event(line("GET /c.css HTTP/1.1", status: "404"), options).event.type == "request_static")
  }

  @Test("a download has its path as item and its ending as category")
  func downloads() throws {
    let event = try AccessLog.event(line("GET /files/cv%20a.PDF HTTP/1.1")).event
    #expect(event.item == "/files/cv a.PDF")
    #expect(event.category == "pdf")
    #expect(event.page == "/files/cv a.PDF")
  }

  @Test(
    "the page is the decoded path",
    arguments: [
      ("/a%20b?c=d", "/a b"), ("/caf%C3%A9", "/café"), ("/%FF", "/\u{FFFD}"), ("/a%2", "/a%2"), ("/a%zz", "/a%zz"),
      ("/a%00b", "/a%00b"), ("/a%0Ab", "/a%0Ab"), ("/a;jsessionid=1A?b", "/a"), ("/a;JSESSIONID=1/b;x=2", "/a/b;x=2"),
      ("/a;x", "/a;x"), ("/a#b?c", "/a"), ("http://h.example:80/p?q", "/p"), ("http://h.example", "/"), ("*", "*"),
      ("http://h.example?q", "/"), ("//a//b", "//a//b"), ("/a b c", "/a b c"), ("%", "%"), ("/%", "/%"),
    ])
  func pages(target: String, page: String) throws {
    #expect(try AccessLog.event(line("GET \(target) HTTP/1.1")).event.page == page)
  }

  @Test("properties are those of the line; sessions are cut out of query and referrer")
  func properties() throws {
    let event = try AccessLog.event(
      line(
        "GET http://Shop.Example:8080/a?PHPSESSID=1&b=2&sid=3 HTTP/2.0",
        referrer: #"https://x.example/p;jsessionid=9?sessionid=1&\"q\""#))
    #expect(
      event.event.properties == #"{"method":"GET","status":200,"bytes":12,"#
        + #""referrer":"https://x.example/p?\"q\"","query":"b=2&sid=3","host":"shop.example","protocol":"HTTP/2.0"}"#)
  }

  @Test("the address never stands in the properties")
  func noAddress() throws {
    let event = try AccessLog.event(line("GET / HTTP/1.1"))
    #expect(event.address == "192.0.2.7")
    #expect(event.event.properties?.contains("192.0.2.7") == false)
    #expect(!event.event.user.rawValue.contains("192.0.2.7"))
  }

  @Test("visitors: HMAC of address and agent, other ones for another address, agent or key")
  func visitors() throws {
    let user = try AccessLog.event(line("GET / HTTP/1.1")).event.user
    // printf '192.0.2.7\0Firefox' | openssl dgst -sha256 -hmac 'a secret of the tests'
    #expect(user == "visitor_c3541fb6aaa60eaf31a510911e927f51")
    #expect(user == AccessLog.identity.user(address: "192.0.2.7", userAgent: "Firefox"))
    #expect(try AccessLog.event(line("GET / HTTP/1.1", agent: "Firefox2")).event.user != user)
    #expect(try AccessLog.event(line("GET / HTTP/1.1", address: "192.0.2.8")).event.user != user)
    #expect(VisitorIdentity(key: [1]).user(address: "192.0.2.7", userAgent: "Firefox") != user)
    #expect(
      AccessLog.identity.user(address: "a", userAgent: nil) == AccessLog.identity.user(address: "a", userAgent: ""))
    #expect(
      AccessLog.identity.user(address: "a", userAgent: "bc") != AccessLog.identity.user(address: "ab", userAgent: "c"))
    _ = VisitorIdentity(key: []).user(address: "", userAgent: nil)
  }

  @Test("more visitors than are remembered keep their identifiers")
  func manyVisitors() throws {
    var parser = try AccessLog.parser()
    for _ in 0..<2 {
      for number in 0..<3000 {
        let address = "10.0.\(number / 256).\(number % 256)"
        let event = try #require(parser.read(ArraySlice(line("GET / HTTP/1.1", address: address).utf8)).event)
        #expect(event.address == address)
        #expect(event.event.user == AccessLog.identity.user(address: address, userAgent: "Firefox"))
      }
    }
  }

  @Test("an authenticated user is the user, a placeholder is not")
  func users() throws {
    #expect(try AccessLog.event(line("GET / HTTP/1.1", user: "mary")).event.user == "mary")
    #expect(try AccessLog.event(line("GET / HTTP/1.1", user: "Mary Ann")).event.user == "Mary Ann")
    #expect(try AccessLog.event(line("GET / HTTP/1.1", user: "anonymous")).event.user.rawValue.hasPrefix("visitor_"))
    #expect(try AccessLog.event(line("GET / HTTP/1.1", user: "mary", address: "-")).event.user == "mary")
    #expect(try AccessLog.read(line("GET / HTTP/1.1", address: "-")).map(\.summary) == ["refused no_user"])
  }

  @Test(
    "times",
    arguments: [
      ("10/Feb/2012:16:42:07 -0500", "2012-02-10T21:42:07.000Z"), ("10/Feb/2012:16:42:07", "2012-02-10T15:42:07.000Z"),
      ("10/feb/2012:16:42:07.1239 +0530", "2012-02-10T11:12:07.123Z"),
      ("1/Jul/2012:00:00:00", "2012-06-30T22:00:00.000Z"),
      ("2012-02-10T16:42:07+01:00", "2012-02-10T15:42:07.000Z"), ("29/Feb/2012:00:00:00 Z", "2012-02-29T00:00:00.000Z"),
      ("30/Feb/2012:00:00:00 +0000", "invalid_time"), ("10/Fob/2012:16:42:07 +0000", "invalid_time"),
      ("10/Feb/2012:24:00:00 +0000", "invalid_time"), ("10/Feb/2012:16:42:07 +9900", "invalid_time"),
      ("", "invalid_time"), ("10/Feb/2012:16:42:07 +0000 x", "invalid_time"),
      ("01/Jan/0000:00:00:00 +0000", "time_out_of_range"), ("31/Dec/9999:23:59:59 -0100", "time_out_of_range"),
    ])
  func times(text: String, time: String) throws {
    let reading = try AccessLog.read(line("GET / HTTP/1.1", time: text), AccessLogOptions(timeZone: "Europe/Paris"))[0]
    if let event = reading.event {
      #expect(event.event.time.description == time)
    } else {
      #expect(reading.summary == "refused " + time)
    }
  }

  @Test("an unknown time zone is an error")
  func unknownZone() {
    #expect(throws: TrackingError.unknownTimeZone("Mars/Base")) {
      try AccessLog.parser(AccessLogOptions(timeZone: "Mars/Base"))
    }
  }

  @Test("quotes: escaped ones, ones that nobody escaped, hexadecimal ones of nginx, and none at the end")
  func quotes() throws {
    #expect(try AccessLog.event(line("GET / HTTP/1.1", agent: #"a \"b\" \\ c"#)).userAgent == #"a "b" \ c"#)
    #expect(try AccessLog.event(line("GET / HTTP/1.1", agent: #"a"b"#)).userAgent == #"a"b"#)
    #expect(try AccessLog.event(line("GET /\\x22a\\xC3\\xA9 HTTP/1.1")).event.page == "/\"aé")
    #expect(try AccessLog.event(line("GET /\\x00 HTTP/1.1")).event.page == "/\\x00")
    #expect(
      try AccessLog.read(String(line("GET / HTTP/1.1").dropLast())).map(\.summary) == ["refused unterminated_quote"])
    #expect(
      try AccessLog.read(#"1.1.1.1 - - [10/Feb/2012:16:42:07 +0000] "GET /"#).map(\.summary)
        == ["refused unterminated_quote"])
    #expect(
      try AccessLog.read(#"1.1.1.1 - - [10/Feb/2012:16:42:07 +0000] "GET / HTTP/1.1" 200"#).map(\.summary)
        == ["refused too_few_fields"])
  }

  @Test("IPv6 addresses, host names as clients, ports of virtual hosts")
  func addresses() throws {
    #expect(try AccessLog.event(line("GET / HTTP/1.1", address: "2001:db8::1")).address == "2001:db8::1")
    #expect(try AccessLog.event(line("GET / HTTP/1.1", address: "pc.example.net")).address == "pc.example.net")
    let event = try AccessLog.event("www.example.com:443 " + line("GET / HTTP/1.1", address: "fe80::1"))
    #expect(event.address == "fe80::1")
    #expect(event.event.properties?.contains(#""host":"www.example.com""#) == true)
  }

  @Test("the format may change from line to line, unless it is told")
  func mixedFormats() throws {
    let json = #"{"ip":"192.0.2.7","path":"/x","status":200,"time":"2024-01-01T00:00:00Z"}"#
    let text = line("GET / HTTP/1.1") + "\n" + json + "\n" + line("GET / HTTP/1.1") + "\nnonsense\n"
    #expect(
      try AccessLog.read(text).map(\.summary)
        == ["page_view", "page_view", "page_view", "refused unknown_format", "skipped empty_line"])
    #expect(
      try AccessLog.read(text, AccessLogOptions(format: .ncsa)).map(\.summary)
        == ["page_view", "refused unknown_format", "page_view", "refused unknown_format", "skipped empty_line"])
    #expect(
      try AccessLog.read(line("GET / HTTP/1.1"), AccessLogOptions(format: .nginxJSON)).map(\.summary)
        == ["refused invalid_json"])
  }

  @Test("JSON of a wrong form is refused, not guessed")
  func malformedJSON() throws {
    let lines = [
      ("{", "refused invalid_json"), (#"{"a":1}"#, "refused no_time"), ("{}", "refused no_time"),
      (#"{"ip":"1.1.1.1","time":"yesterday","path":"/"}"#, "refused invalid_time"),
      (#"{"ip":"1.1.1.1","time":1700000000}"#, "skipped no_request"),
      (#"{"ip":"1.1.1.1","time":1700000000,"path":"/","status":true}"#, "refused invalid_status"),
      (#"{"ip":"1.1.1.1","time":1700000000,"path":"/","status":0}"#, "request"),
      (#"{"ip":"1.1.1.1","time":1700000000,"path":"/\u0000"}"#, "refused nul_byte"),
      (#"{"ip":{"a":1},"time":1700000000,"path":"/"}"#, "refused no_user"),
      (
        #"{"remote_addr":"1.1.1.1","time_local":"10/Feb/2012:16:42:07 +0000","request":"POST /a?b HTTP/1.1"}"#,
        "request"
      ),
      (#"{"logger":"tls","msg":"x","ts":1700000000}"#, "skipped no_request"),
    ]
    for (line, summary) in lines { #expect(try AccessLog.read(line).map(\.summary) == [summary], "\(line)") }
  }

  @Test("W3C: no header, too few values, a time without a date")
  func w3c() throws {
    let told = AccessLogOptions(format: .w3c)
    #expect(try AccessLog.read("1 2 3", told).map(\.summary) == ["refused no_header"])
    let header = "#Fields: time c-ip cs-method cs-uri-stem sc-status\n"
    #expect(try AccessLog.read(header + "10:00:00 1.1.1.1 GET", told).last?.summary == "refused too_few_fields")
    #expect(try AccessLog.read(header + "10:00:00 1.1.1.1 GET / 200", told).last?.summary == "refused no_time")
    let event = try #require(
      try AccessLog.read("#Date: 2024-05-06 09:00:00\n" + header + "10:00:00 1.1.1.1 GET /a+b 200").last?.event)
    #expect(event.event.time.description == "2024-05-06T10:00:00.000Z")
    let local = "#Fields: date-local time-local c-ip cs-method cs-uri-stem\n2024-07-01 12:00:00 1.1.1.1 GET /"
    let moment = try AccessLog.read(local, AccessLogOptions(timeZone: "Europe/Paris")).last?.event?.event.time
    #expect(moment?.description == "2024-07-01T10:00:00.000Z")
  }

  @Test("a NUL is refused, a carriage return is cut")
  func specialBytes() throws {
    #expect(try AccessLog.read(line("GET /\0 HTTP/1.1")).map(\.summary) == ["refused nul_byte"])
    var parser = try AccessLog.parser()
    #expect(parser.read(ArraySlice((line("GET / HTTP/1.1") + "\r").utf8)).event?.userAgent == "Firefox")
    #expect(parser.read([]).summary == "skipped empty_line")
    #expect(parser.read([0x0D]).summary == "skipped empty_line")
  }
}
