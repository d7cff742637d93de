import HabitusModel
import Testing

@testable import Habitus

/// The example of the documentation of ``Feature``.
private struct MorningShare: Feature {
  let definition = FeatureDefinition(
    name: "morning_share", group: .temporal, unit: .share, description: "Share of events before noon.")

  func value(of timeline: UserTimeline) -> Double? {
    let early = timeline.indices.filter { timeline.localTime(at: $0).hour < 12 }
    return Double(early.count) / Double(timeline.count)
  }
}

private struct LongestPurchaseSession: Feature {
  let definition = FeatureDefinition(
    name: "longest_purchase_session", group: .engagement, unit: .count,
    description: "Events of the longest session with a purchase; no value without one.")

  func value(of timeline: UserTimeline) -> Double? {
    timeline.sessions.filter { $0.contains { timeline.type(at: $0) == "purchase" } }.map { Double($0.count) }.max()
  }
}

@Suite("Added features")
struct FeatureTests {
  private func events() throws -> [SimpleEvent] {
    [
      try SimpleEvent("2026-01-09T10:00:00Z", "click"), try SimpleEvent("2026-01-09T10:01:00Z", "purchase"),
      try SimpleEvent("2026-01-09T13:00:00Z", "click"),
    ]
  }

  @Test("become further columns with their values, in the configured zone")
  func values() throws {
    let added: [any Feature] = [MorningShare(), LongestPurchaseSession()]
    let found = try features(of: events(), asOf: "2026-01-11", adding: added)
    #expect(found["morning_share"] == 2.0 / 3)
    #expect(found["longest_purchase_session"] == 2)
    #expect(found["event_count"] == 3)
    var options = FeatureOptions()
    options.timeZone = "Asia/Kolkata"
    #expect(try features(of: events(), asOf: "2026-01-11", options: options, adding: added)["morning_share"] == 0)
  }

  @Test("have no value where they return none, and no column where their group is not selected")
  func absence() throws {
    let clicks = [try SimpleEvent("2026-01-09T10:00:00Z", "click")]
    #expect(try features(of: clicks, asOf: "2026-01-11", adding: [LongestPurchaseSession()]).count > 0)
    #expect(
      try features(of: clicks, asOf: "2026-01-11", adding: [LongestPurchaseSession()])["longest_purchase_session"]
        == nil)
    var options = FeatureOptions()
    options.groups = [.engagement]
    let plan = try FeaturePlan(
      options: options, window: window(asOf: "2026-01-11", options), types: TermDictionary(["click"]),
      features: [MorningShare(), LongestPurchaseSession()])
    #expect(plan.definitions.last?.name == "longest_purchase_session")
    #expect(!plan.definitions.contains { $0.name == "morning_share" })
  }

  @Test("may not take a name twice")
  func duplicates() throws {
    #expect(throws: FeatureError.duplicateFeature("morning_share")) {
      try features(of: events(), asOf: "2026-01-11", adding: [MorningShare(), MorningShare()])
    }
  }

  @Test("see every column of the events in the window, and nothing outside it")
  func timeline() throws {
    let (frame, dictionaries) = frame(of: [
      [
        try SimpleEvent("2024-01-09T10:00:00Z", "old"),
        try SimpleEvent(
          "2026-01-09T10:00:00Z", "click", item: "a", category: "c", value: 2, session: "s", properties: "{}"),
        try SimpleEvent("2026-01-09T10:00:01Z", "view"),
      ]
    ])
    let plan = try FeaturePlan(
      options: FeatureOptions(), window: window(asOf: "2026-01-11", FeatureOptions()), types: dictionaries.types)
    let timeline = try #require(plan.timeline(of: frame, userAt: 0))
    #expect(timeline.map(\.type) == ["click", "view"])
    #expect(timeline.map(\.item) == [0, nil])
    #expect(timeline.map(\.category) == [0, nil])
    #expect(timeline.map(\.value) == [2, nil])
    #expect((0..<2).map { timeline.sourceSession(at: $0) } == [0, nil])
    #expect((0..<2).map { timeline.properties(at: $0) } == ["{}", nil])
    #expect(timeline.map(\.time.description) == ["2026-01-09T10:00:00.000Z", "2026-01-09T10:00:01.000Z"])
    #expect(timeline.sessions == [0..<2])
    #expect(timeline[0].localTime.hour == 10)
  }
}
