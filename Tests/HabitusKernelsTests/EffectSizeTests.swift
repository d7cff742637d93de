import HabitusKernels
import Testing

@Suite("Effect sizes")
struct EffectSizeTests {
  private let first: [Double]
  private let second: [Double]

  init() {
    var generator = SplitMix64(seed: 11)
    first = (0..<60).map { _ in Double(Int(generator.nextUnit() * 20)) / 20 + 0.15 }
    second = (0..<80).map { _ in Double(Int(generator.nextUnit() * 20)) / 20 }
  }

  @Test("a standardised mean difference is that worked by hand")
  func byHand() throws {
    // Means 3 and 1, both variances 1 (n − 1): d = 2; m = 4, J = Γ(2)/(√2·Γ(1.5)) = 0.79788…
    let effect = try #require(
      StandardizedMeanDifference(of: Moments(of: [2, 3, 4]), against: Moments(of: [0, 1, 2])))
    #expect(agree(effect.cohensD, 2) && agree(effect.hedgesG, 2 * 0.7978845608028654))
    let half = 1.959963984540054 * (2.0 / 3 + effect.hedgesG * effect.hedgesG / 12).squareRoot()
    #expect(agree(effect.interval.upperBound, effect.hedgesG + half))
  }

  @Test("a standardised mean difference equals numpy's figures", .tags(.reference))
  func equalsNumpy() throws {
    // Scripts/reference/effect_size.py
    let effect = try #require(StandardizedMeanDifference(of: Moments(of: first), against: Moments(of: second)))
    #expect(agree(effect.cohensD, 0.7708309630890535) && agree(effect.hedgesG, 0.7666327896214927))
    #expect(agree(effect.interval.lowerBound, 0.4200698789648955))
    #expect(agree(effect.interval.upperBound, 1.11319570027809))
    let wider = try #require(
      StandardizedMeanDifference(of: Moments(of: first), against: Moments(of: second), confidence: 0.99))
    #expect(wider.interval.lowerBound < effect.interval.lowerBound)
  }

  @Test("the correction for small samples is continuous where its formula changes")
  func correction() throws {
    func ratio(_ count: Int) throws -> Double {
      let values = Moments(of: (0..<count / 2).map { Double($0 % 2) })
      var others = Moments(of: (0..<count / 2).map { Double($0 % 2) + 1 })
      if !count.isMultiple(of: 2) { others.add(1.5) }
      let effect = try #require(StandardizedMeanDifference(of: others, against: values))
      return effect.hedgesG / effect.cohensD
    }
    #expect(try abs(ratio(100_001) - ratio(100_002)) < 1e-9)
  }

  @Test("a standardised mean difference is nil where undefined, and a single value may face a group")
  func undefined() {
    func effect(_ first: [Double], _ second: [Double]) -> StandardizedMeanDifference? {
      StandardizedMeanDifference(of: Moments(of: first), against: Moments(of: second))
    }
    #expect(effect([], [1, 2, 3, 4]) == nil && effect([1, 2, 3, 4], [.nan]) == nil)
    #expect(effect([1], [2, 3]) == nil && effect([1, 1], [2, 2]) == nil)
    #expect(effect([9], [1, 2, 3]) != nil)
    #expect(effect([1, 2], [1, 2])?.hedgesG == 0)
  }

  @Test("Cliff's delta is that worked by hand")
  func deltaByHand() throws {
    // Of six pairs four are above, one is tied, one below.
    let effect = try #require(RankEffect(of: [3, 1, .nan], against: [2, 0, 1]))
    #expect(agree(effect.delta, 0.5) && agree(effect.superiority, 0.75))
  }

  @Test("Cliff's delta and its interval equal those of the full matrix of pairs", .tags(.reference))
  func deltaEqualsScipy() throws {
    let effect = try #require(RankEffect(of: first, against: second))
    // Sums of 1/20 and 0.15 need not be equal to the bit on both sides unless they are made alike, as here.
    #expect(agree(effect.delta, 0.4010416666666667) && agree(effect.superiority, 0.7005208333333334))
    let interval = try #require(effect.interval)
    #expect(agree(interval.lowerBound, 0.2122257887701509) && agree(interval.upperBound, 0.5609911139980818))
    let small = try #require(RankEffect(of: Array(first.prefix(7)), against: second.prefix(5).map { $0 + 0.2 }))
    #expect(agree(small.delta, -0.7142857142857143))
    #expect(try agree(#require(small.interval).lowerBound, -0.9296238424724673))
    #expect(try agree(#require(small.interval).upperBound, -0.13531154663588488))
  }

  @Test("Cliff's delta equals the sum over all pairs, and turns its sign with the groups", .tags(.differential))
  func deltaEqualsPairs() throws {
    for seed in 0..<UInt64(30) {
      var generator = SplitMix64(seed: seed)
      let one = (0..<1 + generator.nextIndex(below: 20)).map { _ in Double(generator.nextIndex(below: 6)) }
      let other = (0..<1 + generator.nextIndex(below: 20)).map { _ in Double(generator.nextIndex(below: 6)) }
      var net = 0
      for value in one { for rest in other { net += value > rest ? 1 : value < rest ? -1 : 0 } }
      let effect = try #require(RankEffect(of: one, against: other))
      #expect(effect.delta == Double(net) / Double(one.count * other.count), "seed \(seed)")
      let turned = try #require(RankEffect(of: other, against: one))
      #expect(turned.delta == -effect.delta)
      if let interval = effect.interval, let opposite = turned.interval {
        #expect(agree(interval.lowerBound, -opposite.upperBound) && interval.contains(effect.delta), "seed \(seed)")
      }
    }
  }

  @Test("Cliff's delta at its limits: complete separation, all tied, single values, none")
  func deltaEdges() throws {
    let apart = try #require(RankEffect(of: [5, 6, 7, .infinity], against: [1, 2, 3, -.infinity]))
    let squared = 1.959963984540054 * 1.959963984540054
    #expect(apart.delta == 1 && apart.interval?.upperBound == 1)
    #expect(try agree(#require(apart.interval).lowerBound, (4 - squared) / (4 + squared)))
    let below = try #require(RankEffect(of: [1, 2], against: [5, 6]))
    #expect(below.delta == -1 && below.interval?.lowerBound == -1)
    let tied = try #require(RankEffect(of: [1, 1], against: [1, 1, 1]))
    #expect(tied.delta == 0 && tied.superiority == 0.5 && tied.interval?.contains(0) == true)
    #expect(try #require(RankEffect(of: [1], against: [0, 2])).interval == nil)
    #expect(RankEffect(of: [], against: [1]) == nil && RankEffect(of: [1], against: [.nan]) == nil)
  }
}
