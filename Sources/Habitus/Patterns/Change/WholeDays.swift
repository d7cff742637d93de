internal import HabitusModel

/// The local days that lie wholly inside a window, by number from 0.
///
/// A day is cut, and left out, where a moment just before the window or the window's end belongs to it, too.
struct WholeDays: Sendable {
  /// The most days that are looked at, the last ones of a longer window.
  static let maximumCount = 1100
  private static let length: Int64 = 86_400_000

  /// The first whole day; meaningless where there is none.
  let first: CivilDate
  /// How many there are.
  let count: Int
  private let calendar: LocalCalendar

  /// - Parameter calendar: covers the window.
  init(_ window: AnalysisWindow, _ calendar: LocalCalendar) {
    let before = calendar.localTime(of: Timestamp(milliseconds: window.start.milliseconds - 1)).date.daysSince1970
    let end = calendar.localTime(of: window.asOf).date.daysSince1970
    let first = max(before + 1, end - Self.maximumCount)
    self.init(first: CivilDate(daysSince1970: first), count: max(0, end - first), calendar)
  }

  private init(first: CivilDate, count: Int, _ calendar: LocalCalendar) {
    self.first = first
    self.count = count
    self.calendar = calendar
  }

  /// The day of a moment, in milliseconds since 1970; outside of `0..<count` where it is not among them.
  func index(of milliseconds: Int64) -> Int { day(of: milliseconds).index }

  /// The day of a moment, and moments around it that are of that day, too.
  func day(of milliseconds: Int64) -> (index: Int, moments: Range<Int64>) {
    let stretches = calendar.stretches
    let place = stretches.lastIndex { $0.start <= milliseconds } ?? 0
    let offset = stretches[place].offset
    let date = (milliseconds + offset).dividedFloor(by: Self.length).quotient
    let start = max(stretches[place].start, date * Self.length - offset)
    let end = (date + 1) * Self.length - offset
    return (
      Int(date) - first.daysSince1970,
      start..<(place + 1 < stretches.count ? min(end, stretches[place + 1].start) : end)
    )
  }

  /// The date of a day.
  func date(_ index: Int) -> CivilDate { CivilDate(daysSince1970: first.daysSince1970 + index) }

  /// Day of the week: Monday is 0, Sunday is 6.
  func weekday(_ index: Int) -> Int { date(index).weekday }

  /// The first moment of a day, in milliseconds since 1970; where clocks skip it, the first after it.
  func start(of index: Int) -> Int64 {
    let midnight = Int64(first.daysSince1970 + index) * Self.length
    let stretches = calendar.stretches
    for (place, stretch) in stretches.enumerated() {
      let moment = max(stretch.start, midnight - stretch.offset)
      if place + 1 == stretches.count || moment < stretches[place + 1].start { return moment }
    }
    return midnight
  }

  /// From the first moment of a day to the last of another.
  func period(_ range: Range<Int>) -> ClosedRange<Timestamp> {
    let start = start(of: range.lowerBound)
    return Timestamp(milliseconds: start)...Timestamp(milliseconds: max(start, self.start(of: range.upperBound) - 1))
  }

  /// The days from number `index` on, numbered anew.
  func dropping(_ index: Int) -> WholeDays {
    WholeDays(first: date(min(count, max(0, index))), count: max(0, count - max(0, index)), calendar)
  }
}
