import Foundation
import Habitus
import Testing

@testable import Habitus

@Suite("PreferenceCalculator")
struct PreferenceCalculatorTests {
  @Test("shrinks a user's shares to the population's: three events against ten of the prior")
  func shrinkage() async throws {
    // Population: a half. The user: a 3 of 3. (3 + 10 · 0.5) / (3 + 10) = 8/13. Decay is nearly 1 after a millisecond.
    let fixture = try PreferenceFixture(
      (0..<3).map { event("ann", 0, "x\($0)", category: "a") }, shares: ["category": ["a": 0.5, "b": 0.5]])
    let categories = try await fixture.preferences(of: "ann", "category")
    #expect(categories.map(\.value) == ["a"])
    let first = try #require(categories.first)
    #expect(abs(first.score - 8.0 / 13) < 1e-6)
    #expect(abs(first.evidence - 3) < 1e-6)
    #expect(first.eventsFor == 3)
    #expect(first.eventsAgainst == 0)
    #expect(first.populationShare == 0.5)
    // The 5 % and 95 % quantiles of Beta(8, 5): scipy 1.17.1 gives 0.39086 and 0.81898.
    #expect(abs(first.interval.lowerBound - 0.39086) < 1e-4)
    #expect(abs(first.interval.upperBound - 0.81898) < 1e-4)
    #expect(abs((first.lift ?? 0) - 16.0 / 13) < 1e-6)
    // Beta(8, 5) above a half: at most seven heads of twelve coins, 1 − (495 + 220 + 66 + 12 + 1) / 4096.
    #expect(abs(first.probabilityAbovePopulation - (1 - 794.0 / 4096)) < 1e-6)
  }

  @Test("halves an event's weight with each half-life")
  func decay() async throws {
    // One event of a now, two of b one half-life ago: equal weights.
    let half = 14.0 * 1440
    let fixture = try PreferenceFixture(
      [
        event("ann", half, "x", category: "a"), event("ann", 0, "x", category: "b"),
        event("ann", 0, "y", category: "b"),
      ], shares: ["category": ["a": 0.5, "b": 0.5]])
    let scores = try await fixture.preferences(of: "ann", "category")
    #expect(Set(scores.map(\.value)) == ["a", "b"])
    for score in scores {
      #expect(abs(score.score - 0.5) < 1e-6)
      // Kish: (1 + ½ + ½)² / (1 + ¼ + ¼) = 8/3 effective events, half of them on each.
      #expect(abs(score.evidence - 4.0 / 3) < 1e-6)
    }
  }

  @Test("counts types by their weight, and what a user turned away from against its content alone")
  func weights() async throws {
    let fixture = try PreferenceFixture(
      [
        event("ann", 0, "save", category: "a"), event("ann", 0, "view", category: "b"),
        event("ann", 0, "reject", category: "c"),
      ]
    ) {
      $0.preferences.eventWeights = ["save": 3, "view": 1, "reject": -5]
    }
    // Kish: (3 + 1 + 5)² / (9 + 1 + 25) = 81/35, so that a point is worth 9/35 events.
    let scores = try await fixture.preferences(of: "ann", "category")
    #expect(scores.map(\.value) == ["a", "b"])
    #expect(abs(scores[0].evidence - 27.0 / 35) < 1e-6)
    #expect(abs(scores[0].score - (27.0 / 35) / (10 + 36.0 / 35)) < 1e-6)
    let types = try await fixture.preferences(of: "ann", "event_type")
    #expect(types.map(\.value) == ["reject", "save", "view"])
    #expect(types[0].eventsFor == 1)
  }

  @Test("lowers the score of what was liked and then turned away from")
  func rejection() async throws {
    let liked = (0..<4).map { event("ann", Double($0), "like", category: "a") }
    let before = try PreferenceFixture(liked, shares: ["category": ["a": 0.2]])
    let after = try PreferenceFixture(
      liked + [event("ann", 5, "reject", category: "a")], shares: ["category": ["a": 0.2]]
    ) { $0.preferences.eventWeights = ["reject": -2] }
    let (high, low) = (
      try #require(try await before.preferences(of: "ann", "category").first),
      try #require(try await after.preferences(of: "ann", "category").first)
    )
    #expect(low.score < high.score)
    #expect(low.eventsAgainst == 1)
    #expect(low.evidenceAgainst > 0)
  }

