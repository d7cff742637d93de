import Foundation
import HabitusKernels
import Testing

@Suite("Shortest arc")
struct ShortestArcTests {
  @Test("by hand: across the turn, and the probability of all points in it")
  func byHand() throws {
    // Three of four are 75 %, all four are needed for 80 %: from 0.9 to 0.15, a quarter: 4 · ¼³ = 1/16.
    let arc = try #require(ShortestArc(of: [0.1, 0.95, 0.9, 0.15], share: 0.8))
    #expect(agree(arc.start, 0.9) && agree(arc.length, 0.25) && arc.pointCount == 4 && agree(arc.pValue, 1.0 / 16))
    #expect(arc.contains(0) && arc.contains(0.9) && !arc.contains(0.5))
    let three = try #require(ShortestArc(of: [0.1, 0.95, 0.9, 0.15], share: 0.75))
    // 0.9 to 0.1 is 0.2, as is 0.95 to 0.15: the first from 0 is that which begins at 0.9.
    #expect(agree(three.length, 0.2) && three.pointCount == 3)
  }

  @Test("points that are uniform seldom have a small probability", arguments: [4, 10, 40])
  func uniform(count: Int) {
    var generator = SplitMix64(seed: UInt64(count))
    let small = (0..<2000).count { _ in
      (ShortestArc(of: (0..<count).map { _ in generator.nextUnit() }, share: 0.8)?.pValue ?? 0) <= 0.05
    }
    // An upper bound: 100 expected at most; four standard deviations.
    #expect(small <= 139)
    // For four points it is exact.
    if count == 4 { #expect(small >= 61) }
  }

  @Test("no points, one, and equal ones")
  func edgeCases() throws {
    #expect(ShortestArc(of: [], share: 0.5) == nil)
    let one = try #require(ShortestArc(of: [0.3], share: 1))
    #expect(one.length == 0 && one.pValue == 1)
    let equal = try #require(ShortestArc(of: [0.3, 0.3, 0.3], share: 1))
    #expect(equal.length == 0 && equal.pValue == 0 && equal.contains(0.3))
  }
}

@Suite("Gaps of many users")
struct GapStatisticsTests {
  @Test("in parts and in any order they teach what all gaps at once do", .tags(.differential))
  func parts() throws {
    var generator = SplitMix64(seed: 3)
    let users = (0..<60).map { user in (0..<user % 7).map { _ in exp(3 * generator.nextUnit()) } }
    var (a, b) = (GapStatistics(), GapStatistics())
    for (index, gaps) in users.reversed().enumerated() {
      if index.isMultiple(of: 3) { try a.add(gaps) } else { try b.add(gaps) }
    }
    a.merge(b)
    let (together, parts) = (try GapPopulation(gapsByUser: users), try GapPopulation(a))
    #expect(agree(together.logMean, parts.logMean) && agree(together.logVariance, parts.logVariance))
    #expect(agree(together.meanStrength, parts.meanStrength, tolerance: 1e-9))
    #expect(a.gapCount == users.reduce(0) { $0 + $1.count } && a.userCount == users.count { !$0.isEmpty })
    #expect(throws: KernelError.self) { try a.add([1, -1]) }
    #expect(throws: KernelError.noSamples) { try GapPopulation(GapStatistics()) }
  }

  @Test("who comes as ever is away improbably long as often as the level says, at any moment")
  func absence() throws {
    var generator = SplitMix64(seed: 8)
    let population = try GapPopulation(
      gapsByUser: (0..<200).map { _ in (0..<20).map { _ in exp(normal(&generator)) } })
    // So many own gaps that the law is known.
    let forecast = try population.nextGap(after: (0..<3000).map { _ in exp(normal(&generator)) })
    var (long, longByGaps) = (0, 0)
    for _ in 0..<2000 {
      var (time, last) = (0.0, 0.0)
      while time < 100 {
        last = time
        time += exp(normal(&generator))
      }
      if forecast.probability(ofAbsenceBeyond: 100 - last, longest: 1000) <= 0.05 { long += 1 }
      if forecast.probability(ofGapBeyond: 100 - last) <= 0.05 { longByGaps += 1 }
    }
    // 100 expected; four standard deviations. Gaps alone would name nearly twice as many.
    #expect((61...139).contains(long), "\(long)")
    #expect(longByGaps > 150, "\(longByGaps)")
    #expect(forecast.probability(ofAbsenceBeyond: 30, longest: 30) == 0)
    #expect(forecast.probability(ofAbsenceBeyond: 1e-9, longest: 30) > 0.999)
  }

  private func normal(_ generator: inout SplitMix64) -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + generator.nextUnit() }
  }
}

@Suite("Gaps in days")
struct DailyGapsTests {
  @Test("days by chance are even or uneven as often as the level says, however dense", arguments: [0.1, 0.4, 0.8])
  func chance(probability: Double) throws {
    var generator = SplitMix64(seed: UInt64(probability * 100))
    var (even, uneven, count) = (0, 0, 0)
    for _ in 0..<1000 {
      let days = (0..<120).filter { _ in generator.nextUnit() < probability }
      let gaps = Statistics.rescaledGaps(betweenDays: days, using: &generator)
      guard gaps.count >= 3, let regularity = try ReturnRegularity(gaps: gaps, resolution: 1e-6) else { continue }
      count += 1
      if regularity.regularPValue <= 0.05 { even += 1 }
      if regularity.unevenPValue <= 0.05 { uneven += 1 }
    }
    // 50 expected of 1000; four standard deviations.
    #expect(count > 950)
    #expect((22...78).contains(even) && (22...78).contains(uneven), "\(even) \(uneven)")
  }

  @Test("every seventh day is even; no day, one, and every day")
  func edgeCases() throws {
    var generator = SplitMix64(seed: 4)
    let weekly = Statistics.rescaledGaps(betweenDays: [0, 7, 14, 21, 28, 35], using: &generator)
    #expect(try #require(try ReturnRegularity(gaps: weekly, resolution: 1e-6)).regularPValue < 1e-4)
    #expect(Statistics.rescaledGaps(betweenDays: [], using: &generator).isEmpty)
    #expect(Statistics.rescaledGaps(betweenDays: [3], using: &generator).isEmpty)
    let daily = Statistics.rescaledGaps(betweenDays: Array(0..<30), using: &generator)
    #expect(daily.count == 29 && daily.allSatisfy { $0 >= 0 && $0.isFinite })
    #expect(try #require(try ReturnRegularity(gaps: daily, resolution: 1e-6)).regularPValue > 0.01)
  }
}
