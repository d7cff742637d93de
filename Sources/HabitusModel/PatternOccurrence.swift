/// A session, or a part of one, in which a pattern was seen.
public struct PatternOccurrence: Sendable, Hashable, Codable {
  /// Whose it is.
  public var user: UserID
  /// Its first event.
  public var start: Timestamp
  /// Its last event.
  public var end: Timestamp
  /// Its events.
  public var eventCount: Int

  /// Makes an occurrence from its parts.
  public init(user: UserID, start: Timestamp, end: Timestamp, eventCount: Int) {
    self.user = user
    self.start = start
    self.end = end
    self.eventCount = eventCount
  }
}