  @Test(
    "looks at the ratios of weights only, however large or small they are", arguments: [0x1p-60, 0x1p+40, 0x1p+1000])
  func scale(factor: Double) async throws {
    let events = twoKindsOfUsers(each: 3)
    let weights = ["search": 3.0, "click": 1.5, "page_view": 1, "filter": -2]
    let plain = try TestWorkspace { $0.preferences.eventWeights = weights }
    let scaled = try TestWorkspace {
      $0.preferences.eventWeights = weights.mapValues { $0 * factor }
      $0.preferences.otherEventWeight *= factor
    }
    for made in [plain, scaled] { try made.workspace.store.append(events, namespace: "test") }
    let expected = try await PreferenceCalculator(plain.workspace).calculatePreferences(userID: "buyer1")
    #expect(!expected.isEmpty)
    #expect(try await PreferenceCalculator(scaled.workspace).calculatePreferences(userID: "buyer1") == expected)
    #expect(try await PreferenceCalculator(plain.workspace).calculatePreferences(userID: "buyer1", limit: -1).isEmpty)
  }

  @Test("refuses a weight that is not a number, and a scale of ratings without width")
  func badSettings() async throws {
    for change: @Sendable (inout HabitusConfiguration) -> Void in [
      { $0.preferences.eventWeights = ["x": .infinity] }, { $0.preferences.ratings.highest = 1 },
    ] {
      let made = try TestWorkspace(change)
      try made.workspace.store.append([event("ann", 0, "x")], namespace: "test")
      await #expect(throws: FeatureError.self) {
        try await PreferenceCalculator(made.workspace).calculatePreferences(userID: "ann")
      }
    }
  }

  @Test("covers the configured families only, with scores in 0…1 inside their intervals", arguments: 0..<3)
  func invariants(seed: UInt64) async throws {
    let made = try TestWorkspace { $0.preferences.categories = [.content, .time] }
    try made.workspace.store.append(twoKindsOfUsers(each: 5, seed: seed), namespace: "test")
    let calculator = PreferenceCalculator(made.workspace)
    let all = try await calculator.calculateAll(limit: 50)
    #expect(all.count == 10)
    #expect(all.map(\.user) == all.map(\.user).sorted())
    for (user, preferences) in all {
      #expect(Set(preferences.map(\.family)) == [.content, .time])
      for preference in preferences {
        #expect((0...1).contains(preference.score))
        #expect(preference.interval.contains(preference.score))
        #expect((0...1).contains(preference.probabilityAbovePopulation))
        #expect(preference.liftInterval?.contains(preference.lift ?? -1) ?? true)
      }
      #expect(try await calculator.calculatePreferences(userID: user, limit: 50) == preferences)
    }
  }

  @Test("tells a user who differs from everybody by more than chance")
  func novelty() async throws {
    let made = try TestWorkspace()
    try made.workspace.store.append(twoKindsOfUsers(each: 20), namespace: "test")
    let preferences = try await PreferenceCalculator(made.workspace).calculatePreferences(userID: "browser3")
    let books = try #require(preferences.first { $0.dimension == "category" })
    #expect(books.value == "books")
    #expect(books.score > 0.9)
    #expect(books.probabilityAbovePopulation > 0.99)
    #expect((books.lift ?? 0) > 2)
    let ways = preferences.filter { $0.dimension == "way_of_acting" }
    #expect(ways.map(\.value) == ["browsing"])
  }

  @Test("tells the parts of the day in the configured zone")
  func zone() async throws {
    // 05:30 UTC is night in London, morning in Paris.
    for (zone, part) in [("UTC", "night"), ("Europe/Paris", "morning")] {
      let fixture = try PreferenceFixture([event("ann", 330, "x")]) { $0.features.timeZone = zone }
      #expect(try await fixture.preferences(of: "ann", "part_of_day").map(\.value) == [part])
    }
  }

  @Test("counts an hour once a day, however much was done in it")
  func presence() async throws {
    // Nine clicks in one morning, one on each of three evenings.
    let morning = (0..<9).map { event("ann", 600 + Double($0), "x") }
    let evenings = (0..<3).map { event("ann", Double($0) * 1440 + 1200, "x") }
    let fixture = try PreferenceFixture(morning + evenings)
    let parts = try await fixture.preferences(of: "ann", "part_of_day")
    #expect(parts.map(\.value) == ["evening", "morning"])
    #expect(parts.map(\.eventsFor) == [3, 1])
  }

  @Test("spreads hours over their neighbours, around midnight too")
  func hours() async throws {
    let fixture = try PreferenceFixture((0..<4).map { event("ann", Double($0) * 1440 + 30, "x") })
    let hours = try await fixture.preferences(of: "ann", "hour")
    #expect(hours.first?.value == "00:00")
    #expect(Set(hours.prefix(3).map(\.value)) == ["23:00", "00:00", "01:00"])
    #expect(!hours.map(\.value).contains("12:00"))
  }

  @Test("says nothing of hours where the source told only dates")
  func dates() async throws {
    let made = try TestWorkspace()
    try made.workspace.store.append((0..<5).map { event("ann", Double($0) * 1440, "x") }, namespace: "test")
    let dimensions = try await PreferenceCalculator(made.workspace).calculatePreferences(userID: "ann").map(\.dimension)
    #expect(Set(dimensions) == ["event_type", "weekday"])
  }

  @Test("counts a view by the time it took, against the usual one")
  func viewTime() async throws {
    // 30 s: 1; 90 s: 2 · 90 / 120 = 1.5; 0 s: nothing; without a time: 1.
    let views: [(String, Double?)] = [("a", 30), ("b", 90), ("c", 0), ("d", nil)]
    let fixture = try PreferenceFixture(
      views.enumerated().map { event("ann", Double($0) / 1e4, "page_view", category: $1.0, value: $1.1) })
    let scores = try await fixture.preferences(of: "ann", "category")
    #expect(scores.map(\.value).first == "b" && Set(scores.map(\.value)) == ["a", "b", "d"])
    #expect(abs(scores[0].evidence / scores[1].evidence - 1.5) < 1e-6)
    #expect(abs(scores[2].evidence / scores[1].evidence - 1) < 1e-6)
  }

  @Test("reads what the last analysis wrote, and tells who has no profile")
  func stored() async throws {
    let made = try TestWorkspace { $0.clustering.minimumUserCount = 1_000 }
    try made.workspace.store.append(twoKindsOfUsers(each: 3), namespace: "test")
    let calculator = PreferenceCalculator(made.workspace)
    await #expect(throws: HabitusError.noProfile("buyer1")) { try await calculator.getPreferences(userID: "buyer1") }
    _ = try await Analysis(made.workspace).run()
    let stored = try await calculator.getPreferences(userID: "buyer1")
    let calculated = try await calculator.calculatePreferences(userID: "buyer1", limit: 3)
    #expect(stored.map(\.value) == calculated.map(\.value))
    for (a, b) in zip(stored, calculated) { #expect(abs(a.score - b.score) < 1e-6) }
    await #expect(throws: HabitusError.unknownUser("nobody")) { try await calculator.getPreferences(userID: "nobody") }
  }

  @Test("compares with everybody as of the last analysis unless another moment or other settings are asked for")
  func keptPopulation() async throws {
    let fixture = try PreferenceFixture(
      twoKindsOfUsers(each: 2), shares: ["category": ["books": 0.001, "jobs": 0.999]]
    ) { _ in }
    let kept = try #require(try await fixture.preferences(of: "browser0", "category").first)
    #expect(kept.populationShare == 0.001)
    let last = try #require(try fixture.made.workspace.store.snapshot().timeRange?.upperBound)
    let anew = try await fixture.calculator.calculatePreferences(
      userID: "browser0", asOf: Timestamp(milliseconds: last.milliseconds + 1))
    #expect(anew.first { $0.dimension == "category" }?.populationShare ?? 0 > 0.05)
    let other = PreferenceCalculator(fixture.made.reconfigured { $0.preferences.usualViewTime = .seconds(5) })
    let changed = try await other.calculatePreferences(userID: "browser0")
    #expect(changed.first { $0.dimension == "category" }?.populationShare ?? 0 > 0.05)
  }

  @Test("an earlier moment gives the scores of that moment")
  func pastMoment() async throws {
    let events = twoKindsOfUsers(each: 3)
    let moment = Timestamp(milliseconds: monday + 5 * 86_400_000)
    let (whole, early) = (try TestWorkspace(), try TestWorkspace())
    try whole.workspace.store.append(events, namespace: "test")
    try early.workspace.store.append(events.filter { $0.time < moment }, namespace: "test")
    let then = try await PreferenceCalculator(whole.workspace).calculateAll(asOf: moment, limit: 20)
    let alone = try await PreferenceCalculator(early.workspace).calculateAll(asOf: moment, limit: 20)
    #expect(then.map(\.user) == alone.map(\.user))
    for (a, b) in zip(then, alone) {
      #expect(a.preferences.map(\.value).sorted() == b.preferences.map(\.value).sorted())
      for preference in a.preferences {
        let other = b.preferences.first { $0.dimension == preference.dimension && $0.value == preference.value }
        #expect(abs((other?.score ?? -1) - preference.score) < 1e-9)
      }
    }
  }
}
