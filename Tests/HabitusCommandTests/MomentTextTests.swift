import Habitus
import Testing

@testable import HabitusCommand

@Suite("Moments for people")
struct MomentTextTests {
  @Test("A moment is shown by the clocks of the zone")
  func zones() throws {
    let moment = try #require(Timestamp(rfc3339: "2026-07-01T22:30:00Z"))
    #expect(MomentText(timeZone: "UTC").plain(moment) == "2026-07-01 22:30")
    #expect(MomentText(timeZone: "Europe/Paris").plain(moment) == "2026-07-02 00:30")
  }

  @Test("Seconds and milliseconds are shown where there are any")
  func precision() throws {
    let text = MomentText(timeZone: "UTC")
    #expect(text.plain(try #require(Timestamp(rfc3339: "2026-01-05T10:20:30Z"))) == "2026-01-05 10:20:30")
    let fine = try #require(Timestamp(rfc3339: "2026-01-05T10:20:30.007Z"))
    #expect(text.plain(fine) == "2026-01-05 10:20:30.007")
    #expect(text.toMinute(fine) == "2026-01-05 10:20")
  }

  @Test("A date as --as-of is its midnight UTC; anything but a moment is refused")
  func asOf() throws {
    #expect(try WindowOptions.moment("2026-01-05") == Timestamp(rfc3339: "2026-01-05T00:00:00Z"))
    #expect(try WindowOptions.moment("2026-01-05T01:00:00+01:00") == Timestamp(rfc3339: "2026-01-05T00:00:00Z"))
    #expect(throws: (any Error).self) { try WindowOptions.moment("yesterday") }
  }
}
