/// What the intake has done since its start.
public struct IntakeCounters: Sendable, Equatable {
  /// By source.
  public var sources: [IntakeSource: SourceCounters] = [:]
  /// Requests and parts that were refused, by source and reason.
  public var refused: [IntakeSource: [String: Int]] = [:]
  /// Events that wait to be written.
  public var queuedEvents = 0
  /// Transactions that were written.
  public var commits = 0
  /// The seconds that they took, together.
  public var commitSeconds = 0.0

  /// Zeros.
  public init() {}
}
