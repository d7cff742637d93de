import Foundation
import HabitusKernels
import HabitusModel
import Testing

@testable import Habitus

@Suite("Predictions of the next event")
struct NextEventModelTests {
  /// After `a` comes `b` nine times of ten, after `b` comes `c`, after `c` `a`; or any of them by chance.
  private func walks(_ count: Int, steps: Int, isChance: Bool = false) -> [Event] {
    var random = SplitMix64(seed: 5)
    return (0..<count).flatMap { user in
      var state = user % 3
      return (0..<steps).map { step in
        let strays = isChance || Double.random(in: 0..<1, using: &random) < 0.1
        state = strays ? Int.random(in: 0..<3, using: &random) : (state + 1) % 3
        return event("u\(user)", Double(step * 60 * 24 + user), ["a", "b", "c"][state])
      }
    }
  }

  private func made(_ events: [Event]) throws -> (TestWorkspace, PreferenceCalculator) {
    let made = try TestWorkspace()
    try made.workspace.store.append(events, namespace: "test")
    return (made, PreferenceCalculator(made.workspace))
  }

  @Test("what usually follows is the likeliest, measured on the latest events, live and as kept by an analysis")
  func chain() async throws {
    let events = walks(60, steps: 30)
    let (made, calculator) = try made(events)
    defer { withExtendedLifetime(made) {} }
    let result = try await calculator.evaluatePredictions().results.first { $0.kind == .nextEvent }
    let quality = try #require(result?.quality.nextEvent)
    // Nine of ten follow the rule, and a third of the others; by frequencies a third is right.
    #expect(abs(quality.accuracy - 0.933) < 0.05 && abs(quality.usualAccuracy - 0.333) < 0.06)
    #expect(quality.topThreeAccuracy == 1 && quality.users == 60 && quality.lowestImprovement > 0.4)
    #expect(abs(quality.usualLogLoss - log(3)) < 0.02 && quality.logLoss < 0.4)
    // The latest fifth of 30 daily events.
    #expect((6...7).contains(quality.heldOutDays))
    let fresh = try await calculator.predict(userID: "u4")
    _ = try await Analysis(made.workspace).run()
    #expect(try await calculator.predict(userID: "u4") == fresh)
    let next = try #require(fresh.predictions.first { $0.kind == .nextEvent })
    let last = try #require(events.last { $0.user == "u4" }).type
    let expected = try #require(["a": "b", "b": "c", "c": "a"][last])
    #expect(next.subject == expected && abs(next.value - 0.93) < 0.05)
    let candidates = try #require(next.candidates)
    #expect(candidates.count == 3 && candidates[0].type == expected && candidates[0].probability == next.value)
    #expect(next.sentence.english.hasPrefix("Next is ‘\(expected)’ with a probability of 9"))
  }

  @Test("what chance decides, a single type and a few events are withheld")
  func withheld() async throws {
    for (events, word) in [
      (walks(60, steps: 30, isChance: true), "frequencies"), (walks(3, steps: 30), "to try it on"),
      ((0..<900).map { event("u\($0 % 30)", Double($0 * 60), "view") }, "one type"),
    ] {
      let (made, calculator) = try made(events)
      defer { withExtendedLifetime(made) {} }
      let withheld = try await calculator.evaluatePredictions().withheld.first { $0.kind == .nextEvent }
      #expect(try #require(withheld).reason.english.contains(word))
    }
  }

  @Test("rare types are told apart from none, and never told")
  func rareTypes() async throws {
    var events = walks(60, steps: 30)
    for number in 0..<150 { events.append(event("u\(number % 60)", Double(number * 97), "rare\(number)")) }
    let (made, calculator) = try made(events)
    defer { withExtendedLifetime(made) {} }
    let next = try await calculator.predict(userID: "u4").predictions.first { $0.kind == .nextEvent }
    let types = try #require(next?.candidates).map(\.type)
    #expect(Set(types).isSuperset(of: ["a", "b"]) || Set(types).count == 3)
    let sequences = try made.workspace.eventSequences(
      made.workspace.store.snapshot(), of: Array(0..<60), before: Timestamp(milliseconds: monday + 86_400_000 * 40))
    #expect(sequences.types.allSatisfy { $0.count <= EventSequences.mostEvents })
    #expect(sequences.counts(before: .max) == sequences.types.map(\.count))
    #expect(sequences.counts(before: monday).allSatisfy { $0 == 0 })
  }
}
