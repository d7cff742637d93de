import Foundation
import HabitusModel
import Testing

@testable import Habitus

@Suite("FeatureScanner")
struct FeatureScannerTests {
  /// Two sessions: Friday 2026-01-09 10:00, 10:10, 10:30 (search, filter, view) and Saturday 2026-01-10 23:00 (apply).
  private func example() throws -> [SimpleEvent] {
    [
      try SimpleEvent("2026-01-09T10:00:00Z", "search", item: "a", category: "x", value: 12),
      try SimpleEvent("2026-01-09T10:10:00Z", "filter", item: "a", category: "x"),
      try SimpleEvent("2026-01-09T10:30:00Z", "page_view", item: "b", category: "y", value: 30),
      try SimpleEvent("2026-01-10T23:00:00Z", "apply", item: "b"),
    ]
  }

  @Test("gives every feature of a small timeline as worked out by hand")
  func byHand() throws {
    let found = try features(of: example(), asOf: "2026-01-11T00:00:00Z")
    // Silences of 10, 20 and 2190 minutes: mean 740, deviations -730, -720, 1450.
    let deviation = ((730.0 * 730 + 720.0 * 720 + 1450.0 * 1450) / 3).squareRoot()
    // 10:00, 10:10, 10:30 and 23:00 as angles of 150°, 152.5°, 157.5° and 345°.
    let angles = [150, 152.5, 157.5, 345].map { $0 * Double.pi / 180 }
    let x = angles.map { cos($0) }.reduce(0, +) / 4
    let y = angles.map { sin($0) }.reduce(0, +) / 4
    let raw = [(38.0, 3.0), (37 + 50.0 / 60, 2), (37.5, 1), (1, 10)]
      .map { pow(0.5, $0.0 / 24 / 14) * $0.1 }.reduce(0, +)
    let wanted: [String: Double] = [
      "event_count": 4, "recency_days": 1.0 / 24, "span_days": 37.0 / 24, "gap_median_s": 900,
      "burstiness": (deviation - 740) / (deviation + 740), "weekend_share": 0.25, "night_share": 0.25,
      "business_share": 0.75, "hour_concentration": (x * x + y * y).squareRoot(),
      "mean_hour": atan2(y, x) * 12 / Double.pi, "distinct_items": 2, "item_repeat_ratio": 0.5,
      "share_page_view": 0.25, "share_click": 0, "share_search": 0.25, "share_filter": 0.25, "share_download": 0,
      "share_apply": 0.25, "share_save": 0, "share_message": 0, "click_count": 0, "search_count": 1,
      "search_results_mean": 12, "view_seconds_mean": 30, "goal_count": 1, "search_refine_rate": 1,
      "events_last_7d": 4, "events_prev_7d": 0, "engagement_raw": raw, "active_days": 2,
      "activity_ratio": 2.0 / 30, "busiest_day_events": 3, "longest_streak_days": 2, "current_streak_days": 2,
      "session_count": 2, "events_per_session": 2, "session_duration_mean_s": 900,
      "session_duration_median_s": 900, "session_duration_max_s": 1800, "bounce_rate": 0.5,
      "items_per_session": 1.5, "conversion_rate": 0.5, "return_gap_mean_h": 36.5, "return_gap_cv": 0,
      "hour_entropy": (0.75 * log2(4.0 / 3) + 0.25 * 2) / log2(24), "distinct_types": 4, "type_entropy_bits": 2,
      "distinct_categories": 2, "category_entropy_bits": log2(3) - 2.0 / 3, "top_category_share": 2.0 / 3,
      "momentum": log2(5), "engagement_score": 100 * (1 - exp(-raw / 50)),
    ]
    #expect(Set(found.keys) == Set(wanted.keys))
    for (name, value) in wanted {
      let difference = abs((found[name] ?? .infinity) - value)
      #expect(difference <= 1e-12 * max(1, abs(value)), "\(name): \(String(describing: found[name])), not \(value)")
    }
  }

