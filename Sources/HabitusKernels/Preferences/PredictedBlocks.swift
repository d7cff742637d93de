/// Blocks of users' events, each with what was known before it: the likelihoods of a ``PreferencePrior``.
struct PredictedBlocks {
  /// A value in a block.
  struct Entry {
    /// The population's share.
    let prior: Double
    /// The value's share of the evidence before the block.
    let before: Double
    /// Events of the block.
    let count: Int
    /// Whether the value is one of those that would be told before the block.
    let isTold: Bool
  }

  private struct Block {
    let kish: Double
    let age: Double
    let count: Int
    let weight: Double
    let entries: Range<Int>
  }

  private var blocks: [Block] = []
  private var entries: [Entry] = []

  /// Takes a block.
  ///
  /// - Parameters:
  ///   - kish: Kish's effective count of the evidence before the block; 0 for the first.
  ///   - age: its age in days, as in ``PreferenceEvidence/age``.
  ///   - weight: of the block in the likelihood.
  ///   - added: the values with events, and those told.
  mutating func add(kish: Double, age: Double, weight: Double, _ added: some Sequence<Entry>) {
    let start = entries.count
    entries.append(contentsOf: added)
    let range = start..<entries.count
    let count = entries[range].reduce(0) { $0 + $1.count }
    blocks.append(Block(kish: kish, age: age, count: count, weight: weight, entries: range))
  }

  /// The logarithm of the probability of all counts, Dirichlet-multinomial around the shares believed before.
  /// O(entries).
  func jointLogLikelihood(_ prior: PreferencePrior) -> Double {
    var sum = 0.0
    for block in blocks {
      let known = prior.effectiveCount(kish: block.kish, age: block.age)
      var own = -Self.logRising(prior.strength + known, block.count)
      for entry in entries[block.entries] where entry.count > 0 {
        own += Self.logRising(prior.strength * entry.prior + known * entry.before, entry.count)
      }
      sum += block.weight * own
    }
    return sum
  }

  /// The sum over the values told of the logarithm of the probability of the value's count, which is beta-binomial: a
  /// composite likelihood that sees how believed variances depend on the share. O(entries).
  func marginalLogLikelihood(_ prior: PreferencePrior) -> Double {
    var sum = 0.0
    for block in blocks {
      let known = prior.effectiveCount(kish: block.kish, age: block.age)
      let variance = prior.logitVariance(count: known, age: block.age)
      for entry in entries[block.entries] where entry.isTold {
        let own = prior.strength * entry.prior + known * entry.before
        let posterior = BetaPosterior(own: own, rest: prior.strength + known - own, logitVariance: variance)
        sum +=
          block.weight
          * (Self.logRising(posterior.own, entry.count) + Self.logRising(posterior.rest, block.count - entry.count)
            - Self.logRising(posterior.own + posterior.rest, block.count))
      }
    }
    return sum
  }

  /// The logarithm of x·(x + 1)·…·(x + count − 1), for x of at most 10²⁰.
  static func logRising(_ x: Double, _ count: Int) -> Double {
    guard count > 0 else { return 0 }
    guard count <= 12 else { return Double.logGammaRise(x, by: Double(count)) }
    // Twelve factors of at most 10²⁰ do not overflow.
    var product = x
    for step in 1..<count { product *= x + Double(step) }
    return Double.log(product)
  }
}
