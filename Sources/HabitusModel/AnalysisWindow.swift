/// The stretch of time that an analysis looks at: `[start, asOf)`.
public struct AnalysisWindow: Hashable, Sendable, Codable {
  /// The first moment inside.
  public let start: Timestamp
  /// The first moment after.
  public let asOf: Timestamp
  /// Length in days of the calendar of the analysis' time zone; over a change of summer time such a day has 23 or 25 hours.
  public let days: Int

  /// Makes a window from its ends; `days` says how it was asked for.
  public init(start: Timestamp, asOf: Timestamp, days: Int) {
    self.start = start
    self.asOf = asOf
    self.days = days
  }
}
