/// What an access key may be used for.
public enum AccessScope: String, Sendable, CaseIterable, Codable {
  /// Sending events, identities and consents.
  case intake
  /// Reading profiles without the fields that are kept apart.
  case read
  /// Reading profiles with the fields that are kept apart.
  case readSecure = "read:secure"
  /// Changing profiles.
  case write
  /// Administration.
  case admin

  /// Whether anything asks for it yet; the names of the others are reserved.
  public var isAvailable: Bool { self == .intake || self == .admin }
}
