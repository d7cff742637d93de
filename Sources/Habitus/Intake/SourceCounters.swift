/// What the intake has taken from one source since its start.
public struct SourceCounters: Sendable, Equatable {
  /// Requests, refused ones too.
  public var requests = 0
  /// Events that were taken: the sum of stored, duplicate, differing and without consent.
  public var accepted = 0
  /// New events.
  public var stored = 0
  /// Events that were stored already, with the same content.
  public var duplicate = 0
  /// Events whose identifier was stored already with other content.
  public var differing = 0
  /// Events of users who do not consent.
  public var withoutConsent = 0
  /// Stored events of programs.
  public var bots = 0

  /// Zeros.
  public init() {}
}
