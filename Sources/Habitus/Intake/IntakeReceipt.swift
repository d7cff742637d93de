/// What became of the events of one request.
public struct IntakeReceipt: Sendable, Hashable {
  /// New events.
  public var stored = 0
  /// Events that were stored already, with the same content.
  public var duplicate = 0
  /// Events whose identifier was stored already with other content; the first one stays.
  public var differing = 0
  /// Events of users who do not consent; they are not stored.
  public var withoutConsent = 0
  /// Parts that could not be read.
  public var refused = 0
  /// Stored events of programs.
  public var bots = 0

  /// A receipt of nothing.
  public init() {}
}
