import Habitus
import Testing

@Suite("PatternDetector, changes of the product")
struct ProductChangesTests {
  private static let day = 1440.0

  private func report(
    _ events: [Event], days: Double, windowDays: Int = 28, zone: String = "UTC", workers: Int = 2,
    metrics: [ChangeMetric]? = nil, user: UserID? = nil
  ) async throws -> ChangeReport {
    let made = try TestWorkspace(workers: workers) {
      $0.features.timeZone = zone
      $0.features.roles.goal = ["buy"]
    }
    try made.workspace.store.append(events, namespace: "test")
    return try await PatternDetector(made.workspace).changes(
      userID: user, metrics: metrics, asOf: Timestamp(milliseconds: monday + Int64(days * 86_400_000)),
      windowDays: windowDays)
  }

  /// On Monday ann; on Tuesday ann twice, an hour apart, and bob over midnight; nobody on Thursday.
  private var events: [Event] {
    [
      event("ann", 60, "open"), event("ann", Self.day + 60, "open"), event("ann", Self.day + 70, "buy"),
      event("ann", Self.day + 130, "open"), event("bob", 2 * Self.day - 5, "open"),
      event("bob", 2 * Self.day + 5, "open"), event("cyd", 4 * Self.day + 1, "buy"),
      event("cyd", 4 * Self.day + 2, "buy"), event("ann", 5 * Self.day + 1, "open"),
    ]
  }

  private func values(_ report: ChangeReport) -> [String: [Double?]] {
    Dictionary(uniqueKeysWithValues: report.metrics.map { ($0.metric.name, $0.values) })
  }

  @Test("by hand: users, new users, sessions, events and goals of whole days, the first and the cut one left out")
  func byHand() async throws {
    for workers in [1, 3] {
      let report = try await report(events, days: 5.5, workers: workers)
      #expect(report.firstDay?.description == "2026-03-03" && report.dayCount == 4)
      let found = values(report)
      #expect(found["active_users"] == [2, 1, 0, 1])
      #expect(found["new_users"] == [1, 0, 0, 1])
      #expect(found["sessions"] == [3, 0, 0, 1])
      #expect(found["events"] == [4, 1, 0, 2])
      #expect(found["goals"] == [1, 0, 0, 2])
      #expect(found["events_per_active_user"] == [2, 1, nil, 2])
      #expect(found["type:open"] == [3, 1, 0, 0] && found["type:buy"] == [1, 0, 0, 2])
      #expect(report.metrics.suffix(2).map(\.metric.name) == ["type:open", "type:buy"])
      #expect(report.patterns.isEmpty)
    }
  }

  @Test("days are those of the zone")
  func zone() async throws {
    // An hour earlier than UTC, the events of the first minutes of a day belong to the one before.
    let report = try await report(events, days: 5.5, zone: "Atlantic/Cape_Verde")
    #expect(report.firstDay?.description == "2026-03-03" && report.dayCount == 4)
    #expect(values(report)["events"] == [5, 0, 2, 1])
  }

  @Test("inside a window users who came before are not new, and a session begins with its first event there")
  func insideWindow() async throws {
    let report = try await report(events, days: 5, windowDays: 3)
    #expect(report.firstDay?.description == "2026-03-04" && report.dayCount == 3)
    let found = values(report)
    #expect(found["new_users"] == [0, 0, 1] && found["sessions"] == [1, 0, 1])
  }

  @Test("metrics are told in the order asked for, types without events by name")
  func chosen() async throws {
    let report = try await report(
      events, days: 5.5, metrics: [.eventType("buy"), .eventType("no such"), .sessions])
    #expect(report.metrics.map(\.metric.name) == ["type:buy", "sessions"])
    #expect(report.unknownTypes == ["no such"])
    #expect(ChangeMetric(name: "type:a b") == .eventType("a b"))
    #expect(ChangeMetric(name: "type:") == nil && ChangeMetric(name: "visitors") == nil)
    for metric in ChangeMetric.general { #expect(ChangeMetric(name: metric.name) == metric) }
  }

  @Test("one day, one user, and a window without a whole day")
  func edges() async throws {
    let one = try await report([event("ann", 5, "open")], days: 0.5)
    #expect(one.dayCount == 0 && one.firstDay == nil && one.patterns.isEmpty)
    let after = try await report([event("ann", 5, "open")], days: 3)
    #expect(after.dayCount == 2 && values(after)["events"] == [0, 0])
    let user = try await report(events, days: 5.5, user: "ann")
    #expect(user.user == "ann" && user.firstDay?.description == "2026-03-03")
    #expect(values(user) == ["sessions": [2, 0, 0, 0], "events": [3, 0, 0, 0]])
  }

  @Test("a launch is told once for every figure that it moves, in both languages")
  func launch() async throws {
    var made = SmallGenerator(state: 5)
    var events: [Event] = []
    for day in 0..<61 {
      for visit in 0..<(day < 40 ? 12 : 30) {
        let user = "u\(Int.random(in: 0..<300, using: &made))"
        events.append(event(user, Double(day) * Self.day + Double(visit * 40) + 1, "open"))
      }
    }
    let report = try await report(events, days: 61, windowDays: 90, metrics: [.sessions])
    let change = try #require(report.patterns.first)
    #expect(report.patterns.count == 1 && change.kind == .levelChange && change.elements == ["sessions"])
    #expect(change.unit == .days && change.support == 21 && change.total == 60)
    #expect(
      change.sentence.english
        == "Since 11 April 2026 about 2.5 times the level before: 30 instead of 12\u{202F}sessions a day.")
    #expect(
      change.sentence.french
        == "Depuis le 11 avril 2026, environ 2,5 fois le niveau d’avant\u{202F}: 30\u{202F}sessions par jour au lieu de 12."
    )
  }
}
