import Foundation
import Habitus
import HabitusKernels
import Testing

@testable import Habitus

@Suite("Preferences at the edges")
struct PreferenceEdgeTests {
  private func preferences(
    _ events: [Event], limit: Int = 50, _ change: (inout HabitusConfiguration) -> Void = { _ in }
  ) async throws -> [Preference] {
    let made = try TestWorkspace(change)
    try made.workspace.store.append(events, namespace: "test")
    return try await PreferenceCalculator(made.workspace).calculatePreferences(userID: "ann", limit: limit)
  }

  @Test(
    "refuses a property that is called like another one or like what is told anyway",
    arguments: [["category"], ["Hour"], ["way_of_acting"], ["city", "city"], ["city", "City"]])
  func names(properties: [String]) async throws {
    await #expect(throws: FeatureError.self) {
      try await preferences([event("ann", 0, "x")]) { $0.preferences.properties = properties }
    }
  }

  @Test("refuses a usual time of views and a weight of ratings that say nothing")
  func badSettings() async throws {
    for change: @Sendable (inout HabitusConfiguration) -> Void in [
      { $0.preferences.usualViewTime = .zero }, { $0.preferences.ratings.weight = .nan },
      { $0.preferences.ratings.weight = -1 },
    ] {
      await #expect(throws: FeatureError.self) { try await preferences([event("ann", 0, "x")], change) }
    }
  }

  @Test("tells everything there is without a limit")
  func noLimit() async throws {
    let events = (0..<30).map { event("ann", Double($0), "x", category: "c\($0)") }
    let all = try await preferences(events, limit: .max)
    #expect(all.count { $0.dimension == "category" } == 30)
  }

  @Test("tells apart texts that look alike and have other bytes, as it does for categories")
  func canonicallyEqualTexts() async throws {
    let forms = ["Orl\u{E9}ans", "Orle\u{301}ans"]
    let events = (0..<9).flatMap { index in
      ["ann", "bob"].map {
        event(
          $0, Double(index), "x", category: forms[index % 2], properties: "{\"city\":\"\(forms[index % 2])\"}")
      }
    }
    for workers in [1, 2] {
      let made = try TestWorkspace(workers: workers) { $0.preferences.properties = ["city"] }
      try made.workspace.store.append(events, namespace: "test")
      let told = try await PreferenceCalculator(made.workspace).calculatePreferences(userID: "ann")
      for dimension in ["category", "city"] {
        let own = told.filter { $0.dimension == dimension }
        #expect(own.map { Array($0.value.utf8) } == forms.map { Array($0.utf8) })
        #expect(own.map(\.eventsFor) == [5, 4])
        for preference in own { #expect(abs(preference.populationShare - 0.5) < 0.06) }
      }
    }
  }

  @Test("keeps ranges of numbers apart that have their first digits in common")
  func narrowNumbers() {
    // 24 years once each: eight ranges of three. To two and three digits all of them are 2000.
    var counts = PropertyCounts()
    for year in 2001...2024 { counts.add(.number(Double(year))) }
    #expect(PropertyVocabulary(counts).bounds == [2004, 2007, 2010, 2013, 2016, 2019, 2022])
  }

  @Test("compares what ratings speak for with what everybody's ratings speak for")
  func ratingsOnly() async throws {
    // Everybody gives 5 to "good" and 1 to "bad" on eight days: what is spoken for is "good".
    func rating(_ user: String, _ day: Int, _ category: String, _ value: Double) -> Event {
      event(user, Double(day) * 1440 + value, "rating", category: category, value: value)
    }
    let users = ["ann"] + (0..<20).map { "u\($0)" }
    let events = users.flatMap { user in
      (0..<8).flatMap { [rating(user, $0, "good", 5), rating(user, $0, "bad", 1)] }
    }
    let categories = try await preferences(events).filter { $0.dimension == "category" }
    #expect(categories.map(\.value) == ["good"])
    #expect(categories.first?.populationShare == 1)
    #expect((categories.first?.score ?? 0) > 0.99)
  }

  @Test("reads all ids of a person among the ratings, and among those it learns from")
  func joinedIds() async throws {
    func events(_ second: String) -> [Event] {
      (0..<12).flatMap { day in
        ["bob", "cid"].flatMap { user -> [Event] in
          let id = user == "bob" && day >= 6 ? second : user
          return [
            event(id, Double(day) * 1440 + 1, "rating", category: day < 6 ? "a" : "b", value: 5),
            event(id, Double(day) * 1440 + 2, "rating", category: "c", value: 1),
            event(id, Double(day) * 1440 + 3, "x", category: day % 2 == 0 ? "a" : "c"),
          ]
        }
      }
    }
    let (plain, joined) = (try TestWorkspace(), try TestWorkspace())
    try plain.workspace.store.append(events("bob"), namespace: "test")
    try joined.workspace.store.append(events("visitor"), namespace: "test")
    _ = try await IdentityManager(joined.workspace).record([
      IdentityStatement(former: "visitor", known: "bob", time: .now, kind: .identify, source: "test")
    ])
    let expected = try await PreferenceCalculator(plain.workspace).calculatePreferences(userID: "cid")
    let found = try await PreferenceCalculator(joined.workspace).calculatePreferences(userID: "cid")
    #expect(found.map(\.value) == expected.map(\.value))
    for (a, b) in zip(found, expected) {
      #expect(abs(a.populationShare - b.populationShare) < 1e-9)
      #expect(abs(a.score - b.score) < 1e-9)
    }
  }

  @Test("calculates anew what everybody is like where an earlier version has kept it otherwise")
  func unreadablePopulation() async throws {
    let made = try TestWorkspace()
    try made.workspace.store.append([event("ann", 0, "x", category: "a")], namespace: "test")
    let other = try ModelCoding.data(of: ["asOf": "long ago"])
    _ = try made.workspace.store.saveModel(kind: "preferences", data: other, at: .now)
    let told = try await PreferenceCalculator(made.workspace).calculatePreferences(userID: "ann")
    #expect(told.contains { $0.value == "a" })
  }

  @Test("reads a day that comes again because clocks were put back over midnight")
  func repeatedDay() async throws {
    // St. John's: on 2010-11-07, a minute after midnight (02:31 UTC), it was 23:01 of the day before.
    let midnight = Timestamp(milliseconds: 1_289_097_000_000)  // 2010-11-07 02:30 UTC, 0:00 there.
    let events = [-86_400, 30, 1_800].enumerated().map { index, second in
      Event(
        id: "\(index)", user: "ann", time: Timestamp(milliseconds: midnight.milliseconds + Int64(second) * 1_000),
        type: "x", category: "a")
    }
    let told = try await preferences(events) { $0.features.timeZone = "America/St_Johns" }
    #expect(told.first { $0.dimension == "category" }?.eventsFor == 3)
    #expect(told.filter { $0.dimension == "weekday" }.map(\.value).sorted() == ["saturday", "sunday"])
  }

  @Test("says nothing of hours where dates were taken as midnights of UTC and the zone is another one")
  func datesElsewhere() async throws {
    let told = try await preferences((0..<5).map { event("ann", Double($0) * 1440, "x") }) {
      $0.features.timeZone = "Europe/Paris"
    }
    #expect(Set(told.map(\.dimension)) == ["event_type", "weekday"])
  }

  @Test("takes values that are no numbers or endless, and half-lives of minutes")
  func numbers() async throws {
    let values: [Double?] = [nil, 0, -1, 1e308, .greatestFiniteMagnitude, .leastNonzeroMagnitude]
    let events = values.enumerated().map { index, value in
      event("ann", Double(index) * 1440, index % 2 == 0 ? "page_view" : "rating", category: "c\(index)", value: value)
    }
    let told = try await preferences(events) {
      $0.preferences.halfLives.content = .seconds(864)
      $0.preferences.halfLives.time = .seconds(864)
    }
    #expect(!told.isEmpty)
    for preference in told {
      #expect((0...1).contains(preference.score) && preference.interval.contains(preference.score))
    }
  }

  @Test("says nothing of content where all weights are 0 or speak against")
  func noWeight() async throws {
    let events = (0..<5).map { event("ann", Double($0) * 1440 + 1, "x", category: "a", page: "/") }
    let nothing = try await preferences(events) { $0.preferences.otherEventWeight = 0 }
    #expect(nothing.isEmpty)
    let against = try await preferences(events) { $0.preferences.otherEventWeight = -3 }
    #expect(Set(against.map(\.family)) == [.interaction, .time, .feature])
  }

  @Test("takes the window's first day as a whole, and nothing before it")
  func firstDay() async throws {
    let events =
      [event("ann", -1, "x", category: "before"), event("ann", 0, "x", category: "first")]
      + [event("bob", 5 * 1440 + 700, "x", category: "last")]
    let made = try TestWorkspace { $0.preferences.windowDays = 5 }
    try made.workspace.store.append(events, namespace: "test")
    let told = try await PreferenceCalculator(made.workspace).calculatePreferences(userID: "ann")
    #expect(told.filter { $0.dimension == "category" }.map(\.value) == ["first"])
  }

  @Test("reads a list of a hundred thousand values once each")
  func longList() async throws {
    let list = (0..<100_000).map { "\"\($0)\"" }.joined(separator: ",")
    let told = try await preferences([event("ann", 0, "x", properties: "{\"skills\":[\(list),\"7\"]}")], limit: 3) {
      $0.preferences.properties = ["skills"]
    }
    let skills = told.filter { $0.dimension == "skills" }
    #expect(skills.map(\.eventsFor) == [1, 1, 1])
  }
}
