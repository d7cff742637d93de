public import HabitusModel

/// A date and time of day on the clocks of some place.
public struct LocalTime: Sendable, Hashable {
  /// The date.
  public let date: CivilDate
  /// Milliseconds since the date began by the clock, 0 ..< 86,400,000.
  public let millisecondOfDay: Int

  /// Makes a local time from what its clock and calendar show, counted as if they were UTC.
  public init(millisecondsSince1970 milliseconds: Int64) {
    let (day, rest) = milliseconds.dividedFloor(by: 86_400_000)
    date = CivilDate(daysSince1970: day)
    millisecondOfDay = Int(rest)
  }

  /// Hour of the day, 0…23.
  public var hour: Int { millisecondOfDay / 3_600_000 }

  /// Day of the week: Monday is 0, Sunday is 6.
  public var weekday: Int { date.weekday }
}
