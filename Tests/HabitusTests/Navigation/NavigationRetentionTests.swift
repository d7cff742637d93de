import Testing

@testable import Habitus

@Suite("NavigationAnalyzer, retention")
struct NavigationRetentionTests {
  private static let day = 1440.0

  private func report(
    _ events: [Event], _ definition: RetentionDefinition, asOf days: Double = 28, windowDays: Int = 28,
    zone: String = "UTC", workers: Int = 2
  ) async throws -> RetentionReport {
    let made = try TestWorkspace(workers: workers) { $0.features.timeZone = zone }
    try made.workspace.store.append(events, namespace: "test")
    return try await NavigationAnalyzer(made.workspace).retention(
      definition, asOf: Timestamp(milliseconds: monday + Int64(days * 86_400_000)), windowDays: windowDays)
  }

  private func returned(_ report: RetentionReport) -> [[Int]] {
    report.cohorts.map { $0.cells.map(\.returnedUserCount) }
  }

  /// ann starts on the first Monday and comes in weeks 0, 1 and 3; bob starts on Wednesday and comes eight days later;
  /// cyd starts in the second week and never comes back.
  private var events: [Event] {
    [
      event("ann", 0, "open"), event("ann", 10 * Self.day, "open"), event("ann", 21 * Self.day, "open"),
      event("bob", 2.5 * Self.day, "open"), event("bob", 10.5 * Self.day, "buy"),
      event("cyd", 8 * Self.day, "open"),
    ]
  }

