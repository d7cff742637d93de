public import HabitusModel

extension AnalysisWindow {
  /// The window of `days` calendar days of `timeZone` that ends before `asOf`.
  ///
  /// It starts at the same local time of day as `asOf`, so it is an hour longer or shorter than `days` times 24 hours
  /// where a change of summer time lies inside. It never starts before the first representable moment.
  ///
  /// - Throws: ``FeatureError/windowDays(_:)`` unless `days` is at least 1, ``FeatureError/unknownTimeZone(_:)``.
  public init(asOf: Timestamp, days: Int, timeZone: String) throws(FeatureError) {
    guard days >= 1, days <= 4_000_000 else { throw .windowDays(days) }
    let first = Timestamp.representable.lowerBound
    let start = try LocalCalendar.moment(days, daysBefore: max(asOf, first), timeZone: timeZone)
    self.init(start: max(start, first), asOf: asOf, days: days)
  }
}
