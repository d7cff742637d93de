import HabitusKernels
import Testing

/// Tolerances are relative; they state what the methods reach on these cases, not a bound for all arguments.
@Suite("Distributions")
struct DistributionTests {
  @Test(
    "the normal distribution equals scipy's", .tags(.reference),
    arguments: [
      (-8.5, 9.47953482220325e-18), (-1.5, 0.06680720126885807), (0.3, 0.6179114221889526), (2, 0.9772498680518208),
    ])
  func normal(x: Double, expected: Double) {
    // Far out, the rounding of x / √2 is magnified by x².
    #expect(agreeRelatively(NormalDistribution.cumulative(x), expected, tolerance: 1e-13))
  }

  @Test(
    "normal quantiles equal scipy's", .tags(.reference),
    arguments: [
      (1e-30, -11.464024688443613), (0.001, -3.090232306167813), (0.2, -0.8416212335729142), (0.5, 0),
      (0.93, 1.475791028179171), (0.999999, 4.753424308817087), (0, -.infinity), (1, .infinity),
    ])
  func normalQuantile(probability: Double, expected: Double) {
    #expect(agree(NormalDistribution.quantile(probability), expected, tolerance: 1e-14))
  }

  @Test(
    "the incomplete beta function equals scipy's", .tags(.reference),
    arguments: [
      (0.5, 0.5, 0.3, 0.36901011956554536), (2, 3, 0.4, 0.5248), (0.01, 5, 0.001, 0.9527958800070772),
      (300, 500, 0.4, 0.9270784080074681), (1e5, 2e5, 0.3345, 0.91232076108608), (1, 1, 0.25, 0.25),
      (2, 3, 0, 0), (2, 3, 1, 1), (2, 3, -1, 0), (2, 3, 2, 1),
    ])
  func incompleteBeta(alpha: Double, beta: Double, x: Double, expected: Double) {
    let distribution = BetaDistribution(alpha: alpha, beta: beta)
    #expect(agreeRelatively(distribution.cumulative(x), expected, tolerance: 1e-9))
    #expect(agree(distribution.upperTail(x), 1 - expected, tolerance: 1e-9))
  }

  @Test(
    "beta quantiles equal scipy's", .tags(.reference),
    arguments: [
      (0.5, 0.5, 0.1, 0.024471741852423214), (2, 3, 0.05, 0.09761146288641434),
      (0.02, 5, 0.95, 0.010106567784034345), (300, 500, 0.975, 0.40881262302018145),
      (5.5, 0.4, 0.01, 0.5629132649354097), (1.2, 8e4, 0.5, 1.1099127198725475e-05), (2, 3, 0, 0), (2, 3, 1, 1),
    ])
  func betaQuantile(alpha: Double, beta: Double, probability: Double, expected: Double) {
    let found = BetaDistribution(alpha: alpha, beta: beta).quantile(probability)
    #expect(agreeRelatively(found, expected, tolerance: 1e-9))
  }

  @Test("beta quantiles invert the distribution, over shapes from 0.01 to 10,000", arguments: 0..<UInt64(200))
  func betaQuantileInverts(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    func shape() -> Double { 0.01 * (0..<6).reduce(1) { power, _ in power * (1 + 9 * generator.nextUnit()) } }
    let distribution = BetaDistribution(alpha: shape(), beta: shape())
    let probability = generator.nextUnit()
    let x = distribution.quantile(probability)
    // Where the density is steep, neighbouring numbers bracket the probability without meeting it.
    let (below, above) = (distribution.cumulative(x.nextDown), distribution.cumulative(x.nextUp))
    #expect(below - 1e-9 <= probability && probability <= above + 1e-9, "seed \(seed), \(distribution)")
  }

  @Test(
    "binomial tails equal scipy's", .tags(.reference),
    arguments: [
      (3, 10, 0.2, 0.32220047360000015), (60, 1000, 0.03, 5.802225924157976e-07),
      (5, 100_000, 1e-7, 8.263362691463359e-13), (600, 1000, 0.5, 1.3642320780329735e-10),
      (10, 10, 0.25, 9.5367431640625e-07), (0, 10, 0.2, 1), (11, 10, 0.2, 0), (1, 5, 0, 0), (5, 5, 1, 1),
      (0, 0, 0.5, 1),
    ])
  func binomial(successes: Int, trials: Int, probability: Double, expected: Double) {
    let found = BinomialDistribution(trialCount: trials, probability: probability).upperTail(successes)
    #expect(agreeRelatively(found, expected, tolerance: 1e-9))
  }

  @Test(
    "Poisson tails equal scipy's", .tags(.reference),
    arguments: [
      (1, 0.1, 0.09516258196404044), (4, 9.5, 0.9851403523541687), (30, 10, 2.509951201527959e-07),
      (120, 100, 0.02823039396486565), (3, 1e-5, 1.66665416671666e-16), (0, 3, 1), (2, 0, 0),
    ])
  func poisson(count: Int, mean: Double, expected: Double) {
    #expect(agreeRelatively(PoissonDistribution(mean: mean).upperTail(count), expected, tolerance: 1e-11))
  }
}
