import Foundation
import HabitusKernels
import HabitusModel
import Testing

@testable import Habitus

@Suite("Predictions")
struct PredictionTests {
  private static let day = 1440.0

  /// A workspace with these events, with windows and horizons of ten days.
  private func made(_ events: [Event]) throws -> (TestWorkspace, PreferenceCalculator) {
    let made = try TestWorkspace {
      $0.features.windowDays = 10
      $0.predictions.horizonDays = 10
    }
    try made.workspace.store.append(events, namespace: "test")
    return (made, PreferenceCalculator(made.workspace))
  }

  /// Who searches applies within the next ten days, others do not, nine times out of ten; who comes seldom leaves.
  private func seekers(_ count: Int, days: Int, isLinked: Bool = true, seed: UInt64 = 4) -> [Event] {
    var random = SplitMix64(seed: seed)
    var events: [Event] = []
    for user in 0..<count {
      var isSeeking = false
      for day in 0..<days {
        if day % 10 == 0 {
          let applies = Double.random(in: 0..<1, using: &random) < (isLinked ? (isSeeking ? 0.9 : 0.1) : 0.5)
          if applies, day > 0 { events.append(event("u\(user)", (Double(day) + 0.4) * Self.day, "apply")) }
          isSeeking = Double.random(in: 0..<1, using: &random) < 0.5
        }
        guard Double.random(in: 0..<1, using: &random) < 0.6 else { continue }
        events.append(
          event(
            "u\(user)", (Double(day) + Double.random(in: 0..<1, using: &random)) * Self.day,
            isSeeking ? "search" : "page_view"))
      }
    }
    return events
  }

  @Test("a goal is predicted from what precedes it, with the reason, and how well that does on held-out time")
  func goal() async throws {
    let (made, calculator) = try made(seekers(300, days: 60))
    defer { withExtendedLifetime(made) {} }
    let evaluation = try await calculator.evaluatePredictions()
    let goal = try #require(evaluation.results.first { $0.kind == .goal })
    #expect(goal.subject == "apply" && goal.horizonDays == 10 && goal.quality.heldOutDays == 10)
    // Who knows the rule has a Brier score of 0.09 in place of 0.25: a skill of 0.64.
    let quality = try #require(goal.quality.probability)
    #expect((0.4...0.75).contains(quality.brierSkill) && quality.lowestSkill > 0.3)
    #expect(quality.areaUnderCurve > 0.85 && quality.calibrationError < 0.1)
    #expect(quality.calibration.reduce(0) { $0 + $1.users } == quality.users)
    // What an analysis has learned is used again.
    _ = try await Analysis(made.workspace).run()
    var probabilities: [(isSeeking: Bool, value: Double)] = []
    for user in 0..<20 {
      let report = try await calculator.predict(userID: UserID("u\(user)"))
      let prediction = try #require(report.predictions.first { $0.kind == .goal })
      let searches = try await FeatureExtractor(made.workspace).extractFeatures(userID: report.user)["share_search"]
      let isSeeking = try #require(searches) > 0.5
      probabilities.append((isSeeking, prediction.value))
      let reasons = prediction.reasons.filter { $0.feature.contains("search") || $0.feature.contains("page_view") }
      #expect(!reasons.isEmpty)
      #expect(prediction.sentence.english.hasPrefix("‘apply’ within 10"))
    }
    #expect(probabilities.allSatisfy { $0.isSeeking ? $0.value > 0.6 : $0.value < 0.4 }, "\(probabilities)")
  }