  @Test("counts who comes back in which week of the calendar")
  func weeks() async throws {
    let report = try await report(events, RetentionDefinition(periodCount: 3))
    #expect(report.cohorts.map(\.start.description) == ["2026-03-02", "2026-03-09"])
    #expect(report.cohorts.map(\.userCount) == [2, 1])
    #expect(report.cohorts.map(\.isWhole) == [true, true])
    #expect(returned(report) == [[2, 2, 0, 1], [1, 0, 0, 0]])
    #expect(
      report.cohorts.map { $0.cells.map(\.isComplete) } == [[true, true, true, true], [true, true, true, false]])
    #expect(report.totals.map(\.userCount) == [3, 3, 3, 2])
    #expect(report.totals.map(\.returnedUserCount) == [3, 2, 0, 1])
    // scipy 1.17.1: binomtest(2, 3).proportion_ci(method="wilson").
    let interval = try #require(report.totals[1].interval)
    #expect(
      abs(interval.lowerBound - 0.20765960080204782) < 1e-12
        && abs(interval.upperBound - 0.9385080552796038) < 1e-12)
  }

  @Test("counts from each user's own start where periods are rolling")
  func rolling() async throws {
    let report = try await report(events, RetentionDefinition(period: .day, periodCount: 10, cut: .rolling))
    #expect(report.cohorts.map(\.start.description).first == "2026-03-02")
    #expect(report.cohorts.map(\.userCount) == [1, 0, 1, 0, 0, 0, 0, 0, 1])
    #expect(report.cohorts[0].cells[10].returnedUserCount == 1)
    #expect(report.cohorts[2].cells.map(\.returnedUserCount) == [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0])
    // Of the calendar, the eighth day after 2.5 days is the same; two hours earlier it is not.
    let edge = [event("bob", 0.5 * Self.day, "open"), event("bob", 1.5 * Self.day - 1.0 / 60_000, "open")]
    let rolled = try await self.report(edge, RetentionDefinition(period: .day, periodCount: 1, cut: .rolling))
    #expect(returned(rolled) == [[1, 0]])
    let calendar = try await self.report(edge, RetentionDefinition(period: .day, periodCount: 1))
    #expect(returned(calendar) == [[1, 1]])
    let reached = [event("bob", 0.5 * Self.day, "open"), event("bob", 1.5 * Self.day, "open")]
    let after = try await self.report(reached, RetentionDefinition(period: .day, periodCount: 1, cut: .rolling))
    #expect(returned(after) == [[1, 1]])
  }

  @Test("a rolling period is complete when it is over for the last who can have started")
  func rollingComplete() async throws {
    let definition = RetentionDefinition(period: .day, periodCount: 2, cut: .rolling)
    let events = [event("ann", 0, "open")]
    // Who started just before midnight has the first day behind at the next midnight.
    for (days, complete) in [(1.9, [false, false, false]), (2, [true, false, false]), (4, [true, true, true])] {
      let report = try await report(events, definition, asOf: days)
      #expect(report.cohorts.map { $0.cells.map(\.isComplete) } == [complete])
    }
  }

  @Test("tells start and return events apart, and looks only at what comes after")
  func differentEvents() async throws {
    let buying = RetentionDefinition(
      start: EventSelector(types: ["open"]), returning: EventSelector(types: ["buy"]), periodCount: 2)
    #expect(returned(try await report(events, buying)) == [[0, 1, 0], [0, 0, 0]])
    // In the same millisecond buy comes before open, and so does not count; nor does an earlier one.
    let tied = [event("ann", 5, "open"), event("ann", 5, "buy"), event("ann", 1, "buy")]
    #expect(returned(try await report(tied, buying)) == [[0, 0, 0]])
    let swapped = RetentionDefinition(
      start: EventSelector(types: ["buy"]), returning: EventSelector(types: ["open"]), periodCount: 2)
    #expect(returned(try await report(tied, swapped)) == [[1, 0, 0]])
  }

  @Test("puts users who started before the window into no cohort")
  func firstOfAll() async throws {
    let first = try await report(events, RetentionDefinition(periodCount: 1), windowDays: 21)
    // The window begins on the second Monday.
    #expect(first.cohorts.map(\.start.description) == ["2026-03-09"])
    #expect(first.cohorts.map(\.userCount) == [1])
    let recurring = try await report(events, RetentionDefinition(periodCount: 1, cohorts: .recurring), windowDays: 21)
    #expect(recurring.cohorts.map(\.userCount) == [3, 0, 1])
    #expect(returned(recurring) == [[3, 0], [0, 0], [1, 0]])
  }

  @Test("lets users join every period in which they start, where cohorts recur")
  func recurring() async throws {
    let report = try await report(events, RetentionDefinition(periodCount: 3, cohorts: .recurring))
    #expect(report.cohorts.map(\.userCount) == [2, 3, 0, 1])
    #expect(returned(report) == [[2, 2, 0, 1], [3, 0, 1, 0], [0, 0, 0, 0], [1, 0, 0, 0]])
    let rolling = try await self.report(
      events, RetentionDefinition(periodCount: 3, cut: .rolling, cohorts: .recurring))
    // ann: 10 and 21 days after the first, 11 days after the second; bob: 8 days.
    #expect(returned(rolling) == [[2, 2, 0, 1], [3, 1, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0]])
  }

  @Test("counts whoever comes in a period or later, where asked to")
  func onOrAfter() async throws {
    let report = try await report(events, RetentionDefinition(periodCount: 3, counting: .onOrAfter))
    #expect(returned(report) == [[2, 2, 1, 1], [1, 0, 0, 0]])
  }

  @Test("cuts days, weeks and months by the clocks of the zone, over changes of summer time")
  func zones() async throws {
    // 22:30 and 23:30 UTC on the Sunday on which Paris puts its clocks forward: both are already Monday there.
    let sunday = 27 * Self.day + 22.5 * 60
    let events = [event("ann", sunday, "open"), event("bob", sunday + 60, "open")]
    let paris = try await report(events, RetentionDefinition(periodCount: 1), asOf: 40, zone: "Europe/Paris")
    #expect(paris.cohorts.map(\.start.description) == ["2026-03-30"])
    let utc = try await report(events, RetentionDefinition(periodCount: 1), asOf: 40)
    #expect(utc.cohorts.map(\.start.description) == ["2026-03-23"])
    let months = [event("ann", 29 * Self.day + 22 * 60 + 30, "open"), event("ann", 30 * Self.day, "open")]
    let month = RetentionDefinition(period: .month, periodCount: 1)
    let universal = try await report(months, month, asOf: 40, windowDays: 50)
    #expect(returned(universal) == [[1, 1]])
    #expect(universal.cohorts[0].start.description == "2026-03-01" && universal.cohorts[0].isWhole)
    let local = try await report(months, month, asOf: 40, windowDays: 50, zone: "Europe/Paris")
    #expect(local.cohorts.map(\.start.description) == ["2026-04-01"])
    #expect(!local.cohorts[0].isWhole)
  }

  @Test("marks cohorts that the window cuts")
  func cut() async throws {
    let report = try await report(events, RetentionDefinition(periodCount: 1), asOf: 14, windowDays: 13)
    #expect(report.cohorts.map(\.start.description) == ["2026-03-02", "2026-03-09"])
    #expect(report.cohorts.map(\.isWhole) == [false, true])
    // ann started before the window, on the Monday.
    #expect(report.cohorts.map(\.userCount) == [1, 1])
    let early = try await self.report(events, RetentionDefinition(periodCount: 1), asOf: 13, windowDays: 13)
    #expect(early.cohorts.map(\.isWhole) == [true, false])
  }

  @Test("of nobody there are no cohorts, and no shares")
  func empty() async throws {
    let report = try await report(events, RetentionDefinition(start: EventSelector(types: ["none"]), periodCount: 2))
    #expect(report.cohorts.isEmpty)
    #expect(report.totals.map(\.share) == [nil, nil, nil])
    #expect(report.unknownTypes == ["none"])
    for count in [0, 367] {
      await #expect(
        throws: HabitusError.invalidRetention(reason: "it looks at \(count) periods; 1 to 366 are possible")
      ) {
        try await self.report(events, RetentionDefinition(periodCount: count))
      }
    }
  }

  @Test("gives the same for any number of threads, and agrees with sets of days", arguments: [1, 2, 3])
  func twin(workers: Int) async throws {
    var random = SmallGenerator(state: 5)
    var events: [Event] = []
    for user in 0..<60 {
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        let minute = Double(Int.random(in: 0..<28 * 1440, using: &random))
        events.append(event("u\(user)", minute, Bool.random(using: &random) ? "open" : "buy"))
      }
    }
    let report = try await report(events, RetentionDefinition(period: .day, periodCount: 9), workers: workers)
    var cohorts: [Int: [Int]] = [:]
    for own in Dictionary(grouping: events, by: \.user).values {
      let days = Set(own.map { Int(($0.time.milliseconds - monday) / 86_400_000) })
      let first = days.min() ?? 0
      var row = cohorts[first] ?? Array(repeating: 0, count: 10)
      for period in 0...9 where days.contains(first + period) { row[period] += 1 }
      cohorts[first] = row
    }
    let last = cohorts.keys.max() ?? 0
    let expected = ((cohorts.keys.min() ?? 0)...last).map { cohorts[$0] ?? Array(repeating: 0, count: 10) }
    #expect(returned(report) == expected)
  }
}
