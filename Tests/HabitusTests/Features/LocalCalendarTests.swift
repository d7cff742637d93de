import HabitusModel
import Testing

@testable import Habitus

@Suite("Local calendar")
struct LocalCalendarTests {
  @Test(
    "shows the date and time of day that clocks showed",
    arguments: [
      ("Europe/Paris", "2025-03-30T00:59:59.999Z", "2025-03-30T01:59:59.999Z"),
      ("Europe/Paris", "2025-03-30T01:00:00.000Z", "2025-03-30T03:00:00.000Z"),
      ("Europe/Paris", "2025-10-26T00:59:59.999Z", "2025-10-26T02:59:59.999Z"),
      ("Europe/Paris", "2025-10-26T01:00:00.000Z", "2025-10-26T02:00:00.000Z"),
      ("Europe/Paris", "2026-03-29T01:00:00.000Z", "2026-03-29T03:00:00.000Z"),
      ("Asia/Kolkata", "2026-01-01T18:30:00.000Z", "2026-01-02T00:00:00.000Z"),
      ("Asia/Kathmandu", "2026-01-01T18:14:59.999Z", "2026-01-01T23:59:59.999Z"),
      ("America/St_Johns", "2026-01-01T03:30:00.000Z", "2026-01-01T00:00:00.000Z"),
      ("Australia/Lord_Howe", "2026-04-04T14:59:59.999Z", "2026-04-05T01:59:59.999Z"),
      ("Australia/Lord_Howe", "2026-04-04T15:00:00.000Z", "2026-04-05T01:30:00.000Z"),
      ("Pacific/Apia", "2011-12-30T09:59:59.999Z", "2011-12-29T23:59:59.999Z"),
      ("Pacific/Apia", "2011-12-30T10:00:00.000Z", "2011-12-31T00:00:00.000Z"),
      ("UTC", "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
    ])
  func localTime(zone: String, instant: String, shown: String) throws {
    let instant = try moment(instant)
    let month: Int64 = 30 * 86_400_000
    let calendar = try LocalCalendar(
      timeZone: zone, from: Timestamp(milliseconds: instant.milliseconds - month),
      to: Timestamp(milliseconds: instant.milliseconds + month))
    let local = calendar.localTime(of: instant)
    let wanted = try moment(shown).milliseconds
    #expect(Int64(local.date.daysSince1970) * 86_400_000 + Int64(local.millisecondOfDay) == wanted)
    #expect(local.hour == local.millisecondOfDay / 3_600_000)
    #expect(local.weekday == local.date.weekday)
  }

  @Test(
    "goes back whole days at the same local time",
    arguments: [
      // Ordinary, over the spring change, over the autumn change.
      ("UTC", "2026-03-05T12:00:00.001Z", 30, "2026-02-03T12:00:00.001Z"),
      ("Europe/Paris", "2025-04-02T10:30:00.000Z", 10, "2025-03-23T11:30:00.000Z"),
      ("Europe/Paris", "2025-10-28T10:30:00.000Z", 7, "2025-10-21T09:30:00.000Z"),
      // 02:30 is skipped on 2026-03-29: it falls on 03:30 summer time, from either side.
      ("Europe/Paris", "2026-04-05T00:30:00.000Z", 7, "2026-03-29T01:30:00.000Z"),
      ("Europe/Paris", "2026-11-29T01:30:00.000Z", 245, "2026-03-29T01:30:00.000Z"),
      // 02:30 comes twice on 2025-10-26: the one with the own offset.
      ("Europe/Paris", "2025-11-02T01:30:00.000Z", 7, "2025-10-26T01:30:00.000Z"),
      ("Europe/Paris", "2026-06-01T00:30:00.000Z", 218, "2025-10-26T00:30:00.000Z"),
      ("Australia/Lord_Howe", "2026-04-06T12:00:00.000Z", 3, "2026-04-03T11:30:00.000Z"),
      ("Asia/Kathmandu", "2026-03-05T18:15:00.000Z", 15, "2026-02-18T18:15:00.000Z"),
      // The date that Samoa left out counts as a day.
      ("Pacific/Apia", "2012-01-03T09:00:00.000Z", 7, "2011-12-27T09:00:00.000Z"),
      ("Europe/Paris", "1969-12-20T17:11:12.013Z", 30, "1969-11-20T17:11:12.013Z"),
    ])
  func daysBefore(zone: String, instant: String, days: Int, wanted: String) throws {
    let found = try LocalCalendar.moment(days, daysBefore: moment(instant), timeZone: zone)
    #expect(found.description == wanted)
  }

  @Test("makes a window that starts at the same local time")
  func window() throws {
    let window = try AnalysisWindow(asOf: moment("2026-04-10T22:00:00Z"), days: 30, timeZone: "Europe/Paris")
    #expect(window.start.description == "2026-03-11T23:00:00.000Z")
    #expect(window.asOf.description == "2026-04-10T22:00:00.000Z")
    #expect(window.days == 30)
  }

  @Test("never starts a window before the first representable moment")
  func earliestWindow() throws {
    let window = try AnalysisWindow(asOf: moment("2026-01-01"), days: 4_000_000, timeZone: "UTC")
    #expect(window.start == Timestamp.representable.lowerBound)
  }

  @Test("refuses a zone that does not exist and windows without days")
  func refusals() throws {
    let asOf = try moment("2026-01-01")
    #expect(throws: FeatureError.unknownTimeZone("Europe/Nowhere")) {
      try AnalysisWindow(asOf: asOf, days: 30, timeZone: "Europe/Nowhere")
    }
    #expect(throws: FeatureError.windowDays(0)) { try AnalysisWindow(asOf: asOf, days: 0, timeZone: "UTC") }
  }
}
