import Foundation
import HabitusModel
import HabitusTracking
import Testing

/// Snowplow's own test data of its web model: enriched events, and the page views, sessions and users they roll up to.
///
/// What the model does with the events, and no import should, is done here, as ``SnowplowWebModel`` says.
@Suite("Snowplow: the web model's data", .enabled(if: SnowplowWebData.isPresent, "../shared/data is not there"))
struct SnowplowEnrichedDataTests {
  @Test("every row becomes an event, with the fields of its columns")
  func rows() throws {
    let rows = try SnowplowWebData.rows("source/snowplow_web_events.csv.gz")
    let (events, links) = try SnowplowWebData.events()
    #expect(rows.count == 160)
    #expect(events.count == rows.count)
    for (tracked, row) in zip(events, rows) {
      let event = tracked.event
      #expect(event.id == row["event_id"])
      #expect(event.user.rawValue == row["user_id"])
      #expect(event.time == Timestamp(rfc3339: row["derived_tstamp"] ?? ""))
      #expect(event.type == (row["event"] == "struct" ? row["se_action"] : row["event_name"]))
      #expect(event.session ?? "" == row["domain_sessionid"])
      #expect(event.page == row["page_urlpath"])
      #expect(tracked.address == row["user_ipaddress"])
      #expect(tracked.userAgent == row["useragent"])
      let properties = try snowplowProperties(event)
      var used: Set = ["event_id", "user_id", "derived_tstamp", "domain_sessionid", "user_ipaddress"]
      used.formUnion(row["event"] == "struct" ? ["se_action"] : ["event_name"])
      if row["event"] == event.type { used.insert("event") }
      #expect(Set(properties.members.map(\.key)) == Set(row.filter { $1 != "" }.keys).subtracting(used))
      for (key, value) in properties.members {
        #expect((value.string ?? value.source) == row[key], "\(event.id) \(key)")
      }
    }
    let pairs = Set(rows.filter { $0["domain_userid"] != "" }.map { [$0["domain_userid"], $0["user_id"]] })
    #expect(Set(links.map { [$0.former.rawValue, $0.known.rawValue] }) == pairs)
    #expect(links.count == pairs.count)
  }

  @Test("events of one id: three come twice, and the first is the one that the model keeps")
  func duplicates() throws {
    let events = try SnowplowWebData.events().events.map(\.event)
    #expect(Set(events.map(\.id)).count == 157)
    var seen: [String: Event] = [:]
    for event in events {
      guard let first = seen.updateValue(event, forKey: event.id) else { continue }
      seen[event.id] = first
      // The model keeps what the collector had first.
      #expect(try SnowplowWebModel.collected(first) <= SnowplowWebModel.collected(event))
    }
  }

  @Test("43 page views: ids, sessions, users, places in the session, start, end and engaged time")
  func pageViews() throws {
    let model = try SnowplowWebModel(SnowplowWebData.events().events.map(\.event))
    let expected = try SnowplowWebData.rows("expected/snowplow_web_page_views_expected.csv.gz")
    #expect(expected.count == 43)
    #expect(model.pageViews.count == 43)
    for row in expected {
      let view = try #require(model.pageViews.first { $0.id == row["page_view_id"] }, "\(row)")
      #expect(view.event.id == row["event_id"])
      #expect(view.event.user.rawValue == row["user_id"])
      #expect(view.event.session == row["domain_sessionid"])
      #expect(view.event.page == row["page_urlpath"])
      #expect(view.browser == row["domain_userid"])
      #expect(String(view.place) == row["page_view_in_session_index"])
      #expect(String(view.placeCount) == row["page_views_in_session"])
      #expect(SnowplowWebData.text(view.event.time) == row["start_tstamp"])
      #expect(SnowplowWebData.text(view.end) == row["end_tstamp"])
      #expect(String(view.engagedSeconds) == row["engaged_time_in_s"])
    }
  }

