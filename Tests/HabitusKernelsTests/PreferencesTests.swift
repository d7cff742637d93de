import Foundation
import HabitusKernels
import Testing

@Suite("Preferences")
struct PreferencesTests {
  let day: Int64 = 86_400_000

  @Test("weights halve with every half-life, exactly")
  func halves() throws {
    let decay = try ExponentialDecay(halfLife: .seconds(7 * 86_400))
    #expect((0...5).map { decay.weight(afterMilliseconds: $0 * 7 * day) } == [1, 0.5, 0.25, 0.125, 0.0625, 0.03125])
    #expect(decay.weight(afterMilliseconds: -7 * day) == 2)
    #expect(agree(decay.weight(afterMilliseconds: day), 0.9057236642639067, tolerance: 1e-15))
    #expect(throws: KernelError.parameter(name: "halfLife", value: 0, allowed: "a duration of 1 ms or more")) {
      try ExponentialDecay(halfLife: .zero)
    }
  }

  @Test("three events are worth what is worked by hand, in any order")
  func byHand() throws {
    let decay = try ExponentialDecay(halfLife: .seconds(86_400))
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] as [[Int64]] {
      var score = DecayedScore()
      for index in order { score.add(Double(index + 1), at: index * day, decay) }
      // 1/8 + 2/4 + 3/2 one day after the last.
      #expect(score.value(at: 3 * day, decay) == 2.125)
      // Weights ¼, 1 and 3: 4.25² / (1/16 + 1 + 9).
      #expect(agree(score.effectiveCount, 18.0625 / 10.0625))
    }
  }

  @Test("updates equal the batch, also in parts, over many half-lives", .tags(.differential), arguments: 0..<UInt64(20))
  func equalsBatch(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let decay = try ExponentialDecay(halfLife: .seconds(3_600 * (1 + generator.nextIndex(below: 100))))
    let events = (0..<300).map { _ in
      (weight: generator.nextUnit(), time: Int64(generator.nextIndex(below: Int(10 * day))))
    }
    let now = 11 * day
    let batch = events.reduce(0) { $0 + $1.weight * decay.weight(afterMilliseconds: now - $1.time) }
    var (whole, first, second) = (DecayedScore(), DecayedScore(), DecayedScore())
    for (index, event) in events.enumerated() {
      whole.add(event.weight, at: event.time, decay)
      if index < 100 { first.add(event.weight, at: event.time, decay) }
      if index >= 100 { second.add(event.weight, at: event.time, decay) }
    }
    first.merge(second, decay)
    #expect(agreeRelatively(whole.value(at: now, decay), batch, tolerance: 1e-12), "seed \(seed)")
    #expect(agreeRelatively(first.value(at: now, decay), batch, tolerance: 1e-12), "seed \(seed)")
    #expect(agree(first.effectiveCount, whole.effectiveCount, tolerance: 1e-11), "seed \(seed)")
  }

  @Test("a score without events is 0, and merging it changes nothing")
  func emptyScore() throws {
    let decay = try ExponentialDecay(halfLife: .seconds(1))
    var score = DecayedScore()
    #expect(score.value(at: 5, decay) == 0 && score.effectiveCount == 0)
    score.add(at: 3, decay)
    let before = score
    score.merge(DecayedScore(), decay)
    #expect(score == before)
    var empty = DecayedScore()
    empty.merge(before, decay)
    #expect(empty == before)
    #expect(try JSONDecoder().decode(DecayedScore.self, from: JSONEncoder().encode(score)) == score)
  }

  @Test("shares are drawn to the population, worked by hand, and their interval is the beta's", .tags(.reference))
  func shrinkage() throws {
    let prior = try DirichletShrinkage(populationCounts: [50, 30, 20], priorStrength: 10)
    let shares = try prior.shares(of: [3, 0, 0], confidence: 0.9)
    // (3 + 5)/13, (0 + 3)/13, (0 + 2)/13.
    #expect(zip(shares.map(\.share), [8.0 / 13, 3.0 / 13, 2.0 / 13]).allSatisfy { agree($0, $1) })
    #expect(shares.map(\.observedShare) == [1, 0, 0])
    // scipy 1.17.1: beta(8, 5).ppf([0.05, 0.95]), beta(2, 11).ppf([0.05, 0.95])
    #expect(agree(shares[0].interval.lowerBound, 0.39086230177096337, tolerance: 1e-10))
    #expect(agree(shares[0].interval.upperBound, 0.818975242757679, tolerance: 1e-10))
    #expect(agree(shares[2].interval.lowerBound, 0.030460165659137187, tolerance: 1e-10))
    #expect(agree(shares[2].interval.upperBound, 0.3386806684340324, tolerance: 1e-10))
  }

  @Test("without evidence the population's share stays; with much of it the own share wins")
  func limits() throws {
    let prior = try DirichletShrinkage(populationCounts: [3, 1], priorStrength: 8)
    let none = try prior.shares(of: [0, 0])
    #expect(none.map(\.share) == [0.75, 0.25] && none.allSatisfy { $0.observedShare == nil })
    let much = try prior.shares(of: [1e6, 3e6])
    #expect(abs(much[0].share - 0.25) < 1e-5)
    #expect(much[0].interval.upperBound - much[0].interval.lowerBound < 1e-3)
    #expect(agree(much.reduce(0) { $0 + $1.share }, 1))
  }

  @Test("kinds nobody has seen have share 0 for certain; without prior strength nothing is known")
  func degenerate() throws {
    let unseen = try DirichletShrinkage(populationCounts: [1, 0], priorStrength: 5).shares(of: [2, 0])
    #expect(unseen[0].interval == 1...1 && unseen[1].interval == 0...0 && unseen[1].share == 0)
    let weak = try DirichletShrinkage(populationCounts: [1, 3], priorStrength: 0).shares(of: [0, 0])
    #expect(weak.map(\.share) == [0.25, 0.75] && weak.allSatisfy { $0.interval == 0...1 })
  }

  @Test("refuses counts that are none")
  func refuses() throws {
    #expect(throws: KernelError.self) { try DirichletShrinkage(populationCounts: [0, 0], priorStrength: 1) }
    #expect(throws: KernelError.self) { try DirichletShrinkage(populationCounts: [1, -1], priorStrength: 1) }
    #expect(throws: KernelError.self) { try DirichletShrinkage(populationCounts: [1], priorStrength: -1) }
    let prior = try DirichletShrinkage(populationCounts: [1, 1], priorStrength: 1)
    #expect(throws: KernelError.columnCount(expected: 2, found: 1)) { try prior.shares(of: [1]) }
    #expect(throws: KernelError.self) { try prior.shares(of: [1, .nan]) }
    #expect(throws: KernelError.self) { try prior.shares(of: [1, 1], confidence: 1) }
  }
}
