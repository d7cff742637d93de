import Foundation
import Testing

@testable import HabitusKernels

struct PreferenceReference: Decodable {
  struct Scores: Decodable {
    let strength, kish, age: Double
    let days: [Int]
    let values: [UInt32]
    let weights, shares, score, lower, upper, above: [Double]
  }
  struct Block: Decodable {
    let strength, kish, worth, renewal, age, drift, spread, joint, marginal: Double
    let prior, before: [Double]
    let counts: [Int]
  }
  struct Trend: Decodable {
    let table: [Int]
    let p: Double
  }
  struct Ratings: Decodable {
    let reviewers, aspects: [UInt32]
    let values, locations, deviations, weights, errors: [Double]
    let variance, strength, locationVariance: Double
  }
  let scores: [Scores]
  let blocks: [Block]
  let trends: [Trend]
  let ratings: Ratings
}

@Suite("Preference scores")
struct PreferenceScoreTests {
  /// Evidence of events today: values with weights.
  static func evidence(_ events: [(value: UInt32, weight: Double)]) throws -> PreferenceEvidence {
    let decay = try ExponentialDecay(halfLife: .seconds(86_400))
    var state = PreferenceState()
    for event in events { try state.add(event.weight, value: event.value, day: 0, time: 0, decay) }
    return try PreferenceEvidence(state, at: 0, today: 0, decay)
  }

  let shares: [UInt32: Double] = [0: 0.5, 1: 0.3, 2: 0.2]

  @Test("three events for one value are worked by hand, and the interval is the beta's", .tags(.reference))
  func byHand() throws {
    let prior = try PreferencePrior(strength: 10)
    let evidence = try Self.evidence([(0, 1), (0, 1), (0, 1)])
    let score = try #require(prior.scores(of: evidence) { shares[$0, default: 0] }.first)
    // (3 + 5)/13, and scipy 1.17.1: beta(8, 5).ppf([0.05, 0.95]).
    #expect(agree(score.score, 8.0 / 13) && score.evidenceFor == 3)
    #expect(agree(score.interval.lowerBound, 0.39086230177096337, tolerance: 1e-10))
    #expect(agree(score.interval.upperBound, 0.818975242757679, tolerance: 1e-10))
    #expect(agree(try #require(score.lift), 16.0 / 13))
    #expect(agree(try #require(score.liftInterval).upperBound, 2 * score.interval.upperBound))
  }

  @Test("weighted, decayed events have the scores, intervals and probabilities of scipy", .tags(.reference))
  func reference() throws {
    let decay = try ExponentialDecay(halfLife: .seconds(14 * 86_400))
    for expected in try ReferenceData.read("preferences", as: PreferenceReference.self).scores {
      var state = PreferenceState()
      for (index, day) in expected.days.enumerated() {
        try state.add(
          expected.weights[index], value: expected.values[index], day: day, time: Int64(day) * MadeTastes.day, decay)
      }
      let evidence = try PreferenceEvidence(state, at: 30 * MadeTastes.day, today: 30, decay)
      #expect(agree(evidence.effectiveCount, expected.kish) && agree(evidence.age, expected.age))
      let scores = try PreferencePrior(strength: expected.strength).scores(of: evidence) { expected.shares[Int($0)] }
      #expect(scores.count == 4 && scores.map(\.score) == scores.map(\.score).sorted(by: >))
      for score in scores {
        let value = Int(score.value)
        #expect(agreeRelatively(score.score, expected.score[value], tolerance: 1e-12))
        #expect(agreeRelatively(score.interval.lowerBound, expected.lower[value], tolerance: 1e-9))
        #expect(agreeRelatively(score.interval.upperBound, expected.upper[value], tolerance: 1e-9))
        #expect(agree(score.probabilityAbovePopulation, expected.above[value], tolerance: 1e-9))
      }
    }
  }

