import HabitusModel
import Testing

@testable import Habitus

@Suite("Whole days of a window")
struct WholeDaysTests {
  private func days(_ start: String, _ end: String, _ zone: String = "UTC") throws -> WholeDays {
    let window = AnalysisWindow(start: try moment(start), asOf: try moment(end), days: 1)
    return WholeDays(window, try LocalCalendar(timeZone: zone, from: window.start, to: window.asOf))
  }

  @Test("days that the window cuts are left out, those that it just holds are not")
  func cut() throws {
    let whole = try days("2026-03-02T00:00:00Z", "2026-03-05T00:00:00Z")
    #expect(whole.first.description == "2026-03-02" && whole.count == 3)
    let cut = try days("2026-03-02T00:00:00.001Z", "2026-03-04T23:59:59.999Z")
    #expect(cut.first.description == "2026-03-03" && cut.count == 1)
    #expect(try days("2026-03-02T00:00:00.001Z", "2026-03-03T23:00:00Z").count == 0)
    #expect(try days("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z").count == 0)
  }

  @Test("days of 23 and 25 hours, by the clocks of the zone")
  func summerTime() throws {
    // 29 March and 25 October 2026 in Paris.
    for (date, hours) in [("2026-03-28T23:00:00Z", 23), ("2026-10-24T22:00:00Z", 25)] {
      let start = try moment(date)
      let end = Timestamp(milliseconds: start.milliseconds + Int64(hours) * 3_600_000)
      let days = try days(start.description, end.description, "Europe/Paris")
      #expect(days.count == 1)
      #expect(days.start(of: 0) == start.milliseconds && days.start(of: 1) == end.milliseconds)
      #expect(days.index(of: end.milliseconds - 1) == 0 && days.index(of: end.milliseconds) == 1)
      #expect(days.period(0..<1) == start...Timestamp(milliseconds: end.milliseconds - 1))
    }
    // In Santiago clocks went from 24:00 to 1:00 on 5 September 2026: the 6th begins at 1:00.
    let days = try days("2026-09-04T04:00:00Z", "2026-09-08T03:00:00Z", "America/Santiago")
    #expect(days.count == 4)
    #expect(days.start(of: 2) == (try moment("2026-09-06T04:00:00Z")).milliseconds)
  }

  @Test(
    "the moments beside a moment are of the same day as it, and all others of that day a zone keeps together are too")
  func moments() throws {
    for zone in ["UTC", "Europe/Paris", "America/Santiago", "Asia/Kathmandu"] {
      let days = try days("2026-03-20T00:00:00Z", "2026-11-10T00:00:00Z", zone)
      let calendar = try LocalCalendar(
        timeZone: zone, from: moment("2026-03-20T00:00:00Z"), to: moment("2026-11-10T00:00:00Z"))
      var time = try moment("2026-03-20T00:30:00Z").milliseconds
      while time < (try moment("2026-11-10T00:00:00Z")).milliseconds {
        let (index, range) = days.day(of: time)
        #expect(range.contains(time))
        for other in [range.lowerBound, range.upperBound - 1] {
          let date = calendar.localTime(of: Timestamp(milliseconds: other)).date
          #expect(date == days.date(index))
        }
        time += 5_400_000
      }
    }
  }

  @Test("dropping days numbers the others anew; more than there are leaves none")
  func dropping() throws {
    let days = try days("2026-03-02T00:00:00Z", "2026-03-07T00:00:00Z").dropping(2)
    #expect(days.first.description == "2026-03-04" && days.count == 3 && days.weekday(0) == 2)
    #expect(days.dropping(9).count == 0 && days.dropping(-3).count == 3)
  }

  @Test("of a very long window the last days are looked at")
  func long() throws {
    let days = try days("1990-01-01T00:00:00Z", "2026-01-01T00:00:00Z")
    #expect(days.count == WholeDays.maximumCount && days.date(days.count - 1).description == "2025-12-31")
  }
}
