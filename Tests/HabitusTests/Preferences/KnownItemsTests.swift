import Habitus
import Testing

@testable import Habitus

@Suite("Items of the catalogue in preferences and recommendations")
struct KnownItemsTests {
  @Test("an item's category and properties stand in for those that events do not have")
  func standIn() async throws {
    let made = try TestWorkspace { $0.preferences.properties = ["city", "terms.skills", "pay"] }
    try await ItemCatalog(made.workspace).save([
      Item(
        id: "j1", category: "design",
        properties: [
          "city": .string("Lyon"), "terms": .object(["skills": .array([.string("swift"), .string("sql")])]),
          "pay": .number(40_000),
        ]),
      Item(id: "j2", properties: ["city": .string("Nice")]),
      Item(id: "nobody's", properties: ["city": .string("Rome")]),
    ])
    try made.workspace.store.append(
      [
        event("ann", 0, "x", item: "j1"), event("ann", 1, "x", item: "j1", category: "own"),
        event("ann", 2, "x", item: "j1", properties: #"{"city":"Paris","pay":null}"#), event("ann", 3, "x", item: "j2"),
        event("ann", 4, "x", item: "unknown"),
      ], namespace: "test")
    let calculator = PreferenceCalculator(made.workspace)
    func check(_ preferences: [Preference]) {
      func counts(_ dimension: String) -> [String: Int] {
        Dictionary(
          uniqueKeysWithValues: preferences.filter { $0.dimension == dimension }.map { ($0.value, $0.eventsFor) })
      }
      #expect(counts("category") == ["design": 2, "own": 1])
      #expect(counts("city") == ["Lyon": 2, "Paris": 1, "Nice": 1])
      #expect(counts("terms.skills") == ["swift": 3, "sql": 3])
      #expect(counts("pay") == ["40000": 3])
    }
    check(try await calculator.calculatePreferences(userID: "ann", limit: 50))
    // The same with the population that an analysis kept, where the categories have codes of their own.
    _ = try await Analysis(made.workspace).run()
    check(try await calculator.calculatePreferences(userID: "ann", limit: 50))
    var tracker = try await calculator.tracker(of: ["ann"])
    check(try tracker.preferences(of: "ann", limit: 50))
    #expect(try tracker.take(event("ann", 5, "x", item: "j2")))
    #expect(
      try tracker.preferences(of: "ann").first { $0.dimension == "city" && $0.value == "Nice" }?.eventsFor == 2)
  }

  /// Users who take to items of their own kind on ten days; a catalogue with new items of each kind.
  private func twoTastes(withFit: Bool) async throws -> (TestWorkspace, PreferenceCalculator) {
    var random = SmallGenerator(state: 11)
    let made = try TestWorkspace { $0.preferences.properties = ["kind"] }
    var events: [Event] = []
    for user in 0..<60 {
      for day in 0..<10 {
        for step in 0..<2 {
          let isOwn = !withFit || Double.random(in: 0..<1, using: &random) < 0.9
          let kind = withFit ? (isOwn ? user % 2 : 1 - user % 2) : Int.random(in: 0...1, using: &random)
          let number = Int.random(in: 0..<30, using: &random)
          events.append(event("u\(user)", Double(day * 1440 + step), "click", item: "k\(kind)-\(number)"))
        }
      }
    }
    try made.workspace.store.append(events, namespace: "test")
    let items = (0..<2).flatMap { kind in
      (0..<30).map { Item(id: "k\(kind)-\($0)", properties: ["kind": .string("kind \(kind)")]) }
        + (0..<3).map { Item(id: "new\(kind)-\($0)", category: "fresh", properties: ["kind": .string("kind \(kind)")]) }
    }
    try await ItemCatalog(made.workspace).save(items)
    return (made, PreferenceCalculator(made.workspace))
  }

  @Test("every fifth recommendation is new where it fits, with what speaks for it")
  func newItems() async throws {
    let (made, calculator) = try await twoTastes(withFit: true)
    defer { withExtendedLifetime(made) {} }
    let found = try await calculator.recommend(userID: "u1", limit: 10).recommendations
    #expect(found.count == 10)
    let new = found.indices.filter { found[$0].fit != nil }
    #expect(new == [4, 9])
    #expect(new.map { found[$0].item } == ["new1-0", "new1-1"])
    #expect(found[4].fit?.reasons.map(\.value) == ["kind 1"])
    #expect((found[4].fit?.score ?? 0) > 0.5)
    let ruled = try await calculator.recommend(
      userID: "u1", limit: 10, categories: ["fresh"], rules: [try ItemRule(parsing: "kind=kind 1")])
    #expect(ruled.recommendations.map(\.item) == ["new1-0", "new1-1"])
    #expect(try await calculator.recommend(userID: "u1", limit: 4).recommendations.allSatisfy { $0.fit == nil })
    let fit = try await calculator.score(itemID: "new1-2", for: "u1")
    #expect(fit.item == "new1-2" && fit.score > 0.5)
    await #expect(throws: ItemError.unknownItem("none")) { try await calculator.score(itemID: "none", for: "u1") }
  }

  @Test("nothing new is told where tastes have not been seen to decide")
  func noFit() async throws {
    let (made, calculator) = try await twoTastes(withFit: false)
    defer { withExtendedLifetime(made) {} }
    #expect(try await calculator.recommend(userID: "u1", limit: 10).recommendations.allSatisfy { $0.fit == nil })
  }
}
