extension PrefixSpan {
  /// A frequent pattern.
  public struct Pattern: Hashable, Sendable, Codable {
    /// The items, in order.
    public let items: [Int32]
    /// Number of sequences that contain them; of owners, where sequences have some.
    public let support: Int

    /// Makes a pattern.
    public init(items: [Int32], support: Int) {
      self.items = items
      self.support = support
    }
  }

  /// A frequent pattern of sets.
  public struct ItemsetPattern: Hashable, Sendable, Codable {
    /// The elements, in order, each of rising items; none is empty.
    public let elements: [[Int32]]
    /// Number of sequences with elements, in order, that hold these; of owners, where sequences have some.
    public let support: Int

    /// Makes a pattern.
    public init(elements: [[Int32]], support: Int) {
      self.elements = elements
      self.support = support
    }
  }

  /// Frequent patterns of single items, and what they were asked for.
  public typealias Result = Outcome<Pattern>
  /// Frequent patterns of sets, and what they were asked for.
  public typealias ItemsetResult = Outcome<ItemsetPattern>

  /// Frequent patterns, and what they were asked for.
  public struct Outcome<Found: Hashable & Sendable & Codable>: Hashable, Sendable, Codable {
    /// By falling support, then rising length in items, then items in lexicographic order; of patterns of sets that
    /// are still equal, the one whose elements end earlier comes first.
    public let patterns: [Found]
    /// Number of sequences searched, empty ones too.
    public let sequenceCount: Int
    /// The most support there can be: the number of owners, or of sequences where each is its own.
    public let ownerCount: Int
    /// The minimum support asked for, as a number of sequences or owners.
    public let requestedMinimumCount: Int
    /// The minimum support of this result: it holds all patterns asked for with at least that support and no other.
    /// Above the requested one where the budgets did not hold more. In a full list of the top ones it is the support
    /// of the last, and of those with just that support the list may hold only the first.
    public let minimumCount: Int
    /// Whether the budgets kept patterns out.
    public let isCutByBudget: Bool
    /// Where the search ended early: patterns up to this length are complete, longer ones were not searched for.
    /// `nil` where no pattern asked for is missing for its length.
    public let searchedLength: Int?
  }
}
