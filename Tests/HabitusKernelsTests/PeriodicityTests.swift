import Foundation
import HabitusKernels
import Testing

/// References: astropy 8.0.2 and scipy 1.17.1 by Scripts/reference/behaviour.py.
@Suite("Rhythm of a known period")
struct RhythmTests {
  private var times: [Double] {
    var generator = SplitMix64(seed: 4)
    return (0..<40).map { _ in (generator.nextUnit() + generator.nextUnit() + generator.nextUnit()) * 12 }
  }

  @Test("by hand: 0, 6 and 6 of 24 hours")
  func byHand() throws {
    let rhythm = try #require(try Rhythm(of: [0, 6, 30], period: 24))
    // The sum is (1, 2): length √5 of 3, direction atan(2) of a turn.
    #expect(agree(rhythm.resultantLength, 5.0.squareRoot() / 3))
    #expect(agree(try #require(rhythm.mean), atan(2.0) / (2 * .pi) * 24))
    // exp(√(1 + 12 + 4 · (9 − 5)) − 7)
    #expect(agree(rhythm.rayleighPValue, exp(29.0.squareRoot() - 7)))
    #expect(rhythm.meanMargin == nil)
  }

  @Test("by hand: in a window of half a period events are measured from where they would be at random")
  func halfWindow() throws {
    let rhythm = try #require(try Rhythm(of: [6, 6, 6, 3], period: 24, window: 0...12))
    // The cosine has mean 0 and variance ½, the sine 2/π and ½ − 4/π².
    let (x, y) = (0.5.squareRoot() / 4, (3 + 0.5.squareRoot()) / 4 - 2 / Double.pi)
    let square = (x * x / 0.5 + y * y / (0.5 - 4 / (Double.pi * Double.pi))) / 2
    #expect(agree(rhythm.rayleighPValue, exp((17 + 64 * (1 - square)).squareRoot() - 9), tolerance: 1e-10))
    // Phases ¼, ¼, ¼ and ⅛ of a turn are ½ and ¼ of the window: steps from ¼ to ½ and from there on, V = ¼ + ½.
    let scaled = 0.75 * (2 + 0.155 + 0.12)
    let sum = (1...9).reduce(0.0) { sum, order in
      let squared = pow(Double(order) * scaled, 2)
      return sum + 2 * (4 * squared - 1) * exp(-2 * squared)
    }
    #expect(agree(rhythm.kuiperPValue, sum, tolerance: 1e-10))
    // Where a period begins changes neither test.
    for offset in [1.7, 6, 13.3, 22] {
      let window = offset...offset + 12
      let moved = try #require(try Rhythm(of: [6, 6, 6, 3].map { $0 + offset }, period: 24, window: window))
      #expect(agree(moved.rayleighPValue, rhythm.rayleighPValue, tolerance: 1e-10))
      #expect(agree(moved.kuiperPValue, rhythm.kuiperPValue, tolerance: 1e-10))
    }
  }

  @Test("mean, length and concentration equal scipy's; tests equal astropy's", .tags(.reference))
  func reference() throws {
    let rhythm = try #require(try Rhythm(of: times, period: 24))
    #expect(agree(try #require(rhythm.mean), 18.971842412982937, tolerance: 1e-12))
    #expect(agree(rhythm.resultantLength, 0.2558611309801061))
    #expect(agree(try #require(rhythm.concentration), 0.5294468004195498, tolerance: 1e-9))
    // Different approximations; the truth, by 200,000 draws, is 0.0375 and, below, 0.5837 for Kuiper's.
    #expect(abs(rhythm.rayleighPValue - 0.07215130516635146) < 5e-4)
    #expect(abs(rhythm.kuiperPValue - 0.036868773397368174) < 2e-3)
    var generator = SplitMix64(seed: 8)
    let flat = try #require(try Rhythm(of: (0..<25).map { _ in generator.nextUnit() }, period: 1))
    #expect(abs(flat.rayleighPValue - 0.8213761305496289) < 2e-3)
    #expect(abs(flat.kuiperPValue - 0.5772783393620691) < 0.035)
  }

