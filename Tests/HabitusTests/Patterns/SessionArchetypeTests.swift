import Foundation
import HabitusModel
import Testing

@testable import Habitus

@Suite("Session archetypes")
struct SessionArchetypeTests {
  @Test("measure what a session is like")
  func shape() throws {
    let (frame, dictionaries) = frame(of: [
      [
        SimpleEvent(milliseconds: monday + 6 * 3_600_000, type: "a"),
        SimpleEvent(milliseconds: monday + 6 * 3_600_000 + 3000, type: "b"),
        SimpleEvent(milliseconds: monday + 6 * 3_600_000 + 9000, type: "a"),
        SimpleEvent(milliseconds: monday + 6 * 3_600_000 + 9000, type: "a"),
        SimpleEvent(milliseconds: monday + 18 * 3_600_000 + 9000, type: "b"),
      ]
    ])
    let plan = try FeaturePlan(
      options: FeatureOptions(),
      window: AnalysisWindow(asOf: Timestamp(milliseconds: monday + 86_400_000), days: 2, timeZone: "UTC"),
      types: dictionaries.types)
    let timeline = try #require(plan.timeline(of: frame, userAt: 0))
    let shape = SessionShape(typeCounts: [3, 2], types: plan.types, hasPages: false, hasTimesOfDay: true)
    #expect(
      shape.measures
        == [.events, .duration, .repeats, .entropy, .type("a"), .type("b"), .clockCosine, .clockSine, .gap])
    func ln(_ value: Double) -> Double { Foundation.log(value) }
    var values: [Double] = []
    shape.append(timeline.sessions, of: timeline, to: &values)
    // Four events in 9 s, of two types, ¾ and ¼: entropy ¾·log2(4/3) + ¼·2; at 6:00; then one 12 h later at 18:00:09.
    let expected: [Double] = [
      ln(4), ln(10), 0.5, 0.75 * log2(4.0 / 3) + 0.5, 0.75, 0.25, 0, 1, Double.nan,
      0, 0, 0, 0, 0, 1, 0, -1, ln(13),
    ]
    #expect(values.count == expected.count)
    for (value, wanted) in zip(values, expected) {
      #expect(value.isNaN ? wanted.isNaN : abs(value - wanted) < 1e-3)
    }
  }

  @Test("are found where there are two kinds of sessions, with what sets them apart, and compared with one user's")
  func twoKinds() async throws {
    let made = try TestWorkspace()
    try made.workspace.store.append(twoKindsOfUsers(each: 12), namespace: "test")
    let detector = PatternDetector(made.workspace)
    let found = try await detector.sessionArchetypes()
    #expect(found.sessionCount == 240 && found.userCount == 24 && found.assignedSessionCount == 240)
    #expect(found.archetypes.count == 2)
    #expect(found.archetypes.allSatisfy { abs($0.sessionShare - 0.5) < 1e-9 && abs($0.userShare - 0.5) < 1e-9 })
    let long = try #require(found.archetypes.first { $0.typicalSequence.contains("apply") })
    #expect(Array(long.typicalSequence.prefix(4)) == ["search", "filter", "click", "apply"])
    let trait = try #require(long.traits.first { $0.measure == "event_count" } ?? long.traits.first)
    #expect(trait.value > trait.otherValue)
    #expect(long.sentence.english.hasSuffix("."))
    let own = try await detector.sessionArchetypes(userID: "browser3")
    #expect(own.sessionCount == 10)
    #expect(own.shares.first { $0.id == long.id }?.sessionCount == 0)
    #expect(own.shares.map(\.share).reduce(0, +) == 1)
  }

  @Test("are none where there are too few sessions, or nothing tells them apart")
  func none() async throws {
    let few = try TestWorkspace()
    try few.workspace.store.append(twoKindsOfUsers(each: 2), namespace: "test")
    let found = try await PatternDetector(few.workspace).sessionArchetypes()
    #expect(found.archetypes.isEmpty && found.sessionCount == 40)
    #expect(found.reason.english == "There are too few sessions to tell kinds of them apart.")

    let alike = try TestWorkspace()
    try alike.workspace.store.append(
      (0..<80).map { event("u\($0)", Double($0 % 2) * 1440, "view") }, namespace: "test")
    let same = try await PatternDetector(alike.workspace).sessionArchetypes()
    #expect(same.archetypes.isEmpty && same.sessionCount == 80)
    let own = try await PatternDetector(alike.workspace).sessionArchetypes(userID: "u1")
    #expect(own.shares.isEmpty && own.sessionCount == 1)
  }

  @Test("are the same whatever the number of threads")
  func threads() async throws {
    let events = twoKindsOfUsers(each: 6)
    let (one, two) = (try TestWorkspace(workers: 1), try TestWorkspace(workers: 2))
    for made in [one, two] { try made.workspace.store.append(events, namespace: "test") }
    let first = try await PatternDetector(one.workspace).sessionArchetypes()
    let second = try await PatternDetector(two.workspace).sessionArchetypes()
    #expect(first == second)
  }
}
