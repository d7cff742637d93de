import Testing

@testable import HabitusTracking

@Suite("Text of one JSON object")
struct JSONObjectTextTests {
  private func members(_ text: String) -> String? {
    Array(text.utf8).withUnsafeBytes { bytes in
      JSONObjectText.members(of: bytes).map { String(decoding: $0, as: UTF8.self) }
    }
  }

  @Test(
    "Of an object the part between its braces is kept as it came",
    arguments: [
      ("{}", ""), (" { } ", ""), (#"{"a":1}"#, #""a":1"#),
      (#" { "a" : [1, {"b":null}], "c":"}\"" } "#, #""a" : [1, {"b":null}], "c":"}\"""#),
      (#"{"n":-1.5e3,"t":true}"#, #""n":-1.5e3,"t":true"#),
    ])
  func objects(text: String, expected: String) { #expect(members(text) == expected) }

  @Test(
    "Anything else is no object",
    arguments: [
      "", "{", "}", "[1]", "1", "\"a\"", "{a:1}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1}x", "{\"a\":01}",
      "{\"a\":tru}",
      "{\"a\":\"\\q\"}", "{\"a\":\"\n\"}", "{\"a\":\"\\", "{\"a\":[1,]}", "{\"a\":1 2}", "red",
      String(repeating: "{\"a\":", count: 600) + "1" + String(repeating: "}", count: 600),
    ])
  func others(text: String) { #expect(members(text) == nil) }
}