  @Test("concentration solves its equation from 0 to 1", .tags(.reference))
  func concentration() throws {
    for (length, expected) in [
      (0.05, 0.10012526103671232), (0.3, 0.6292153761056901), (0.52, 1.2234978924666826), (0.7, 2.0136278068885387),
      (0.9, 5.304689062957721), (0.99, 50.25384740109744),
    ] {
      // Two events at an angle apart have the cosine of half of it as length.
      let half = acos(length) / (2 * .pi)
      let rhythm = try #require(try Rhythm(of: [10 + half, 10 - half], period: 1))
      #expect(agreeRelatively(try #require(rhythm.concentration), expected, tolerance: 1e-8))
    }
    let same = try #require(try Rhythm(of: [3, 3, 3], period: 24))
    #expect(same.resultantLength == 1 && same.concentration == nil)
  }

  @Test("the interval of the mean holds the truth about as often as it says")
  func interval() throws {
    var generator = SplitMix64(seed: 12)
    var held = 0
    for _ in 0..<300 {
      let rhythm = try #require(try Rhythm(of: (0..<30).map { _ in 24 * 5 + made(&generator) * 3 }, period: 24))
      let (mean, margin) = (try #require(rhythm.mean), try #require(rhythm.meanMargin))
      if min(mean, 24 - mean) <= margin { held += 1 }
    }
    #expect((270...298).contains(held))
  }

  @Test("events at random are significant no more often than the level, in whole windows and in others")
  func falsePositives() throws {
    var generator = SplitMix64(seed: 2)
    for days in [7.0, 3.4, 10.6, 1.5] {
      var (rayleigh, kuiper, unaware) = (0, 0, 0)
      for _ in 0..<400 {
        let times = (0..<50).map { _ in 100 + generator.nextUnit() * days * 24 }
        let rhythm = try #require(try Rhythm(of: times, period: 24, window: 100...100 + days * 24))
        if rhythm.rayleighPValue <= 0.05 { rayleigh += 1 }
        if rhythm.kuiperPValue <= 0.05 { kuiper += 1 }
        if try #require(try Rhythm(of: times, period: 24)).rayleighPValue <= 0.05 { unaware += 1 }
      }
      // 20 expected; 33 is three standard deviations above.
      #expect(rayleigh <= 33 && rayleigh >= 7 && kuiper <= 33, "\(days) days")
      if days == 1.5 { #expect(unaware > 100) }
    }
  }

  @Test("planted routines are found the more often, the stronger they are; two peaks by Kuiper's test only")
  func power() throws {
    var generator = SplitMix64(seed: 9)
    var found: [Int] = []
    for strength in [0.0, 0.25, 0.5, 0.75] {
      found.append(
        try (0..<100).count { _ in
          let times = (0..<40).map { _ in
            generator.nextUnit() < strength ? 20 + made(&generator) : generator.nextUnit() * 24
          }
          return try #require(try Rhythm(of: times, period: 24)).rayleighPValue <= 0.05
        })
    }
    #expect(found[0] <= 12 && found[1] > 30 && found[2] > 90 && found[3] == 100)
    let twice = (0..<40).map { Double($0 % 2 * 12) + made(&generator) }
    let rhythm = try #require(try Rhythm(of: twice, period: 24))
    #expect(rhythm.rayleighPValue > 0.1 && rhythm.kuiperPValue < 0.001)
  }

  @Test("no event, one event, times before 0 and bad input")
  func edgeCases() throws {
    #expect(try Rhythm(of: [], period: 24) == nil)
    let one = try #require(try Rhythm(of: [-1], period: 24))
    #expect(agree(try #require(one.mean), 23) && one.meanMargin == nil && one.rayleighPValue > 0.05)
    #expect(try #require(try Rhythm(of: [0, 12], period: 24)).mean == nil)
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) { try Rhythm(of: [0, .nan], period: 24) }
    #expect(throws: KernelError.self) { try Rhythm(of: [0], period: 0) }
    #expect(throws: KernelError.self) { try Rhythm(of: [0], period: 24, window: 1...5) }
    #expect(throws: KernelError.self) { try Rhythm(of: [1], period: 24, window: 1...1) }
    #expect(throws: KernelError.self) { try Rhythm(of: [1], period: 24, confidence: 0) }
  }
}

@Suite("Period search")
struct PeriodSearchTests {
  private let search = PeriodSearch(shortestPeriod: 2, longestPeriod: 20)

