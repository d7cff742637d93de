import HabitusModel
import Testing

@testable import HabitusTracking

@Suite("Times")
struct TimestampTests {
  private func outcome(
    _ text: String, zone: ZoneOffsets = .utc, format: String? = nil
  ) throws -> TimestampParser.Outcome {
    var parser = TimestampParser(zone: zone, format: try format.map { try TimestampFormat($0) })
    return Array(text.utf8).withUnsafeBytes { parser.parse($0) }
  }

  @Test(
    "in ISO 8601 are read with any offset and fraction",
    arguments: [
      ("2026-01-05T00:01:46.810Z", 1_767_571_306_810), ("2026-01-05 00:01:46.810", 1_767_571_306_810),
      ("2026-01-05T00:01:46.8109999Z", 1_767_571_306_810), ("2026-01-05T00:01:46,8Z", 1_767_571_306_800),
      ("2026-01-05T01:01:46.81+01:00", 1_767_571_306_810), ("2026-01-05T01:01:46.81+0100", 1_767_571_306_810),
      ("2026-01-05T01:01:46.81+01", 1_767_571_306_810), ("2026-01-04T18:31:46.81 -0530", 1_767_571_306_810),
      ("2026-01-05 00:01:46.81 UTC", 1_767_571_306_810), ("2026-01-05T00:01Z", 1_767_571_260_000),
      ("2026-01-05", 1_767_571_200_000), (" 2026-01-05 ", 1_767_571_200_000),
      ("1969-12-31T23:59:59.999Z", -1), ("1969-12-31T23:59:59.9999Z", -1),
      ("2024-02-29T12:00:00.000Z", 1_709_208_000_000), ("0001-01-01T00:00:00.000Z", -62_135_596_800_000),
      ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ])
  func iso(text: String, expected: Int64) throws {
    #expect(try outcome(text) == .milliseconds(expected))
  }

  @Test(
    "that no calendar or clock has are refused",
    arguments: [
      "2026-02-30T00:00:00.000Z", "2026-13-01", "2026-01-05T24:00:00.000Z", "2026-01-05T00:60:00.000Z",
      "2026-01-05T00:00:60.000Z", "2026-01-05T00:00:00.Z", "2026-01-05T", "2026-01-05T00:00:00.000X",
      "2026-01-05T00:00:00+25:00", "2026-01-0a", "2O26-01-05T00:01:46.810Z", "2026-01-05T00:0:046.810Z", "x", "-", "1.",
      ".5", "1e", "12h", "",
    ])
  func invalid(text: String) throws {
    #expect(try outcome(text) == .invalid)
  }

  @Test(
    "outside the years 0001 to 9999 are refused as such",
    arguments: [
      "0000-12-31T23:59:59.999Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "-62135596801", "1e40",
    ])
  func outOfRange(text: String) throws {
    #expect(try outcome(text) == .outOfRange)
  }

  @Test(
    "as numbers are told apart by size and cut by digits",
    arguments: [
      ("0", 0), ("1396437466", 1_396_437_466_000), ("1396437466.94", 1_396_437_466_940),
      ("1396437466.9999", 1_396_437_466_999), ("-1.5", -1500), ("-0.0001", -1), ("-1", -1000), ("+7", 7000),
      ("99999999999", 99_999_999_999_000), ("100000000000", 100_000_000_000), ("1396437466940", 1_396_437_466_940),
      ("1396437466940.7", 1_396_437_466_940), ("99999999999999", 99_999_999_999_999),
      ("100000000000000", 100_000_000_000), ("1396437466940123", 1_396_437_466_940),
      ("1396437466940123456", 1_396_437_466_940), ("-1396437466940123456", -1_396_437_466_941),
      ("1.39643746694e9", 1_396_437_466_940), ("1396437466940e-3", 1_396_437_466_940),
      ("00000000000000000000012", 12_000),
      ("0.0625", 62),
    ])
  func numbers(text: String, expected: Int64) throws {
    #expect(try outcome(text) == .milliseconds(expected))
  }

