import HabitusModel
import Testing

@testable import HabitusTracking

@Suite("lz-string")
struct LZStringTests {
  private func decompressed(_ text: String, limit: Int = 1000) throws -> String {
    String(decoding: try LZString.decompressed(base64: Array(text.utf8), limit: limit), as: UTF8.self)
  }

  @Test("decompresses what the library wrote")
  func reference() throws {
    #expect(try decompressed("IY18ZXTt/0g=") == String(repeating: "a", count: 100))
    #expect(try decompressed("Q===") == "")
    let text =
      "N4IgpgbmB2AuIC4QBIAOBDA5pAlmA7iADQgAmOAzrDtAMawD6OpiIArgIzEioBOA9qjC9qYColCx+AaxitUAC1oMAHt2qwANmFYB"
      + "xXgB+A+2AAEgXg3AAHun0AIzsP7Txy+dvXH9188+vIAL7+QA"
    #expect(
      try decompressed(text)
        == #"{"event":"$pageview","distinct_id":"u1","properties":{"token":"phc_x","title":"Grüße 😀 "#
        + String(repeating: "ab", count: 40) + #""}}"#)
  }

  @Test("stops at the limit, whatever the text promises")
  func bomb() throws {
    // 'a', then always the entry that is only being made: lengths 1, 2, 3, …
    var writer = CodeWriter()
    writer.append(0, width: 2)
    writer.append(97, width: 8)
    var (entries, width, left) = (4, 3, 4)
    for _ in 0..<3000 {
      writer.append(entries, width: width)
      entries += 1
      left -= 1
      if left == 0 {
        left = 1 << width
        width += 1
      }
    }
    writer.append(2, width: width)
    #expect(writer.text.utf8.count < 6000)
    #expect(throws: LZString.Fault.limit) { try decompressed(writer.text, limit: 4_000_000) }
    #expect(try decompressed(writer.text, limit: 4_504_501).utf8.count == 4_504_501)
    #expect(throws: LZString.Fault.limit) { try decompressed("IY18ZXTt/0g=", limit: 99) }
    #expect(try decompressed("IY18ZXTt/0g=", limit: 100).utf8.count == 100)
  }

  @Test(
    "refuses what is damaged",
    arguments: ["", "I", "IY18", "IY18ZXTt/0", "wA==", "IY*8", "////////////////////", "IY18ZXTt\u{0}"])
  func damaged(text: String) {
    let fault = #expect(throws: LZString.Fault.self) { try decompressed(text) }
    #expect(fault != .limit)
  }

  @Test("a bomb of lz64 in a body is refused with 413")
  func bombInBody() {
    var writer = CodeWriter()
    writer.append(0, width: 2)
    writer.append(97, width: 8)
    var (entries, width, left) = (4, 3, 4)
    for _ in 0..<2200 {
      writer.append(entries, width: width)
      entries += 1
      left -= 1
      if left == 0 {
        left = 1 << width
        width += 1
      }
    }
    writer.append(2, width: width)
    let request = TrackerRequest(
      method: "POST", path: "/e", query: "compression=lz64", body: Array(writer.text.utf8),
      received: Timestamp(milliseconds: 0))
    let refusal = #expect(throws: TrackerRefusal.self) { try PostHogCapture().read(request) }
    #expect(refusal?.status == 413)
  }
}

/// Packs numbers as lz-string does.
private struct CodeWriter {
  private var bits: [Bool] = []

  mutating func append(_ number: Int, width: Int) {
    for bit in 0..<width { bits.append(number >> bit & 1 == 1) }
  }

  var text: String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: bits.count, by: 6) {
      var value = 0
      for bit in start..<start + 6 { value = value << 1 | (bit < bits.count && bits[bit] ? 1 : 0) }
      text.append(letters[value])
    }
    return text
  }
}
