import Foundation
import HabitusKernels
import Testing

@Suite("Preference appeal")
struct PreferenceAppealTests {
  @Test("the appeal is the mean of the beta, worked by hand, least appealing first")
  func byHand() throws {
    let evidence = try PreferenceScoreTests.evidence([(0, 1), (0, 1), (0, 1), (1, 1), (1, -1), (2, -1)])
    let appeals = try AppealPrior(rate: 0.8, strength: 5).appeals(of: evidence, PreferencePrior())
    // (4 + 0)/6, (4 + 1)/7, (4 + 3)/8.
    #expect(appeals.map(\.value) == [2, 1, 0])
    #expect(zip(appeals.map(\.appeal), [4.0 / 6, 5.0 / 7, 7.0 / 8]).allSatisfy { agree($0, $1) })
    let beta = BetaDistribution(alpha: 4, beta: 2)
    #expect(agree(appeals[0].interval.lowerBound, beta.quantile(0.05)))
    #expect(agree(appeals[0].probabilityBelowPopulation, beta.cumulative(0.8)))
    #expect(try AppealPrior(rate: 0.8, strength: 5).appeals(of: evidence, PreferencePrior(), limit: 1).count == 1)
  }

  @Test("rate and strength that users were made with are found; without rejections there is no prior")
  func fit() throws {
    var generator = SplitMix64(seed: 12)
    let evidence = try (0..<200).map { _ in
      let events = (0..<4).flatMap { value -> [(value: UInt32, weight: Double)] in
        let logs = [made(logGamma: 6 * 0.7, &generator), made(logGamma: 6 * 0.3, &generator)]
        let rate = shares(ofLogarithms: logs)[0]
        return (0..<8).map { _ in (UInt32(value), generator.nextUnit() < rate ? 1 : -1) }
      }
      return try PreferenceScoreTests.evidence(events)
    }
    let prior = try #require(AppealPrior.fit(to: evidence))
    #expect(abs(prior.rate - 0.7) < 0.03 && abs(log(prior.strength / 6)) < 0.25, "\(prior)")
    #expect(AppealPrior.fit(to: []) == nil)
    #expect(AppealPrior.fit(to: [try PreferenceScoreTests.evidence([(0, 1)])]) == nil)
    let allAgainst = try #require(AppealPrior.fit(to: [PreferenceScoreTests.evidence([(0, -1), (1, -1)])]))
    #expect(allAgainst.rate < 0.4)
  }

  @Test("no evidence tells nothing; numbers out of range are refused")
  func edges() throws {
    let prior = try AppealPrior(rate: 1, strength: 3)
    #expect(try prior.appeals(of: PreferenceScoreTests.evidence([]), PreferencePrior()).isEmpty)
    let liked = try prior.appeals(of: PreferenceScoreTests.evidence([(0, 1)]), PreferencePrior())
    #expect(liked.map(\.appeal) == [1] && liked[0].interval == 1...1)
    #expect(throws: KernelError.self) { try AppealPrior(rate: 1.1, strength: 1) }
    #expect(throws: KernelError.self) { try AppealPrior(rate: 0.5, strength: 0) }
    let evidence = try PreferenceScoreTests.evidence([(0, 1)])
    #expect(throws: KernelError.self) { try prior.appeals(of: evidence, PreferencePrior(), confidence: 1) }
  }
}

@Suite("Circular smoothing")
struct CircularSmoothingTests {
  @Test("an hour spreads evenly to both sides, over midnight, and the total stays")
  func spreads() throws {
    let smoothing = try CircularSmoothing()
    var hours = Array(repeating: 0.0, count: 24)
    hours[0] = 2
    let smoothed = try smoothing.smoothed(hours)
    #expect(agree(smoothed.reduce(0, +), 2) && smoothed.max() == smoothed[0])
    #expect((1...11).allSatisfy { agree(smoothed[$0], smoothed[24 - $0]) && smoothed[$0] < smoothed[$0 - 1] })
    // exp(κ·(cos 15° − 1)) with κ = 1/(2π/24)², nearly exp(−1/2).
    let unit = 2 * Double.pi / 24
    #expect(agree(smoothed[1] / smoothed[0], exp((cos(unit) - 1) / (unit * unit))))
    #expect(abs(smoothed[1] / smoothed[0] - exp(-0.5)) < 0.01)
  }

  @Test("a circle of one position stays, and a wide kernel makes all alike")
  func limits() throws {
    #expect(try CircularSmoothing(positionCount: 1).smoothed([3]) == [3])
    let flat = try CircularSmoothing(positionCount: 4, deviation: 1e3).smoothed([4, 0, 0, 0])
    #expect(flat.allSatisfy { abs($0 - 1) < 1e-5 })
    let narrow = try CircularSmoothing(positionCount: 4, deviation: 1e-3).smoothed([4, 1, 0, 0])
    #expect(narrow == [4, 1, 0, 0])
  }

  @Test("evidence keeps total and counts; codes that are no position are refused")
  func evidence() throws {
    let smoothing = try CircularSmoothing()
    let evidence = try PreferenceScoreTests.evidence([(23, 3), (1, -2)])
    let smoothed = try evidence.smoothed(by: smoothing)
    #expect(smoothed.values.map(\.value) == (0..<24).map { UInt32($0) } && smoothed.total == 5)
    #expect(agree(smoothed.values.reduce(0) { $0 + $1.evidenceFor }, 3))
    #expect(agree(smoothed.values[0].evidenceAgainst, 2 * smoothing.kernel[1]))
    #expect(smoothed.values[23].countFor == 1 && smoothed.values[1].countAgainst == 1)
    #expect(smoothed.effectiveCount == evidence.effectiveCount)
    let none = try PreferenceScoreTests.evidence([])
    #expect(try none.smoothed(by: smoothing) == none)
    #expect(throws: KernelError.self) { try PreferenceScoreTests.evidence([(24, 1)]).smoothed(by: smoothing) }
    #expect(throws: KernelError.self) { try CircularSmoothing(positionCount: 0) }
    #expect(throws: KernelError.self) { try CircularSmoothing(deviation: 0) }
    #expect(throws: KernelError.columnCount(expected: 24, found: 2)) { try smoothing.smoothed([1, 2]) }
  }
}
