/// PrefixSpan: all sequential patterns that enough sequences contain as a subsequence, gaps allowed.
///
/// Pei et al., "PrefixSpan: mining sequential patterns efficiently by prefix-projected pattern growth", ICDE 2001, with
/// pseudo-projection; closed patterns as in Wang and Han, "BIDE: efficient mining of frequent closed sequences", ICDE
/// 2004. Support is the number of sequences, not of occurrences; where sequences have owners, it is the number of
/// owners with at least one such sequence.
///
/// The result does not depend on the number of threads, nor on the order of the sequences.
public struct PrefixSpan: Hashable, Sendable, Codable {
  /// How many sequences must contain a pattern.
  public enum MinimumSupport: Hashable, Sendable, Codable {
    /// At least this many, 1 or more.
    case count(Int)
    /// At least this share of all sequences (of all owners, where they have some), above 0 and up to 1; rounded up to
    /// a whole number.
    case fraction(Double)
  }

  /// Which of the frequent patterns are reported. A pattern contains those that are subsequences of it. Patterns of all
  /// lengths count, also those that are too short or too long to be reported.
  public enum Selection: String, Hashable, Sendable, Codable, CaseIterable {
    /// Every one.
    case all
    /// Those that no longer pattern of the same support contains; from them the support of all others follows.
    case closed
    /// Those that no longer frequent pattern contains; frequent by the risen minimum support, where a budget raised it.
    case maximal
  }

  /// How many sequences must contain a pattern.
  public var minimumSupport: MinimumSupport
  /// The shortest pattern reported, in items, at least 1.
  public var minimumLength: Int
  /// The longest pattern, in items, at least ``minimumLength``; `nil` for no limit. Above 1,000 items nothing is
  /// searched for, and the result says so where that matters.
  public var maximumLength: Int?
  /// The most patterns kept, at least 1. Where there are more, the minimum support rises until they fit, and the
  /// result says so. Of maximal patterns the closed ones that they are chosen from count.
  public var patternBudget: Int
  /// Which of the frequent patterns are reported.
  public var selection: Selection
  /// If given, only as many are reported, the first in the order of results; from 1 to ``patternBudget``.
  public var topCount: Int?
  /// How far apart the matched items may lie.
  public var constraints: EmbeddingConstraints
  /// About how many bytes a search may hold, at least 1: the minimum support rises until the patterns that a thread
  /// has found fit into half of them, and projections are made in parts that fit into a quarter.
  public var byteBudget: Int

  /// Makes parameters.
  public init(
    minimumSupport: MinimumSupport, minimumLength: Int = 1, maximumLength: Int? = nil, patternBudget: Int = 100_000,
    selection: Selection = .all, topCount: Int? = nil, constraints: EmbeddingConstraints = .none,
    byteBudget: Int = 1 << 30
  ) {
    self.minimumSupport = minimumSupport
    self.minimumLength = minimumLength
    self.maximumLength = maximumLength
    self.patternBudget = patternBudget
    self.selection = selection
    self.topCount = topCount
    self.constraints = constraints
    self.byteBudget = byteBudget
  }

  /// Checks these parameters against the data.
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)``, also for a limit on gaps where only closed or maximal
  ///   patterns are asked for: parts of a contained pattern need not be contained then, so that neither says much.
  public func validated(for database: SequenceDatabase) throws(KernelError) -> Plan {
    let minimumCount = try minimumCount(ownerCount: database.ownerCount, hasTimes: database.times != nil)
    return Plan(parameters: self, database: database, minimumCount: minimumCount)
  }

  /// Checks these parameters against sequences of sets; see ``validated(for:)-(SequenceDatabase)``.
  public func validated(for database: ItemsetDatabase) throws(KernelError) -> ItemsetPlan {
    let minimumCount = try minimumCount(ownerCount: database.ownerCount, hasTimes: database.times != nil)
    return ItemsetPlan(parameters: self, database: database, minimumCount: minimumCount)
  }

  /// The frequent patterns of `database`; see ``validated(for:)-(SequenceDatabase)`` for what is refused.
  public func patterns(in database: SequenceDatabase, threadCount: Int? = nil) throws(KernelError) -> Result {
    try validated(for: database).patterns(threadCount: threadCount)
  }

  /// The frequent patterns of sequences of sets; a pattern's length is its number of items.
  public func patterns(in database: ItemsetDatabase, threadCount: Int? = nil) throws(KernelError) -> ItemsetResult {
    try validated(for: database).patterns(threadCount: threadCount)
  }

  /// The minimum support as a count, where all parameters are right.
  private func minimumCount(ownerCount: Int, hasTimes: Bool) throws(KernelError) -> Int {
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
      let product = fraction * Double(ownerCount)
      minimumCount = max(1, Int((product * (1 - 4 * Double.ulpOfOne)).rounded(.up)))
    }
    for (name, value) in [
      ("minimumLength", minimumLength), ("patternBudget", patternBudget), ("byteBudget", byteBudget),
    ] where value < 1 {
      throw .parameter(name: name, value: Double(value), allowed: "1 or more")
    }
    if let maximumLength, maximumLength < minimumLength {
      throw .parameter(
        name: "maximumLength", value: Double(maximumLength), allowed: "minimumLength, \(minimumLength), or more")
    }
    if let topCount, topCount < 1 || topCount > patternBudget {
      throw .parameter(name: "topCount", value: Double(topCount), allowed: "1 to patternBudget, \(patternBudget)")
    }
    try constraints.validate(hasTimes: hasTimes)
    if selection != .all, !constraints.keepsParts {
      let gap = constraints.maximumGap.map(Double.init) ?? constraints.maximumTimeGap.map(Double.init) ?? 0
      let name = constraints.maximumGap != nil ? "maximumGap" : "maximumTimeGap"
      throw .parameter(name: name, value: gap, allowed: "none where only closed or maximal patterns are asked for")
    }
    return minimumCount
  }

  /// Checked parameters and data; only ``PrefixSpan/validated(for:)-(SequenceDatabase)`` makes one.
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

  /// Checked parameters and sequences of sets; only ``PrefixSpan/validated(for:)-(ItemsetDatabase)`` makes one.
  public struct ItemsetPlan: Sendable {
    let parameters: PrefixSpan
    let database: ItemsetDatabase
    let minimumCount: Int

    fileprivate init(parameters: PrefixSpan, database: ItemsetDatabase, minimumCount: Int) {
      self.parameters = parameters
      self.database = database
      self.minimumCount = minimumCount
    }
  }
}