  @Test(
    "profiles that are repaired are predicted by the models that stand; predictions of an earlier analysis are not told"
  )
  func profiles() async throws {
    var events = seekers(300, days: 60)
    for day in [11, 12, 13, 15] { events.append(event("gone", Double(day) * Self.day, "page_view")) }
    let (made, calculator) = try made(events)
    defer { withExtendedLifetime(made) {} }
    let manager = ProfileManager(made.workspace)
    _ = try await Analysis(made.workspace).run(asOf: Timestamp(milliseconds: monday + 20 * 86_400_000))
    #expect(!(try await manager.getProfile(userID: "gone").predictions).isEmpty)
    let identities = IdentityManager(made.workspace)
    _ = try await identities.link("u1", "u2", source: "test")
    _ = try await Analysis(made.workspace).run()
    #expect(try await manager.getProfile(userID: "gone").predictions.isEmpty)
    try await PersonRepair(made.workspace).run(after: try await identities.unlink("u1", from: "u2"))
    for user in ["u1", "u2", "u3"] as [UserID] {
      let (kept, live) = (
        try await manager.getProfile(userID: user).predictions, try await calculator.predict(userID: user).predictions
      )
      #expect(!kept.isEmpty && kept.map(\.kind) == live.map(\.kind) && kept.map(\.sentence) == live.map(\.sentence))
      #expect(kept.map { $0.reasons.map(\.feature) } == live.map { $0.reasons.map(\.feature) })
      #expect(kept.map(\.risk) == live.map(\.risk) && kept.map(\.candidates?.count) == live.map(\.candidates?.count))
    }
  }

  @Test("what chance decides is withheld, and says so; so is what has too little history or too few users")
  func withheld() async throws {
    let (chance, calculator) = try made(seekers(300, days: 60, isLinked: false))
    defer { withExtendedLifetime(chance) {} }
    let evaluation = try await calculator.evaluatePredictions()
    #expect(!evaluation.results.contains { $0.kind == .goal })
    let goal = try #require(evaluation.withheld.first { $0.kind == .goal })
    #expect(goal.reason.english.hasPrefix("On held-out time") && goal.quality != nil)

    let (short, other) = try made(seekers(100, days: 25))
    defer { withExtendedLifetime(short) {} }
    let report = try await other.predict(userID: "u1")
    #expect(report.predictions.allSatisfy { $0.kind == .visits || $0.kind == .active || $0.kind == .nextEvent })
    let reasons = report.withheld.filter { $0.kind == .goal || $0.kind == .churn }.map(\.reason.english)
    #expect(reasons.count == 2 && reasons.allSatisfy { $0.contains("it takes 30") }, "\(reasons)")

    let (few, third) = try made(seekers(8, days: 60))
    defer { withExtendedLifetime(few) {} }
    let small = try await third.evaluatePredictions()
    #expect(small.results.isEmpty && small.withheld.allSatisfy { $0.quality == nil })
    #expect(small.withheld.contains { $0.reason.english.contains("learn from") })
  }

  @Test("who has left is told from who still comes, by the days of visits alone; an analysis keeps what was learned")
  func leaving() async throws {
    var random = SplitMix64(seed: 9)
    var events: [Event] = []
    for user in 0..<400 {
      // Every third user leaves on a random day; the others come every 2 to 10 days on average.
      let end = user % 3 == 0 ? 10 + 30 * Double.random(in: 0..<1, using: &random) : 60
      let gap = user < 2 ? 2 : 2 + 8 * Double.random(in: 0..<1, using: &random)
      var time = 5 * Double.random(in: 0..<1, using: &random)
      while time < end {
        events.append(event("u\(user)", time * Self.day, "view"))
        time -= gap * log(Double.random(in: 0..<1, using: &random))
      }
    }
    let (made, calculator) = try made(events)
    defer { withExtendedLifetime(made) {} }
    let fresh = try await calculator.predict(userID: "u0")
    _ = try await Analysis(made.workspace).run()
    let kept = try await calculator.predict(userID: "u0")
    #expect(fresh == kept)
    func active(_ user: String) async throws -> Double {
      try #require(try await calculator.predict(userID: UserID(user)).predictions.first { $0.kind == .active }).value
    }
    // u0 leaves, u1 stays.
    let (gone, here) = (try await active("u0"), try await active("u1"))
    #expect(gone < 0.3 && here > 0.8, "\(gone), \(here)")
    let visits = kept.predictions.filter { $0.kind == .visits }
    #expect(visits.first?.horizonDays == 7)
    #expect(visits.allSatisfy { ($0.quality.probability?.brierSkill ?? 0) > 0.2 && $0.value < 3 })
    #expect(kept.withheld.contains { $0.kind == .visits && $0.horizonDays == 90 && $0.reason.english.contains("180") })
    await #expect(throws: HabitusError.unknownUser("nobody")) { _ = try await calculator.predict(userID: "nobody") }
  }

