/// How readily a user takes a value rather than rejecting it.
///
/// Unlike a ``PreferenceScore``, which is a share of all the user does, it does not depend on other values: a value may
/// appeal though it is rare, and be rejected though it is frequent.
public struct PreferenceAppeal: Hashable, Sendable, Codable {
  /// Code of the value.
  public let value: UInt32
  /// The believed part for the value of all the evidence for and against it, in 0…1.
  public let appeal: Double
  /// The central interval of what is believed; it holds the appeal.
  public let interval: ClosedRange<Double>
  /// Probability, after the evidence, that the user's part is below the population's.
  public let probabilityBelowPopulation: Double
}

/// What part of the evidence on a value is for it, over users and values: a beta distribution.
public struct AppealPrior: Hashable, Sendable, Codable {
  /// The population's part for, in 0…1.
  public let rate: Double
  /// How many events the population's part weighs as much as, positive.
  public let strength: Double

  /// Takes a prior.
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for numbers out of range.
  public init(rate: Double, strength: Double) throws(KernelError) {
    guard (0...1).contains(rate) else { throw .parameter(name: "rate", value: rate, allowed: "0 to 1") }
    guard strength > 0, strength.isFinite else {
      throw .parameter(name: "strength", value: strength, allowed: "a finite number above 0")
    }
    self.rate = rate
    self.strength = strength
  }

  /// Learns a prior from users: the greatest likelihood of the counts of events for and against every value of every
  /// user, which are beta-binomial, with a weak belief that the strength is around 10.
  ///
  /// - Parameter evidence: one a user; `nil` comes back where nobody rejects anything.
  /// - Complexity: O(values) of all users, some hundred times; a sample of some thousand users is enough.
  public static func fit(to evidence: [PreferenceEvidence]) -> AppealPrior? {
    let counts = evidence.flatMap { $0.values.map { (for: $0.countFor, against: $0.countAgainst) } }
    let total = counts.reduce(0) { $0 + $1.for + $1.against }
    let rejections = counts.reduce(0) { $0 + $1.against }
    guard rejections > 0 else { return nil }
    let start = (Double(total - rejections) + 0.5) / (Double(total) + 1)
    func prior(_ point: [Double]) -> (rate: Double, strength: Double) {
      (1 / (1 + Double.exp(-point[0])), Double.exp(point[1]))
    }
    let search = SimplexSearch(
      bounds: [-12...12, Double.log(0.05)...Double.log(1e5)], tolerance: 1e-6, maximumEvaluations: 150)
    let best = search.maximum(from: [Double.log(start / (1 - start)), Double.log(10)], steps: [0.5, 1]) { point in
      let (rate, strength) = prior(point)
      let deviation = (point[1] - Double.log(10)) / 2
      return counts.reduce(-deviation * deviation / 2) { sum, count in
        sum + PredictedBlocks.logRising(strength * rate, count.for)
          + PredictedBlocks.logRising(strength * (1 - rate), count.against)
          - PredictedBlocks.logRising(strength, count.for + count.against)
      }
    }
    let (rate, strength) = prior(best.point)
    return AppealPrior(checked: rate, strength: strength)
  }

  private init(checked rate: Double, strength: Double) {
    self.rate = rate
    self.strength = strength
  }

  /// The appeal of the values a user has shown something for or against, least appealing first; of equal ones the lower
  /// code.
  ///
  /// - Parameters:
  ///   - prior: what an event is worth.
  ///   - limit: the most values told.
  ///   - confidence: of the interval, strictly between 0 and 1.
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for numbers out of range.
  /// - Complexity: O(values · log values), and about two quantiles of a beta distribution for each value told.
  public func appeals(
    of evidence: PreferenceEvidence, _ prior: PreferencePrior, limit: Int = .max, confidence: Double = 0.9
  ) throws(KernelError) -> [PreferenceAppeal] {
    guard confidence > 0, confidence < 1 else {
      throw .parameter(name: "confidence", value: confidence, allowed: "strictly between 0 and 1")
    }
    guard evidence.total > 0, limit > 0 else { return [] }
    let worth = prior.effectiveCount(of: evidence) / evidence.total
    let posteriors = evidence.values.map { value in
      BetaPosterior(
        own: strength * rate + worth * value.evidenceFor,
        rest: strength * (1 - rate) + worth * value.evidenceAgainst)
    }
    let order = posteriors.indices.sorted { (posteriors[$0].mean, $0) < (posteriors[$1].mean, $1) }
    return order.prefix(limit).map { index in
      PreferenceAppeal(
        value: evidence.values[index].value, appeal: posteriors[index].mean,
        interval: posteriors[index].interval(confidence: confidence),
        probabilityBelowPopulation: 1 - posteriors[index].probability(above: rate))
    }
  }
}
