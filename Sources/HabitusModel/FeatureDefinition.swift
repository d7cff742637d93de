/// What a feature is: the entry of the feature dictionary.
public struct FeatureDefinition: Hashable, Sendable, Codable {
  /// The name that exports use as the column, as in `session_count`.
  public let name: String
  /// The group that configuration selects by.
  public let group: FeatureGroup
  /// The unit of the value.
  public let unit: FeatureUnit
  /// One sentence: what is measured, and when there is no value.
  public let description: String

  /// Makes an entry of the dictionary.
  public init(name: String, group: FeatureGroup, unit: FeatureUnit, description: String) {
    self.name = name
    self.group = group
    self.unit = unit
    self.description = description
  }
}

/// The groups that features are selected by in the configuration.
public enum FeatureGroup: String, CaseIterable, Hashable, Sendable, Codable {
  /// What the user does and how much of it.
  case activity
  /// What it is done to: items, categories, values.
  case content
  /// When it is done.
  case temporal
  /// How intensely and how steadily.
  case engagement
}

/// The unit of a feature's value.
public enum FeatureUnit: String, Hashable, Sendable, Codable {
  case count, share, seconds, hours, days, bits, score, ratio
  case hourOfDay = "hour of day"
  case index
}