  @Test("days of visits: each once, up to the end; how often, when last, and on which days after")
  func history() throws {
    // Days 0, 2 (twice), 5 and 9 of a user; another's only event is at the end, which is outside.
    let minutes: [Double] = [10, 2 * 1440 + 5, 2 * 1440 + 700, 5 * 1440 + 1, 9 * 1440 + 1439]
    let own = minutes.map { SimpleEvent(milliseconds: monday + Int64($0 * 60_000)) }
    let other = [SimpleEvent(milliseconds: monday + 10 * 86_400_000)]
    let events = frame(of: [own, other]).frame
    let end = Timestamp(milliseconds: monday + 10 * 86_400_000)
    let calendar = try LocalCalendar(timeZone: "UTC", from: Timestamp(milliseconds: monday), to: end)
    var history = VisitHistory()
    history.add(events, before: end, calendar)
    let first = Int(monday / 86_400_000)
    #expect(history.users == [0] && history.days(at: 0).map { Int($0) - first } == [0, 2, 5, 9])
    #expect(history.span == first...first + 9)
    #expect(history.customer(at: 0, upTo: first + 9) == (try RecencyFrequency(frequency: 3, recency: 9, age: 9)))
    #expect(history.customer(at: 0, upTo: first + 8) == (try RecencyFrequency(frequency: 2, recency: 5, age: 8)))
    #expect(history.customer(at: 0, upTo: first - 1) == nil)
    #expect(history.visitCount(at: 0, in: 4, after: first + 5) == 1)
    #expect(history.visitCount(at: 0, in: 3, after: first + 5) == 0)
    #expect(VisitHistory().span == nil)
  }

  @Test(
    "past moments lie a horizon apart, with a horizon of history before them, and outcomes are those of a plain look")
  func outcomes() throws {
    let events = seekers(40, days: 47)
    let (made, _) = try made(events)
    defer { withExtendedLifetime(made) {} }
    let snapshot = try made.workspace.store.snapshot()
    let end = Timestamp(milliseconds: monday + 47 * 86_400_000)
    let calendar = try LocalCalendar(timeZone: "UTC", from: Timestamp(milliseconds: monday), to: end)
    let moments = try PastMoments(before: end, horizonDays: 10, firstDay: Int(monday / 86_400_000), calendar)
    #expect(moments.moments.map { ($0.milliseconds - monday) / 86_400_000 } == [37, 27, 17])
    let apply = try #require(snapshot.dictionaries.types.code(of: "apply"))
    let outcomes = try PastOutcomes(snapshot, moments, things: [nil, [apply]], workers: 2)
    for (moment, start) in moments.moments.enumerated() {
      let stretch = start.milliseconds..<start.milliseconds + 10 * 86_400_000
      for user in 0..<40 {
        let own = events.filter { $0.user == UserID("u\(user)") && stretch.contains($0.time.milliseconds) }
        guard let code = snapshot.dictionaries.users.code(of: "u\(user)") else { continue }
        #expect(outcomes.did(0, user: code, afterMoment: moment) == !own.isEmpty)
        #expect(outcomes.did(1, user: code, afterMoment: moment) == own.contains { $0.type == "apply" })
      }
    }
    #expect(
      try PastMoments(before: end, horizonDays: 30, firstDay: 0, calendar).moments.count == PastMoments.mostMoments)
  }

  @Test("a risk is high from twice everybody's on, or a half, and never below everybody's")
  func risk() {
    // By probability and everybody's.
    let expected: [(Double, Double, Prediction.Risk)] = [
      (0.05, 0.2, .low), (0.1, 0.2, .medium), (0.39, 0.2, .medium), (0.4, 0.2, .high), (0.5, 0.4, .high),
      (0.6, 0.7, .medium), (0.7, 0.7, .high), (0.34, 0.7, .low),
    ]
    for (probability, usual, risk) in expected {
      #expect(Prediction.Risk(probability, usual: usual) == risk, "\(probability) of \(usual)")
    }
  }
}
