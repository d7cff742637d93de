public import HabitusModel

/// Why a user is in a group: what decided between it and the next one, and, for an outlier, what sets the user apart.
public struct MembershipExplanation: Sendable, Equatable, Codable {
  /// A feature's part in it.
  public struct Part: Sendable, Equatable, Codable {
    /// The feature that users are compared by.
    public var feature: String
    /// The user's value, in the feature's unit; `nil` for no value, in whose place the median counts.
    public var value: Double?
    /// The group's centre, in the feature's unit.
    public var centre: Double?
    /// Share of what all features together decide or set apart, 0…1.
    public var share: Double
  }

  /// Where the user belongs.
  public var membership: ClusterMembership
  /// The features that speak for the group rather than the next nearest one, strongest first; of a user in no group, or
  /// where there is one group, empty.
  public var decided: [Part]
  /// The features that keep the user away from the centre of the group, or of the nearest one, strongest first.
  public var apart: [Part]
}
