import Foundation
import HabitusModel
import HabitusTracking
import Testing

/// Samples of 27 formats, one to a few lines each, that lie beside the repository.
@Suite("Samples of access logs", .enabled(if: Samples.isPresent, "the folder ../shared/data/logs is not there"))
struct AccessLogFormatTests {
  /// What the lines of a sample are, in the order of the lines.
  static let samples: [(name: String, lines: [String])] = [
    ("alb.log", ["page_view"]),
    ("amazon_cloudfront_rtmp.log", comments(2) + ["refused unsupported_fields", "refused unsupported_fields"]),
    ("amazon_cloudfront_web.log", comments(2) + ["page_view"]),
    ("caddy_json.log", ["page_view", "skipped static_file", "skipped static_file"]),
    ("common.log", ["request"]),
    ("common.log.gz", ["request"]),
    ("common_complete.log", ["request"]),
    ("common_encoding_big5.log", ["request"]),
    ("common_vhost.log", ["request"]),
    ("custom_regex_custom_date.log", ["refused invalid_time"]),
    ("elb.log", ["page_view", "skipped comment", "skipped not_http"]),
    ("gandi.log", ["request", "page_view"]),
    ("haproxy.log", ["request"]),
    ("icecast2.log", ["request"]),
    ("iis.log", comments(4) + ["page_view"]),
    (
      "iis_custom.log",
      [
        "skipped comment", "skipped empty_line", "skipped comment", "skipped empty_line", "skipped comment",
        "skipped empty_line", "skipped comment", "page_view", "refused no_user", "request_error",
      ]
    ),
    ("incapsula_w3c.log", comments(4) + ["page_view", "request"]),
    (
      "logs_to_tests.log",
      ["page_view", "page_view", "page_view", "skipped empty_line", "skipped comment", "request_error"]
    ),
    ("ncsa_extended.log", ["request"]),
    ("netscaler.log", comments(4) + ["request"]),
    ("nginx_json.log", ["page_view", "page_view"]),
    ("ovh.log", ["request"]),
    ("s3.log", ["page_view"]),
    ("shoutcast.log", comments(3) + ["page_view"]),
    ("splitted_date_and_time.log", ["skipped comment", "page_view"]),
    ("static_ignores.log", ["page_view", "skipped static_file", "skipped static_file", "skipped static_file"]),
    ("traefik_json.log", ["page_view"]),
  ]

  private static func comments(_ count: Int) -> [String] { Array(repeating: "skipped comment", count: count) }

  @Test("every sample is read as documented, line by line", arguments: samples)
  func sample(_ sample: (name: String, lines: [String])) throws {
    let recorder = Recorder(parser: try AccessLog.parser())
    let reader = try RecordFileReader(path: Samples.folder + "/" + sample.name, parser: recorder)
    let chunk = try #require(try reader.next())
    #expect(try reader.next() == nil)
    #expect(recorder.lines == sample.lines)
    #expect(chunk.lineCount == sample.lines.count)
    #expect(chunk.events.count + chunk.refused.count + chunk.skipped.values.reduce(0, +) == chunk.lineCount)
  }

