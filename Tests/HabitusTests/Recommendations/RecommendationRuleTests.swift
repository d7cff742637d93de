import Foundation
import HabitusKernels
import HabitusModel
import Testing

@testable import Habitus

@Suite("Recommendations by rules, and diverse ones")
struct RecommendationRuleTests {
  let made: TestWorkspace
  let calculator: PreferenceCalculator

  /// `new` has no item; the items are the more popular the earlier in the alphabet: five users have a, four b, and so
  /// on. Events call a, b, c and e books, and d a film.
  init() async throws {
    made = try TestWorkspace()
    calculator = PreferenceCalculator(made.workspace)
    var events = [event("new", 0, "search")]
    for (place, item) in ["a", "b", "c", "d", "e"].enumerated() {
      events += (0..<5 - place).map {
        event("u\($0)", Double(place), "click", item: item, category: item == "d" ? "film" : "book")
      }
    }
    try made.workspace.store.append(events, namespace: "test")
  }

  private func save(_ items: Item...) async throws { try await ItemCatalog(made.workspace).save(items) }

  private func recommended(
    _ rules: [String] = [], categories: Set<String>? = nil, limit: Int = 10, diversity: Double = 0
  ) async throws -> [String] {
    try await calculator.recommend(
      userID: "new", limit: limit, categories: categories, rules: rules.map { try ItemRule(parsing: $0) },
      diversity: diversity
    ).recommendations.map(\.item)
  }

  @Test("only items of the catalogue for which all rules hold")
  func rules() async throws {
    try await save(
      Item(id: "a", properties: ["city": .string("Paris"), "pay": .number(10)]),
      Item(id: "b", properties: ["city": .string("Rome"), "pay": .number(20)]),
      Item(id: "d", properties: ["city": .array([.string("Rome"), .string("Paris")]), "pay": .number(30)]),
      Item(id: "unseen", properties: ["city": .string("Paris"), "country": .string("FR")]))
    #expect(try await recommended() == ["a", "b", "c", "d", "e"])
    #expect(try await recommended(["city=Paris"]) == ["a", "d"])
    #expect(try await recommended(["city=Paris", "pay>10"]) == ["d"])
    #expect(try await recommended(["city!=Paris"]) == ["b"])
    #expect(try await recommended(["pay<=20"], limit: 1) == ["a"])
    #expect(try await recommended(["city=Oslo"]) == [])
    // A property that only an item without events has is known, and holds for none that could be told.
    #expect(try await recommended(["country=FR"]) == [])
  }

  @Test("a rule about what no item has is an error that names what there is")
  func unknown() async throws {
    await #expect(throws: ItemError.emptyCatalogue) { _ = try await recommended(["city=Paris"]) }
    try await save(
      Item(id: "a", category: "x", properties: ["city": .string("Paris"), "pity": .null, "quantity": .number(1)]),
      Item(id: "unseen", properties: ["velocity": .number(1), "c": .null, "zzzzzzzzzzz": .null]))
    // Letters to change: city 1, pity 2, c 4, velocity 5, category 6, quantity 6.
    await #expect(throws: ItemError.unknownProperty("citys", nearest: ["city", "pity", "c", "velocity", "category"])) {
      _ = try await recommended(["city=Paris", "citys=Paris"])
    }
  }

  @Test("the catalogue's category goes before the one of events, and those of events hold where it has none")
  func categories() async throws {
    try await save(
      Item(id: "a", category: "film", properties: ["p": .bool(true)]), Item(id: "b", properties: ["p": .bool(true)]),
      Item(id: "c", category: "music"))
    #expect(try await recommended(categories: ["film"]) == ["a", "d"])
    #expect(try await recommended(categories: ["book"]) == ["b", "e"])
    #expect(try await recommended(categories: ["music", "book"]) == ["b", "c", "e"])
    #expect(try await recommended(["p=true"], categories: ["book"]) == ["b"])
    let report = try await calculator.recommend(userID: "new", limit: 4)
    #expect(report.recommendations.map(\.category) == ["film", "book", "music", "film"])
  }

  @Test("diverse items are worked out by hand")
  func diversity() async throws {
    // Relevance 1, 0.8, 0.6, 0.4, 0.2; books are wholly alike, d is like nothing. At 0.3, after a: b 0.56 − 0.3 = 0.26,
    // d 0.28; then b. At 0.25: b 0.6 − 0.25 = 0.35, d 0.3; then c 0.45 − 0.25 = 0.2, d 0.3.
    #expect(try await recommended(limit: 3, diversity: 0.3) == ["a", "d", "b"])
    #expect(try await recommended(limit: 3, diversity: 0.25) == ["a", "b", "d"])
    #expect(try await recommended(limit: 3) == ["a", "b", "c"])
    // Every candidate is told in the end.
    #expect(try await recommended(limit: 10, diversity: 1) == ["a", "d", "b", "c", "e"])
    #expect(try await recommended(limit: 0, diversity: 1) == [])
    // With properties: a and b share 1 of 3 traits (the category of 3), a and c 2 of 3.
    try await save(
      Item(id: "a", properties: ["t": .array([.string("1"), .string("2")])]),
      Item(id: "b", properties: ["t": .array([.string("3")])]),
      Item(id: "c", properties: ["t": .array([.string("1")])]), Item(id: "e", properties: ["t": .array([.string("3")])])
    )
    // At 0.5 after a (book, 1; what only a has does not count): b {book, 3} 0.4 − 1/6, c {book, 1} 0.3 − 1/2, d 0.2,
    // e 0.1 − 1/6; after b: c 0.3 − 1/2, d 0.2, e 0.1 − 1/2.
    #expect(try await recommended(limit: 3, diversity: 0.5) == ["a", "b", "d"])
    for wrong in [-0.1, 1.1, .nan] {
      await #expect(throws: KernelError.self) { _ = try await recommended(diversity: wrong) }
    }
  }

  @Test("likeness is the share of common traits, of those that more than one item has")
  func traits() {
    let traits = ItemTraits([
      Item(id: "0", category: "c", properties: ["t": .string("x"), "own": .string("0"), "n": .number(1)]),
      Item(id: "1", category: "c", properties: ["t": .string("y"), "own": .string("1"), "n": .number(1)]),
      Item(id: "2", category: "d", properties: ["t": .string("x"), "f": .bool(true), "g": .bool(false)]),
      Item(id: "3", category: "d", properties: ["f": .bool(true), "g": .bool(false), "l": .array([.number(1)])]),
      Item(id: "4"),
    ])
    // 0 {c, t=x}, 1 {c}, 2 {d, t=x, f}, 3 {d, f}, 4 {}.
    #expect(traits.similarity(0, 1) == 0.5)
    #expect(traits.similarity(0, 2) == 0.25)
    #expect(traits.similarity(2, 3) == 2.0 / 3)
    #expect(traits.similarity(1, 3) == 0 && traits.similarity(4, 0) == 0 && traits.similarity(4, 4) == 0)
    #expect(traits.similarity(3, 3) == 1)
  }
}
