import Foundation
import Habitus
import HabitusKernels
import Testing

@testable import Habitus

@Suite("Fit of an item to a user")
struct ItemFitTests {
  /// Users who take to jobs in their own city and hardly look at the contract, on twelve days each.
  private func cityUsers(_ count: Int, loyalty: Double, seed: UInt64 = 5) -> [Event] {
    var random = SmallGenerator(state: seed)
    let cities = ["Lyon", "Paris", "Nice", "Lille"]
    return (0..<count).flatMap { user in
      (0..<12).flatMap { day in
        (0..<3).map { step in
          let isOwn = Double.random(in: 0..<1, using: &random) < loyalty
          let city = isOwn ? cities[user % 4] : cities.randomElement(using: &random) ?? "Lyon"
          let contract = ["full", "part"].randomElement(using: &random) ?? "full"
          return event(
            "u\(user)", Double(day * 1440 + step), "click", item: "j\(Int.random(in: 0..<50, using: &random))",
            properties: "{\"city\":\"\(city)\",\"contract\":\"\(contract)\"}")
        }
      }
    }
  }

  private func calculator(_ events: [Event]) throws -> (TestWorkspace, PreferenceCalculator) {
    let made = try TestWorkspace { $0.preferences.properties = ["city", "contract"] }
    try made.workspace.store.append(events, namespace: "test")
    return (made, PreferenceCalculator(made.workspace))
  }

  @Test("is worked out by hand: one property, one thing to compare with")
  func byHand() async throws {
    // Four clicks in Lyon, prior 10 · (0.5, 0.5): Lyon 9/14, Paris 5/14; log-lifts ln(9/7) and ln(5/7). With a weight of
    // 2 an item in Lyon beats one in Paris with odds of (9/5)² = 3.24.
    let fixture = try PreferenceFixture(
      (0..<4).map { event("ann", Double($0) / 1e6, "x\($0)", properties: #"{"city":"Lyon"}"#) },
      shares: ["city": ["Lyon": 0.5, "Paris": 0.5]], vocabularies: [vocabulary("Lyon", "Paris")],
      fit: FitModel(weights: ["city": 2], references: [["city": ["Paris"]]], quality: nil)
    ) { $0.preferences.properties = ["city"] }
    let lyon = try await fixture.calculator.score(
      item: Item(id: "j", properties: ["city": .string("Lyon")]), for: "ann")
    #expect(abs(lyon.score - 3.24 / 4.24) < 1e-6)
    #expect(lyon.interval.contains(lyon.score) && lyon.interval.lowerBound < lyon.score)
    #expect(lyon.reasons.map(\.value) == ["Lyon"])
    #expect(abs(lyon.reasons[0].contribution - 2 * log(9.0 / 7)) < 1e-6)
    #expect(lyon.reasons[0].eventsFor == 4)
    #expect(
      lyon.reasons[0].sentence.english
        == "City Lyon: 64\u{202F}% of what the user takes to, 50\u{202F}% of everybody's.")
    let paris = try await fixture.calculator.score(
      item: Item(id: "", properties: ["city": .string("Paris")]), for: "ann")
    #expect(abs(paris.score - 0.5) < 1e-6)
    #expect(paris.item == nil)
    #expect(paris.reasons[0].contribution < 0)
  }

  @Test("learns which property decides, and foretells choices on later days")
  func learned() async throws {
    let (made, calculator) = try calculator(cityUsers(80, loyalty: 0.8))
    defer { withExtendedLifetime(made) {} }
    let own = try await calculator.score(
      item: Item(id: "new", properties: ["city": .string("Lyon"), "contract": .string("full")]), for: "u0")
    var others = 0.0
    for city in ["Paris", "Nice", "Lille"] {
      others += try await calculator.score(item: Item(id: "new", properties: ["city": .string(city)]), for: "u0").score
    }
    #expect(own.score > 0.7)
    #expect(others / 3 < 0.45)
    #expect(own.reasons.first?.dimension == "city")
    #expect(own.unknown == [])
    let quality = try #require(own.quality)
    #expect(quality.users == 80)
    #expect(quality.interval.lowerBound > 0.6)
    #expect(quality.logLoss < log(2))
    #expect(try await calculator.evaluateFit() == quality)
  }

  @Test("claims nothing where users' choices are chance")
  func chance() async throws {
    let (made, calculator) = try calculator(cityUsers(80, loyalty: 0))
    defer { withExtendedLifetime(made) {} }
    let fit = try await calculator.score(item: Item(id: "j", properties: ["city": .string("Lyon")]), for: "u0")
    #expect(abs(fit.score - 0.5) < 0.1)
    #expect(fit.quality?.interval.contains(0.5) == true)
  }

  @Test("says which properties nothing follows from, and refuses an item without any")
  func unknown() async throws {
    let (made, calculator) = try calculator(cityUsers(4, loyalty: 1))
    defer { withExtendedLifetime(made) {} }
    let fit = try await calculator.score(
      item: Item(id: "j", category: "jobs", properties: ["city": .string("Lyon"), "contract": .string("none")]),
      for: "u0")
    #expect(fit.unknown == ["category", "contract"])
    #expect(fit.quality == nil)
    await #expect(throws: HabitusError.indescriptItem(known: ["category", "city", "contract"])) {
      try await calculator.score(item: Item(id: "j", properties: ["pay": .number(1)]), for: "u0")
    }
    await #expect(throws: HabitusError.unknownUser("nobody")) {
      try await calculator.score(item: Item(id: "j", category: "jobs"), for: "nobody")
    }
  }

  @Test("tells what was refused as speaking against")
  func refused() async throws {
    let refusals = (0..<6).map {
      event(
        "u0", Double($0) + 13 * 1440, "match_rejected", item: "j",
        properties: #"{"city":"Lyon","contract":"full","reasons":["contract"]}"#)
    }
    let (made, calculator) = try calculator(cityUsers(80, loyalty: 0.5) + refusals)
    let (other, without) = try self.calculator(cityUsers(80, loyalty: 0.5))
    defer { withExtendedLifetime((made, other)) {} }
    let item = Item(id: "k", properties: ["contract": .string("full")])
    let (after, before) = (
      try await calculator.score(item: item, for: "u0"), try await without.score(item: item, for: "u0")
    )
    #expect(after.score <= before.score)
  }

  @Test("learns from ratings, too: what was rated well was taken")
  func ratings() async throws {
    var random = SmallGenerator(state: 3)
    let events = (0..<60).flatMap { user in
      (0..<10).map { day in
        let city = ["Lyon", "Paris"][Int.random(in: 0...1, using: &random)]
        let isLiked = (city == "Lyon") == (user % 2 == 0)
        return event(
          "u\(user)", Double(day * 1440), "rating", item: "j\(day)", value: isLiked ? 5 : 2,
          properties: "{\"city\":\"\(city)\"}")
      }
    }
    let (made, calculator) = try calculator(events)
    defer { withExtendedLifetime(made) {} }
    let quality = try #require(try await calculator.evaluateFit())
    #expect(quality.users > 50)
    #expect(quality.interval.lowerBound > 0.5)
    let item = Item(id: "k", properties: ["city": .string("Lyon")])
    let (lover, other) = (
      try await calculator.score(item: item, for: "u0"), try await calculator.score(item: item, for: "u1")
    )
    #expect(lover.score > 0.5 && other.score < 0.5)
  }
}
