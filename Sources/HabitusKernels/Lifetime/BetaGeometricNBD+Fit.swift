extension BetaGeometricNBD {
  /// Finds the parameters of greatest likelihood.
  ///
  /// Customers that are alike in all numbers are counted first; times may be in any unit, as they are scaled inside.
  /// Newton's method with exact derivatives by the logarithms of the parameters; where it leads to no maximum, from up
  /// to two other starts. The result is the same on any number of threads, and for any order of the customers.
  ///
  /// O(*n* log *n* + iterations · distinct customers).
  ///
  /// - Parameters:
  ///   - customers: without or with repeats, each observed from the first purchase on.
  ///   - maximumIterations: at least 1; about a dozen are needed.
  ///   - priorWeight: 0 for the greatest likelihood alone. Otherwise the parameters of greatest posterior density, with
  ///     a prior that counts so often: log-normal around the rate that customers had and a quarter who leave, which each
  ///     parameter may well miss by a factor of seven. With 1, parameters that the data leave open stay finite, and others
  ///     hardly move.
  /// - Throws: ``KernelError``: `noSamples`; `parameter` for `frequency` where nobody has repeats, or for
  ///   `maximumIterations`, or a negative `priorWeight`; without a prior `noMaximum` where the likelihood rises for ever as parameters go to 0 or grow (as where
  ///   nobody leaves, or customers differ no more than by chance); `notConverged`.
  public static func fit(
    _ customers: [RecencyFrequency], maximumIterations: Int = 200, priorWeight: Double = 0, threadCount: Int? = nil
  ) throws(KernelError) -> MaximumLikelihood<BetaGeometricNBD> {
    let likelihood = try BetaGeometricLikelihood(customers)
    // The rate that customers had, with a quarter, a third and hardly any who leave at a repeat. The first start leads
    // to the maximum unless very few have left, or nearly all.
    let meanTime = likelihood.totalAge / likelihood.repeatCount
    let starts = [[0.5, 0.5 * meanTime, 1, 3], [2, 2 * meanTime, 0.3, 0.6], [1, meanTime, 0.05, 3]]
    return try MaximumLikelihood(
      from: starts, maximumIterations: maximumIterations, sampleCount: likelihood.sampleCount,
      // A density of each repeat's time has the unit 1/time.
      logUnits: -likelihood.repeatCount * Double.log(likelihood.timeUnit), units: [1, likelihood.timeUnit, 1, 1],
      priorWeight: priorWeight
    ) { likelihood.point(at: $0, threadCount: threadCount) }
  }
}
