/// How far apart the matched elements of a pattern may lie.
///
/// A sequence contains a pattern if **any** choice of elements, in order, that hold the pattern's elements meets all
/// limits. So a pattern of two may be contained although its leftmost match is too wide. Positions count all elements
/// of the sequence, frequent or not. With a limit on gaps a part of a contained pattern need not be contained; its
/// beginning and its end always are.
public struct EmbeddingConstraints: Hashable, Sendable, Codable {
  /// The most positions from one matched element to the next, at least 1; 1 allows neighbours only.
  public var maximumGap: Int?
  /// The most time from one matched element to the next, at least 0, in the unit of the database's times.
  public var maximumTimeGap: Int64?
  /// The most positions from the first matched element to the last, both counted, at least 1.
  public var maximumSpan: Int?
  /// The most time from the first matched element to the last, at least 0.
  public var maximumTimeSpan: Int64?

  /// Makes constraints; `nil` is no limit.
  public init(
    maximumGap: Int? = nil, maximumTimeGap: Int64? = nil, maximumSpan: Int? = nil, maximumTimeSpan: Int64? = nil
  ) {
    self.maximumGap = maximumGap
    self.maximumTimeGap = maximumTimeGap
    self.maximumSpan = maximumSpan
    self.maximumTimeSpan = maximumTimeSpan
  }

  /// No limits.
  public static let none = EmbeddingConstraints()

  /// Refuses limits out of range, and limits of time where there are no times.
  func validate(hasTimes: Bool) throws(KernelError) {
    for (name, value) in [("maximumGap", maximumGap), ("maximumSpan", maximumSpan)] {
      guard let value, value < 1 else { continue }
      throw .parameter(name: name, value: Double(value), allowed: "1 or more")
    }
    for (name, value) in [("maximumTimeGap", maximumTimeGap), ("maximumTimeSpan", maximumTimeSpan)] {
      guard let value else { continue }
      guard value >= 0 else { throw .parameter(name: name, value: Double(value), allowed: "0 or more") }
      guard hasTimes else { throw .parameter(name: name, value: Double(value), allowed: "none without times") }
    }
  }

  /// Whether the limits are such that every part of a contained pattern is contained.
  var keepsParts: Bool { maximumGap == nil && maximumTimeGap == nil }
}
