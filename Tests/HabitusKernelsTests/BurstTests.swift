import Foundation
import HabitusKernels
import Testing

@Suite("Bursts")
struct BurstTests {
  @Test("by hand: five fast gaps among slow ones")
  func byHand() throws {
    // Gaps 10, 10, 1, 1, 1, 1, 1, 10, 10: total 45, mean 5. In a burst a gap g gains log 2 − g/5.
    let gaps = [10.0, 10, 1, 1, 1, 1, 1, 10, 10]
    let times = gaps.reduce(into: [0.0]) { $0.append($0[$0.count - 1] + $1) }
    let bursts = try BurstDetection().bursts(in: times)
    #expect(bursts.count == 1)
    let burst = try #require(bursts.first)
    #expect(burst.events == 2..<8 && burst.start == 20 && burst.end == 25)
    #expect(agree(burst.weight, 5 * (log(2) - 0.2)))
    // 5 of 9 gaps within 1/9 of the stretch, beta(5, 4): P(at least 5 of 8 uniform times before 1/9), 45 stretches.
    let share = 1.0 / 9
    var tail = 0.0
    for (k, ways) in [(5.0, 56.0), (6, 28), (7, 8), (8, 1)] { tail += ways * pow(share, k) * pow(1 - share, 8 - k) }
    #expect(agreeRelatively(burst.pValue, 45 * tail, tolerance: 1e-9))
    // Entering costs γ · log 9 = 2.197 γ; the burst gains 2.466.
    #expect(try BurstDetection(transitionCost: 1.13).bursts(in: times).isEmpty)
  }

  @Test("the states are the cheapest of all sequences", .tags(.differential), arguments: 0..<UInt64(20))
  func isCheapest(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let gaps = (0..<9).map { _ in made(exponential: &generator) * (generator.nextUnit() < 0.5 ? 0.2 : 2) }
    let times = gaps.reduce(into: [0.0]) { $0.append($0[$0.count - 1] + $1) }
    let detection = BurstDetection(rateRatio: 3, transitionCost: 0.4)
    let total = gaps.reduce(0, +)
    func cost(_ isFast: [Bool]) -> Double {
      var (sum, before) = (0.0, false)
      for (gap, fast) in zip(gaps, isFast) {
        let rate = 9 / total * (fast ? 3 : 1)
        sum += rate * gap - log(rate) + (fast && !before ? 0.4 * log(9.0) : 0)
        before = fast
      }
      return sum
    }
    let least = (0..<512).map { code in cost((0..<9).map { code >> $0 & 1 == 1 }) }.min()
    var found = Array(repeating: false, count: 9)
    for burst in try detection.bursts(in: times) {
      for index in burst.events.dropLast() { found[index] = true }
    }
    #expect(agree(cost(found), try #require(least)), "seed \(seed)")
  }

  @Test("streams at random times have a significant burst no more often than the level says; a planted one is found")
  func significance() throws {
    var generator = SplitMix64(seed: 21)
    var (falselyFound, found) = (0, 0)
    for _ in 0..<150 {
      let times = (0..<60).map { _ in generator.nextUnit() * 1000 }.sorted()
      if try BurstDetection().bursts(in: times).contains(where: { $0.pValue <= 0.05 }) { falselyFound += 1 }
      let planted = (times + (0..<15).map { _ in 500 + generator.nextUnit() * 15 }).sorted()
      let significant = try BurstDetection().bursts(in: planted).filter { $0.pValue <= 0.05 }
      if significant.contains(where: { $0.start < 515 && $0.end > 500 }) { found += 1 }
    }
    #expect(falselyFound <= 13)
    #expect(found >= 140)
  }

  @Test("few events, equal times and bad input")
  func edgeCases() throws {
    #expect(try BurstDetection().bursts(in: []).isEmpty)
    #expect(try BurstDetection().bursts(in: [1, 2]).isEmpty)
    #expect(try BurstDetection().bursts(in: [5, 5, 5, 5]).isEmpty)
    let doubled = try BurstDetection().bursts(in: [0, 50, 50, 50, 50, 50, 100])
    #expect(doubled.map(\.events) == [1..<6] && doubled[0].pValue == 0)
    #expect(throws: KernelError.self) { try BurstDetection().bursts(in: [1, 0, 3]) }
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) { try BurstDetection().bursts(in: [1, .nan, 3]) }
    #expect(throws: KernelError.self) { try BurstDetection(rateRatio: 1).bursts(in: []) }
    #expect(throws: KernelError.self) { try BurstDetection(transitionCost: -1).bursts(in: []) }
  }
}

