import HabitusModel
import Testing

@testable import Habitus

@Suite("Changes in how often a user comes")
struct ChangePatternsTests {
  private func patterns(
    _ counts: [Int], zone: String = "UTC", isNew: Bool = false, followedBy more: [SimpleEvent] = []
  ) throws -> [Pattern] {
    let timeline = try timeline(of: visits(counts) + more, days: counts.count, zone: zone, isNew: isNew)
    guard let timeline else { return [] }
    return try ChangePatterns(HabitusConfiguration.Patterns()).patterns(of: timeline, user: "ann")
  }

  private func days(_ count: Int, _ visits: Int) -> [Int] { Array(repeating: visits, count: count) }

  @Test("by hand: two weeks of a visit a day, then two of four")
  func levelByHand() throws {
    let found = try patterns(days(14, 1) + days(14, 4))
    let change = try #require(found.first)
    #expect(found.count == 1 && change.kind == .levelChange && change.unit == .sessions)
    #expect(change.support == 56 && change.total == 70)
    #expect(change.figures == ["level_before": 1, "level_after": 4])
    // Every weekday has ten visits, so that all factors are 1, and neighbours hardly differ. 15 places, and twice
    // P(binomial(70, 1/2) ≥ 56) by scipy 1.17.1.
    #expect(abs(try #require(change.pValue) / 6.454260197303891e-06 - 1) < 1e-9)
    // One change found, and the search for bursts besides it.
    #expect(change.qValue == change.pValue.map { 2 * $0 })
    #expect(change.period?.lowerBound.milliseconds == monday + 14 * 86_400_000)
    #expect(change.period?.upperBound.milliseconds == monday + 28 * 86_400_000 - 1)
    #expect(
      change.sentence.english
        == "Since 16 March 2026 comes about 4 times as often: 4 instead of 1\u{202F}visit a day.")
    #expect(
      change.sentence.french
        == "Depuis le 16 mars 2026, vient environ 4 fois plus souvent\u{202F}: 4\u{202F}visites par jour au lieu de 1.")
    // The last five visits of the last day but the first click of each.
    #expect(change.evidence.count == 5)
    #expect(change.evidence.first?.start.milliseconds == monday + 27 * 86_400_000 + 12 * 3_600_000)
    #expect(change.evidence.map(\.start) == change.evidence.map(\.start).sorted(by: >))
  }

  @Test("who stays away, comes less, comes back, and a level between two changes")
  func sentences() throws {
    let gone = try patterns(days(21, 2) + days(10, 0))
    #expect(gone.map(\.sentence.english) == ["Has not come since 23 March 2026; before, 2\u{202F}visits a day."])
    #expect(
      gone.map(\.sentence.french) == ["Ne vient plus depuis le 23 mars 2026\u{202F}; avant, 2\u{202F}visites par jour."]
    )
    #expect(gone.first?.evidence.first?.start.milliseconds == monday + 20 * 86_400_000 + 8 * 3_600_000)
    let less = try patterns(days(28, 4) + days(14, 1))
    #expect(
      less.map(\.sentence.english) == [
        "Since 30 March 2026 comes only about 25\u{202F}% as often: 1 instead of 4\u{202F}visits a day."
      ])
    let back = try patterns(days(14, 0) + days(14, 1))
    #expect(
      back.map(\.sentence.english) == [
        "Comes again since 16 March 2026: 1\u{202F}visit a day, after none for 14\u{202F}days."
      ])
    let between = try patterns(days(21, 1) + days(14, 4) + days(21, 1))
    #expect(between.map(\.kind) == [.levelChange, .levelChange])
    #expect(
      between.map(\.sentence.english) == [
        "From 23 March to 5 April 2026 came about 4 times as often: 4 instead of 1\u{202F}visit a day.",
        "Since 6 April 2026 comes only about 25\u{202F}% as often: 1 instead of 4\u{202F}visits a day.",
      ])
  }

  @Test("a visit on the last day, which the window cuts, is no absence")
  func lastDay() throws {
    let counts = days(21, 2) + days(10, 0)
    let late = SimpleEvent(milliseconds: monday + 31 * 86_400_000 + 3_600_000)
    let (frame, dictionaries) = frame(of: [visits(counts) + [late]])
    let window = AnalysisWindow(
      start: Timestamp(milliseconds: monday), asOf: Timestamp(milliseconds: late.time + 1), days: 32)
    let plan = try FeaturePlan(options: FeatureOptions(), window: window, types: dictionaries.types)
    let timeline = try #require(plan.timeline(of: frame, userAt: 0))
    let found = try ChangePatterns(HabitusConfiguration.Patterns()).patterns(of: timeline, user: "ann")
    #expect(
      found.map(\.sentence.english) == [
        "Since 23 March 2026 comes only about 0\u{202F}% as often: 0 instead of 2\u{202F}visits a day."
      ])
  }

  @Test("a day, and a few days, with unusually many visits are no new level")
  func stretches() throws {
    var counts = days(56, 1)
    counts[30] = 9
    let day = try patterns(counts)
    #expect(day.map(\.kind) == [.unusualDay])
    #expect(day.first?.support == 9 && day.first?.figures["count"] == 9)
    #expect(
      day.first?.sentence.english == "On Wednesday 1 April 2026 9\u{202F}visits, where about 1 would be usual.")
    #expect(
      day.first?.sentence.french
        == "Le mercredi 1er avril 2026, 9\u{202F}visites, là où l’habitude en donnerait environ 1.")
    #expect(day.first?.evidence.count == 5)
    counts[30] = 6
    counts[31] = 7
    counts[32] = 6
    let burst = try patterns(counts)
    #expect(burst.map(\.kind) == [.burst])
    #expect(burst.first?.support == 19)
    #expect(abs(try #require(burst.first?.figures["rate_ratio"]) - 19.0 / 3) < 0.1)
    #expect(
      burst.first?.sentence.english == "From 1 to 3 April 2026 19\u{202F}visits, where about 3 would be usual.")
  }

  @Test("a long session is one visit, however many clicks it has")
  func clicks() throws {
    let clicks = (0..<500).map { SimpleEvent(milliseconds: monday + 20 * 86_400_000 + 6 * 3_600_000 + Int64($0 + 1)) }
    let events = (visits(days(28, 1)) + clicks).sorted { $0.time < $1.time }
    let timeline = try #require(try timeline(of: events, days: 28))
    #expect(try ChangePatterns(HabitusConfiguration.Patterns()).patterns(of: timeline, user: "ann").isEmpty)
  }

  @Test("what comes back every week is no change, however strong", arguments: [1, 5, 20])
  func weeks(visits: Int) throws {
    #expect(try patterns((0..<70).map { $0 % 7 < 5 ? visits : 0 }).isEmpty)
    #expect(try patterns((0..<70).map { $0 % 7 == 2 ? visits : 0 }).isEmpty)
  }

  @Test("little, constant and short histories have no change")
  func edges() throws {
    #expect(try patterns([]).isEmpty)
    #expect(try patterns([3]).isEmpty)
    #expect(try patterns([0, 12, 0]).isEmpty)
    #expect(try patterns(days(13, 2)).isEmpty)
    #expect(try patterns(days(60, 3)).isEmpty)
    #expect(try patterns(days(60, 0)).isEmpty)
    #expect(try patterns(days(53, 0) + days(7, 1)).isEmpty)
    // All at one moment: one visit.
    let same = Array(repeating: SimpleEvent(milliseconds: monday + 5 * 86_400_000), count: 50)
    let timeline = try #require(try timeline(of: same, days: 30))
    #expect(try ChangePatterns(HabitusConfiguration.Patterns()).patterns(of: timeline, user: "ann").isEmpty)
  }

  @Test("a newcomer's first day is no beginning of a level")
  func newcomer() throws {
    let counts = days(20, 0) + [8] + days(20, 1)
    #expect(try patterns(counts, isNew: true).isEmpty)
    #expect(!(try patterns(counts).isEmpty))
  }

  @Test("days are those of the zone, dates alone are days, too, and a day of 23 hours is one")
  func zones() throws {
    // Midnights in UTC: in Paris 1:00 and, after 29 March, 2:00 of the same date.
    let dates = (0..<42).filter { $0 >= 21 || $0 % 7 == 0 }.map {
      SimpleEvent(milliseconds: monday + Int64($0) * 86_400_000)
    }
    for zone in ["UTC", "Europe/Paris"] {
      let timeline = try #require(try timeline(of: dates, days: 42, zone: zone))
      let found = try ChangePatterns(HabitusConfiguration.Patterns()).patterns(of: timeline, user: "ann")
      let change = try #require(found.first)
      #expect(found.count == 1)
      #expect(change.sentence.english.hasPrefix("Since 2") && change.sentence.english.contains("March 2026 comes"))
      #expect(change.figures["level_after"] == 1)
    }
  }

  @Test("long histories are searched by weeks, and the change still stands on its day")
  func longHistory() throws {
    let found = try patterns(days(300, 1) + days(200, 3))
    #expect(found.count == 1)
    #expect(found.first?.period?.lowerBound.milliseconds == monday + 300 * 86_400_000)
  }
}