  @Test("powers and Fisher's p-value equal their definitions", .tags(.differential))
  func definitions() throws {
    var generator = SplitMix64(seed: 1)
    let times = (0..<30).map { _ in 50 + generator.nextUnit() * 60 }
    let peak = try #require(try search.strongestPeak(in: times, window: 50...110))
    let powers = (3...30).map { k in
      let angles = times.map { 2 * .pi * Double(k) * $0 / 60 }
      let (c, s) = (angles.reduce(0) { $0 + cos($1) }, angles.reduce(0) { $0 + sin($1) })
      return (c * c + s * s) / 30
    }
    let greatest = try #require(powers.max())
    #expect(agree(peak.power, greatest, tolerance: 1e-9) && peak.frequencyCount == 28)
    #expect(agree(peak.period, 60 / Double(3 + (try #require(powers.firstIndex(of: greatest))))))
    #expect(peak.resolution.contains(peak.period))
    // The law of the greatest share of exponential numbers, by drawing them.
    let share = greatest / powers.reduce(0, +)
    let draws = (0..<4000).count { _ in
      let values = (0..<28).map { _ in made(exponential: &generator) }
      return (values.max() ?? 0) >= share * values.reduce(0, +)
    }
    #expect(abs(Double(draws) / 4000 - peak.pValue) < 0.03)
  }

  @Test("random events have a significant period no more often than the level; a planted one is found in place")
  func significance() throws {
    var generator = SplitMix64(seed: 31)
    var (falselyFound, found) = (0, 0)
    for _ in 0..<100 {
      let random = (0..<60).map { _ in generator.nextUnit() * 120 }
      if try #require(try search.strongestPeak(in: random, window: 0...120)).pValue <= 0.05 { falselyFound += 1 }
      let planted = (0..<17).map { (Double($0) + 0.5) * 7 + made(&generator) * 0.7 }.filter { (0...120).contains($0) }
      let mixed = planted + (0..<5).map { _ in generator.nextUnit() * 120 }
      let peak = try #require(try search.strongestPeak(in: mixed, window: 0...120))
      if peak.pValue <= 0.05, peak.resolution.contains(7) { found += 1 }
    }
    #expect(falselyFound <= 12 && found >= 80)
  }

  @Test("the same to the bit on any number of threads")
  func threads() throws {
    var generator = SplitMix64(seed: 3)
    let times = (0..<50).map { _ in generator.nextUnit() * 500 }
    let peaks = try [1, 2, 3].map { try search.strongestPeak(in: times, window: 0...500, threadCount: $0) }
    #expect(peaks[0] == peaks[1] && peaks[0] == peaks[2] && peaks[0] != nil)
  }