@Suite("Daily anomalies")
struct DailyAnomaliesTests {
  private let weekday = [1.4, 1.2, 1.0, 1.0, 0.9, 0.8, 0.7]

  private func days(seed: UInt64, count: Int = 140, level: Double = 40) -> [Int] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { day in
      Int(made(poisson: level * weekday[(day + 3) % 7] * (1 + 0.004 * Double(day)), &generator))
    }
  }

  @Test("weekdays and trend are told apart exactly where there is no noise")
  func decomposes() throws {
    let counts = (0..<70).map { [140, 120, 100, 100, 90, 80, 70][($0 + 3) % 7] }
    let report = try DailyAnomalies().report(counts: counts, firstWeekday: 3)
    for (found, expected) in zip(report.weekdayFactors, weekday) { #expect(agree(found, expected, tolerance: 1e-9)) }
    #expect(report.trend.allSatisfy { agree($0, 100, tolerance: 1e-9) })
    #expect(report.dispersion == 1)
    #expect(report.days.allSatisfy { $0.pValue > 0.9 && $0.interval.contains($0.count) })
  }

  @Test("a planted day stands out, up and down, and moves neither weekday nor trend")
  func findsPlanted() throws {
    var counts = days(seed: 1)
    let before = try DailyAnomalies().report(counts: counts, firstWeekday: 3)
    counts[50] *= 3
    counts[90] = 2
    let report = try DailyAnomalies().report(counts: counts, firstWeekday: 3)
    #expect(report.days.indices.filter { report.days[$0].qValue <= 0.01 } == [50, 90])
    #expect(agreeRelatively(report.trend[50], before.trend[50], tolerance: 0.05))
    #expect(!report.days[50].interval.contains(counts[50]))
  }

  @Test("normal days stay within their intervals as often as they should, overdispersed ones too")
  func falsePositives() throws {
    var generator = SplitMix64(seed: 5)
    var (outside, total, discovered) = (0, 0, 0)
    for seed in 0..<UInt64(10) {
      var counts = days(seed: seed)
      if seed.isMultiple(of: 2) {
        // Each day's level is itself random: variance about 3 times the mean.
        counts = counts.map { Int(made(poisson: Double($0) * exp(made(&generator) * 0.22), &generator)) }
      }
      let report = try DailyAnomalies().report(counts: counts, firstWeekday: 3)
      outside += report.days.count { !$0.interval.contains($0.count) }
      discovered += report.days.contains { $0.qValue <= 0.05 } ? 1 : 0
      total += counts.count
    }
    #expect(Double(outside) / Double(total) < 0.075)
    #expect(discovered <= 3)
  }

  @Test("silence, a single day and bad input")
  func edgeCases() throws {
    let silent = try DailyAnomalies().report(counts: [0, 0, 0, 0, 0, 0, 0, 0, 9], firstWeekday: 0)
    #expect(silent.days[0].pValue == 1 && silent.days[0].interval == 0...0)
    #expect(silent.days[8].pValue == 0)
    #expect(try DailyAnomalies().report(counts: [5], firstWeekday: 6).days[0].expected == 5)
    #expect(throws: KernelError.noSamples) { try DailyAnomalies().report(counts: [], firstWeekday: 0) }
    #expect(throws: KernelError.self) { try DailyAnomalies().report(counts: [-1], firstWeekday: 0) }
    #expect(throws: KernelError.self) { try DailyAnomalies().report(counts: [1], firstWeekday: 7) }
    #expect(throws: KernelError.self) { try DailyAnomalies(windowLength: 8).report(counts: [1], firstWeekday: 0) }
    #expect(throws: KernelError.self) { try DailyAnomalies(confidence: 1).report(counts: [1], firstWeekday: 0) }
  }
}
