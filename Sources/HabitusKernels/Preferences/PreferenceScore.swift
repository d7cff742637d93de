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
  ///   - confidence: of the interval, strictly between 0 and 1.
  ///   - populationShare: the population's share of a value, in 0…1; over all values they sum to 1.
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for numbers out of range.
  /// - Complexity: O(values · log values), and about two quantiles of a beta distribution for each value told.
  public func scores(
    of evidence: PreferenceEvidence, limit: Int = .max, confidence: Double = 0.9,
    populationShare: (_ value: UInt32) -> Double
  ) throws(KernelError) -> [PreferenceScore] {
    guard confidence > 0, confidence < 1 else {
      throw .parameter(name: "confidence", value: confidence, allowed: "strictly between 0 and 1")
    }
    let count = effectiveCount(of: evidence)
    guard count > 0, limit > 0 else { return [] }
    let worth = count / evidence.total
    let logitVariance = logitVariance(count: count, age: evidence.age)
    var sum = strength
    var candidates: [(index: Int, share: Double, own: Double)] = []
    candidates.reserveCapacity(evidence.values.count)
    for (index, value) in evidence.values.enumerated() {
      let share = populationShare(value.value)
      guard (0...1).contains(share) else {
        throw .parameter(name: "populationShare", value: share, allowed: "0 to 1")
      }
      let prior = strength * share
      let own = Self.discounted(prior + worth * value.evidenceFor, by: worth * value.evidenceAgainst)
      sum += own - prior
      candidates.append((index, share, own))
    }
    candidates.sort { $0.own != $1.own ? $0.own > $1.own : $0.index < $1.index }
    return candidates.prefix(limit).map { candidate in
      let value = evidence.values[candidate.index]
      let posterior = BetaPosterior(
        own: candidate.own, rest: max(0, sum - candidate.own), logitVariance: logitVariance)
      let isKnown = sum > 0
      return PreferenceScore(
        value: value.value, score: isKnown ? posterior.mean : candidate.share,
        interval: isKnown ? posterior.interval(confidence: confidence) : 0...1,
        evidenceFor: worth * value.evidenceFor, evidenceAgainst: worth * value.evidenceAgainst,
        populationShare: candidate.share,
        probabilityAbovePopulation: posterior.probability(above: candidate.share))
    }
  }

  /// Evidence for, times the part of it and the evidence against that is for.
  private static func discounted(_ evidenceFor: Double, by evidenceAgainst: Double) -> Double {
    evidenceAgainst > 0 ? evidenceFor * (evidenceFor / (evidenceFor + evidenceAgainst)) : evidenceFor
  }
}
