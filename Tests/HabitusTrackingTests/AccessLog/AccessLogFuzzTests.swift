import Foundation
import HabitusModel
import HabitusTracking
import Testing

@Suite("Access logs with damaged lines")
struct AccessLogFuzzTests {
  /// A valid line of each format.
  static let lines = [
    #"1.2.3.4 - mary [10/Feb/2012:16:42:07 -0500] "GET /a%20b?x=1 HTTP/1.0" 200 368"#,
    #"1.2.3.4 - - [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.0" 200 368 "http://x/?sessionid=1" "Mozilla/5.0 (\"q\")""#,
    #"www.example.com:80 ::1 - - [10/Feb/2012:16:42:07 -0500] (0 s) "POST /a;jsessionid=1/b HTTP/1.1" 301 - "-" "-""#,
    "#Software: Microsoft Internet Information Services 10.0\n#Date: 2012-04-01 00:00:13\n"
      + "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query cs-username c-ip cs(User-Agent) sc-status "
      + "time-taken\n"
      + "2012-04-01 00:00:13 5.6.7.8 GET /foo a=b - 1.2.3.4 Mozilla/5.0+(X11;+U) 200 1687",
    "#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent)\n"
      + "2014-05-23\t01:13:11\t192.0.2.10\tGET\t/view/my/file.html\t200\tMozilla/5.0%2520(Windows;%2520U)",
    #"2015-05-13T23:39:43.945958Z lb 1.2.3.4:2817 10.0.0.1:80 0.000086 0.001048 0.001337 200 200 0 57 "#
      + #""GET https://www.example.com:443/path HTTP/1.1" "Mozilla" - -"#,
    #"https 2020-01-01T00:55:04.127531Z app/lb/a 1.2.3.4:2817 10.0.0.1:80 0.001 0.102 0.000 200 200 225 24950 "#
      + #""GET https://www.example.com:443/path HTTP/1.1" "Mozilla" X TLSv1.2"#,
    "b659b576cff1e15e4c0313ff8930fba9f53e6794567f5c60dab3abf2f8dfb6cc bucket [10/Feb/2012:16:42:07 -0500] 1.2.3.4 - "
      + #"EB35 WEBSITE.GET.OBJECT index "GET /index HTTP/1.1" 200 - 368 368 10 9 "-" "Mozilla""#,
    "Sep 25 06:05:27 host haproxy[6801]: 4.3.2.1:55008 [25/Sep/2018:06:05:27.584] ft~ bk/abc 0/0/0/72/72 200 7456 - - "
      + #"---- 5/4/0/1/0 0/0 "GET /user/ HTTP/1.1""#,
    #"{"ip":"1.2.3.4","host":"h","path":"/p?x","status":"200","length":192,"date":"2013-10-10T16:52:00+02:00"}"#,
    #"{"logger":"http.log.access","ts":1703373474.8155608,"request":{"client_ip":"1.2.3.4","method":"GET","uri":"/b","#
      + #""headers":{"User-Agent":["M"]}},"duration":0.001,"size":3,"status":200}"#,
    #"{"ClientHost":"1.2.3.4","RequestMethod":"GET","RequestPath":"/a?b","DownstreamStatus":200,"Duration":10,"#
      + #""StartUTC":"2023-08-11T11:39:21.773360139Z"}"#,
  ]

  private static let pieces = [
    "\"", "\\", "[", "]", " ", "\t", "-", "%", "%2", "\\x", "#", "{", "}", "\u{0}", "\n", ":", "/", "?", ";jsessionid=",
    "://", "é", "99999999999999999999", "\r", "&", "=", "+", "HTTP/", "#Fields: ",
    "#Fields: date time c-ip cs-uri-stem sc-status",
    "haproxy[", "null", "1e999", ".",
  ].map { Array($0.utf8) }

  @Test("every line is valid before it is damaged", arguments: lines)
  func valid(text: String) throws {
    #expect(try AccessLog.read(text).last?.event != nil)
  }

  @Test("whatever is done to a line, it is an event, skipped or refused, and its event is sound", arguments: lines)
  func mutations(text: String) throws {
    var generator = SplitMix64(state: UInt64(text.utf8.count))
    for round in 0..<1500 {
      var bytes = Array(text.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &generator) { mutate(&bytes, &generator) }
      let format = round.isMultiple(of: 3) ? AccessLogFormat.allCases.randomElement(using: &generator) : nil
      var parser = try AccessLog.parser(AccessLogOptions(format: format, keepsStaticFiles: true))
      for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
        guard let event = parser.read(line).event?.event else { continue }
        #expect(!event.user.rawValue.isEmpty && !event.type.isEmpty && event.page?.isEmpty == false)
        #expect(event.page?.utf8.contains(0) == false && !event.user.rawValue.utf8.contains(0))
        #expect(Timestamp.representable.contains(event.time))
        let properties = try #require(event.properties)
        #expect(throws: Never.self) { try JSONDocument(properties) }
      }
    }
  }

  @Test("every start of a line is read without harm", arguments: lines)
  func starts(text: String) throws {
    let bytes = Array(text.utf8)
    for end in bytes.indices {
      var parser = try AccessLog.parser()
      for line in bytes[..<end].split(separator: 0x0A) { _ = parser.read(line) }
      for format in AccessLogFormat.allCases {
        var parser = try AccessLog.parser(AccessLogOptions(format: format))
        _ = parser.read(bytes[end...])
      }
    }
  }

  private func mutate(_ bytes: inout [UInt8], _ generator: inout SplitMix64) {
    let index = bytes.isEmpty ? 0 : Int.random(in: bytes.indices, using: &generator)
    let end = min(bytes.count, index + Int.random(in: 0...12, using: &generator))
    switch Int.random(in: 0..<6, using: &generator) {
    case 0 where !bytes.isEmpty: bytes[index] = UInt8.random(in: 0...255, using: &generator)
    case 1: bytes.removeSubrange(index..<end)
    case 2: bytes.insert(contentsOf: Self.pieces.randomElement(using: &generator) ?? [], at: index)
    case 3: bytes.replaceSubrange(index..<end, with: Self.pieces.randomElement(using: &generator) ?? [])
    case 4: bytes.insert(contentsOf: Array(bytes[index..<end]), at: index)
    default: bytes.removeSubrange(index...)
    }
  }
}