  @Test("has no value, rather than 0, where a single event says nothing")
  func singleEvent() throws {
    let found = try features(of: [SimpleEvent("2026-01-09T10:00:00Z", "click")], asOf: "2026-01-11T00:00:00Z")
    let absent: Set = [
      "gap_median_s", "burstiness", "item_repeat_ratio", "search_results_mean", "view_seconds_mean",
      "search_refine_rate", "return_gap_mean_h", "return_gap_cv", "category_entropy_bits", "top_category_share",
    ]
    #expect(Set(FeatureDictionaryTests.columns).subtracting(found.keys) == absent)
    #expect(found["bounce_rate"] == 1)
    #expect(found["distinct_categories"] == 0)
    #expect(found["hour_entropy"] == 0)
    #expect(abs((found["hour_concentration"] ?? 0) - 1) <= 1e-12)
    #expect(found["mean_hour"] == 10)
  }

  @Test("has no burstiness where all events fall into one millisecond, and -1 where they tick like a clock")
  func burstiness() throws {
    let event = try SimpleEvent("2026-01-09T10:00:00Z")
    let asOf = "2026-01-11T00:00:00Z"
    #expect(try features(of: [event, event, event], asOf: asOf)["burstiness"] == nil)
    let ticks = (0..<1000).map { SimpleEvent(milliseconds: event.time + 7919 * $0) }
    #expect(try features(of: ticks, asOf: asOf)["burstiness"] == -1)
  }

  @Test("has no mean hour where the times of day cancel out")
  func noMeanHour() throws {
    let events = try [0, 6, 12, 18].map { try SimpleEvent("2026-01-09T\($0 < 10 ? "0" : "")\($0):00:00Z") }
    let found = try features(of: events, asOf: "2026-01-11T00:00:00Z")
    #expect(found["mean_hour"] == nil)
    #expect((found["hour_concentration"] ?? 1) < 1e-6)
  }

  @Test("keeps events exactly one session gap apart together, and cuts one millisecond later")
  func sessionGap() throws {
    let start = try moment("2026-01-09T10:00:00Z").milliseconds
    func sessions(after silence: Int64) throws -> Double? {
      try features(
        of: [SimpleEvent(milliseconds: start), SimpleEvent(milliseconds: start + silence)],
        asOf: "2026-01-11T00:00:00Z")["session_count"]
    }
    #expect(try sessions(after: 1_800_000) == 1)
    #expect(try sessions(after: 1_800_001) == 2)
  }

  @Test("cuts sessions at their cap")
  func sessionCap() throws {
    var options = FeatureOptions()
    options.sessionCap = .seconds(1200)
    let events = try ["10:00:00.000", "10:19:59.999", "10:20:00.000", "10:39:59.999"].map {
      try SimpleEvent("2026-01-09T\($0)Z")
    }
    let found = try features(of: events, asOf: "2026-01-11T00:00:00Z", options: options)
    #expect(found["session_count"] == 2)
    #expect(found["session_duration_max_s"] == 1199.999)
  }

  @Test("takes the source's sessions, and the gap where an event has none")
  func sourceSessions() throws {
    var options = FeatureOptions()
    options.sessionBoundary = .source
    let events = [
      try SimpleEvent("2026-01-09T10:00:00Z", session: "a"),
      try SimpleEvent("2026-01-09T12:00:00Z", session: "a"),
      try SimpleEvent("2026-01-09T12:00:01Z", session: "b"),
      try SimpleEvent("2026-01-09T12:00:02Z"),
      try SimpleEvent("2026-01-09T13:00:00Z", session: "b"),
    ]
    let found = try features(of: events, asOf: "2026-01-11T00:00:00Z", options: options)
    #expect(found["session_count"] == 3)
    #expect(found["session_duration_max_s"] == 7200)
  }

  @Test("takes the first moment of the window and leaves out its end")
  func edges() throws {
    let asOf = "2026-02-10T12:00:00Z"
    let inside = [try SimpleEvent("2026-01-11T12:00:00Z"), try SimpleEvent("2026-02-10T11:59:59.999Z")]
    let outside = [try SimpleEvent("2026-01-11T11:59:59.999Z")] + inside + [try SimpleEvent(asOf)]
    #expect(try features(of: outside, asOf: asOf) == features(of: inside, asOf: asOf))
    #expect(try features(of: inside, asOf: asOf)["event_count"] == 2)
  }