  @Test("few events, short windows and bad input")
  func edgeCases() throws {
    #expect(try search.strongestPeak(in: [1, 2], window: 0...100) == nil)
    #expect(try search.strongestPeak(in: [0.5, 1, 2], window: 0...3) == nil)
    // Events all at one time have the same power at every frequency.
    let same = try #require(try search.strongestPeak(in: [5, 5, 5], window: 0...100))
    #expect(agree(same.power, 3) && same.pValue > 0.999)
    #expect(throws: KernelError.self) { try search.strongestPeak(in: [101, 1, 2], window: 0...100) }
    #expect(throws: KernelError.self) { try search.strongestPeak(in: [1, .nan, 2], window: 0...100) }
    #expect(throws: KernelError.self) { try search.strongestPeak(in: [1, 1, 1], window: 1...1) }
    let inverted = PeriodSearch(shortestPeriod: 5, longestPeriod: 4)
    #expect(throws: KernelError.self) { try inverted.strongestPeak(in: [1, 2, 3], window: 0...100) }
    let fine = PeriodSearch(shortestPeriod: 1e-9, longestPeriod: 4)
    #expect(throws: KernelError.self) { try fine.strongestPeak(in: [1, 2, 3], window: 0...100) }
  }
}

@Suite("Regularity of returns")
struct ReturnRegularityTests {
  @Test("by hand: gaps 1, 2 and 3")
  func byHand() throws {
    let found = try #require(try ReturnRegularity(gaps: [1, 2, 3], resolution: 0.001))
    #expect(agree(found.coefficientOfVariation, 0.5) && agree(found.burstiness, -1.0 / 3))
    // 2 · log(8/6) / (1 + 4/18), chi-square with 2 degrees of freedom.
    #expect(agree(found.unevenPValue, exp(-log(8.0 / 6) / (22.0 / 18))))
    #expect(agree(found.regularPValue + found.unevenPValue, 1))
  }

  @Test("random returns are significant no more often than the level; habits and bunches are found by strength")
  func significance() throws {
    var generator = SplitMix64(seed: 17)
    var falselyFound = 0
    // Gaps as sums of k exponential numbers: k = 1 at random, the larger the more regular.
    var regular = [1: 0, 2: 0, 4: 0, 8: 0]
    for _ in 0..<200 {
      let random = (0..<15).map { _ in made(exponential: &generator) }
      if try #require(try ReturnRegularity(gaps: random, resolution: 1e-9)).pValue <= 0.05 { falselyFound += 1 }
      for shape in regular.keys.sorted() {
        let gaps = (0..<15).map { _ in (0..<shape).reduce(0.0) { sum, _ in sum + made(exponential: &generator) } }
        if try #require(try ReturnRegularity(gaps: gaps, resolution: 1e-9)).regularPValue <= 0.05 {
          regular[shape, default: 0] += 1
        }
      }
    }
    #expect(falselyFound <= 20)
    let counts = [1, 2, 4, 8].map { regular[$0] ?? 0 }
    #expect(counts[0] <= 20 && counts[1] > 80 && counts[2] > 180 && counts[3] == 200)
    let bunches = (0..<40).map { $0 % 5 == 0 ? 20.0 : 0.1 }
    #expect(try #require(try ReturnRegularity(gaps: bunches, resolution: 0.01)).unevenPValue < 1e-6)
  }

  @Test("Fano's factor sees a drift of the rate, Allan's does not")
  func factors() throws {
    #expect(agree(try #require(Statistics.fanoFactor(ofCounts: [1, 2, 3, 4])), 5.0 / 3 / 2.5))
    #expect(agree(try #require(Statistics.allanFactor(ofCounts: [1, 2, 3, 4])), 1 / 5.0))
    #expect(Statistics.fanoFactor(ofCounts: [0, 0]) == nil && Statistics.allanFactor(ofCounts: [3]) == nil)
  }

