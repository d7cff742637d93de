public import HabitusModel

/// What is known of a visitor whom no request of Matomo names.
public struct MatomoVisit: Sendable, Hashable {
  /// The address, not truncated.
  public var address: String?
  /// The user agent.
  public var userAgent: String?
  /// When the visitor did something.
  public var time: Timestamp

  /// Makes a visit from its parts.
  public init(address: String?, userAgent: String?, time: Timestamp) {
    self.address = address
    self.userAgent = userAgent
    self.time = time
  }
}