  @Test("leaves out users without an event in the window")
  func absentUsers() throws {
    let (frame, dictionaries) = frame(of: [
      [try SimpleEvent("2025-01-01")], [try SimpleEvent("2026-01-09")], [], [try SimpleEvent("2026-01-11")],
    ])
    let plan = try FeaturePlan(
      options: FeatureOptions(), window: window(asOf: "2026-01-11", FeatureOptions()), types: dictionaries.types)
    #expect(scan([frame], plan).users == [1])
    #expect(scan([EventFrame()], plan).users.isEmpty)
  }

  @Test("gives the same bits however users are spread over frames and scanners", .tags(.differential))
  func split() throws {
    var random = SplitMix64(seed: 11)
    let start = try moment("2026-01-01").milliseconds
    let users = (0..<60).map { _ in
      (0..<Int.random(in: 1...90, using: &random)).map { _ in
        SimpleEvent(
          milliseconds: start + Int64.random(in: 0..<20 * 86_400_000, using: &random),
          type: Bool.random(using: &random) ? "click" : "search",
          item: "\(Int.random(in: 0..<20, using: &random))", value: Double.random(in: 0..<9, using: &random))
      }.sorted { $0.time < $1.time }
    }
    let (whole, dictionaries) = frame(of: users)
    let plan = try FeaturePlan(
      options: FeatureOptions(), window: window(asOf: "2026-01-20", FeatureOptions()), types: dictionaries.types)
    let parts = users.indices.map { user in
      let range = whole.offsets[user]..<whole.offsets[user + 1]
      var part = EventFrame()
      part.users = [UInt32(user)]
      part.offsets = [0, range.count]
      part.times = Array(whole.times[range])
      part.types = Array(whole.types[range])
      part.items = Array(whole.items[range])
      part.categories = Array(whole.categories[range])
      part.values = Array(whole.values[range])
      return part
    }
    let expected = scan([whole], plan).values.map(\.bitPattern)
    #expect(scan(parts, plan).values.map(\.bitPattern) == expected)
    #expect(parts.flatMap { scan([$0], plan).values.map(\.bitPattern) } == expected)
    var rows = FeatureRows(columnCount: plan.definitions.count)
    for part in parts {
      var own = FeatureRows(columnCount: plan.definitions.count)
      var scanner = FeatureScanner(plan)
      scanner.scan(part, into: &own)
      rows.append(own)
    }
    #expect(rows.values.map(\.bitPattern) == expected)
  }

  @Test("handles sessions and silences longer than 32 bits of milliseconds")
  func longSessions() throws {
    var options = FeatureOptions()
    options.windowDays = 400
    options.sessionGap = .seconds(100 * 86_400)
    let start = try moment("2025-06-01").milliseconds
    let day: Int64 = 86_400_000
    let events = [0, 30, 90, 91].map { SimpleEvent(milliseconds: start + $0 * day) }
    let found = try features(of: events, asOf: "2026-01-11T00:00:00Z", options: options)
    #expect(found["gap_median_s"] == 2_592_000.0)
    #expect(found["session_duration_median_s"] == 7_862_400.0)
    // A busy user who never pauses: events every 20 minutes for 60 days are one session.
    options.sessionGap = .seconds(1800)
    let busy = (0..<4320).map { SimpleEvent(milliseconds: start + $0 * 1_200_000) }
    let steady = try features(of: busy, asOf: "2026-01-11T00:00:00Z", options: options)
    #expect(steady["session_duration_median_s"] == 5_182_800.0)
    #expect(steady["gap_median_s"] == 1200)
  }

  @Test("counts distinct items on after 4 billion events")
  func itemPlacesStartAgain() throws {
    let users = try (0..<6).map { user in
      try (0..<4).map { try SimpleEvent("2026-01-09T10:00:0\($0)Z", item: "\(($0 + user) % 3)") }
    }
    let (frame, dictionaries) = frame(of: users)
    let plan = try FeaturePlan(
      options: FeatureOptions(), window: window(asOf: "2026-01-11", FeatureOptions()), types: dictionaries.types)
    var scanner = FeatureScanner(plan)
    scanner.items.origin = UInt32.max - 10
    var rows = FeatureRows(columnCount: plan.definitions.count)
    scanner.scan(frame, into: &rows)
    #expect(FeatureTable(rows, plan: plan).values(of: "distinct_items") == Array(repeating: 3, count: 6))
    #expect(scanner.items.origin < 100)
  }
}
