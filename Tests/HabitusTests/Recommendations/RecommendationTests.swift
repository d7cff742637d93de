import HabitusKernels
import HabitusModel
import Testing

@testable import Habitus

@Suite("Recommendations")
struct RecommendationTests {
  /// Users of two tastes, each with eight of twenty items of their kind; `hit` is what everybody has.
  private func twoTastes(each count: Int) -> [Event] {
    var random = SplitMix64(seed: 3)
    var events: [Event] = []
    for user in 0..<count * 2 {
      let taste = user % 2 == 0 ? "blue" : "red"
      for (place, item) in Array(0..<20).shuffled(using: &random).prefix(8).enumerated() {
        events.append(
          event("u\(user)", Double(user * 20 + place), "click", item: "\(taste)\(item)", category: taste))
      }
      events.append(event("u\(user)", Double(user * 20 + 10), "click", item: "hit", category: "all"))
    }
    return events
  }

  private func calculator(_ events: [Event]) throws -> (TestWorkspace, PreferenceCalculator) {
    let made = try TestWorkspace()
    try made.workspace.store.append(events, namespace: "test")
    return (made, PreferenceCalculator(made.workspace))
  }

  @Test("a user gets items of the own taste that are new, because of items that the user took to")
  func tastes() async throws {
    let events = twoTastes(each: 60)
    let (made, calculator) = try calculator(events)
    defer { withExtendedLifetime(made) {} }
    for user in ["u0", "u1"] {
      let own = Set(events.filter { $0.user == UserID(user) }.compactMap(\.item))
      let report = try await calculator.recommend(userID: UserID(user), limit: 8)
      let taste = user == "u0" ? "blue" : "red"
      #expect(report.way != .popular && report.recommendations.count == 8)
      #expect(Set(report.recommendations.map(\.item)).isDisjoint(with: own))
      #expect(report.recommendations.allSatisfy { $0.category == taste }, "\(report.recommendations)")
      let reasons = report.recommendations.flatMap(\.reasons)
      #expect(!reasons.isEmpty && reasons.allSatisfy { own.contains($0.item) && (0...1).contains($0.share) })
      #expect(report.recommendations.map(\.score) == report.recommendations.map(\.score).sorted(by: >))
    }
    let qualities = try await calculator.evaluateRecommendations()
    #expect(qualities.map(\.way) == RecommendationWay.allCases && qualities.allSatisfy { $0.users == 120 })
  }

  @Test("what an analysis keeps recommends the same, knows the latest events of the user, and ends with its settings")
  func kept() async throws {
    let (made, calculator) = try calculator(twoTastes(each: 60))
    defer { withExtendedLifetime(made) {} }
    let fresh = try await calculator.recommend(userID: "u0", limit: 25)
    _ = try await Analysis(made.workspace).run()
    #expect(try await calculator.recommend(userID: "u0", limit: 25) == fresh)
    let told = try #require(fresh.recommendations.first).item
    // Seen now, so no longer new; and an item that nobody knew when it was learned.
    try made.workspace.store.append(
      [event("u0", 9000, "click", item: told, category: "blue"), event("u0", 9001, "click", item: "new")],
      namespace: "test")
    let later = try await calculator.recommend(userID: "u0", limit: 25)
    #expect(later.way == fresh.way && later.qualities == fresh.qualities && later.asOf > fresh.asOf)
    #expect(!later.recommendations.contains { $0.item == told || $0.item == "new" })
    // Who came after the analysis is no stranger, nor is one who came without items.
    try made.workspace.store.append(
      [event("late", 9002, "click", item: "red1"), event("idle", 9003, "search")], namespace: "test")
    let late = try await calculator.recommend(userID: "late", limit: 3)
    #expect(late.recommendations.allSatisfy { $0.category != "blue" } && !late.recommendations.isEmpty)
    #expect(try await calculator.recommend(userID: "idle", limit: 1).recommendations.map(\.item) == ["hit"])
    // Other weights are learned for anew: clicks that speak against leave nothing to learn from.
    let other = PreferenceCalculator(made.reconfigured { $0.preferences.eventWeights = ["click": -1] })
    await #expect(throws: HabitusError.noItems) { _ = try await other.recommend(userID: "u0") }
  }

