public import HabitusModel

/// A short condition on features that stands for a group: who meets it is likely a member.
///
/// Found by a shallow tree on features in their units. It is for reading, for queries and for other systems; which group a
/// user is in is decided by the model.
public struct ClusterRule: Sendable, Hashable, Codable {
  /// The number of the group.
  public var cluster: Int
  /// Users match who meet all conditions of one of these; at least one.
  public var alternatives: [[Condition]]
  /// The rule in words.
  public var text: LocalizedText
  /// Share of the matching users who are members, 0…1.
  public var precision: Double
  /// Share of the members who match, 0…1.
  public var recall: Double
  /// The harmonic mean of precision and recall.
  public var f1Score: Double

  /// A condition on one feature.
  public struct Condition: Sendable, Hashable, Codable {
    /// What becomes of users without a value.
    public enum MissingValue: String, Sendable, Codable {
      /// They do not match.
      case refused
      /// They match too.
      case accepted
      /// Only they match.
      case required
    }

    /// The feature.
    public var feature: String
    /// Values must be greater than this.
    public var above: Double?
    /// Values must not be greater than this.
    public var atMost: Double?
    /// What becomes of users without a value.
    public var missingValue: MissingValue

    /// Makes a condition; without bounds it is about whether there is a value.
    public init(
      feature: String, above: Double? = nil, atMost: Double? = nil, missingValue: MissingValue = .refused
    ) {
      self.feature = feature
      self.above = above
      self.atMost = atMost
      self.missingValue = missingValue
    }

    /// Whether a value, `nil` for "no value", meets the condition.
    public func matches(_ value: Double?) -> Bool {
      guard let value, !value.isNaN else { return missingValue != .refused }
      guard missingValue != .required else { return false }
      return (above.map { value > $0 } ?? true) && (atMost.map { value <= $0 } ?? true)
    }
  }

  /// Makes a rule from its parts.
  public init(
    cluster: Int, alternatives: [[Condition]], text: LocalizedText, precision: Double, recall: Double, f1Score: Double
  ) {
    self.cluster = cluster
    self.alternatives = alternatives
    self.text = text
    self.precision = precision
    self.recall = recall
    self.f1Score = f1Score
  }

  /// Whether a user with these features matches. A feature that the vector does not have is one without a value; shares
  /// of event types are also taken from the summary of the user's events.
  public func matches(_ features: FeatureVector) -> Bool {
    alternatives.contains { $0.allSatisfy { $0.matches(Self.value(of: $0.feature, in: features)) } }
  }

  private static func value(of feature: String, in features: FeatureVector) -> Double? {
    if let value = features[feature] { return value }
    guard feature.hasPrefix(FeatureWords.typePrefix), !features.activity.countByType.isEmpty else { return nil }
    return features.activity.shareByType[String(feature.dropFirst(FeatureWords.typePrefix.count))] ?? 0
  }
}

extension ClusterRule {
  /// The rule as the condition of an SQL query, `WHERE …`, over columns that are called as the features and are NULL
  /// where there is no value, as those of `habitus export features` are.
  ///
  /// Standard SQL. It is true for the rows that match; for others it is false or, because of NULL, unknown, which a query
  /// takes for false.
  public var sql: String {
    alternatives.map { conditions in
      let text = conditions.map(\.sql).joined(separator: " AND ")
      return alternatives.count > 1 && conditions.count > 1 ? "(\(text))" : text
    }.joined(separator: " OR ")
  }
}

extension ClusterRule.Condition {
  fileprivate var sql: String {
    let column = "\"" + feature.replacing("\"", with: "\"\"") + "\""
    if missingValue == .required { return "\(column) IS NULL" }
    let bounds = [above.map { "\(column) > \(Self.number($0))" }, atMost.map { "\(column) <= \(Self.number($0))" }]
    let text = bounds.compactMap(\.self).joined(separator: " AND ")
    if text.isEmpty { return missingValue == .accepted ? "TRUE" : "\(column) IS NOT NULL" }
    return missingValue == .accepted
      ? "(\(above == nil || atMost == nil ? text : "(\(text))") OR \(column) IS NULL)" : text
  }

  /// The shortest digits, whole numbers without a fraction.
  private static func number(_ value: Double) -> String {
    let digits = "\(value)"
    return digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits
  }
}
