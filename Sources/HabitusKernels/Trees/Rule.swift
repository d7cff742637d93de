/// A condition on the values of a row that a person can read: a few conjunctions of comparisons, joined by "or".
public struct Rule: Hashable, Sendable, Codable {
  /// A row matches where it matches one of these; at least one.
  public let conjunctions: [Conjunction]
  /// How well the rule describes the positive samples it was made from.
  public let quality: Quality

  /// Conditions that must all hold.
  public struct Conjunction: Hashable, Sendable, Codable {
    /// By ascending column, at most one a column; at least one.
    public let conditions: [Condition]

    /// Whether all conditions hold.
    func matches(_ row: some RandomAccessCollection<Double>) -> Bool {
      conditions.allSatisfy { $0.matches(row[row.index(row.startIndex, offsetBy: $0.column)]) }
    }
  }

  /// A condition on one column.
  public struct Condition: Hashable, Sendable, Codable {
    /// The column.
    public let column: Int
    /// What values must be.
    public let test: Test
    /// Whether a missing value (NaN) matches too.
    public let matchesMissing: Bool

    /// Whether the value matches.
    func matches(_ value: Double) -> Bool {
      if value.isNaN { return matchesMissing }
      return switch test {
      case .atMost(let bound): value <= bound
      case .above(let bound): value > bound
      case .between(let above, let atMost): value > above && value <= atMost
      case .isPresent: true
      case .isMissing: false
      }
    }
  }

  /// What values of a column must be.
  public enum Test: Hashable, Sendable, Codable {
    /// At most this.
    case atMost(Double)
    /// More than this.
    case above(Double)
    /// More than the first and at most the second.
    case between(above: Double, atMost: Double)
    /// Any value.
    case isPresent
    /// No value.
    case isMissing
  }

  /// How a rule and a set of positive samples agree.
  public struct Quality: Hashable, Sendable, Codable {
    /// Samples that match.
    public let matchedCount: Int
    /// Positive samples that match.
    public let matchedPositiveCount: Int
    /// Positive samples in all.
    public let positiveCount: Int

    /// Share of the matching samples that are positive; 0 where none matches.
    public var precision: Double {
      matchedCount > 0 ? Double(matchedPositiveCount) / Double(matchedCount) : 0
    }
    /// Share of the positive samples that match; 0 where none is positive.
    public var recall: Double {
      positiveCount > 0 ? Double(matchedPositiveCount) / Double(positiveCount) : 0
    }
    /// The harmonic mean of precision and recall; 0 where nothing matches or nothing is positive.
    public var f1Score: Double {
      matchedCount + positiveCount > 0
        ? 2 * Double(matchedPositiveCount) / Double(matchedCount + positiveCount) : 0
    }
  }

  /// Whether a row matches. O(conditions).
  ///
  /// - Precondition: `row` has as many values as the columns that the rule was made from.
  public func matches(_ row: some RandomAccessCollection<Double>) -> Bool {
    conjunctions.contains { $0.matches(row) }
  }

  /// The rule in words, such as `visits > 3 and (recency ≤ 12 or recency is missing)`.
  ///
  /// - Parameter columnNames: one a column.
  /// - Precondition: there is a name for every column that the rule mentions.
  public func description(columnNames: [String]) -> String {
    conjunctions.map { conjunction in
      let text = conjunction.conditions.map { $0.description(name: columnNames[$0.column]) }.joined(separator: " and ")
      return conjunctions.count > 1 && conjunction.conditions.count > 1 ? "(\(text))" : text
    }.joined(separator: " or ")
  }
}

extension Rule.Condition {
  fileprivate func description(name: String) -> String {
    let text =
      switch test {
      case .atMost(let bound): "\(name) ≤ \(Self.text(bound))"
      case .above(let bound): "\(name) > \(Self.text(bound))"
      case .between(let above, let atMost): "\(Self.text(above)) < \(name) ≤ \(Self.text(atMost))"
      case .isPresent: "\(name) is present"
      case .isMissing: "\(name) is missing"
      }
    return matchesMissing && test != .isMissing ? "(\(text) or \(name) is missing)" : text
  }

  /// The shortest digits, without ".0".
  private static func text(_ value: Double) -> String {
    let digits = "\(value)"
    return digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits
  }
}