  @Test("a rejection scales the evidence by the part that is for, worked by hand")
  func rejections() throws {
    let prior = try PreferencePrior(strength: 10)
    // Four events of weight 1. Value 0: 5 + 2 for; 1: 3 + 1 for, 1 against; 2: 2 of the prior.
    let scores = try prior.scores(of: Self.evidence([(0, 1), (0, 1), (1, 1), (1, -1)])) { shares[$0, default: 0] }
    let own = [7, 4 * 4.0 / 5]
    #expect(scores.map(\.value) == [0, 1] && scores.map(\.evidenceAgainst) == [0, 1])
    #expect(agree(scores[0].score, own[0] / (7 + 3.2 + 2)) && agree(scores[1].score, own[1] / (7 + 3.2 + 2)))
  }

  @Test("each further rejection lowers a score, down to a value of the population's and never below 0")
  func moreRejections() throws {
    let prior = try PreferencePrior(strength: 10)
    var last = 0.5
    for count in 1...20 {
      let evidence = try Self.evidence(Array(repeating: (0, -1), count: count))
      let score = try #require(prior.scores(of: evidence) { shares[$0, default: 0] }.first)
      #expect(score.score < last && score.score > 0 && score.interval.contains(score.score))
      #expect(score.probabilityAbovePopulation < 0.5)
      last = score.score
    }
    // 25/25 of the 5 prior events are left, of 5 others.
    #expect(agree(last, 1 / (1 + 5)))
  }

  @Test("only the strongest are told, equal ones by code, and they are the same as among all")
  func limit() throws {
    let prior = try PreferencePrior()
    let evidence = try Self.evidence([(5, 1), (3, 1), (9, 2), (4, 1)])
    let all = try prior.scores(of: evidence) { _ in 0.1 }
    #expect(all.map(\.value) == [9, 3, 4, 5])
    #expect(try prior.scores(of: evidence, limit: 2) { _ in 0.1 } == Array(all.prefix(2)))
    #expect(try prior.scores(of: evidence, limit: 0) { _ in 0.1 }.isEmpty)
  }

  @Test("values with too little for them are left out, and the others are the same as among all")
  func leastEvidence() throws {
    let prior = try PreferencePrior(strength: 4)
    // For 3, 5 and 4: 3, 2 and 1, with 0.12 of the prior each; for 7, rejected once, 3.6 · 3.6/4.6 of the prior.
    let evidence = try Self.evidence([(7, -1), (5, 1), (5, 1), (3, 1), (3, 1), (3, 1), (4, 1)])
    let share = { (value: UInt32) in value == 7 ? 0.9 : 0.03 }
    let all = try prior.scores(of: evidence, populationShare: share)
    #expect(all.map(\.value) == [3, 7, 5, 4])
    let told = try prior.scores(of: evidence, limit: 2, evidenceAbove: 1, populationShare: share)
    #expect(told.map(\.value) == [3, 5])
    #expect(told == all.filter { [3, 5].contains($0.value) })
    #expect(try prior.scores(of: evidence, evidenceAbove: 0, populationShare: share).map(\.value) == [3, 5, 4])
    #expect(try prior.scores(of: evidence, evidenceAbove: 3, populationShare: share).isEmpty)
  }

  @Test("no evidence tells nothing; the only value there is has share 1 for certain")
  func degenerate() throws {
    let prior = try PreferencePrior(strength: 5)
    #expect(try prior.scores(of: Self.evidence([])) { _ in 1 }.isEmpty)
    let only = try #require(prior.scores(of: Self.evidence([(0, 1)])) { _ in 1 }.first)
    #expect(only.score == 1 && only.interval == 1...1 && only.lift == 1 && only.probabilityAbovePopulation == 0)
    let unseen = try #require(prior.scores(of: Self.evidence([(0, 1)])) { _ in 0 }.first)
    #expect(agree(unseen.score, 1.0 / 6) && unseen.lift == nil && unseen.liftInterval == nil)
    let weak = try PreferencePrior(strength: 0)
    let rejected = try #require(weak.scores(of: Self.evidence([(0, -1)])) { _ in 0.25 }.first)
    #expect(rejected.score == 0.25 && rejected.interval == 0...1)
    let sure = try #require(weak.scores(of: Self.evidence([(0, 3)])) { _ in 0.25 }.first)
    #expect(sure.score == 1 && sure.interval == 1...1)
  }

