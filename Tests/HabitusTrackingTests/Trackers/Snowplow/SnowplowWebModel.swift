import HabitusModel
import HabitusTracking
import Testing

/// What Snowplow's web model (dbt-snowplow-web 0.15.2) makes of events, where it differs from counting them:
///
/// 1. Of several events with one `event_id` it keeps the one that the collector had first. Here the first in the file
///    counts; in the data that is the same event (a test says so).
/// 2. Events without a session, and events that were sent more than 3 days after they were created, are dropped.
/// 3. A session ends 3 days after its first event reached the collector; what comes later is dropped ("quarantined").
/// 4. The browser (`domain_userid`) of a session is that of its first event, whatever the others say.
/// 5. Page views need the identifier of the web-page context; of several with one identifier the earliest by derived
///    time counts. A page view lasts until the last page ping of its identifier in its session.
/// 6. Sessions need a page view or a page ping with such an identifier. They begin with the first of all their events
///    by derived time, where a page ping stands for the 5 seconds before it, and count different identifiers as page
///    views.
/// 7. Engaged time: 10 seconds for each interval of 10 seconds (by device time) with a page ping, of the first one 5.
/// 8. Users are browsers; sessions without one belong to no user.
///
/// The model also drops robots; there are none in the data (`spiderOrRobot` is true nowhere).
struct SnowplowWebModel {
  struct PageView {
    var id: String
    var event: Event
    var browser: String
    var place = 0
    var placeCount = 0
    var end: Timestamp
    var engagedSeconds: Int
  }

  struct Session {
    var id: String
    var browser: String
    var pageViewCount: Int
    var eventCount: Int
    var start: Timestamp
    var end: Timestamp
    var engagedSeconds: Int
  }

  private(set) var pageViews: [PageView] = []
  private(set) var sessions: [Session] = []

  private static let threeDays: Int64 = 3 * 86_400_000

  init(_ events: [Event]) throws {
    var seen: Set<String> = []
    let kept = try events.filter { event in
      guard seen.insert(event.id).inserted, event.session != nil else { return false }
      let age = try Self.time(event, "dvce_sent_tstamp") - Self.time(event, "dvce_created_tstamp")
      return age <= Self.threeDays && !(event.properties ?? "").contains(#""spiderOrRobot":true"#)
    }
    for (id, members) in Dictionary(grouping: kept, by: { $0.session ?? "" }) {
      let first = try members.map(Self.collected).min() ?? 0
      try add(id, members.filter { try Self.collected($0) <= first + Self.threeDays })
    }
    // Page views of one identifier can be in several sessions, where the earliest counts, too.
    for (id, views) in Dictionary(grouping: pageViews, by: \.id) where views.count > 1 {
      Issue.record("the page view \(id) is in several sessions")
    }
  }

  private mutating func add(_ id: String, _ events: [Event]) throws {
    let ordered = try events.sorted { try Self.collected($0) < Self.collected($1) }
    let browser = try ordered.first.map { try Self.text($0, "domain_userid") } ?? ""
    var viewed: [String: [Event]] = [:]
    for event in events where event.type == "page_view" || event.type == "page_ping" {
      if let view = try Self.pageViewID(event) { viewed[view, default: []].append(event) }
    }
    guard !viewed.isEmpty else { return }

    let views = try viewed.compactMap { view, events -> PageView? in
      let pings = events.filter { $0.type == "page_ping" }
      guard let event = events.filter({ $0.type == "page_view" }).min(by: { $0.time < $1.time }) else { return nil }
      return PageView(
        id: view, event: event, browser: browser, end: max(event.time, pings.map(\.time).max() ?? event.time),
        engagedSeconds: try Self.engagedSeconds(pings))
    }
    let places = views.sorted { ($0.event.time, $0.event.id) < ($1.event.time, $1.event.id) }
    for (index, view) in places.enumerated() {
      var view = view
      view.place = index + 1
      view.placeCount = places.count
      pageViews.append(view)
    }
    let starts = events.map { $0.time.milliseconds - ($0.type == "page_ping" ? 5000 : 0) }
    sessions.append(
      Session(
        id: id, browser: browser, pageViewCount: viewed.count, eventCount: events.count,
        start: Timestamp(milliseconds: starts.min() ?? 0), end: try #require(events.map(\.time).max()),
        engagedSeconds: try viewed.values.map { try Self.engagedSeconds($0.filter { $0.type == "page_ping" }) }
          .reduce(0, +)))
  }

  private static func engagedSeconds(_ pings: [Event]) throws -> Int {
    let intervals = Set(try pings.map { try time($0, "dvce_created_tstamp") / 10_000 })
    return intervals.isEmpty ? 0 : (intervals.count - 1) * 10 + 5
  }

  // MARK: Properties

  /// When an event reached the collector, in milliseconds since 1970.
  static func collected(_ event: Event) throws -> Int64 { try time(event, "collector_tstamp") }

  private static func time(_ event: Event, _ name: String) throws -> Int64 {
    try #require(Timestamp(rfc3339: text(event, name))).milliseconds
  }

  private static func text(_ event: Event, _ name: String) throws -> String {
    try snowplowProperties(event).member(name)?.string ?? ""
  }

  /// The identifier in the web-page context, which is an object in one array or in two.
  private static func pageViewID(_ event: Event) throws -> String? {
    var node = try snowplowProperties(event).member("contexts_com_snowplowanalytics_snowplow_web_page_1_0_0")
    while node?.kind == .array { node = node?.elements.first }
    return node?["id"]?.string
  }
}