  @Test("few gaps, gaps of 0 and bad input")
  func edgeCases() throws {
    #expect(try ReturnRegularity(gaps: [3], resolution: 1) == nil)
    #expect(try ReturnRegularity(gaps: [0, 0], resolution: 1) == nil)
    let clock = try #require(try ReturnRegularity(gaps: [7, 7, 7, 7], resolution: 1))
    #expect(clock.coefficientOfVariation == 0 && clock.burstiness == -1 && clock.regularPValue == 0)
    #expect(try #require(try ReturnRegularity(gaps: [0, 5, 0, 5], resolution: 0.001)).unevenPValue < 0.05)
    #expect(throws: KernelError.self) { try ReturnRegularity(gaps: [1, -1], resolution: 1) }
    #expect(throws: KernelError.self) { try ReturnRegularity(gaps: [1, 1], resolution: 0) }
    #expect(throws: KernelError.notFinite(row: 0, column: 0)) { try ReturnRegularity(gaps: [.nan], resolution: 1) }
  }
}

@Suite("Gaps between visits")
struct GapPopulationTests {
  /// Users whose typical gap and its spread differ.
  private func users(_ generator: inout SplitMix64, count: Int, gaps: Int) -> [[Double]] {
    (0..<count).map { user in
      let (centre, spread) = (made(&generator) * 0.8 + 1, user.isMultiple(of: 2) ? 0.3 : 0.7)
      return (0..<gaps).map { _ in exp(centre + made(&generator) * spread) }
    }
  }

  @Test("by hand: two users of two gaps")
  func byHand() throws {
    // Logarithms 0, 2 and 4, 6: within 4/2 = 2; between 16, so (16 − 2)/2 = 7 for users of 2 gaps each.
    let population = try GapPopulation(gapsByUser: [[1, exp(2)], [exp(4), exp(6)], []], varianceStrength: 4)
    #expect(agree(population.logVariance, 2) && agree(population.meanStrength, 2.0 / 7) && agree(population.logMean, 3))
    // One gap with logarithm 1: strength 2/7 + 1 = 9/7, mean (2/7 · 3 + 1)/(9/7) = 13/9; 5 degrees of freedom, squared
    // scale ((4 − 2) · 2 + 2/7/(9/7) · 4)/5 = 44/45, times 1 + 7/9.
    let forecast = try population.nextGap(after: [exp(1)])
    #expect(agree(forecast.logMean, 13.0 / 9) && agree(forecast.degreesOfFreedom, 5))
    #expect(agree(forecast.logScale * forecast.logScale, 44.0 / 45 * 16 / 9))
    // Without gaps the population's own: (4 − 2)/4 · 2 · (1 + 7/2).
    let newcomer = try population.nextGap(after: [])
    #expect(agree(newcomer.logMean, 3) && agree(newcomer.logScale * newcomer.logScale, 4.5))
    #expect(agree(newcomer.probability(ofGapBeyond: exp(3)), 0.5))
  }

  @Test("probabilities are calibrated: gaps are improbably long as often as the level says, for newcomers too")
  func calibration() throws {
    var generator = SplitMix64(seed: 41)
    let population = try GapPopulation(gapsByUser: users(&generator, count: 150, gaps: 6))
    for known in [0, 2, 10] {
      var (long, inside) = (0, 0)
      let made = users(&generator, count: 500, gaps: known + 1)
      for gaps in made {
        let forecast = try population.nextGap(after: Array(gaps.prefix(known)))
        if forecast.probability(ofGapBeyond: gaps[known]) <= 0.05 { long += 1 }
        if (forecast.quantile(0.1)...forecast.quantile(0.9)).contains(gaps[known]) { inside += 1 }
      }
      // 25 and 400 expected; four standard deviations of a share.
      #expect(long <= 44 && long >= 8, "\(known) gaps")
      #expect((364...450).contains(inside), "\(known) gaps")
    }
  }

  @Test("quantiles invert probabilities, and move on with the time gone by")
  func quantiles() throws {
    let forecast = try GapPopulation(gapsByUser: [[5, 7, 6, 9], [20, 30, 22], [2, 3]]).nextGap(after: [6, 8, 7])
    for probability in [0.05, 0.5, 0.9] {
      let gap = forecast.quantile(probability)
      #expect(agree(forecast.probability(ofGapBeyond: gap), 1 - probability, tolerance: 1e-9))
      let later = forecast.quantile(probability, elapsed: 10)
      let (left, tail) = (forecast.probability(ofGapBeyond: later), forecast.probability(ofGapBeyond: 10))
      #expect(later > 10 && agree(left / tail, 1 - probability, tolerance: 1e-9))
    }
    #expect(forecast.probability(ofGapBeyond: 0) == 1 && forecast.quantile(0, elapsed: 4) >= 4)
    #expect(forecast.quantile(1) == .infinity)
  }

