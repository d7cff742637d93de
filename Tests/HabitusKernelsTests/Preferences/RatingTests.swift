import Foundation
import HabitusKernels
import Testing

@Suite("Ratings")
struct RatingTests {
  static func ratings(_ reviewer: UInt32, _ values: [Double], aspect: UInt32 = 0) -> [Rating] {
    values.map { Rating(reviewer: reviewer, aspect: aspect, value: $0) }
  }

  @Test("scales, weights and errors are those of scipy", .tags(.reference))
  func reference() throws {
    let expected = try ReferenceData.read("preferences", as: PreferenceReference.self).ratings
    let ratings = expected.values.indices.map {
      Rating(reviewer: expected.reviewers[$0], aspect: expected.aspects[$0], value: expected.values[$0])
    }
    let population = try RatingPopulation(ratings)
    #expect(agreeRelatively(population.variance, expected.variance, tolerance: 1e-3))
    #expect(agreeRelatively(population.varianceStrength, expected.strength, tolerance: 5e-3))
    #expect(agreeRelatively(population.locationVariance, expected.locationVariance, tolerance: 1e-10))
    for reviewer in 0..<UInt32(40) {
      let scale = try population.scale(of: ratings.filter { $0.reviewer == reviewer })
      #expect(agree(scale.location, expected.locations[Int(reviewer)], tolerance: 2e-3))
      #expect(agree(scale.deviation, expected.deviations[Int(reviewer)], tolerance: 2e-3))
      for (index, rating) in ratings.enumerated() where rating.reviewer == reviewer {
        let weight = try population.weight(of: rating, scale)
        #expect(agree(weight.weight, expected.weights[index], tolerance: 3e-3))
        #expect(agree(weight.standardError, expected.errors[index], tolerance: 3e-3))
      }
    }
  }

  @Test("the variance of locations is that of the analysis of variance, worked by hand")
  func byHand() throws {
    // Means 2 and 4 about 3: within 4 · 1/(4 − 2)... squares 0.5 + 0.5, two degrees of freedom, so 0.5.
    let population = try RatingPopulation(Self.ratings(0, [1.5, 2.5]) + Self.ratings(1, [3.5, 4.5]), step: 0)
    #expect(population.mean == 3 && population.aspectMeans == [0: 3])
    // Between 2·1 + 2·1 = 4; (4 − 1 · 0.5)/(4 − 8/4).
    #expect(agree(population.locationVariance, 1.75))
  }

  @Test("a three is bad from one who gives fives and good from one who gives ones")
  func ownScale() throws {
    let kind = Self.ratings(0, [5, 5, 4, 5, 5, 4, 5, 3])
    let strict = Self.ratings(1, [1, 1, 2, 1, 1, 2, 1, 3])
    let population = try RatingPopulation(kind + strict + Self.ratings(2, [2, 3, 4, 3]))
    let three = Rating(reviewer: 0, value: 3)
    let low = try population.weight(of: three, population.scale(of: kind))
    let high = try population.weight(of: three, population.scale(of: strict))
    #expect(low.weight < -0.6 && high.weight > 0.6 && agree(low.weight, -high.weight, tolerance: 1e-9))
    #expect(abs(low.weight) <= 1 && low.standardError > 0)
  }

  @Test("one rating counts nearly as it stands; of many that are alike none says anything")
  func fewAndAlike() throws {
    let many = (1...30).flatMap { Self.ratings($0, [2, 3, 4, 3, 2, 4]) } + Self.ratings(98, [5])
    let population = try RatingPopulation(many)
    let once = Self.ratings(98, [5])
    let single = try population.weight(of: once[0], population.scale(of: once))
    #expect(single.weight > 0.8)
    let stranger = try population.scale(of: [])
    #expect(stranger.location == 0 && agree(stranger.deviation, population.variance.squareRoot()))
    let alike = Self.ratings(99, Array(repeating: 5, count: 40))
    let same = try RatingPopulation(many + alike)
    let weight = try same.weight(of: alike[0], same.scale(of: alike))
    #expect(abs(weight.weight) < 0.25 && weight.weight > 0, "\(weight)")
  }

  @Test("aspects have their own mean, and an aspect not seen that of all ratings")
  func aspects() throws {
    let ratings = (0..<20).flatMap { Self.ratings($0, [4, 5]) + Self.ratings($0, [1, 2], aspect: 1) }
    let population = try RatingPopulation(ratings)
    #expect(population.aspectMeans == [0: 4.5, 1: 1.5] && population.mean == 3)
    let scale = try population.scale(of: ratings.filter { $0.reviewer == 3 })
    let (first, second) = (
      try population.weight(of: Rating(reviewer: 3, value: 4), scale),
      try population.weight(of: Rating(reviewer: 3, aspect: 1, value: 1), scale)
    )
    #expect(agree(first.weight, second.weight) && first.weight < 0)
    #expect(try population.weight(of: Rating(reviewer: 3, aspect: 7, value: 3), scale).weight == 0)
  }

  @Test("the standard error is the spread of a weight over what is believed of the scale", .tags(.differential))
  func standardError() throws {
    var generator = SplitMix64(seed: 2)
    let ratings = (0..<60).flatMap { reviewer in
      Self.ratings(reviewer, (0..<8).map { _ in min(5, max(1, (3 + made(&generator)).rounded())) })
    }
    let population = try RatingPopulation(ratings)
    let scale = try population.scale(of: ratings.filter { $0.reviewer == 7 })
    let rating = Rating(reviewer: 7, value: 4)
    let weight = try population.weight(of: rating, scale)
    let difference = 4 - (population.aspectMeans[0] ?? 0)
    var drawn = Moments()
    for _ in 0..<4_000 {
      let location = scale.location + scale.locationError * made(&generator)
      // A chi-square over its degrees of freedom, by Wilson and Hilferty (1931).
      let part = 2 / (9 * scale.degreesOfFreedom)
      let ratio = pow(1 - part + part.squareRoot() * made(&generator), 3)
      drawn.add(2 * NormalDistribution.cumulative((difference - location) / (scale.deviation / ratio.squareRoot())) - 1)
    }
    let spread = try #require(drawn.populationVariance).squareRoot()
    #expect(abs(weight.standardError / spread - 1) < 0.1)
  }

  @Test("one rating, all alike, everybody once: finite; ratings off the scale and NaN are refused")
  func edges() throws {
    for ratings in [
      Self.ratings(0, [5]), Self.ratings(0, [3, 3, 3]), (0..<9).flatMap { Self.ratings($0, [Double($0 % 5) + 1]) },
      (0..<9).flatMap { Self.ratings($0, [4, 4]) },
    ] {
      let population = try RatingPopulation(ratings)
      for rating in ratings {
        let weight = try population.weight(of: rating, population.scale(of: [rating]))
        #expect(weight.weight.magnitude <= 1 && weight.standardError.isFinite)
      }
    }
    #expect(throws: KernelError.noSamples) { try RatingPopulation([]) }
    for value in [0, 5.5, Double.nan] {
      #expect(throws: KernelError.self) { try RatingPopulation(Self.ratings(0, [value])) }
    }
    #expect(throws: KernelError.self) { try RatingPopulation(Self.ratings(0, [1]), step: .nan) }
    let population = try RatingPopulation(Self.ratings(0, [1, 2]))
    #expect(throws: KernelError.self) { try population.scale(of: Self.ratings(0, [6])) }
    #expect(throws: KernelError.self) {
      try population.weight(of: Rating(reviewer: 0, value: 0), population.scale(of: []))
    }
  }
}
