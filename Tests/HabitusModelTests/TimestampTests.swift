import Foundation
import HabitusModel
import Testing

@Suite("Timestamp")
struct TimestampTests {
  @Test(
    "reads RFC 3339 in its forms",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999Z", -1), ("2026-01-05", 1_767_571_200_000),
      ("2026-01-05T10:11", 1_767_607_860_000), ("2026-01-05 10:11:12.3456789", 1_767_607_872_345),
      ("2026-01-05T10:11:12.5+01:00", 1_767_604_272_500), ("2026-01-05T10:11:12-0530", 1_767_627_672_000),
      ("0001-01-01", -62_135_596_800_000), ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
      ("2024-02-29", 1_709_164_800_000), ("2000-02-29t00:00:00z", 951_782_400_000),
    ] as [(String, Int64)])
  func reading(text: String, milliseconds: Int64) {
    #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
  }

  @Test(
    "refuses what is no moment",
    arguments: [
      "", "2026", "2026-1-5", "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-01-05T24:00",
      "2026-01-05T10:60", "2026-01-05T10:11:60", "2026-01-05T10:11:12.", "2026-01-05T10:11:12+1",
      "2026-01-05T10:11:12Zx",
      "2026-01-05T", "x026-01-05", "2026-01-05T10:11:12+25:00", "２０２６-01-05",
    ])
  func refusing(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test("writes what it reads, over all representable years")
  func roundTrip() {
    var state: UInt64 = 1
    for _ in 0..<5000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let range = Timestamp.representable
      let span = UInt64(range.upperBound.milliseconds - range.lowerBound.milliseconds)
      let moment = Timestamp(milliseconds: range.lowerBound.milliseconds + Int64((state >> 8) % span))
      #expect(Timestamp(rfc3339: moment.description) == moment)
    }
  }

  @Test("encodes as RFC 3339 text")
  func coding() throws {
    let moment = Timestamp(milliseconds: 1_767_607_872_345)
    let data = try JSONEncoder().encode([moment])
    #expect(String(decoding: data, as: UTF8.self) == "[\"2026-01-05T10:11:12.345Z\"]")
    #expect(try JSONDecoder().decode([Timestamp].self, from: data) == [moment])
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([Timestamp].self, from: Data("[\"noon\"]".utf8)) }
  }
}

@Suite("CivilDate")
struct CivilDateTests {
  @Test("agrees with Foundation's Gregorian calendar, day by day around changes of month, year and century")
  func calendar() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    // Foundation follows the Julian calendar before October 1582; compare after it.
    for day in Array(-141_000...(-140_900)) + Array(-800...800) + Array(10_900...11_100) + Array(47_400...47_600) {
      let date = Date(timeIntervalSince1970: Double(day) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: date)
      let civil = CivilDate(daysSince1970: day)
      let (year, month, dayOfMonth) = civil.components
      #expect(year == parts.year && month == parts.month && dayOfMonth == parts.day, "day \(day)")
      #expect((civil.weekday + 1) % 7 + 1 == parts.weekday, "day \(day)")
      #expect(CivilDate(year: year, month: month, day: dayOfMonth) == civil)
    }
  }

  @Test("knows the first day of Hinnant's examples: 1970-01-01 is 0, a Thursday; 0000-03-01 is −719468")
  func published() {
    #expect(CivilDate(year: 1970, month: 1, day: 1)?.daysSince1970 == 0)
    #expect(CivilDate(daysSince1970: 0).weekday == 3)
    #expect(CivilDate(year: 0, month: 3, day: 1)?.daysSince1970 == -719_468)
    #expect(CivilDate(daysSince1970: 0).description == "1970-01-01")
  }
}
