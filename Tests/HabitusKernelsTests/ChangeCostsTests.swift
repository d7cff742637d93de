import Foundation
import HabitusKernels
import Testing

@Suite("Costs of changes with exposures and trends")
struct ChangeCostsTests {
  private func series(seed: UInt64, count: Int) -> (values: [Double], weights: [Double]) {
    var generator = SplitMix64(seed: seed)
    let values = (0..<count).map { Double($0) * 0.3 + generator.nextUnit() * 5 }
    return (values, (0..<count).map { _ in 0.2 + generator.nextUnit() * 2 })
  }

  /// Weighted least squares by the normal equations about the first sample.
  private func line(_ values: ArraySlice<Double>, _ weights: ArraySlice<Double>) -> (
    level: Double, slope: Double, squares: Double
  ) {
    var (w, t, y, tt, ty) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for index in values.indices {
      let (weight, time) = (weights[index], Double(index - values.startIndex))
      w += weight
      t += weight * time
      y += weight * values[index]
      tt += weight * time * time
      ty += weight * time * values[index]
    }
    let slope = (w * ty - t * y) / (w * tt - t * t)
    let level = (y - slope * t) / w
    let squares = values.indices.reduce(0.0) { sum, index in
      let error = values[index] - level - slope * Double(index - values.startIndex)
      return sum + weights[index] * error * error
    }
    return (level, slope, squares)
  }

  @Test("lines and their costs are those of least squares on every segment", .tags(.differential))
  func trendDefinition() throws {
    for (seed, count) in [(1, 12), (2, 30)] {
      let (values, weights) = series(seed: UInt64(seed), count: count)
      let far = values.map { $0 + 1e7 }
      for (cost, values) in [
        (try LinearTrendCost(values, weights: weights, variance: 2), values),
        (try LinearTrendCost(far, weights: weights, variance: 2), far),
      ] {
        for start in 0..<count - 1 {
          for end in start + 2...count {
            let expected = line(values[start..<end], weights[start..<end])
            #expect(agree(cost.cost(of: start..<end), expected.squares / 2, tolerance: 1e-6))
            let found = cost.line(of: start..<end)
            #expect(agree(found.slope, expected.slope, tolerance: 1e-6))
            #expect(agreeRelatively(found.value(at: Double(start)), expected.level, tolerance: 1e-6))
          }
        }
      }
    }
  }

  @Test("by hand: a line of four samples, with the variances of its level and slope")
  func trendByHand() throws {
    // About 1.5: times −1.5 −0.5 0.5 1.5, values −3 −1 2 2 about 4: slope (4.5 + 0.5 + 1 + 3)/5 = 1.8, mean 4.
    let cost = try LinearTrendCost([1, 3, 6, 6], variance: 3)
    let line = cost.line(of: 0..<4)
    #expect(agree(line.center, 1.5) && agree(line.level, 4) && agree(line.slope, 1.8))
    #expect(agree(line.levelVariance, 0.75) && agree(line.slopeVariance, 0.6))
    #expect(agree(line.value(at: 3), 6.7) && agree(line.variance(at: 3.5), 0.75 + 0.6 * 4))
    // 18 less 9²/5, over the variance.
    #expect(agree(cost.cost(of: 0..<4), 0.6))
    #expect(agree(cost.cost(of: 1..<3), 0))
  }

  @Test("a steady rise is one line, a step in it a second; costs of levels would make stairs of it")
  func steadyRise() throws {
    var generator = SplitMix64(seed: 9)
    let rise = (0..<120).map { Double($0) * 0.2 + made(&generator) }
    let search = PELT(minimumLength: 5)
    #expect(try search.segmentation(of: LinearTrendCost(rise)).breakpoints.isEmpty)
    #expect(try search.segmentation(of: MeanShiftCost(rise)).breakpoints.count > 2)
    let step = rise.enumerated().map { $0.element + ($0.offset < 70 ? 0 : 6) }
    #expect(try search.segmentation(of: LinearTrendCost(step)).breakpoints == [70])
  }

  @Test("never below the sum of the costs of two parts, which the search relies on")
  func splitting() throws {
    let (values, weights) = series(seed: 4, count: 40)
    let cost = try LinearTrendCost(values, weights: weights)
    for split in 2...38 {
      #expect(cost.cost(of: 0..<40) >= cost.cost(of: 0..<split) + cost.cost(of: split..<40) - 1e-9)
    }
  }

