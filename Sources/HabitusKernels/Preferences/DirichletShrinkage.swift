/// Shares of kinds, drawn to the population's shares the more, the less evidence there is.
///
/// A Dirichlet prior with mean `priorShares` that weighs as much as `priorStrength` observations (Gelman et al.,
/// "Bayesian Data Analysis", 3rd edition, section 3.4): the share of kind i becomes (nᵢ + m·pᵢ) / (n + m), and its
/// marginal posterior is a beta distribution.
public struct DirichletShrinkage: Hashable, Sendable, Codable {
  /// The population's share of each kind: not negative, summing to 1.
  public let priorShares: [Double]
  /// How many observations the prior weighs as much as, m; not negative.
  public let priorStrength: Double

  /// Takes a prior.
  ///
  /// - Parameter populationCounts: how often each kind was seen in the population (or weights): not negative, finite,
  ///   not all 0; the prior's shares are in proportion to it.
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for numbers out of range.
  public init(populationCounts: [Double], priorStrength: Double) throws(KernelError) {
    guard priorStrength >= 0, priorStrength.isFinite else {
      throw .parameter(name: "priorStrength", value: priorStrength, allowed: "0 or more")
    }
    try Self.requireCounts(populationCounts, name: "populationCounts")
    let total = populationCounts.reduce(0, +)
    guard total > 0, total.isFinite else {
      throw .parameter(name: "populationCounts", value: total, allowed: "a sum above 0")
    }
    priorShares = populationCounts.map { $0 / total }
    self.priorStrength = priorStrength
  }

  /// A share with what it rests on.
  public struct Share: Hashable, Sendable, Codable {
    /// The shrunk share, in 0…1.
    public let share: Double
    /// The central interval of the posterior: the share lies inside with the confidence asked for. 0…1 where there is
    /// neither evidence nor prior strength; a single point where the posterior leaves no doubt.
    public let interval: ClosedRange<Double>
    /// The share among the observations alone; `nil` without observations.
    public let observedShare: Double?
  }

  /// The shrunk shares of kinds that were seen `counts` times; they sum to 1. O(kinds).
  ///
  /// - Parameters:
  ///   - counts: one a kind, not negative; decayed weights may stand for counts.
  ///   - confidence: of the interval, strictly between 0 and 1.
  /// - Throws: ``KernelError``: `columnCount` for another number of kinds than the prior's, `parameter` for numbers out
  ///   of range.
  public func shares(of counts: [Double], confidence: Double = 0.9) throws(KernelError) -> [Share] {
    guard counts.count == priorShares.count else {
      throw .columnCount(expected: priorShares.count, found: counts.count)
    }
    guard confidence > 0, confidence < 1 else {
      throw .parameter(name: "confidence", value: confidence, allowed: "strictly between 0 and 1")
    }
    try Self.requireCounts(counts, name: "counts")
    let total = counts.reduce(0, +)
    guard total.isFinite else { throw .parameter(name: "counts", value: total, allowed: "a finite sum") }
    return zip(counts, priorShares).map { count, prior in
      let (own, rest) = (count + priorStrength * prior, (total - count) + priorStrength * (1 - prior))
      return Share(
        share: own + rest > 0 ? own / (total + priorStrength) : prior,
        interval: Self.interval(own, rest, confidence: confidence),
        observedShare: total > 0 ? count / total : nil)
    }
  }

  private static func interval(_ own: Double, _ rest: Double, confidence: Double) -> ClosedRange<Double> {
    guard own + rest > 0 else { return 0...1 }
    guard own > 0 else { return 0...0 }
    guard rest > 0 else { return 1...1 }
    let posterior = BetaDistribution(alpha: own, beta: rest)
    let lower = posterior.quantile((1 - confidence) / 2)
    return lower...max(lower, posterior.quantile((1 + confidence) / 2))
  }

  private static func requireCounts(_ counts: [Double], name: String) throws(KernelError) {
    guard let wrong = counts.first(where: { !($0 >= 0 && $0.isFinite) }) else { return }
    throw .parameter(name: name, value: wrong, allowed: "finite numbers of 0 or more")
  }
}
