import Foundation
import Habitus
import Testing

@Suite("PreferenceCalculator")
struct PreferenceCalculatorTests {
  /// Everything at one moment, one millisecond before the window's end: decay is 2^(-1 ms / 14 days), so nearly 1.
  private func calculator(_ events: [Event], _ change: (inout HabitusConfiguration) -> Void = { _ in }) throws -> (
    TestWorkspace, PreferenceCalculator
  ) {
    let made = try TestWorkspace {
      $0.preferences.eventWeights = [:]
      change(&$0)
    }
    try made.workspace.store.append(events, namespace: "test")
    return (made, PreferenceCalculator(made.workspace))
  }

  @Test("shrinks a user's shares to the population's: three events against ten of the prior")
  func shrinkage() async throws {
    // Population: a 3 of 6, b 3 of 6. The user: a 3 of 3. (3 + 10 · 0.5) / (3 + 10) = 8/13.
    let events =
      (0..<3).map { event("ann", 0, "x\($0)", category: "a") }
      + (0..<3).map { event("bob", 0, "x\($0)", category: "b") }
    let (made, calculator) = try calculator(events)
    defer { withExtendedLifetime(made) {} }
    let categories = try await calculator.calculatePreferences(userID: "ann").filter { $0.dimension == "category" }
    #expect(categories.map(\.value) == ["a"])
    let first = try #require(categories.first)
    #expect(abs(first.score - 8.0 / 13) < 1e-6)
    #expect(abs(first.evidence - 3) < 1e-6)
    #expect(abs(first.populationShare - 0.5) < 1e-9)
    // The 5 % and 95 % quantiles of Beta(8, 5): scipy 1.17.1 gives 0.39086 and 0.81898.
    #expect(abs(first.interval.lowerBound - 0.39086) < 1e-4)
    #expect(abs(first.interval.upperBound - 0.81898) < 1e-4)
  }

  @Test("halves an event's weight with each half-life")
  func decay() async throws {
    // One event of a now, two of b one half-life ago: equal weights.
    let half = 14.0 * 1440
    let events = [
      event("ann", half, "x", category: "a"), event("ann", 0, "x", category: "b"), event("ann", 0, "y", category: "b"),
    ]
    let (made, calculator) = try calculator(events)
    defer { withExtendedLifetime(made) {} }
    let scores = try await calculator.calculatePreferences(userID: "ann").filter { $0.dimension == "category" }
    #expect(scores.map(\.value) == ["a", "b"])
    #expect(abs(scores[0].score - 0.5) < 1e-6)
    #expect(abs(scores[1].score - 0.5) < 1e-6)
    // Kish: (1 + ½ + ½)² / (1 + ¼ + ¼) = 8/3 effective events, half of them on each.
    #expect(abs(scores[0].evidence - 4.0 / 3) < 1e-6)
  }

  @Test("counts what a user turned away from as nothing, and types by their weight")
  func weights() async throws {
    let events = [
      event("ann", 0, "save", category: "a"), event("ann", 0, "view", category: "b"),
      event("ann", 0, "reject", category: "c"),
    ]
    let (made, calculator) = try calculator(events) {
      $0.preferences.eventWeights = ["save": 3, "view": 1, "reject": -5]
    }
    defer { withExtendedLifetime(made) {} }
    let scores = try await calculator.calculatePreferences(userID: "ann").filter { $0.dimension == "category" }
    #expect(scores.map(\.value) == ["a", "b"])
    #expect(abs(scores[0].score - 0.75) < 1e-6)
  }

  @Test(
    "looks at the ratios of weights only, however large or small they are", arguments: [0x1p-60, 0x1p+40, 0x1p+1000])
  func scale(factor: Double) async throws {
    let events = twoKindsOfUsers(each: 3)
    let weights = ["search": 3.0, "click": 1.5, "page_view": 1, "filter": -2]
    let (made, calculator) = try calculator(events) { $0.preferences.eventWeights = weights }
    let (other, scaled) = try self.calculator(events) {
      $0.preferences.eventWeights = weights.mapValues { $0 * factor }
      $0.preferences.otherEventWeight *= factor
    }
    defer { withExtendedLifetime((made, other)) {} }
    let expected = try await calculator.calculatePreferences(userID: "buyer1")
    #expect(!expected.isEmpty)
    #expect(try await scaled.calculatePreferences(userID: "buyer1") == expected)
    #expect(try await calculator.calculatePreferences(userID: "buyer1", limit: -1).isEmpty)
  }

  @Test("refuses a weight that is not a number")
  func infiniteWeight() async throws {
    let (made, calculator) = try calculator([event("ann", 0, "x")]) { $0.preferences.eventWeights = ["x": .infinity] }
    defer { withExtendedLifetime(made) {} }
    await #expect(throws: FeatureError.self) { try await calculator.calculatePreferences(userID: "ann") }
  }

  @Test("covers the configured families only, with scores in 0…1 inside their intervals", arguments: 0..<3)
  func invariants(seed: UInt64) async throws {
    let (made, calculator) = try calculator(twoKindsOfUsers(each: 5, seed: seed)) {
      $0.preferences.categories = [.content, .time]
    }
    defer { withExtendedLifetime(made) {} }
    let all = try await calculator.calculateAll(limit: 50)
    #expect(all.count == 10)
    #expect(all.map(\.user) == all.map(\.user).sorted())
    for (user, preferences) in all {
      #expect(Set(preferences.map(\.family)) == [.content, .time])
      for preference in preferences {
        #expect((0...1).contains(preference.score))
        #expect(preference.interval.contains(preference.score))
      }
      #expect(try await calculator.calculatePreferences(userID: user, limit: 50) == preferences)
    }
  }

  @Test("tells the parts of the day in the configured zone")
  func zone() async throws {
    // 05:30 UTC is night in London, morning in Paris.
    for (zone, part) in [("UTC", "night"), ("Europe/Paris", "morning")] {
      let (made, calculator) = try calculator([event("ann", 330, "x")]) { $0.features.timeZone = zone }
      defer { withExtendedLifetime(made) {} }
      let parts = try await calculator.calculatePreferences(userID: "ann").filter { $0.dimension == "part_of_day" }
      #expect(parts.map(\.value) == [part])
    }
  }
}
