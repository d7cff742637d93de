/// What is known about a user: what the application says (base information) and what was derived from behaviour.
public struct Profile: Sendable, Equatable {
  /// Whose profile.
  public var user: UserID
  /// Grows by one with every change.
  public var version: Int
  /// When the profile was made.
  public var created: Timestamp
  /// When it was last changed.
  public var updated: Timestamp
  /// When its derived parts are dropped unless they are renewed; `nil` for never.
  public var expires: Timestamp?
  /// What the application says about the user.
  public var base: [String: JSONValue]
  /// Fields that are kept apart; `nil` unless they were asked for.
  public var secure: [String: JSONValue]?
  /// Behavioural features.
  public var features: FeatureVector?
  /// The group the user belongs to.
  public var cluster: ClusterMembership?
  /// Preferences, by family, strongest first.
  public var preferences: [Preference]
  /// Patterns, most surprising first.
  public var patterns: [Pattern]
  /// What was expected of the user by the last analysis.
  public var predictions: [Prediction]

  /// Makes a profile from its parts.
  public init(
    user: UserID, version: Int, created: Timestamp, updated: Timestamp, expires: Timestamp? = nil,
    base: [String: JSONValue] = [:], secure: [String: JSONValue]? = nil, features: FeatureVector? = nil,
    cluster: ClusterMembership? = nil, preferences: [Preference] = [], patterns: [Pattern] = [],
    predictions: [Prediction] = []
  ) {
    self.user = user
    self.version = version
    self.created = created
    self.updated = updated
    self.expires = expires
    self.base = base
    self.secure = secure
    self.features = features
    self.cluster = cluster
    self.preferences = preferences
    self.patterns = patterns
    self.predictions = predictions
  }
}

extension Profile: Encodable {}

extension FeatureVector: Encodable {
  private enum CodingKeys: CodingKey { case window, values, activity }

  /// Writes window, values by name (those that there are) and activity; the user stands beside, in the profile.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(window, forKey: .window)
    try container.encode(values, forKey: .values)
    try container.encode(activity, forKey: .activity)
  }
}

extension Profile {
  /// What the application says about the user, without anything that was derived from behaviour.
  public var withoutDerivedParts: Profile {
    var profile = self
    profile.features = nil
    profile.cluster = nil
    profile.preferences = []
    profile.patterns = []
    profile.predictions = []
    return profile
  }
}
