import HabitusModel
import HabitusTracking
import Testing

@Suite("Clock skew")
struct ClockSkewTests {
  func corrected(_ time: Int64, _ sent: Int64?, _ received: Int64) -> Int64 {
    ClockSkew.corrected(
      Timestamp(milliseconds: time), sent: sent.map(Timestamp.init(milliseconds:)),
      received: Timestamp(milliseconds: received)
    ).milliseconds
  }

  @Test("what counts is how long before its sending an event happened")
  func corrects() {
    #expect(corrected(1000, 1500, 90_000) == 89_500)
    #expect(corrected(1000, 1000, 90_000) == 90_000)
    #expect(corrected(1000, nil, 90_000) == 1000)
  }

  @Test("an event later than its sending happened at its receipt, and nothing overflows")
  func clamps() {
    #expect(corrected(2000, 1500, 90_000) == 90_000)
    #expect(corrected(.max, .min, 5) == 5)
    #expect(corrected(.min, .max, 5) == .min)
    #expect(corrected(0, .max, .min) == .min)
  }
}

@Suite("Tracker times")
struct TrackerTimeTests {
  @Test(
    "ISO 8601 with any offset and numbers of any unit are read",
    arguments: [
      ("2026-01-05T00:01:46.810Z", 1_767_571_306_810), ("2026-01-05T01:01:46.810+01:00", 1_767_571_306_810),
      ("2026-01-05T00:01:46.8109999Z", 1_767_571_306_810), ("2026-01-05 00:01:46", 1_767_571_306_000),
      ("1767571306", 1_767_571_306_000), ("1767571306810", 1_767_571_306_810), ("1767571306810999", 1_767_571_306_810),
      ("1767571306.81", 1_767_571_306_810), ("0", 0), ("-1", -1000),
    ])
  func reads(text: String, milliseconds: Int64) throws {
    #expect(TrackerTime.parse(text) == Timestamp(milliseconds: milliseconds))
    #expect(TrackerTime.parse(try JSONDocument("\"\(text)\"").root) == Timestamp(milliseconds: milliseconds))
    if Double(text) != nil {
      #expect(TrackerTime.parse(try JSONDocument(text).root) == Timestamp(milliseconds: milliseconds))
    }
  }

  @Test("an escaped text is read, too")
  func escapes() throws {
    #expect(
      TrackerTime.parse(try JSONDocument(#""2026\u002d01-05""#).root) == Timestamp(milliseconds: 1_767_571_200_000))
  }

  @Test(
    "anything else is no time",
    arguments: [#""""#, #""now""#, "true", "null", "[]", "{}", "1e300", "99999999999999999999999", #""10000-01-01""#])
  func refuses(json: String) throws { #expect(TrackerTime.parse(try JSONDocument(json).root) == nil) }
}

@Suite("Form fields")
struct FormFieldTests {
  func parsed(_ text: String) -> [String] { FormFields.parse(text).map { "\($0.name)=\($0.value)" } }

  @Test("names and values are decoded, in their order")
  func decodes() {
    #expect(parsed("a=1&b=%C3%A9+x&a=2") == ["a=1", "b=é x", "a=2"])
    #expect(parsed("a%3Db=c=d") == ["a=b=c=d"])
    #expect(FormFields.parse("a%3Db=c=d").first?.value == "c=d")
    #expect(parsed("&&a&=v&b=&") == ["a=", "=v", "b="])
    #expect(parsed("").isEmpty)
  }

  @Test("malformed escapes stand for themselves, and what is not UTF-8 is replaced")
  func malformed() {
    #expect(parsed("a=%&b=%4&c=%zz&d=%4g%41") == ["a=%", "b=%4", "c=%zz", "d=%4gA"])
    #expect(parsed("a=%FF%00b") == ["a=\u{FFFD}\0b"])
    #expect(FormFields.parse([0x61, 0x3D, 0xFF, 0x26, 0xC3]).map(\.value) == ["\u{FFFD}", ""])
  }
}

@Suite("Property text")
struct PropertyTextTests {
  @Test("addresses are left out at every depth, and only they")
  func addresses() throws {
    let node = try JSONDocument(
      #"{"a":{"ip":"1","b":[{"IP_address":2,"c":3},4]},"\u0069p":5,"x":{"d":"ip"},"ipx":6,"$ip":7,"remoteAddr":8,"e":[]}"#
    ).root
    var text = PropertyText()
    text.append(membersOf: node)
    #expect(text.text == #"{"a":{"b":[{"c":3},4]},"x":{"d":"ip"},"ipx":6,"e":[]}"#)
  }

  @Test("nothing gives no text, and excepted names are left out")
  func empty() throws {
    #expect(PropertyText().text == nil)
    var text = PropertyText()
    text.append(membersOf: try JSONDocument(#"{"a":1,"b":"é\n"}"#).root, except: ["a"])
    text.append("c\"", "d\"\u{1}")
    text.append("n", 2.0)
    text.append("m", .infinity)
    #expect(text.text == #"{"b":"é\n","c\"":"d\"\u0001","n":2}"#)
  }
}
