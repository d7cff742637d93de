import Habitus
import HabitusKernels
import Testing

@testable import Habitus

@Suite("Report of preferences")
struct PreferenceReportTests {
  @Test("names the event types behind a preference")
  func eventTypes() async throws {
    let fixture = try PreferenceFixture([
      event("ann", 0, "click", category: "a"), event("ann", 1, "click", category: "a"),
      event("ann", 2, "search", category: "a"), event("ann", 3, "search", category: "b"),
    ])
    let report = try await fixture.calculator.preferenceReport(userID: "ann")
    let categories = report.preferences.filter { $0.dimension == "category" }
    #expect(categories.map(\.eventTypes) == [["click": 2, "search": 1], ["search": 1]])
    #expect(report.user == "ann")
    #expect(report.populationAsOf == Timestamp(milliseconds: monday))
  }

  @Test("tells what a user turns away from more than others, and not what everybody does")
  func aversions() async throws {
    let events =
      (0..<12).map { event("ann", Double($0), "reject", category: "sales") }
      + (0..<12).map { event("ann", Double($0), "like", category: "data") }
    for (rate, told) in [(0.8, ["sales"]), (0.02, [])] {
      let fixture = try PreferenceFixture(events, appeal: try AppealPrior(rate: rate, strength: 5)) {
        $0.preferences.eventWeights = ["reject": -1]
      }
      let report = try await fixture.calculator.preferenceReport(userID: "ann")
      #expect(report.aversions.map(\.value) == told)
      #expect(report.aversions.allSatisfy { $0.eventsAgainst == 12 && $0.eventsFor == 0 && $0.dimension == "category" })
    }
  }

  /// Three events a day for 28 days, the last ten on something else.
  private func turning() -> [Event] {
    (0..<28).flatMap { day in
      (0..<3).map { event("ann", Double(day) * 1440 + Double($0), "x", category: day < 18 ? "jobs" : "courses") }
    }
  }

  @Test("detects a change of taste and dates it to the day")
  func change() async throws {
    let fixture = try PreferenceFixture(turning())
    let report = try await fixture.calculator.preferenceReport(userID: "ann")
    let change = try #require(report.changes.first { $0.dimension == "category" })
    #expect(report.changes.count == 1)
    // Day 0 is Monday, 2026-03-02.
    #expect(change.lastDayBefore == "2026-03-19")
    #expect(change.firstDayAfter == "2026-03-20")
    #expect(change.eventsBefore == 54)
    #expect(change.eventsAfter == 30)
    #expect(
      Set(change.shifts) == [
        .init(value: "courses", before: 0, after: 1), .init(value: "jobs", before: 1, after: 0),
      ])
    #expect(
      change.sentence.english == "Since 20 March 2026, category: courses 100\u{202F}% (before 0\u{202F}%), "
        + "jobs 0\u{202F}% (before 100\u{202F}%).")
    #expect(change.sentence.french.hasPrefix("Depuis le 20 mars 2026, catégorie\u{202F}: courses 100\u{202F}% (avant"))
  }

  @Test("tells the rising and the falling value")
  func trend() async throws {
    let fixture = try PreferenceFixture(turning())
    let scores = try await fixture.preferences(of: "ann", "category")
    #expect(scores.first { $0.value == "courses" }?.trend.direction == .rising)
    #expect(scores.first { $0.value == "jobs" }?.trend.direction == .falling)
    #expect(scores.first { $0.value == "jobs" }?.trend.recentShare == 0)
    let types = try await fixture.preferences(of: "ann", "event_type")
    #expect(types.map(\.trend.direction) == [.stable])
  }

  @Test("tells no change of a taste that stays", arguments: 0..<5)
  func noChange(seed: UInt64) async throws {
    var random = SmallGenerator(state: seed)
    let events = (0..<28).flatMap { day in
      (0..<3).map { step in
        event(
          "ann", Double(day) * 1440 + Double(step), "x", category: ["a", "b", "c"].randomElement(using: &random))
      }
    }
    let fixture = try PreferenceFixture(events)
    #expect(try await fixture.calculator.preferenceReport(userID: "ann").changes.isEmpty)
  }

  @Test("takes names from outside as they are, and one event as little")
  func hostileNames() async throws {
    let name = "<script>\u{202E}\n\"';--"
    let fixture = try PreferenceFixture([event("ann", 0, "x", category: name, page: "")])
    let report = try await fixture.calculator.preferenceReport(userID: "ann")
    #expect(report.preferences.first { $0.dimension == "category" }?.value == name)
    #expect(report.changes.isEmpty && report.aversions.isEmpty)
  }
}