  @Test("counts are taken by their exposures: the same rate is no change, and a bin of twice the length is two")
  func exposures() throws {
    let cost = try PoissonCost([4, 8, 2, 30], exposures: [1, 2, 0.5, 3])
    #expect(agree(cost.cost(of: 0..<3), -2 * 14 * log(4)))
    #expect(agree(cost.cost(of: 0..<4), -2 * 44 * log(44 / 6.5)))
    let plain = try PoissonCost([4, 8, 2, 30])
    let even = try PoissonCost([4, 8, 2, 30], exposures: [1, 1, 1, 1])
    for end in 1...4 { #expect(plain.cost(of: 0..<end) == even.cost(of: 0..<end)) }
    let counts = (0..<40).map { $0 % 2 == 0 ? 3.0 : 9 }
    #expect(!(try PELT().segmentation(of: PoissonCost(counts + counts.map { $0 * 3 })).breakpoints.isEmpty))
    let weekly = try PoissonCost(counts, exposures: (0..<40).map { $0 % 2 == 0 ? 1 : 3 })
    #expect(try PELT(penalty: .constant(0.1)).segmentation(of: weekly).breakpoints.isEmpty)
  }

  @Test("the dispersion is that of the rates, however thin the counts")
  func dispersion() throws {
    // (2·2 − 4·1)² is 0; (6·2 − 4·1)²/(2·1) = 32, of 2 + 4 + 4 + 6 in all.
    #expect(agree(try #require(PoissonCost.dispersion(of: [2, 4, 6], exposures: [1, 2, 1])), 2))
    var generator = SplitMix64(seed: 6)
    let pairs = (0..<20_000).map { _ in 2 * made(poisson: 0.1, &generator) }
    #expect(agreeRelatively(try #require(PoissonCost.dispersion(of: pairs)), 2, tolerance: 0.1))
    let exposures = (0..<20_000).map { $0 % 7 < 5 ? 1.3 : 0.25 }
    let weekly = exposures.map { made(poisson: $0, &generator) }
    #expect(agreeRelatively(try #require(PoissonCost.dispersion(of: weekly, exposures: exposures)), 1, tolerance: 0.1))
    #expect(PoissonCost.dispersion(of: [0, 0], exposures: [1, 2]) == nil && PoissonCost.dispersion(of: [4]) == nil)
  }

  @Test("exposures, weights and variances out of range are refused")
  func refused() throws {
    #expect(throws: KernelError.sampleCount(expected: 2, found: 1)) { try PoissonCost([1, 2], exposures: [1]) }
    #expect(throws: KernelError.self) { try PoissonCost([1, 2], exposures: [1, 0]) }
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) { try PoissonCost([1, 2], exposures: [1, .nan]) }
    #expect(throws: KernelError.noSamples) { try LinearTrendCost([]) }
    #expect(throws: KernelError.notFinite(row: 0, column: 0)) { try LinearTrendCost([.nan, 1]) }
    #expect(throws: KernelError.sampleCount(expected: 2, found: 3)) {
      try LinearTrendCost([1, 2], weights: [1, 1, 1])
    }
    #expect(throws: KernelError.self) { try LinearTrendCost([1, 2], weights: [1, -1]) }
    #expect(throws: KernelError.self) { try LinearTrendCost([1, 2], variance: 0) }
    #expect(try PELT().segmentation(of: LinearTrendCost([7])).breakpoints.isEmpty)
    #expect(try PELT().segmentation(of: LinearTrendCost(Array(repeating: 7, count: 50))).breakpoints.isEmpty)
  }

  @Test("with a baseline the trend of days neither looks across a step in it nor lags behind a rise")
  func anomaliesBesideChanges() throws {
    var generator = SplitMix64(seed: 12)
    let step = (0..<60).map { $0 < 50 ? 100.0 : 200 }
    let counts = step.map { Int(made(poisson: $0, &generator)) }
    let blind = try DailyAnomalies().report(counts: counts, firstWeekday: 0)
    #expect(blind.days[50...].filter { $0.qValue <= 0.05 }.count >= 3)
    let told = try DailyAnomalies().report(counts: counts, firstWeekday: 0, baseline: step)
    #expect(told.days.allSatisfy { $0.qValue > 0.05 })
    #expect(abs(told.days[49].expected - 100) < 15 && abs(told.days[50].expected - 200) < 25)
    // Any multiple of it says the same.
    let scaled = try DailyAnomalies().report(counts: counts, firstWeekday: 0, baseline: step.map { $0 / 64 })
    #expect(zip(scaled.trend, told.trend).allSatisfy { agree($0, $1) })
    let rise = (0..<60).map { 100 * exp(Double($0) * 0.03) }
    let rising = rise.map { Int($0) }
    let lagging = try DailyAnomalies().report(counts: rising, firstWeekday: 0)
    #expect(lagging.days[59].expected < 0.9 * rise[59])
    let following = try DailyAnomalies().report(counts: rising, firstWeekday: 0, baseline: rise)
    #expect(agreeRelatively(following.days[59].expected, rise[59], tolerance: 0.03))
  }

  @Test("a baseline that is none is refused")
  func refusedBaselines() throws {
    for baseline in [[1.0, 0, 1], [1, -1, 1], [1, .nan, 1], [1, 1]] {
      #expect(throws: KernelError.self) {
        try DailyAnomalies().report(counts: [1, 2, 3], firstWeekday: 0, baseline: baseline)
      }
    }
  }
}
