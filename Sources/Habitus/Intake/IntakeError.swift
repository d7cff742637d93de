/// Why nothing of a request was taken.
public enum IntakeError: Error, Sendable, Equatable {
  /// Too much waits to be written; try again after this time.
  case busy(retryAfter: Duration)
  /// The intake has ended.
  case stopped
  /// The store failed, and how.
  case storage(String)
}
