/// How far the support of a pattern is from what a null model would give.
public struct PatternSurprise: Hashable, Sendable, Codable {
  /// The pattern.
  public let pattern: PrefixSpan.Pattern
  /// Number of sequences (of owners, where they have some) that would contain it by chance, see ``IndependenceModel``
  /// and ``MarkovModel``; 1e-300 where it is less.
  public let expectedSupport: Double
  /// Observed support divided by the expected one; above 1 where the pattern is more frequent than chance.
  public let lift: Double
  /// One-sided: probability of at least the observed support by chance.
  public let pValue: Double
  /// Smallest false-discovery rate at which the pattern is reported (Benjamini and Hochberg).
  public let qValue: Double
}

extension PatternSurprise {
  /// Surprises of patterns whose expected supports and p-values are known, in their order.
  ///
  /// - Parameter itemCount: how many items patterns can be made of.
  static func surprises(
    _ patterns: [PrefixSpan.Pattern], tests: [(expected: Double, pValue: Double)],
    family: IndependenceModel.HypothesisFamily, itemCount: Int
  ) -> [PatternSurprise] {
    var hypothesisCount: Double?
    if family == .allCandidates {
      let candidates = Set(patterns.map(\.items.count)).sorted().reduce(0.0) {
        $0 + Double.pow(Double(itemCount), Double($1))
      }
      hypothesisCount = max(Double(patterns.count), candidates)
    }
    let qValues = Statistics.falseDiscoveryQValues(tests.map(\.pValue), hypothesisCount: hypothesisCount)
    return patterns.indices.map { index in
      PatternSurprise(
        pattern: patterns[index], expectedSupport: tests[index].expected,
        lift: Double(patterns[index].support) / tests[index].expected,
        pValue: tests[index].pValue, qValue: qValues[index])
    }
  }
}

extension IndependenceModel {
  /// What counts as a hypothesis when false discoveries are controlled.
  public enum HypothesisFamily: Hashable, Sendable {
    /// Every pattern of the same lengths that the items can form. Valid although only frequent patterns are tested,
    /// since all others count with a p-value of 1.
    case allCandidates
    /// Only the patterns given: right where they were chosen without looking at these sequences.
    case givenPatterns
  }

  /// Expected support, lift, p-value and q-value of every pattern, in the order given.
  ///
  /// The support is the number of successes in independent trials, one a sequence (or an owner), whose probabilities
  /// differ by length. The p-value is its exact upper tail for up to 256 trials. For more it is the tail of a binomial
  /// with the mean probability, which bounds it from above for supports above expectation + 1 (Hoeffding, "On the
  /// distribution of the number of successes in independent trials", Ann. Math. Statist. 27, 1956). Below that nothing
  /// is surprising.
  ///
  /// O(patterns · (longest sequence · pattern length + distinct lengths)); with owners O(patterns · sequences) more.
  ///
  /// - Precondition: patterns consist of items of the sequences fitted to, and are supported by at most all of them.
  public func surprises(
    of patterns: [PrefixSpan.Pattern], family: HypothesisFamily = .allCandidates, threadCount: Int? = nil
  ) -> [PatternSurprise] {
    let tests = concurrentMap(count: patterns.count, threadCount: threadCount) { index in
      let pattern = patterns[index]
      precondition(pattern.support <= trials.count, "no pattern has more support than there are sequences or owners")
      precondition(
        pattern.items.allSatisfy { itemProbabilities[$0] != nil }, "patterns consist of items of the sequences")
      return trials.test(support: pattern.support, probabilities: probabilitiesByLength(of: pattern.items))
    }
    return PatternSurprise.surprises(patterns, tests: tests, family: family, itemCount: itemProbabilities.count)
  }
}