  @Test("an analysis without items keeps nothing, and is none the worse for it")
  func keptNothing() async throws {
    let (made, calculator) = try calculator(
      twoKindsOfUsers(each: 15).map { event in
        var event = event
        event.item = nil
        return event
      })
    defer { withExtendedLifetime(made) {} }
    _ = try await Analysis(made.workspace).run()
    await #expect(throws: HabitusError.noItems) { _ = try await calculator.recommend(userID: "buyer0") }
  }

  @Test("categories, known items and items that a user turned away from")
  func filters() async throws {
    var events = twoTastes(each: 60)
    events.append(event("u0", 5000, "match_rejected", item: "red3", category: "red"))
    let (made, calculator) = try calculator(events)
    defer { withExtendedLifetime(made) {} }
    let own = Set(events.filter { $0.user == "u0" }.compactMap(\.item))
    let red = try await calculator.recommend(userID: "u0", limit: 30, categories: ["red"])
    #expect(red.recommendations.count == 19 && red.recommendations.allSatisfy { $0.category == "red" })
    #expect(!red.recommendations.contains { $0.item == "red3" })
    let all = try await calculator.recommend(userID: "u0", limit: 100, includesKnown: true)
    #expect(all.recommendations.count == 40 && !all.recommendations.contains { $0.item == "red3" })
    #expect(own.subtracting(["red3"]).isSubset(of: Set(all.recommendations.map(\.item))))
    #expect(try await calculator.recommend(userID: "u0", categories: ["green"]).recommendations.isEmpty)
  }

  @Test("a user without items gets what is popular, as does everybody where too few users can be learned from")
  func popular() async throws {
    var events = twoTastes(each: 60)
    events.append(event("stranger", 1, "search"))
    let (made, calculator) = try calculator(events)
    defer { withExtendedLifetime(made) {} }
    let report = try await calculator.recommend(userID: "stranger", limit: 3)
    #expect(report.recommendations.first?.item == "hit")
    #expect(report.recommendations.allSatisfy { $0.reasons.isEmpty && $0.score == 0 })

    let (few, other) = try self.calculator(twoTastes(each: 3))
    defer { withExtendedLifetime(few) {} }
    let small = try await other.recommend(userID: "u1", limit: 2)
    #expect(small.way == .popular && small.qualities.isEmpty && small.recommendations.count == 2)

    let (none, third) = try self.calculator([event("a", 1, "search")])
    defer { withExtendedLifetime(none) {} }
    await #expect(throws: HabitusError.noItems) { _ = try await third.recommend(userID: "a") }
    await #expect(throws: HabitusError.unknownUser("b")) { _ = try await third.recommend(userID: "b") }
  }

  @Test("neither the order of arrival nor the number of threads changes anything")
  func order() async throws {
    let events = twoTastes(each: 40)
    let (made, first) = try calculator(events)
    defer { withExtendedLifetime(made) {} }
    let single = try TestWorkspace(workers: 1)
    try single.workspace.store.append(events.reversed(), namespace: "test")
    let one = try await first.recommend(userID: "u7")
    let other = try await PreferenceCalculator(single.workspace).recommend(userID: "u7")
    #expect(one.recommendations.map(\.item) == other.recommendations.map(\.item) && one.way == other.way)
    #expect(one.qualities == other.qualities)
  }

  @Test("what a user met is counted by item: sums of weights, the last moment, the usual category")
  func histories() throws {
    var frame = EventFrame()
    frame.users = [7]
    frame.times = [1, 2, 3, 4, 9]
    frame.types = [0, 1, 0, 0, 0]
    frame.items = [5, 5, 4, TermDictionary.missing, 5]
    frame.categories = [2, 3, 1, 1, 3]
    frame.offsets = [0, 5]
    var histories = ItemHistories()
    histories.add(frame, before: Timestamp(milliseconds: 9), weights: [2, -5])
    #expect(histories.users == [7])
    // Item 4 once by type 0; item 5 by types 0 and 1: 2 − 5; the last event is outside.
    #expect(histories.entries(at: 0).map(\.item) == [4, 5])
    #expect(histories.entries(at: 0).map(\.points) == [2, -3])
    #expect(histories.entries(at: 0).map(\.latest) == [3, 2])
    // Item 5 came once with each of "c" and "b": of equals the first by name.
    let names = TermDictionary(["z", "a", "c", "b"])
    #expect(histories.category(of: 5, names) == "b" && histories.category(of: 4, names) == "a")
    #expect(histories.category(of: 6, names) == nil)
  }
}