  @Test("the interval of a tiny share holds its score", arguments: [1e-9, 1e-4, 1e-3, 3e-3, 0.01, 0.1])
  func tinyShares(share: Double) throws {
    let prior = try PreferencePrior(strength: 2)
    for weight in [-1.0, 1e-4, 0.01] {
      let events: [(UInt32, Double)] = [(0, 1), (0, 1), (1, weight)]
      let evidence = try Self.evidence(events)
      let narrow = try prior.scores(of: evidence, confidence: 0.2) { $0 == 1 ? share : 0.5 }
      for score in try narrow + prior.scores(of: evidence, populationShare: { $0 == 1 ? share : 0.5 }) {
        #expect(score.interval.contains(score.score) && score.interval.lowerBound < score.interval.upperBound)
      }
    }
  }

  @Test("old evidence counts less where tastes are renewed, and has a wider interval where they drift, by hand")
  func movement() throws {
    let decay = try ExponentialDecay(halfLife: .seconds(1e9))
    var state = PreferenceState()
    for _ in 0..<20 { try state.add(value: 0, day: 0, time: 0, decay) }
    let evidence = try PreferenceEvidence(state, at: 10 * MadeTastes.day, today: 10, decay)
    #expect(evidence.age == 10 && agree(evidence.effectiveCount, 20))
    // 1/(1/20 + 0.005 · 10), 1/(1/(20/2) + 0.01 · 10).
    #expect(agree(try PreferencePrior(renewalPerDay: 0.005).effectiveCount(of: evidence), 10))
    #expect(agree(try PreferencePrior(eventWorth: 0.5, renewalPerDay: 0.01).effectiveCount(of: evidence), 5))
    let steady = try #require(PreferencePrior(strength: 20).scores(of: evidence) { _ in 0.5 }.first)
    let drifting = try #require(
      PreferencePrior(strength: 20, driftPerDay: 0.04, userSpread: 0.4).scores(of: evidence) { _ in 0.5 }.first)
    // 30 of 40; the logit's variance grows by 0.04 · 10/4 + 0.4/4 = 0.2, so 40 events count 40/(1 + 0.2 · 30/40 · 10).
    #expect(agree(steady.score, 0.75) && agree(drifting.score, 0.75))
    let count = 40 / (1 + 0.2 * 0.75 * 10)
    let beta = BetaDistribution(alpha: 0.75 * count, beta: 0.25 * count)
    #expect(agree(drifting.interval.lowerBound, beta.quantile(0.05)))
    #expect(drifting.interval.lowerBound < steady.interval.lowerBound)
  }

  @Test("refuses what is no share, confidence or prior")
  func refuses() throws {
    let evidence = try Self.evidence([(0, 1)])
    let prior = try PreferencePrior()
    for share in [-0.1, 1.1, .nan] {
      #expect(throws: KernelError.self) { try prior.scores(of: evidence) { _ in share } }
    }
    for confidence in [0, 1, Double.nan] {
      #expect(throws: KernelError.self) { try prior.scores(of: evidence, confidence: confidence) { _ in 0.5 } }
    }
    #expect(throws: KernelError.self) { try PreferencePrior(strength: -1) }
    #expect(throws: KernelError.self) { try PreferencePrior(strength: .infinity) }
    #expect(throws: KernelError.self) { try PreferencePrior(eventWorth: 0) }
    #expect(throws: KernelError.self) { try PreferencePrior(eventWorth: 1.1) }
    #expect(throws: KernelError.self) { try PreferencePrior(driftPerDay: .nan) }
  }
}
