/// How far a source has been read, and how it is doing.
public struct SourceState: Sendable, Equatable {
  /// What people call the source; one state a name.
  public var name: String
  /// What kind of source it is, as in `postgresql`.
  public var kind: String
  /// How far it has been read, as JSON in a form of its own; `nil` before anything was.
  public var position: String?
  /// When it was last tried to read it.
  public var lastAttempt: Timestamp?
  /// When that last succeeded.
  public var lastSuccess: Timestamp?
  /// What went wrong at the last attempt that failed; `nil` once one has succeeded again.
  public var lastError: String?
  /// Number of events that it gave, repeats among them.
  public var pulledEventCount: Int
  /// Number of attempts that failed since the last that succeeded.
  public var consecutiveFailures: Int

  /// Makes a state from its parts.
  public init(
    name: String, kind: String, position: String? = nil, lastAttempt: Timestamp? = nil, lastSuccess: Timestamp? = nil,
    lastError: String? = nil, pulledEventCount: Int = 0, consecutiveFailures: Int = 0
  ) {
    self.name = name
    self.kind = kind
    self.position = position
    self.lastAttempt = lastAttempt
    self.lastSuccess = lastSuccess
    self.lastError = lastError
    self.pulledEventCount = pulledEventCount
    self.consecutiveFailures = consecutiveFailures
  }

  /// How a source is doing.
  public enum Health: String, Sendable, CaseIterable, Codable {
    /// It was never tried to read it.
    case new
    /// The last attempt succeeded.
    case healthy
    /// The last attempt failed.
    case failing
  }

  /// How it is doing.
  public var health: Health { lastAttempt == nil ? .new : consecutiveFailures == 0 ? .healthy : .failing }
}
