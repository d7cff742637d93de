/// PrefixSpan: all sequential patterns that enough sequences contain as a subsequence, gaps allowed.
///
/// Pei et al., "PrefixSpan: mining sequential patterns efficiently by prefix-projected pattern growth", ICDE 2001, with
/// pseudo-projection. Support is the number of sequences, not of occurrences.
///
/// The result does not depend on the number of threads, nor on the order of the sequences.
public struct PrefixSpan: Hashable, Sendable, Codable {
  /// How many sequences must contain a pattern.
  public enum MinimumSupport: Hashable, Sendable, Codable {
    /// At least this many, 1 or more.
    case count(Int)
    /// At least this share of all sequences, above 0 and up to 1; rounded up to a whole number.
    case fraction(Double)
  }

  /// How many sequences must contain a pattern.
  public var minimumSupport: MinimumSupport
  /// The shortest pattern reported, at least 1.
  public var minimumLength: Int
  /// The longest pattern, at least ``minimumLength``; `nil` for no limit.
  public var maximumLength: Int?
  /// The most patterns kept, at least 1. Where there are more, the minimum support rises until they fit, and the
  /// result says so.
  public var patternBudget: Int

  /// Makes parameters.
  public init(
    minimumSupport: MinimumSupport, minimumLength: Int = 1, maximumLength: Int? = nil, patternBudget: Int = 100_000
  ) {
    self.minimumSupport = minimumSupport
    self.minimumLength = minimumLength
    self.maximumLength = maximumLength
    self.patternBudget = patternBudget
  }

  /// A frequent pattern.
  public struct Pattern: Hashable, Sendable, Codable {
    /// The items, in order.
    public let items: [Int32]
    /// Number of sequences that contain them.
    public let support: Int

    /// Makes a pattern.
    public init(items: [Int32], support: Int) {
      self.items = items
      self.support = support
    }

    /// The order of results: falling support, then rising length, then lexicographic.
    static func precedes(_ first: Pattern, _ second: Pattern) -> Bool {
      if first.support != second.support { return first.support > second.support }
      if first.items.count != second.items.count { return first.items.count < second.items.count }
      return first.items.lexicographicallyPrecedes(second.items)
    }
  }

  /// Frequent patterns, and what they were asked for.
  public struct Result: Hashable, Sendable, Codable {
    /// By falling support, then rising length, then lexicographic.
    public let patterns: [Pattern]
    /// Number of sequences searched, empty ones too.
    public let sequenceCount: Int
    /// The minimum support asked for, as a number of sequences.
    public let requestedMinimumCount: Int
    /// The minimum support of this result: it holds all patterns with at least that support and no other. Above the
    /// requested one where the budget did not hold more.
    public let minimumCount: Int

    /// Whether the budget kept patterns out.
    public var isCutByBudget: Bool { minimumCount > requestedMinimumCount }
  }

  /// Checks these parameters against the data.
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)``.
  public func validated(for database: SequenceDatabase) throws(KernelError) -> Plan {
    let minimumCount: Int
    switch minimumSupport {
    case .count(let count):
      guard count >= 1 else {
        throw .parameter(name: "minimumSupport", value: Double(count), allowed: "a count of 1 or more")
      }
      minimumCount = count
    case .fraction(let fraction):
      guard fraction > 0, fraction <= 1 else {
        throw .parameter(name: "minimumSupport", value: fraction, allowed: "a fraction above 0 and up to 1")
      }
      // A product that only rounding carries above a whole number, as 0.07 · 100, is that number.
      let product = fraction * Double(database.sequenceCount)
      minimumCount = max(1, Int((product * (1 - 4 * Double.ulpOfOne)).rounded(.up)))
    }
    guard minimumLength >= 1 else {
      throw .parameter(name: "minimumLength", value: Double(minimumLength), allowed: "1 or more")
    }
    if let maximumLength, maximumLength < minimumLength {
      throw .parameter(
        name: "maximumLength", value: Double(maximumLength), allowed: "minimumLength, \(minimumLength), or more")
    }
    guard patternBudget >= 1 else {
      throw .parameter(name: "patternBudget", value: Double(patternBudget), allowed: "1 or more")
    }
    return Plan(parameters: self, database: database, minimumCount: minimumCount)
  }

  /// The frequent patterns of `database`; see ``validated(for:)`` for what is refused.
  public func patterns(in database: SequenceDatabase, threadCount: Int? = nil) throws(KernelError) -> Result {
    try validated(for: database).patterns(threadCount: threadCount)
  }

  /// Checked parameters and data; only ``PrefixSpan/validated(for:)`` makes one.
  public struct Plan: Sendable {
    let parameters: PrefixSpan
    let database: SequenceDatabase
    let minimumCount: Int

    fileprivate init(parameters: PrefixSpan, database: SequenceDatabase, minimumCount: Int) {
      self.parameters = parameters
      self.database = database
      self.minimumCount = minimumCount
    }
  }
}
