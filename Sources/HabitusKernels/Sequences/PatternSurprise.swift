/// How far the support of a pattern is from what independent draws would give.
public struct PatternSurprise: Hashable, Sendable, Codable {
  /// The pattern.
  public let pattern: PrefixSpan.Pattern
  /// Number of sequences that would contain it by chance, see ``IndependenceModel``; 1e-300 where it is less.
  public let expectedSupport: Double
  /// Observed support divided by the expected one; above 1 where the pattern is more frequent than chance.
  public let lift: Double
  /// One-sided: probability of at least the observed support by chance.
  public let pValue: Double
  /// Smallest false-discovery rate at which the pattern is reported (Benjamini and Hochberg).
  public let qValue: Double
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
  /// The p-value is the upper tail of a binomial with as many trials as sequences and their mean probability. Sequences
  /// of different length have different probabilities; the binomial then bounds the true tail from above for supports
  /// above expectation + 1 (Hoeffding, "On the distribution of the number of successes in independent trials", Ann.
  /// Math. Statist. 27, 1956). Below that nothing is surprising.
  ///
  /// O(patterns · longest sequence · pattern length).
  ///
  /// - Precondition: patterns consist of items of the sequences fitted to, and are supported by at most all of them.
  public func surprises(
    of patterns: [PrefixSpan.Pattern], family: HypothesisFamily = .allCandidates, threadCount: Int? = nil
  ) -> [PatternSurprise] {
    let sequenceCount = sequenceCount
    let tests = concurrentMap(count: patterns.count, threadCount: threadCount) { index in
      let pattern = patterns[index]
      precondition(pattern.support <= sequenceCount, "no pattern has more support than there are sequences")
      precondition(
        pattern.items.allSatisfy { itemProbabilities[$0] != nil }, "patterns consist of items of the sequences")
      let expected = max(1e-300, min(Double(sequenceCount), expectedSupport(of: pattern.items)))
      let probability = sequenceCount > 0 ? expected / Double(sequenceCount) : 0
      let tail = BinomialDistribution(trialCount: sequenceCount, probability: probability).upperTail(pattern.support)
      return (expected: expected, pValue: tail)
    }
    let qValues = Statistics.falseDiscoveryQValues(
      tests.map(\.pValue), hypothesisCount: hypothesisCount(patterns, family))
    return patterns.indices.map { index in
      PatternSurprise(
        pattern: patterns[index], expectedSupport: tests[index].expected,
        lift: Double(patterns[index].support) / tests[index].expected,
        pValue: tests[index].pValue, qValue: qValues[index])
    }
  }

  private func hypothesisCount(_ patterns: [PrefixSpan.Pattern], _ family: HypothesisFamily) -> Double? {
    guard family == .allCandidates else { return nil }
    let candidates = Set(patterns.map(\.items.count)).sorted().reduce(0.0) {
      $0 + Double.pow(Double(itemProbabilities.count), Double($1))
    }
    return max(Double(patterns.count), candidates)
  }
}
