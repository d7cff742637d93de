import HabitusKernels
import Testing

@Suite("SplitMix64")
struct SplitMix64Tests {
  @Test("gives the published sequence", .tags(.reference))
  func givesThePublishedSequence() {
    // Vigna's splitmix64.c for seed 1234567, as listed by Rosetta Code, "Pseudo-random numbers/Splitmix64".
    var generator = SplitMix64(seed: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    #expect(expected.indices.map { _ in generator.next() } == expected)
  }

  @Test("draws every index, none outside, about equally often")
  func drawsIndicesEvenly() {
    var generator = SplitMix64(seed: 1)
    var counts = Array(repeating: 0, count: 7)
    for _ in 0..<7_000 { counts[generator.nextIndex(below: 7)] += 1 }
    // Six standard deviations of a binomial with 7,000 trials and probability 1/7 are 176.
    #expect(counts.allSatisfy { abs($0 - 1_000) < 176 })
    #expect(generator.nextIndex(below: 1) == 0)
  }

  @Test("draws indices evenly below a bound that does not divide 2⁶⁴")
  func drawsWithoutBias() {
    // Without rejection the remainders of division by 3 would have shares 3/8, 3/8 and 1/4.
    var generator = SplitMix64(seed: 2)
    var counts = [0, 0, 0]
    for _ in 0..<3_000 { counts[generator.nextIndex(below: 3 << 61) % 3] += 1 }
    // Six standard deviations of a binomial with 3,000 trials and probability 1/3 are 155.
    #expect(counts.allSatisfy { abs($0 - 1_000) < 155 })
  }

  @Test("draws samples that are ascending, without repeats, and evenly spread")
  func drawsSamples() {
    var generator = SplitMix64(seed: 3)
    var counts = Array(repeating: 0, count: 10)
    for _ in 0..<2_000 {
      let sample = generator.sortedSample(of: 4, from: 10)
      #expect(sample.count == 4 && zip(sample, sample.dropFirst()).allSatisfy { $0 < $1 })
      for index in sample { counts[index] += 1 }
    }
    // Six standard deviations of a binomial with 2,000 trials and probability 0.4 are 132.
    #expect(counts.allSatisfy { abs($0 - 800) < 132 })
    #expect(generator.sortedSample(of: 5, from: 5) == [0, 1, 2, 3, 4])
    #expect(generator.sortedSample(of: 0, from: 0).isEmpty)
  }
}
