internal import HabitusModel

/// Calendar periods of one time zone by number: those that follow each other have numbers that do.
struct PeriodCalendar: Sendable {
  private let calendar: LocalCalendar
  private let period: RetentionDefinition.Period

  init(_ period: RetentionDefinition.Period, _ calendar: LocalCalendar) {
    self.period = period
    self.calendar = calendar
  }

  /// The number of the period that a moment, in milliseconds since 1970, lies in.
  func index(of milliseconds: Int64) -> Int {
    let date = calendar.localTime(of: Timestamp(milliseconds: milliseconds)).date
    switch period {
    case .day: return date.daysSince1970
    // 1970-01-01 was a Thursday.
    case .week: return Int(Int64(date.daysSince1970 + 3).dividedFloor(by: 7).quotient)
    case .month:
      let (year, month, _) = date.components
      return year * 12 + month - 1
    }
  }

  /// The first day of a period.
  func start(of index: Int) -> CivilDate {
    switch period {
    case .day: return CivilDate(daysSince1970: index)
    case .week: return CivilDate(daysSince1970: index * 7 - 3)
    case .month:
      let (year, month) = Int64(index).dividedFloor(by: 12)
      // Every month has a first day.
      return CivilDate(year: Int(year), month: Int(month) + 1, day: 1) ?? CivilDate(daysSince1970: 0)
    }
  }
}
