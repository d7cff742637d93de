/// The trials that a support is the number of successes of: one a sequence, or one an owner.
///
/// A null model gives a probability of containing a pattern to every class of sequences, as those of one length. An
/// owner's trial succeeds if any of the sequences does.
struct SupportTrials: Hashable, Sendable {
  /// Trials that are made of the same classes.
  private struct Kind: Hashable, Sendable {
    /// Class and number of the sequences, by class.
    let members: [Member]
    let trialCount: Int
  }

  private struct Member: Hashable, Sendable {
    let sequenceClass: Int
    let count: Int
  }

  private let kinds: [Kind]
  /// The number of trials.
  let count: Int

  /// The most unequal trials whose tail is exact.
  private static let exactCount = 256

  /// - Parameter classes: the class of every sequence.
  init(classes: [Int], owners: [Int32]?) {
    var countByMembers: [[Member]: Int] = [:]
    let owning = SequenceOwners(sequenceCount: classes.count, owners: owners)
    var start = 0
    while start < classes.count {
      var end = start + 1
      let owner = owning.numbers[owning.order[start]]
      while end < classes.count, owning.numbers[owning.order[end]] == owner { end += 1 }
      var counts: [Int: Int] = [:]
      for place in start..<end { counts[classes[owning.order[place]], default: 0] += 1 }
      let members = counts.sorted { $0.key < $1.key }.map { Member(sequenceClass: $0.key, count: $0.value) }
      countByMembers[members, default: 0] += 1
      start = end
    }
    kinds = countByMembers.map { Kind(members: $0.key, trialCount: $0.value) }
      .sorted { first, second in
        first.members.lexicographicallyPrecedes(second.members) {
          ($0.sequenceClass, $0.count) < ($1.sequenceClass, $1.count)
        }
      }
    count = owning.count
  }

  /// The expected support, and the probability of at least `support`.
  ///
  /// Exact for up to 256 trials, or equal ones. For more, the tail of a binomial with the mean probability, which
  /// bounds it from above for supports above expectation + 1 (Hoeffding, "On the distribution of the number of
  /// successes in independent trials", Ann. Math. Statist. 27, 1956). Below that nothing is surprising.
  ///
  /// - Parameter probabilities: of every class.
  func test(support: Int, probabilities: [Double]) -> (expected: Double, pValue: Double) {
    let successes = kinds.map { successProbability($0, probabilities) }
    let sum = zip(kinds, successes).reduce(0) { $0 + Double($1.0.trialCount) * $1.1 }
    let expected = max(1e-300, min(Double(count), sum))
    guard count > 0 else { return (1e-300, support > 0 ? 0 : 1) }
    guard count > Self.exactCount || kinds.count == 1 else {
      return (expected, exactTail(support: support, successes: successes))
    }
    let mean = BinomialDistribution(trialCount: count, probability: expected / Double(count))
    return (expected, mean.upperTail(support))
  }

  /// The expected support.
  func expectedSupport(probabilities: [Double]) -> Double {
    kinds.reduce(0) { $0 + Double($1.trialCount) * successProbability($1, probabilities) }
  }

  private func successProbability(_ kind: Kind, _ probabilities: [Double]) -> Double {
    if kind.members.count == 1, kind.members[0].count == 1 {
      return max(0, min(1, probabilities[kind.members[0].sequenceClass]))
    }
    let logarithmOfNone = kind.members.reduce(0.0) {
      $0 + Double($1.count) * Double.log(onePlus: -max(0, min(1, probabilities[$1.sequenceClass])))
    }
    return -Double.expMinusOne(logarithmOfNone)
  }

  /// The tail of a Poisson binomial distribution by adding one trial after the other; all terms are positive.
  /// O(trials · `support`).
  private func exactTail(support: Int, successes: [Double]) -> Double {
    guard support > 0 else { return 1 }
    guard support <= count else { return 0 }
    // The last place holds the probability of `support` or more.
    var masses = Array(repeating: 0.0, count: support + 1)
    masses[0] = 1
    for (kind, success) in zip(kinds, successes) {
      for _ in 0..<kind.trialCount {
        masses[support] += masses[support - 1] * success
        for place in stride(from: support - 1, to: 0, by: -1) {
          masses[place] += success * (masses[place - 1] - masses[place])
        }
        masses[0] *= 1 - success
      }
    }
    return min(1, masses[support])
  }
}
