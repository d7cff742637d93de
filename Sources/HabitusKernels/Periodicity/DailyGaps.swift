extension Statistics {
  /// The gaps between events that are known by the day alone, as they would be in a Poisson process.
  ///
  /// Under the null every day between the first and the last has an event with the same probability, independently;
  /// gaps are then geometric, which a test against exponential gaps would take for even ones. The time-rescaling
  /// theorem for discrete time (Haslinger, Pipa and Brown, Neural Computation 22, 2010,
  /// doi:10.1162/neco.2010.01-09-940) makes independent exponential numbers with mean 1 of them, by a random number
  /// for each.
  ///
  /// The probability is drawn from what the days tell of it, a beta distribution: the share of days itself would fit
  /// them too well, and the numbers would be more even than independent ones. Where every day has an event nothing
  /// can be told of the evenness of gaps. O(*n*).
  ///
  /// - Parameters:
  ///   - days: of the events, ascending, each once; any two that follow each other make a gap.
  ///   - generator: of the random numbers.
  public static func rescaledGaps(
    betweenDays days: [Int], using generator: inout SplitMix64
  ) -> [Double] {
    guard let first = days.first, let last = days.last, last > first else { return [] }
    let (gapCount, span) = (Double(days.count - 1), Double(last - first))
    let probability = BetaDistribution(alpha: gapCount, beta: span - gapCount + 0.5).quantile(generator.nextUnit())
      .clamped(to: 1e-9...1 - 1e-9)
    // The rate of a Poisson process that leaves a day empty as often.
    let rate = -Double.log(onePlus: -probability)
    return zip(days.dropFirst(), days).map { day, before in
      Double(day - before - 1) * rate - Double.log(onePlus: -probability * generator.nextUnit())
    }
  }
}
