import Foundation
import Testing

@testable import HabitusKernels

@Suite("Preference prior")
struct PreferencePriorFitTests {
  @Test("likelihoods of blocks are those of scipy", .tags(.reference))
  func likelihoods() throws {
    for expected in try ReferenceData.read("preferences", as: PreferenceReference.self).blocks {
      var blocks = PredictedBlocks()
      blocks.add(
        kish: expected.kish, age: expected.age, weight: 0.5,
        expected.counts.indices.map {
          .init(prior: expected.prior[$0], before: expected.before[$0], count: expected.counts[$0], isTold: true)
        })
      let prior = try PreferencePrior(
        strength: expected.strength, eventWorth: expected.worth, renewalPerDay: expected.renewal,
        driftPerDay: expected.drift, userSpread: expected.spread)
      #expect(agreeRelatively(blocks.jointLogLikelihood(prior), expected.joint / 2, tolerance: 1e-10))
      #expect(agreeRelatively(blocks.marginalLogLikelihood(prior), expected.marginal / 2, tolerance: 1e-10))
    }
  }

  @Test("finds the strength that users were made with", arguments: [2.0, 10, 60])
  func strength(made strength: Double) throws {
    let decay = try ExponentialDecay(halfLife: .seconds(14 * 86_400))
    let made = MadeTastes(userCount: 300, eventCount: 40, valueCount: 10, strength: strength)
    let fit = try PreferencePrior.fit(to: made.users(seed: 3, decay).map(\.state), decay)
    #expect(abs(log(fit.prior.strength / strength)) < 0.25, "\(fit.prior)")
    #expect(fit.prior.eventWorth > 0.75 && fit.prior.renewalPerDay < 0.002 && fit.prior.driftPerDay < 0.01)
    #expect(fit.userCount == 300)
  }

  @Test("a drift that users were made with is found, and one that is not there is not")
  func drift() throws {
    let decay = try ExponentialDecay(halfLife: .seconds(14 * 86_400))
    var made = MadeTastes(userCount: 100, eventCount: 300, valueCount: 8)
    let still = try PreferencePrior.fit(to: made.users(seed: 1, decay).map(\.state), decay).prior
    made.movement = .randomWalk(step: 0.15)
    let moving = try PreferencePrior.fit(to: made.users(seed: 1, decay).map(\.state), decay).prior
    #expect(moving.driftPerDay + moving.renewalPerDay > 0.008, "\(moving)")
    #expect(still.driftPerDay + still.renewalPerDay < 0.002, "\(still)")
  }

  @Test("users who are all alike have a huge strength, and a single user or none the default")
  func alike() throws {
    let decay = try ExponentialDecay(halfLife: .seconds(86_400))
    var state = PreferenceState()
    for index in 0..<40 {
      try state.add(value: UInt32(index % 4), day: index / 4, time: Int64(index / 4) * MadeTastes.day, decay)
    }
    let alike = try PreferencePrior.fit(to: Array(repeating: state, count: 50), decay)
    #expect(alike.prior.strength > 100 && alike.prior.strength <= 1e5)
    for states in [[], [state], [state, PreferenceState()]] {
      let fit = try PreferencePrior.fit(to: states, decay)
      #expect(try fit.prior == PreferencePrior() && fit.userCount == (states.isEmpty ? 0 : 1))
    }
    let two = try PreferencePrior.fit(to: [state, state], decay)
    #expect(two.userCount == 2 && two.prior.strength.isFinite)
  }

  @Test("two users with nothing in common, users of one event, one value and one day have a prior")
  func odd() throws {
    let decay = try ExponentialDecay(halfLife: .seconds(86_400))
    func user(_ values: [UInt32], daily: Bool) throws -> PreferenceState {
      var state = PreferenceState()
      for (day, value) in values.enumerated() { try state.add(value: value, day: daily ? day : 0, time: 0, decay) }
      return state
    }
    let samples = [
      [try user([1, 1, 1, 1, 1, 1], daily: true), try user([2, 2, 2, 2, 2, 2], daily: true)],
      try (0..<5).map { try user([$0], daily: true) }, try (0..<5).map { _ in try user([3, 3, 3], daily: true) },
      try (0..<5).map { try user([$0, 0, 0, 0], daily: false) },
    ]
    for states in samples {
      let prior = try PreferencePrior.fit(to: states, decay).prior
      #expect(prior.strength >= 0.049 && prior.strength <= 1.001e5 && prior.eventWorth <= 1)
    }
    #expect(try PreferencePrior.fit(to: samples[0], decay).prior.strength < 5)
    #expect(throws: KernelError.self) { try PreferencePrior.fit(to: [], decay, maximumUserCount: 0) }
  }

  @Test("of many users as many are learned from as asked for, evenly spread, with the same result every time")
  func sample() throws {
    let decay = try ExponentialDecay(halfLife: .seconds(14 * 86_400))
    let states = try MadeTastes(userCount: 120, eventCount: 20).users(seed: 8, decay).map(\.state)
    let fit = try PreferencePrior.fit(to: states, decay, maximumUserCount: 50)
    let third = try PreferencePrior.fit(to: stride(from: 0, to: 120, by: 3).map { states[$0] }, decay)
    #expect(fit.userCount == 40 && fit == third)
  }

  @Test("the search finds the top of a hill, also on the edge of the box")
  func search() {
    func hill(_ point: [Double]) -> Double {
      -(point[0] - 1) * (point[0] - 1) - 3 * (point[1] + 2) * (point[1] + 2) - point[0] * point[1]
    }
    let inside = SimplexSearch(bounds: [-9...9, -9...9], tolerance: 1e-12, maximumEvaluations: 500)
    // The gradient 2(x − 1) + y = 0, 6(y + 2) + x = 0.
    let top = inside.maximum(from: [5, 5], steps: [1, 1], of: hill).point
    #expect(agree(top[0], 24.0 / 11, tolerance: 1e-4) && agree(top[1], -26.0 / 11, tolerance: 1e-4))
    // A first step out of the box leaves no room in one direction.
    let flat = SimplexSearch(bounds: [-9...3, -9...9], tolerance: 1e-12, maximumEvaluations: 500)
    #expect(agree(flat.maximum(from: [3, 5], steps: [1, 1], of: hill).point[0], 24.0 / 11, tolerance: 1e-4))
    let edge = SimplexSearch(bounds: [-9...1, -9...9], tolerance: 1e-12, maximumEvaluations: 500)
    let best = edge.maximum(from: [1, 5], steps: [1, 1], of: hill).point
    #expect(best[0] == 1 && agree(best[1], -13.0 / 6, tolerance: 1e-4))
  }
}