  @Test("equal gaps, a single user and bad input")
  func edgeCases() throws {
    let equal = try GapPopulation(gapsByUser: [[7, 7], [7, 7]])
    #expect(equal.logVariance == 1e-6 && equal.meanStrength == GapPopulation.greatestMeanStrength)
    #expect(try equal.nextGap(after: [7]).probability(ofGapBeyond: 8) < 0.01)
    let single = try GapPopulation(gapsByUser: [[3]])
    #expect(agree(single.logMean, log(3)) && single.logVariance == 1)
    #expect(throws: KernelError.noSamples) { try GapPopulation(gapsByUser: [[]]) }
    #expect(throws: KernelError.self) { try GapPopulation(gapsByUser: [[1, 0]]) }
    #expect(throws: KernelError.self) { try GapPopulation(gapsByUser: [[1]], varianceStrength: 2) }
    #expect(throws: KernelError.self) { try single.nextGap(after: [.nan]) }
  }
}

@Suite("Distributions of times and counts")
struct TimeAndCountDistributionTests {
  @Test("Student's t equals scipy's", .tags(.reference))
  func studentT() {
    for (x, freedom, expected) in [
      (0.5, 3.0, 0.3257239824240755), (2.5, 3, 0.04385332350403278), (-1.2, 7.5, 0.866665538603389),
      (12, 40, 3.91208565212799e-15), (1e-5, 2, 0.49999646446609414),
    ] {
      let law = StudentTDistribution(degreesOfFreedom: freedom)
      #expect(agreeRelatively(law.upperTail(x), expected, tolerance: 1e-11))
    }
    for (probability, freedom, expected) in [
      (0.975, 3.0, 3.1824463052837078), (0.1, 7.5, -1.405211846415953), (0.5001, 2, 0.0002828427181314423),
      (1e-8, 12, -12.98409809086107), (0.6, 300, 0.25357189491958304),
    ] {
      let law = StudentTDistribution(degreesOfFreedom: freedom)
      #expect(agreeRelatively(law.quantile(probability), expected, tolerance: 1e-9))
    }
    let law = StudentTDistribution(degreesOfFreedom: 1)
    #expect(law.quantile(0.5) == 0 && law.quantile(0) == -.infinity && law.quantile(1) == .infinity)
    #expect(law.upperTail(.infinity) == 0 && law.upperTail(-.infinity) == 1)
  }

  @Test("overdispersed counts equal scipy's negative binomial, and Poisson at dispersion 1", .tags(.reference))
  func counts() {
    for (count, mean, dispersion, expected) in [
      (5, 3.0, 2.0, 0.2265625), (60, 40, 3, 0.04866069244348009), (1, 0.2, 1.5, 0.14971699958280615),
    ] {
      let law = CountDistribution(mean: mean, dispersion: dispersion)
      #expect(agreeRelatively(law.upperTail(count), expected, tolerance: 1e-11))
      #expect(agree(law.lowerTail(count - 1), 1 - expected))
    }
    let law = CountDistribution(mean: 40, dispersion: 3)
    #expect([0.025, 0.5, 0.975].map(law.quantile) == [21, 39, 64])
    let poisson = CountDistribution(mean: 7.3, dispersion: 1)
    #expect([0.025, 0.5, 0.975].map(poisson.quantile) == [3, 7, 13])
    #expect(CountDistribution(mean: 0, dispersion: 2).quantile(0.9) == 0)
  }
}
