import Foundation
import HabitusKernels
import Testing

@Suite("Kaplan and Meier's estimate")
struct SurvivalTests {
  /// Weeks of remission under 6-MP: Freireich et al., Blood 21 (1963), as in Kalbfleisch and Prentice, "The Statistical
  /// Analysis of Failure Time Data" (2002), and Klein and Moeschberger, "Survival Analysis" (2003), table 4.1.
  private let weeks: [Double] = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
  private let relapsed: [Bool] = [
    true, true, true, false, true, false, true, false, false, true, true, false, false, false, true, true, false,
    false, false, false, false,
  ]

  @Test("6-MP equals the textbooks' table, and scipy's intervals", .tags(.reference))
  func published() throws {
    let estimate = try KaplanMeier(times: weeks, isEvent: relapsed)
    #expect(estimate.steps.map(\.time) == [6, 7, 10, 13, 16, 22, 23])
    #expect(estimate.steps.map(\.atRiskCount) == [21, 17, 15, 12, 11, 7, 6])
    #expect(estimate.steps.map(\.eventCount) == [3, 1, 1, 1, 1, 1, 1])
    for (step, expected) in zip(
      estimate.steps,
      [
        (0.857, 0.0764), (0.807, 0.0869), (0.753, 0.0963), (0.690, 0.1068), (0.627, 0.1141), (0.538, 0.1282),
        (0.448, 0.1346),
      ])
    {
      #expect(abs(step.survival - expected.0) < 6e-4 && abs(step.standardError - expected.1) < 6e-5)
    }
    for (step, expected) in zip(
      estimate.steps,
      [
        (0.6197179552659838, 0.951551747646997), (0.5631465646222333, 0.9228090192028804),
        (0.5031995107999564, 0.8893618351692655), (0.43161022248618397, 0.8490659633494507),
        (0.36751085598750205, 0.8049121894718412), (0.26777893676713505, 0.7467907176353944),
        (0.18805200595923235, 0.6801426284952414),
      ])
    {
      let interval = try #require(step.interval)
      #expect(agree(interval.lowerBound, expected.0, tolerance: 1e-10))
      #expect(agree(interval.upperBound, expected.1, tolerance: 1e-10))
    }
    #expect(estimate.quantile(0.5) == 23 && estimate.quantile(0.25) == 13 && estimate.quantile(0.9) == nil)
    // The lower bound falls to one half at 13 weeks, the upper never does.
    #expect(estimate.quantileInterval(0.5) == (13, nil))
  }

  @Test("by hand: without censoring it is the share left")
  func byHand() throws {
    let estimate = try KaplanMeier(times: [3, 1, 2, 2, 5], isEvent: [true, true, true, true, true])
    #expect(estimate.steps.map { ($0.survival * 5).rounded() } == [4, 2, 1, 0])
    #expect(agree(estimate.steps[1].standardError, (0.4 * 0.6 / 5).squareRoot()))
    #expect(estimate.steps[3].interval == nil && estimate.steps[3].standardError == 0)
    #expect(estimate.survival(at: 0.5) == 1 && agree(estimate.survival(at: 2.5) ?? 0, 0.4))
    #expect(estimate.survival(at: 99) == 0 && estimate.quantile(1) == 5)
  }

  @Test("the order of samples does not matter, and intervals hold the truth about as often as they say")
  func coverage() throws {
    #expect(
      try KaplanMeier(times: weeks.reversed(), isEvent: relapsed.reversed()).steps
        == KaplanMeier(times: weeks, isEvent: relapsed).steps)
    var generator = SplitMix64(seed: 3)
    let held = try (0..<300).count { _ in
      let events = (0..<60).map { _ in made(exponential: &generator) }
      let limits = (0..<60).map { _ in generator.nextUnit() * 3 }
      let estimate = try KaplanMeier(times: zip(events, limits).map(min), isEvent: zip(events, limits).map { $0 <= $1 })
      return estimate.step(at: 0.8)?.interval?.contains(exp(-0.8)) ?? false
    }
    #expect((273...297).contains(held))
  }

  @Test("no event, nobody left and bad input")
  func edgeCases() throws {
    let none = try KaplanMeier(times: [4, 7], isEvent: [false, false])
    #expect(none.steps.isEmpty && none.survival(at: 7) == 1 && none.survival(at: 7.1) == nil)
    #expect(none.quantile(0.5) == nil && none.quantileInterval(0.5) == (nil, nil) && none.step(at: 9) == nil)
    let start = try KaplanMeier(times: [0, 1], isEvent: [true, false])
    #expect(start.survival(at: 0) == 0.5)
    #expect(throws: KernelError.noSamples) { try KaplanMeier(times: [], isEvent: []) }
    #expect(throws: KernelError.sampleCount(expected: 1, found: 0)) { try KaplanMeier(times: [1], isEvent: []) }
    #expect(throws: KernelError.notFinite(row: 0, column: 0)) { try KaplanMeier(times: [.nan], isEvent: [true]) }
    #expect(throws: KernelError.self) { try KaplanMeier(times: [-1], isEvent: [true]) }
    #expect(throws: KernelError.self) { try KaplanMeier(times: [1], isEvent: [true], confidence: 1) }
  }
}