  @Test("18 sessions: users, page views, all events, start, end, engaged and absolute time")
  func sessions() throws {
    let model = try SnowplowWebModel(SnowplowWebData.events().events.map(\.event))
    let expected = try SnowplowWebData.rows("expected/snowplow_web_sessions_expected.csv.gz")
    #expect(expected.count == 18)
    #expect(model.sessions.count == 18)
    for row in expected {
      let session = try #require(model.sessions.first { $0.id == row["domain_sessionid"] }, "\(row)")
      #expect(session.browser == row["domain_userid"])
      #expect(String(session.pageViewCount) == row["page_views"])
      #expect(String(session.eventCount) == row["total_events"])
      #expect(SnowplowWebData.text(session.start) == row["start_tstamp"])
      #expect(SnowplowWebData.text(session.end) == row["end_tstamp"])
      #expect(String(session.engagedSeconds) == row["engaged_time_in_s"])
      let seconds = session.end.milliseconds / 1000 - session.start.milliseconds / 1000
      #expect(String(seconds) == row["absolute_time_in_s"])
    }
  }

  @Test("11 users: sessions, page views, start and end")
  func users() throws {
    let model = try SnowplowWebModel(SnowplowWebData.events().events.map(\.event))
    let expected = try SnowplowWebData.rows("expected/snowplow_web_users_expected.csv")
    let users = Dictionary(grouping: model.sessions.filter { !$0.browser.isEmpty }, by: \.browser)
    #expect(expected.count == 11)
    #expect(users.count == 11)
    for row in expected {
      let sessions = try #require(users[row["domain_userid"] ?? ""], "\(row)")
      #expect(String(sessions.count) == row["sessions"])
      #expect(String(sessions.map(\.pageViewCount).reduce(0, +)) == row["page_views"])
      #expect(sessions.map(\.start).min().map(SnowplowWebData.text) == row["start_tstamp"])
      #expect(sessions.map(\.end).max().map(SnowplowWebData.text) == row["end_tstamp"])
    }
  }
}

/// The files beside the repository.
enum SnowplowWebData {
  static let folder = RealData.folder + "/logs/snowplow_web"
  static let isPresent = FileManager.default.fileExists(atPath: folder)

  /// A file's bytes, decompressed.
  private static func bytes(_ name: String) throws -> [UInt8] {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
    return try PayloadDecoding.decoded(Array(data), contentEncoding: nil, maximumByteCount: 10 << 20)
  }

  /// What the parser makes of the source.
  static func events() throws -> (events: [TrackedEvent], links: [IdentityStatement]) {
    var parser = SnowplowEnriched()
    var events: [TrackedEvent] = []
    var skipped: [String] = []
    let lines = try bytes("source/snowplow_web_events.csv.gz").split(separator: 0x0A)
    for line in lines {
      switch parser.read(line) {
      case .event(let event): events.append(event)
      case .skipped(let reason): skipped.append(reason)
      case .refused(let reason, let message): Issue.record("\(reason): \(message)")
      }
    }
    #expect(skipped == ["header"])
    #expect(parser.finish() == nil)
    return (events, parser.takeLinks())
  }

  /// A CSV file read in another way than by the parser: field by field, as a state machine over characters.
  static func rows(_ name: String) throws -> [[String: String]] {
    var records: [[String]] = [[]]
    var field = ""
    var isInside = false
    for scalar in String(decoding: try bytes(name), as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\"":
        // A doubled quote closes and opens at once, and is one itself.
        if !isInside, !field.isEmpty { field.unicodeScalars.append(scalar) }
        isInside.toggle()
      case "," where !isInside:
        records[records.count - 1].append(field)
        field = ""
      case "\n" where !isInside:
        records[records.count - 1].append(field)
        field = ""
        records.append([])
      case "\r" where !isInside: break
      default: field.unicodeScalars.append(scalar)
      }
    }
    if !field.isEmpty { records[records.count - 1].append(field) }
    let header = records[0]
    return records.dropFirst().filter { !$0.isEmpty }.map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
  }

  /// A time as these files write it.
  static func text(_ time: Timestamp) -> String {
    String(time.description.replacing("T", with: " ").dropLast())
  }
}
