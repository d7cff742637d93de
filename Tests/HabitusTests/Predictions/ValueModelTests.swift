import Foundation
import HabitusKernels
import HabitusModel
import Testing

@testable import Habitus

@Suite("Predictions of amounts")
struct ValueModelTests {
  private static let day = 1440.0

  @Test("purchases of a day are one; refunds, what has no amount and other types are left out")
  func history() throws {
    let minutes: [(Double, String, Double?)] = [
      (10, "buy", 20), (2 * 1440, "buy", 5), (2 * 1440 + 60, "buy", 7), (3 * 1440, "buy", -5), (4 * 1440, "buy", 0),
      (5 * 1440, "buy", nil), (6 * 1440, "view", 99), (7 * 1440, "buy", 30), (10 * 1440, "buy", 1000),
    ]
    let made = try TestWorkspace { $0.predictions.valueTypes = ["buy", "never"] }
    try made.workspace.store.append(
      minutes.map { event("ann", $0.0, $0.1, value: $0.2) } + [event("bob", 5, "view", value: 3)], namespace: "test")
    let end = Timestamp(milliseconds: monday + 10 * 86_400_000)
    let calendar = try LocalCalendar(timeZone: "UTC", from: Timestamp(milliseconds: monday), to: end)
    let snapshot = try made.workspace.store.snapshot()
    let history = try #require(try made.workspace.purchaseHistory(snapshot, before: end, calendar))
    let first = Int(monday / 86_400_000)
    #expect(history.users.count == 1 && history.span == first...first + 7)
    // Days 0, 2 and 7; the repeats are worth 12 and 30.
    let customer = try #require(history.customer(at: 0, upTo: first + 9))
    #expect(customer.purchases == (try RecencyFrequency(frequency: 2, recency: 7, age: 9)))
    #expect(customer.values == (try RepeatValue(frequency: 2, mean: 21)))
    #expect(history.customer(at: 0, upTo: first + 1)?.values == (try RepeatValue(frequency: 0, mean: 0)))
    #expect(history.customer(at: 0, upTo: first - 1) == nil)
    let bought = history.purchases(at: 0, in: 5, after: first + 1)
    #expect(bought.days == 1 && bought.amount == 12)
    let none = made.reconfigured { $0.predictions.valueTypes = [] }
    #expect(try none.purchaseHistory(snapshot, before: end, calendar) == nil)
  }

  /// Customers as the models have them: who spends much spends much again.
  private func customers(_ count: Int, days: Int, value: (Int, inout SplitMix64) -> Double) -> [Event] {
    var random = SplitMix64(seed: 12)
    var events: [Event] = []
    for user in 0..<count {
      let gap = 3 + 30 * Double.random(in: 0..<1, using: &random)
      var time = 20 * Double.random(in: 0..<1, using: &random)
      while time < Double(days) {
        events.append(event("u\(user)", time * Self.day, "buy", value: value(user, &random)))
        if Double.random(in: 0..<1, using: &random) < 0.03 { break }
        time += 1 - gap * log(1 - Double.random(in: 0..<1, using: &random))
      }
    }
    return events
  }

  private func made(_ events: [Event]) throws -> (TestWorkspace, PreferenceCalculator) {
    let made = try TestWorkspace { $0.predictions.valueTypes = ["buy"] }
    try made.workspace.store.append(events, namespace: "test")
    return (made, PreferenceCalculator(made.workspace))
  }

  @Test("who spends much is expected to, better than everybody's mean; a profile keeps what was said")
  func amounts() async throws {
    // On average 20 to 92, each purchase half of it to one and a half.
    let (made, calculator) = try made(
      customers(400, days: 200) { user, random in
        Double(20 + 8 * (user % 10)) * (0.5 + Double.random(in: 0..<1, using: &random))
      })
    defer { withExtendedLifetime(made) {} }
    let evaluation = try await calculator.evaluatePredictions()
    let amounts = evaluation.results.filter { $0.quality.amount != nil }
    let kinds: [Prediction.Kind] = amounts.map(\.kind)
    let horizons: [Int?] = amounts.map(\.horizonDays)
    #expect(kinds == [.purchaseValue, .value, .value], "\(evaluation.withheld.map(\.reason.english))")
    #expect(horizons == [nil, 30, 90])
    for result in amounts {
      let quality = try #require(result.quality.amount)
      #expect(quality.skill > (result.kind == .purchaseValue ? 0.5 : 0.15) && quality.lowestSkill > 0, "\(quality)")
      #expect(quality.heldOutDays == (result.horizonDays ?? 90))
      #expect(abs(quality.meanPredicted / quality.meanObserved - 1) < 0.3, "\(quality)")
    }
    // A year is not looked ahead by half a year.
    let year = try #require(evaluation.withheld.first { $0.kind == .value && $0.horizonDays == 365 })
    #expect(year.reason.english.contains("365"))

    _ = try await Analysis(made.workspace).run()
    let user = try #require(
      made.workspace.store.userIDs().first { user in
        try made.workspace.store.profile(user, at: .now, withSecureFields: false) != nil
      })
    let active = try await calculator.predict(userID: user).predictions
    let profile = try await ProfileManager(made.workspace).getProfile(userID: user)
    #expect(profile.predictions.map(\.kind) == active.map(\.kind))
    #expect(profile.predictions.map(\.quality) == active.map(\.quality))
    #expect(profile.predictions.map(\.sentence) == active.map(\.sentence))
    #expect(zip(profile.predictions, active).allSatisfy { abs($0.value - $1.value) <= 1e-6 * abs($1.value) })
    #expect(profile.predictions.map(\.reasons.count) == active.map(\.reasons.count))
    func next(_ user: UserID) async throws -> Prediction {
      try #require(try await calculator.predict(userID: user).predictions.first { $0.kind == .purchaseValue })
    }
    var (rich, poor) = (0.0, 0.0)
    for number in 1...10 {
      rich += try await next(UserID("u\(10 * number - 1)")).value / 10
      poor += try await next(UserID("u\(10 * number)")).value / 10
    }
    // 92 and 20 are drawn to the mean of 56, by users with few purchases more, to the full by those with one.
    #expect(rich > 70 && rich - poor > 20, "\(rich), \(poor)")
    let sentence = try await next("u9").sentence
    #expect(sentence.english.hasPrefix("The next purchase") && sentence.french.contains("Le prochain achat"))
    // Other types of purchases: what was kept is for others, and nothing is said of amounts.
    let other = PreferenceCalculator(made.reconfigured { $0.predictions.valueTypes = [] })
    #expect(!(try await other.predict(userID: "u9").predictions).contains { $0.quality.amount != nil })
  }

  @Test("where users do not differ, or too few buy again, nothing is said, with the reason")
  func withheld() async throws {
    let (chance, calculator) = try made(
      customers(300, days: 200) { _, random in 10 * (0.5 + Double.random(in: 0..<1, using: &random)) })
    defer { withExtendedLifetime(chance) {} }
    let report = try await calculator.evaluatePredictions()
    let next = try #require(report.withheld.first { $0.kind == .purchaseValue })
    #expect(next.reason.english.contains("did not surely") || next.reason.english.hasPrefix("No model"))
    let (few, other) = try made(
      customers(30, days: 200) { _, random in 10 * (0.5 + Double.random(in: 0..<1, using: &random)) })
    defer { withExtendedLifetime(few) {} }
    let small = try await other.evaluatePredictions().withheld.filter { $0.kind == .value || $0.kind == .purchaseValue }
    #expect(small.count == 4 && small.count { $0.reason.english.contains("It takes 50") } == 3, "\(small)")
  }
}