  @Test("no sample is left out")
  func allSamples() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Samples.folder)
    #expect(Set(names) == Set(Self.samples.map(\.name)))
  }

  private func first(_ name: String) throws -> TrackedEvent {
    try #require(try AccessLog.read(file: Samples.folder + "/" + name).events.first)
  }

  @Test("combined with virtual host: host, user, offset of the time")
  func combined() throws {
    let event = try first("common_complete.log")
    #expect(event.event.user == "theuser")
    #expect(event.event.time.description == "2012-02-10T21:42:07.000Z")
    #expect(event.event.page == "/")
    #expect(event.event.source == "access_log")
    #expect(event.event.id.isEmpty)
    #expect(event.address == "1.2.3.4")
    #expect(event.userAgent?.hasPrefix("Mozilla/5.0 (X11; Linux x86_64)") == true)
    #expect(
      event.event.properties
        == #"{"method":"GET","status":301,"bytes":368,"host":"www.example.com","protocol":"HTTP/1.0"}"#)
    #expect(try first("ovh.log").event.properties?.contains(#""host":"www.example.com""#) == true)
  }

  @Test("load balancers: address without port, host without port, durations in seconds")
  func loadBalancers() throws {
    let application = try first("alb.log")
    #expect(application.address == "1.2.3.4")
    #expect(application.event.page == "/path/index.html")
    #expect(application.event.time.description == "2020-01-01T00:55:04.127Z")
    #expect(
      application.event.properties == #"{"method":"GET","status":200,"bytes":24950,"host":"www.example.com","#
        + #""protocol":"HTTP/1.1","duration":0.103}"#)
    #expect(application.event.user == (try first("elb.log").event.user), "the same address and agent")
    let proxy = try first("haproxy.log")
    #expect(proxy.address == "4.3.2.1")
    #expect(proxy.event.time.description == "2018-09-25T06:05:27.584Z")
    #expect(
      proxy.event.properties
        == #"{"method":"POST","status":200,"bytes":7456,"protocol":"HTTP/1.1","duration":0.072}"#)
    let s3 = try first("s3.log")
    #expect(s3.event.user == "arn:aws:iam::179580289999:user/phillip.boss")
    #expect(s3.event.page == "/index")
    #expect(s3.event.properties?.hasSuffix(#""duration":0.01}"#) == true)
  }

  @Test("W3C: agents are decoded as each server wrote them, times taken have each server's unit")
  func w3c() throws {
    let iis = try first("iis.log")
    #expect(
      iis.userAgent == "Mozilla/5.0 (X11; U; Linux i686; en-US; rv:1.9.2.7) Gecko/20100722 Firefox/3.6.7")
    #expect(iis.event.user == "theuser")
    #expect(iis.event.time.description == "2012-04-01T00:00:13.000Z")
    #expect(
      iis.event.properties == #"{"method":"GET","status":200,"bytes":27028,"query":"topCat1=divinity&submit=Search","#
        + #""host":"example.com","protocol":"HTTP/1.1","duration":1.687}"#)
    let cloudFront = try first("amazon_cloudfront_web.log")
    #expect(cloudFront.userAgent?.hasPrefix("Mozilla/5.0 (Windows; U; Windows NT 6.1; de-DE) AppleWebKit") == true)
    #expect(cloudFront.event.properties?.contains(#""host":"example.com""#) == true)
    #expect(cloudFront.event.properties?.hasSuffix(#""duration":0.001}"#) == true)
    #expect(try first("netscaler.log").event.properties?.hasSuffix(#""duration":1}"#) == true)
    #expect(try first("shoutcast.log").userAgent == "NSPlayer/10.0.0.3702 WMFSDK/10.0")
    let incapsula = try first("incapsula_w3c.log")
    #expect(incapsula.event.page == "/page.php")
    #expect(incapsula.event.properties?.contains(#""query":"variable=test","host":"www.example.com""#) == true)
  }

  @Test("JSON: nginx, Caddy, Traefik")
  func json() throws {
    let nginx = try first("nginx_json.log")
    #expect(nginx.event.time.description == "2013-10-10T14:52:00.000Z")
    #expect(nginx.event.page == "/piwik.php")
    #expect(nginx.address == "1.2.3.4")
    let caddy = try first("caddy_json.log")
    #expect(caddy.event.time.description == "2023-12-23T23:17:54.815Z")
    #expect(
      caddy.event.properties == #"{"method":"GET","status":200,"bytes":3609,"host":"example.com","#
        + #""protocol":"HTTP/2.0","duration":0.001335486}"#)
    let traefik = try first("traefik_json.log")
    #expect(traefik.event.page == "/my/app/auth")
    #expect(traefik.userAgent == "Prometheus/2.40.5")
    #expect(traefik.event.properties?.hasSuffix(#""duration":10.002425284}"#) == true)
  }

  @Test("bytes that are not UTF-8 become U+FFFD")
  func otherEncodings() throws {
    let page = try #require(try first("common_encoding_big5.log").event.page)
    #expect(page.hasPrefix("/\u{FFFD}"))
    #expect(page.hasSuffix("D"))
  }
}

/// Ten thousand lines of a real server.
@Suite("A real access log", .enabled(if: Samples.isPresent, "the folder ../shared/data/logs is not there"))
struct RealAccessLogTests {
  private let path = Samples.logs + "/elastic_apache_10k.log.gz"

  @Test("every line is counted once; the counts are those of a count with regular expressions")
  func counts() throws {
    let chunk = try AccessLog.read(file: path)
    #expect(chunk.lineCount == 10_000)
    // The log itself cuts this line in its last field.
    #expect(chunk.refused.map(\.line) == [8899])
    #expect(chunk.refused.map(\.reason) == ["unterminated_quote"])
    #expect(chunk.skipped == ["static_file": 5593])
    let types = Dictionary(grouping: chunk.events, by: \.event.type).mapValues(\.count)
    #expect(types == ["page_view": 3964, "request": 169, "request_error": 166, "download": 107])
    #expect(Set(chunk.events.map(\.event.user)).count == 1366)
    #expect(Set(chunk.events.compactMap(\.address)).count == 1308)
    #expect(chunk.events.first?.event.time.description == "2015-05-17T10:05:14.000Z")
  }

  @Test("with static files kept, all addresses and programs are there")
  func everything() throws {
    let chunk = try AccessLog.read(file: path, AccessLogOptions(keepsStaticFiles: true))
    #expect(chunk.events.count == 9999)
    #expect(chunk.events.count { $0.event.type == "request_static" } == 5593)
    #expect(Set(chunk.events.compactMap(\.address)).count == 1753)
    #expect(chunk.events.count { BotRules.isBot(userAgent: $0.userAgent ?? "") } == 2693)
    #expect(chunk.events.count { $0.userAgent == nil } == 190)
  }
}

/// Where the logs lie.
enum Samples {
  static let logs =
    URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("shared/data/logs").path
  static let folder = logs + "/matomo_log_formats"
  static let isPresent = FileManager.default.fileExists(atPath: folder)
}

/// Remembers what each line was.
final class Recorder: RecordParser {
  private var parser: AccessLogParser
  private(set) var lines: [String] = []

  init(parser: AccessLogParser) { self.parser = parser }

  func read(_ line: ArraySlice<UInt8>) -> RecordReading {
    let reading = parser.read(line)
    lines.append(reading.summary)
    return reading
  }
}
