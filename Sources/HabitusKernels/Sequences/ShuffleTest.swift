/// Which patterns of an owner's sequences shuffling their items does not explain.
///
/// Every owner, as a user with many sessions, is judged alone: under the null all orders of the owner's own items over
/// the places of the owner's sequences are equally likely, so that what is frequent stays frequent and nothing is
/// assumed about frequencies. The items are shuffled again and again; each time all patterns of the order are looked
/// at, and the smallest p-value is kept. The q-value of an observed pattern is the share of shuffles, the observed
/// order counted among them, whose smallest p-value is as small. So it allows for all patterns that were looked at, and
/// holds exactly: of owners whose items come in random order at most a share q has any pattern with a q-value of q or
/// less. Westfall and Young, "Resampling-based multiple testing", Wiley 1993 (single step); Phipson and Smyth, Stat.
/// Appl. Genet. Mol. Biol. 9 (2010), doi:10.2202/1544-6115.1585, for counting the observed order.
///
/// The p-value is the upper tail of a binomial distribution over the owner's sequences with the mean of the
/// probabilities that the ``IndependenceModel`` of the owner gives them for containing the pattern. Shuffling changes
/// neither. It bounds the model's own from above for supports above expectation + 1; that q-values hold does not rest
/// on it.
///
/// A pattern's q-value is settled once ``exceedanceLimit`` shuffles, h, were as small: it is h / l then, where l is the
/// number of the last of them, and holds as exactly; an owner's shuffles end when all are settled. Besag and Clifford,
/// "Sequential Monte Carlo p-values", Biometrika 78 (1991), doi:10.1093/biomet/78.2.301. Most owners without patterns
/// of their own need few shuffles so, and what has a q-value of at most h / (``shuffleCount`` + 1) has the one of all
/// shuffles.
///
/// An owner with too few sequences for ``minimumSupport`` has no patterns; neither has one with a single kind of item
/// any that stand out. The result depends on the seed, not on threads nor on other owners.
public struct ShuffleTest: Hashable, Sendable, Codable {
  /// How many of an owner's sequences must contain a pattern, at least 1; low ones cost power and time.
  public var minimumSupport: Int
  /// The shortest pattern looked at, at least 2, since shuffling changes no owner's items.
  public var minimumLength: Int
  /// The longest pattern looked at, at least ``minimumLength``; every item more multiplies the time.
  public var maximumLength: Int
  /// Whether patterns may have gaps or are paths of neighbours.
  public var contiguity: PatternContiguity
  /// How often each owner's items are shuffled at most, at least 1; the least q-value is 1 / (this + 1).
  public var shuffleCount: Int
  /// After how many shuffles with as small a p-value a pattern's q-value is settled, at least 1: the h of Besag and
  /// Clifford. Above ``shuffleCount`` all shuffles are made, whatever they show.
  public var exceedanceLimit: Int
  /// Only patterns with at most this q-value are reported, above 0 and up to 1.
  public var maximumQValue: Double
  /// The most patterns of an owner that are reported, at least 1: the first in their order.
  public var patternBudget: Int
  /// The most items of an owner that are looked at, at least 1, so that no owner takes up all time: from the last
  /// sequence of the owner back, those that still fit. The others count for nothing, as if they were not there.
  public var itemBudget: Int
  /// The most kinds of items of an owner that patterns are made of, at least 1, for the same reason: the most frequent,
  /// of equally frequent ones the lesser items. The others keep their places, and are shuffled with them.
  public var kindBudget: Int
  /// Fixes all random choices.
  public var seed: UInt64

  /// Makes parameters.
  public init(
    minimumSupport: Int = 3, minimumLength: Int = 2, maximumLength: Int = 3,
    contiguity: PatternContiguity = .gapsAllowed, shuffleCount: Int = 199, exceedanceLimit: Int = 10,
    maximumQValue: Double = 1, patternBudget: Int = 10_000, itemBudget: Int = 20_000, kindBudget: Int = 1_000,
    seed: UInt64 = 0
  ) {
    self.minimumSupport = minimumSupport
    self.minimumLength = minimumLength
    self.maximumLength = maximumLength
    self.contiguity = contiguity
    self.shuffleCount = shuffleCount
    self.exceedanceLimit = exceedanceLimit
    self.maximumQValue = maximumQValue
    self.patternBudget = patternBudget
    self.itemBudget = itemBudget
    self.kindBudget = kindBudget
    self.seed = seed
  }

  /// The patterns of one owner.
  public struct Findings: Hashable, Sendable, Codable {
    /// The owner; 0 for sequences without owners, which are taken as those of one.
    public let owner: Int32
    /// Number of the owner's sequences that were looked at, empty ones too; see ``ShuffleTest/itemBudget``.
    public let sequenceCount: Int
    /// How often the items were shuffled; 0 where no pattern is frequent.
    public let shuffleCount: Int
    /// The frequent patterns up to ``ShuffleTest/maximumQValue``, by rising q-value, then p-value, then in the order of
    /// ``PrefixSpan/Outcome/patterns``. Support and expectation count the owner's sequences.
    public let surprises: [PatternSurprise]
  }

  /// Checks these parameters.
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for one out of range.
  public func validated(for database: SequenceDatabase) throws(KernelError) -> Plan {
    for (name, value) in [
      ("minimumSupport", minimumSupport), ("shuffleCount", shuffleCount), ("exceedanceLimit", exceedanceLimit),
      ("patternBudget", patternBudget), ("itemBudget", itemBudget), ("kindBudget", kindBudget),
    ] where value < 1 {
      throw .parameter(name: name, value: Double(value), allowed: "1 or more")
    }
    guard minimumLength >= 2 else {
      throw .parameter(name: "minimumLength", value: Double(minimumLength), allowed: "2 or more")
    }
    guard maximumLength >= minimumLength else {
      throw .parameter(
        name: "maximumLength", value: Double(maximumLength), allowed: "minimumLength, \(minimumLength), or more")
    }
    guard maximumQValue > 0, maximumQValue <= 1 else {
      throw .parameter(name: "maximumQValue", value: maximumQValue, allowed: "above 0 and up to 1")
    }
    return Plan(parameters: self, database: database)
  }

  /// The patterns of every owner, by rising owner; see ``validated(for:)`` for what is refused.
  public func findings(in database: SequenceDatabase, threadCount: Int? = nil) throws(KernelError) -> [Findings] {
    try validated(for: database).findings(threadCount: threadCount)
  }

  /// Checked parameters and data; only ``ShuffleTest/validated(for:)`` makes one.
  public struct Plan: Sendable {
    let parameters: ShuffleTest
    let database: SequenceDatabase

    fileprivate init(parameters: ShuffleTest, database: SequenceDatabase) {
      self.parameters = parameters
      self.database = database
    }
  }
}