  @Test(
    "follow a given format",
    arguments: [
      ("%d/%m/%Y %H:%M", "5/1/2026 00:01", 1_767_571_260_000),
      ("%m/%d/%y %I:%M %p", "01/05/26 12:01 AM", 1_767_571_260_000),
      ("%d/%b/%Y:%H:%M:%S %z", "17/May/2015:12:05:03 +0200", 1_431_857_103_000),
      ("%A, %d %B %Y %T.%f", "Monday, 05 January 2026 00:01:46.8109", 1_767_571_306_810),
      ("%Y%m%d", "20260105", 1_767_571_200_000), ("%Y-%j", "2024-366", 1_735_603_200_000), ("%s.%f", "12.5", 12_500),
      ("%F%%%T", "2026-01-05%00:01:46", 1_767_571_306_000),
    ])
  func formats(format: String, text: String, expected: Int64) throws {
    #expect(try outcome(text, format: format) == .milliseconds(expected))
    #expect(try outcome(text + "!", format: format) == .invalid)
  }

  @Test(
    "formats without a full date, with an unknown or half a directive are refused",
    arguments: ["%H:%M", "%Y-%m", "%Q", "%Y%m%d%"])
  func badFormats(format: String) {
    #expect(throws: TrackingError.self) { try TimestampFormat(format) }
  }

  @Test("without an offset are local: a skipped hour moves on, of a repeated one the first counts")
  func zone() throws {
    let paris = try ZoneOffsets(identifier: "Europe/Paris")
    let expected: [(String, String)] = [
      ("2026-01-05T12:00:00", "2026-01-05T11:00:00.000Z"), ("2026-07-05T12:00:00", "2026-07-05T10:00:00.000Z"),
      ("2026-03-29T01:59:59", "2026-03-29T00:59:59.000Z"), ("2026-03-29T02:30:00", "2026-03-29T01:30:00.000Z"),
      ("2026-03-29T03:00:00", "2026-03-29T01:00:00.000Z"), ("2026-10-25T02:30:00", "2026-10-25T00:30:00.000Z"),
      ("2026-10-25T03:00:00", "2026-10-25T02:00:00.000Z"), ("2026-07-05T12:00:00Z", "2026-07-05T12:00:00.000Z"),
    ]
    for (local, utc) in expected {
      #expect(try outcome(local, zone: paris) == outcome(utc), "\(local)")
    }
    #expect(throws: TrackingError.unknownTimeZone("Mars/Olympus")) { try ZoneOffsets(identifier: "Mars/Olympus") }
  }

  @Test("fast and slow ways agree on random moments", arguments: 0..<UInt64(20))
  func fastMatchesSlow(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    var parser = TimestampParser(zone: .utc, format: nil)
    for _ in 0..<200 {
      let milliseconds = Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &generator)
      let moment = Timestamp(milliseconds: milliseconds)
      let text = moment.description
      #expect(Array(text.utf8).withUnsafeBytes { parser.parse($0) } == .milliseconds(moment.milliseconds), "\(text)")
      let long = text.dropLast() + "00Z"
      #expect(Array(long.utf8).withUnsafeBytes { parser.parse($0) } == .milliseconds(moment.milliseconds), "\(long)")
    }
  }
}

@Suite("Decimal numbers")
struct DecimalParserTests {
  private func outcome(_ text: String) -> DecimalParser.Outcome {
    Array(text.utf8).withUnsafeBytes { DecimalParser.parse($0) }
  }

  @Test(
    "that are none are refused",
    arguments: ["1,5", "inf", "-Infinity", "1e999", "0x10", "1 2", "--1", "+", ".", "e5", "1e", "1e+", "１", "12a"])
  func invalid(text: String) { #expect(outcome(text) == .invalid) }

  @Test("empty or NaN are no value", arguments: ["", "  ", "nan", "NaN", "-NAN"])
  func missing(text: String) { #expect(outcome(text) == .missing) }

  @Test("are the nearest Double, as the standard library reads them", arguments: 0..<UInt64(20))
  func matchesStandardLibrary(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    for _ in 0..<500 {
      let digits = Int.random(in: 1...20, using: &generator)
      var text = (0..<digits).map { _ in String(Int.random(in: 0...9, using: &generator)) }.joined()
      if Bool.random(using: &generator) {
        let point = Int.random(in: 1..<max(2, digits), using: &generator)
        text.insert(".", at: text.index(text.startIndex, offsetBy: point))
      }
      if text.hasSuffix(".") { text += "0" }
      if Bool.random(using: &generator) { text += "e\(Int.random(in: -30...30, using: &generator))" }
      if Bool.random(using: &generator) { text = "-" + text }
      let expected = try #require(Double(text))
      #expect(outcome(text) == .number(expected), "\(text)")
    }
  }
}
