/// How much a user is drawn to one value, and how sure that is.
public struct PreferenceScore: Hashable, Sendable, Codable {
  /// Code of the value.
  public let value: UInt32
  /// The share of the user's taste that the value has, in 0…1: the mean of what is believed after the evidence.
  public let score: Double
  /// The central interval of what is believed; it holds the score.
  public let interval: ClosedRange<Double>
  /// The evidence for the value in effective events.
  public let evidenceFor: Double
  /// The evidence against the value in effective events.
  public let evidenceAgainst: Double
  /// The population's share of the value.
  public let populationShare: Double
  /// Probability, after the evidence, that the user's share is above the population's: near 1 or 0 for a taste that is
  /// the user's own, about a half without evidence.
  public let probabilityAbovePopulation: Double

  /// Novelty: how many times as much as the population the user is drawn to the value; drawn to 1 as the score is to
  /// the population's share; `nil` for a value the population has no share for.
  public var lift: Double? { populationShare > 0 ? score / populationShare : nil }
  /// The interval of ``lift``; `nil` as that is.
  public var liftInterval: ClosedRange<Double>? {
    guard populationShare > 0 else { return nil }
    return interval.lowerBound / populationShare...interval.upperBound / populationShare
  }
}

extension PreferencePrior {
  /// The scores of the values a user has shown something for or against, highest first; of equal ones the lower code.
  ///
  /// The evidence for a value is the prior's, `strength` · share, and the user's own, in effective events. Evidence
  /// against it scales this by the part that is for: *f*·*f*/(*f* + *a*). So a rejection always lowers the score, also
  /// of a value never shown anything for, and never below 0. The score is the value's part of the sum over all values.
  ///
  /// Intervals and probabilities are worked out only for the values told. Without strength and evidence for any value
  /// the score is the population's share, in 0…1.
  ///
  /// - Parameters:
  ///   - limit: the most values told.
  ///   - least: values with no more evidence for them, in amounts as those of `evidence`, are not told; all are unless
  ///     given.
  ///   - confidence: of the interval, strictly between 0 and 1.
  ///   - populationShare: the population's share of a value, in 0…1; over all values they sum to 1.
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for numbers out of range.
  /// - Complexity: O(values · log values), and about two quantiles of a beta distribution for each value told.
  public func scores(
    of evidence: PreferenceEvidence, limit: Int = .max, evidenceAbove least: Double = -.infinity,
    confidence: Double = 0.9, populationShare: (_ value: UInt32) -> Double
  ) throws(KernelError) -> [PreferenceScore] {
    guard confidence > 0, confidence < 1 else {
      throw .parameter(name: "confidence", value: confidence, allowed: "strictly between 0 and 1")
    }
    guard limit > 0, effectiveCount(of: evidence) > 0 else { return [] }
    let belief = try PreferenceBelief(self, evidence, populationShare: populationShare)
    var candidates = belief.posteriors.filter { evidence.values[$0.index].evidenceFor > least }
    candidates.sort { $0.own != $1.own ? $0.own > $1.own : $0.index < $1.index }
    return candidates.prefix(limit).map { belief.score(of: $0, confidence: confidence) }
  }
}

/// What is believed of every value of a dimension after a user's evidence, also of values the user has shown nothing of.
public struct PreferenceBelief: Sendable {
  /// The belief about a value with evidence.
  struct Posterior {
    let index: Int
    let share: Double
    /// Evidence for it, the prior's included.
    let own: Double
  }

  /// Of the values with evidence, in their order.
  let posteriors: [Posterior]
  private let evidence: PreferenceEvidence
  private let strength: Double
  private let worth: Double
  private let logitVariance: Double
  /// The evidence for all values, the prior's included.
  private let sum: Double

  /// - Parameter populationShare: the population's share of a value, in 0…1; over all values they sum to 1.
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for a share out of range.
  /// - Complexity: O(values).
  public init(
    _ prior: PreferencePrior, _ evidence: PreferenceEvidence, populationShare: (_ value: UInt32) -> Double
  ) throws(KernelError) {
    self.evidence = evidence
    strength = prior.strength
    let count = prior.effectiveCount(of: evidence)
    worth = evidence.total > 0 ? count / evidence.total : 0
    logitVariance = prior.logitVariance(count: count, age: evidence.age)
    var sum = strength
    var posteriors: [Posterior] = []
    posteriors.reserveCapacity(evidence.values.count)
    for (index, value) in evidence.values.enumerated() {
      let share = populationShare(value.value)
      guard (0...1).contains(share) else {
        throw .parameter(name: "populationShare", value: share, allowed: "0 to 1")
      }
      let before = strength * share
      let own = Self.discounted(before + worth * value.evidenceFor, by: worth * value.evidenceAgainst)
      sum += own - before
      posteriors.append(Posterior(index: index, share: share, own: own))
    }
    self.sum = sum
    self.posteriors = posteriors
  }

  func score(of posterior: Posterior, confidence: Double) -> PreferenceScore {
    let value = evidence.values[posterior.index]
    let beta = BetaPosterior(own: posterior.own, rest: max(0, sum - posterior.own), logitVariance: logitVariance)
    let isKnown = sum > 0
    return PreferenceScore(
      value: value.value, score: isKnown ? beta.mean : posterior.share,
      interval: isKnown ? beta.interval(confidence: confidence) : 0...1,
      evidenceFor: worth * value.evidenceFor, evidenceAgainst: worth * value.evidenceAgainst,
      populationShare: posterior.share, probabilityAbovePopulation: beta.probability(above: posterior.share))
  }

  /// How far a user's share of a value is believed to be from the population's.
  public struct LogLift: Hashable, Sendable {
    /// The user's share.
    public let score: Double
    /// The natural logarithm of the user's share over the population's.
    public let value: Double
    /// About its standard deviation: the share's over its mean.
    public let deviation: Double
  }

  /// The logarithm of the lift of any value; `nil` of one that the population has no share for. O(log values).
  ///
  /// - Parameter populationShare: of the value.
  public func logLift(of value: UInt32, populationShare share: Double) -> LogLift? {
    guard share > 0, sum > 0 else { return nil }
    let own = evidence.index(of: value).map { posteriors[$0].own } ?? strength * share
    let beta = BetaPosterior(own: own, rest: max(0, sum - own), logitVariance: logitVariance)
    guard beta.mean > 0 else { return nil }
    let variance = (1 - beta.mean) / (beta.mean * (beta.own + beta.rest + 1))
    return LogLift(
      score: beta.mean, value: Double.log(beta.mean / share), deviation: variance.squareRoot())
  }

  /// Evidence for, times the part of it and the evidence against that is for.
  private static func discounted(_ evidenceFor: Double, by evidenceAgainst: Double) -> Double {
    evidenceAgainst > 0 ? evidenceFor * (evidenceFor / (evidenceFor + evidenceAgainst)) : evidenceFor
  }
}
