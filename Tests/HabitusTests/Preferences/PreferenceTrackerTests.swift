import Foundation
import Habitus
import HabitusKernels
import Testing

@testable import Habitus

@Suite("Preferences that follow events")
struct PreferenceTrackerTests {
  private func settings(_ configuration: inout HabitusConfiguration) {
    configuration.preferences.properties = ["place"]
    configuration.preferences.windowDays = 20
    configuration.preferences.eventWeights = ["reject": -2, "like": 3]
    configuration.features.timeZone = "Europe/Paris"
  }

  /// Events of all kinds over 30 days, which hold a change to summer time (2026-03-29).
  private func events(_ seed: UInt64) -> [Event] {
    var random = SmallGenerator(state: seed)
    return (0..<400).map { index in
      let day = Double(Int.random(in: 0..<30, using: &random) * 1440)
      let minute = Double(Int.random(in: 0..<1440, using: &random))
      let type = ["page_view", "like", "reject", "rating", "search"].randomElement(using: &random) ?? "search"
      let letter = ["a", "b", "c", "d"].randomElement(using: &random) ?? "a"
      var made = event(
        "ann", day + minute, type, item: "i\(Int.random(in: 0..<9, using: &random))", category: letter,
        value: type == "rating" ? Double(Int.random(in: 1...5, using: &random)) : 20, page: "/\(letter)",
        properties: "{\"place\":\"\(letter)-\(index % 3)\"}")
      made.id = "e\(index)"
      return made
    }
  }

  private func reviewers() throws -> RatingPopulation {
    try RatingPopulation(
      (0..<60).map { Rating(reviewer: UInt32($0 / 6), value: Double($0 % 5 + 1)) })
  }

  private func expectEqual(_ a: [Preference], _ b: [Preference]) {
    func key(_ preference: Preference) -> String { preference.dimension + " " + preference.value }
    #expect(a.map(key).sorted() == b.map(key).sorted())
    let others = Dictionary(b.map { (key($0), $0) }) { first, _ in first }
    for preference in a {
      guard let other = others[key(preference)] else { continue }
      for (x, y) in [
        (preference.score, other.score), (preference.interval.lowerBound, other.interval.lowerBound),
        (preference.interval.upperBound, other.interval.upperBound), (preference.evidence, other.evidence),
        (preference.evidenceAgainst, other.evidenceAgainst),
        (preference.probabilityAbovePopulation, other.probabilityAbovePopulation),
        (preference.trend.recentShare ?? -1, other.trend.recentShare ?? -1),
      ] { #expect(abs(x - y) <= 1e-9, "\(key(preference))") }
      #expect(preference.eventsFor == other.eventsFor)
      #expect(preference.eventsAgainst == other.eventsAgainst)
    }
  }

  @Test("gives what a recomputation from the store gives, after any order, late and repeated events", arguments: 0..<6)
  func incrementalEqualsBatch(seed: UInt64) async throws {
    let all = events(seed)
    var random = SmallGenerator(state: seed &+ 99)
    let known = Int.random(in: 0..<300, using: &random)
    let later = all[known...].shuffled(using: &random)
    let fixture = try PreferenceFixture(
      Array(all[..<known]), shares: ["category": ["a": 0.4, "b": 0.6], "place": ["a-0": 0.1]],
      vocabularies: [vocabulary("a-0", "b-1")], ratings: try reviewers(), settings)
    var tracker = try await fixture.calculator.tracker(of: ["ann"])
    for (index, event) in later.enumerated() {
      try tracker.take(event)
      if index % 3 == 0 { #expect(try tracker.take(later[index / 2]) == false) }
      if index % 100 != 50 && index + 1 != later.count { continue }
      try fixture.made.workspace.store.append(Array(later[...index]), namespace: "test")
      let batch = try await fixture.calculator.calculatePreferences(userID: "ann", limit: 100)
      expectEqual(try tracker.preferences(of: "ann", limit: 100), batch)
    }
  }

  @Test("moves the window on, as a recomputation at a later moment does")
  func advance() async throws {
    let all = events(3)
    let fixture = try PreferenceFixture(
      all, vocabularies: [vocabulary()], ratings: try reviewers(), settings)
    var tracker = try await fixture.calculator.tracker(of: ["ann"])
    var others: [[Preference]] = [try tracker.preferences(of: "ann", limit: 100)]
    for days in [1, 6, 15] {
      let moment = Timestamp(milliseconds: monday + Int64(30 + days) * 86_400_000 - 3_600_000)
      try tracker.advance(to: moment)
      try tracker.advance(to: Timestamp(milliseconds: monday))
      #expect(tracker.asOf == moment)
      let fresh = try PreferenceFixture(all, vocabularies: [vocabulary()], ratings: try reviewers(), settings)
      let calculator = fresh.calculator
      // The kept population is of `monday`: a tracker that is made then, moved on, holds what one from the store does.
      var again = try await calculator.tracker(of: ["ann"])
      try again.advance(to: moment)
      expectEqual(try tracker.preferences(of: "ann", limit: 100), try again.preferences(of: "ann", limit: 100))
      others.append(try tracker.preferences(of: "ann", limit: 100))
    }
    #expect(others[0].count > others[3].count)
    try tracker.advance(to: Timestamp(milliseconds: monday + 60 * 86_400_000))
    #expect(try tracker.preferences(of: "ann").isEmpty)
  }

  @Test("leaves out an id that was taken at another time, as the store does")
  func repeatedId() async throws {
    let fixture = try PreferenceFixture([event("ann", 0, "x", category: "a")])
    var tracker = try await fixture.calculator.tracker(of: ["ann"])
    var again = event("ann", 0, "x", category: "a")
    again.time = Timestamp(milliseconds: monday + 3 * 86_400_000)
    try fixture.made.workspace.store.append([again], namespace: "test")
    let asOf = tracker.asOf
    #expect(try tracker.take(again) == false)
    #expect(tracker.asOf == asOf)
    let expected = try await fixture.preferences(of: "ann", "category").map(\.eventsFor)
    #expect(try tracker.preferences(of: "ann").filter { $0.dimension == "category" }.map(\.eventsFor) == expected)
    #expect(expected == [1])
  }

  @Test("follows those who are asked for, everybody where nobody is, and nobody who may not be analysed")
  func users() async throws {
    let fixture = try PreferenceFixture([event("ann", 0, "x"), event("bob", 0, "x")])
    var one = try await fixture.calculator.tracker(of: ["ann"])
    #expect(one.followedUsers == ["ann"])
    #expect(try one.take(event("bob", 1, "x")) == false)
    #expect(try one.take(event("ann", 1, "x")))
    #expect(try one.preferences(of: "bob").isEmpty)
    var all = try await fixture.calculator.tracker()
    #expect(all.followedUsers == ["ann", "bob"])
    #expect(try all.take(event("cid", 1, "new type", category: "new")))
    #expect(try all.preferences(of: "cid").contains { $0.value == "new" })
    var bot = event("ann", 2, "x")
    bot.isBot = true
    #expect(try all.take(bot) == false)
    try await ConsentManager(fixture.made.workspace).record([
      ConsentStatement(user: "bob", purpose: "analytics", isGranted: false, time: .now, source: "test")
    ])
    var without = try await fixture.calculator.tracker()
    #expect(without.followedUsers == ["ann"])
    #expect(try without.take(event("bob", 3, "x")) == false)
  }
}
