import HabitusModel
import Testing

@testable import Habitus

@Suite("Activity summary")
struct ActivitySummaryTests {
  private func summary(of events: [SimpleEvent], _ options: FeatureOptions) throws -> ActivitySummary {
    let (frame, dictionaries) = frame(of: [events])
    let plan = try FeaturePlan(
      options: options, window: window(asOf: "2026-01-11T12:00:00Z", options), types: dictionaries.types)
    return ActivitySummary(try #require(plan.timeline(of: frame, userAt: 0)))
  }

  @Test("counts types, hours and weekdays of the events in the window, by local time")
  func counts() throws {
    var options = FeatureOptions()
    options.timeZone = "Asia/Kolkata"
    let found = try summary(
      of: [
        SimpleEvent("2024-01-09T10:00:00Z", "old"), SimpleEvent("2026-01-09T10:00:00Z", "click"),
        SimpleEvent("2026-01-09T18:29:59Z", "click"), SimpleEvent("2026-01-09T18:30:00Z", "view"),
      ], options)
    #expect(found.countByType == ["click": 2, "view": 1])
    // Friday 15:30 and 23:59, Saturday 00:00.
    #expect(found.countByHour.enumerated().filter { $0.element > 0 }.map(\.offset) == [0, 15, 23])
    #expect(found.countByWeekday == [0, 0, 0, 0, 2, 1, 0])
    #expect(found.countByWeekdayAndHour[4 * 24 + 15] == 1)
    #expect(found.countByWeekdayAndHour[4 * 24 + 23] == 1)
    #expect(found.countByWeekdayAndHour[5 * 24] == 1)
    #expect(found.countByWeekdayAndHour.reduce(0, +) == 3)
    #expect(found.shareByType == ["click": 2.0 / 3, "view": 1.0 / 3])
    #expect(found.propertyCounts.isEmpty)
  }

  @Test("counts the values of the configured properties")
  func properties() throws {
    var options = FeatureOptions()
    options.propertyStatistics = ["click": ["element_type", "rank", "tags"], "download": ["document_type"]]
    let time = "2026-01-09T10:00:00Z"
    let found = try summary(
      of: [
        SimpleEvent(time, "click", properties: #"{"element_type":"button","rank":1,"tags":["a","b","a"]}"#),
        SimpleEvent(time, "click", properties: #"{"element_type":"button","rank":1.5,"tags":[]}"#),
        SimpleEvent(time, "click", properties: #"{"element_type":null,"rank":true,"other":{"x":1}}"#),
        SimpleEvent(time, "click"),
        SimpleEvent(time, "click", properties: "not JSON"),
        SimpleEvent(time, "view", properties: #"{"element_type":"link"}"#),
      ], options)
    #expect(
      found.propertyCounts == [
        "click": ["element_type": ["button": 2], "rank": ["1": 1, "1.5": 1, "true": 1], "tags": ["a": 1, "b": 1]]
      ])
  }
}
