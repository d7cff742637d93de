import Foundation
import HabitusModel
import HabitusTracking
import Testing

@Suite("PostHog capture, damaged bodies")
struct PostHogFuzzTests {
  private static let seeds: [(query: String, body: [UInt8])] = [
    (
      "",
      Array(
        #"{"api_key":"k","sent_at":"2025-12-31T10:00:07Z","batch":[{"event":"$identify","distinct_id":"u","uuid":"1","#
          .utf8)
        + Array(
          #""timestamp":"2025-12-31T10:00:00Z","$set":{"a":1},"properties":{"$anon_distinct_id":"v","$set":{"b":2},"#
            .utf8)
        + Array(
          #""$ip":"198.51.100.9","$current_url":"https://x.example/a?b"}},{"event":"e","distinct_id":3,"offset":4}]}"#
            .utf8)
    ),
    ("", Array(#"data=eyJldmVudCI6ImUiLCJkaXN0aW5jdF9pZCI6InUxIn0%253D"#.utf8)),
    (
      "compression=lz64",
      Array("N4IgpgbmB2AuIC5wgDQgCYEsDOtPQGNYB9TdREAVwEZUQAHAJwHt6xG8xtFRZmBrGBXoALAsQAeIAL7SgA==".utf8)
    ),
    (
      "compression=gzip-js&_=1767175207000",
      [UInt8](
        Data(
          base64Encoded:
            "H4sIAAAAAAACA6tWSi1LzStRslJKVdJRSsksLsnMSy6Jz0wBipQaAoUKivILUotKMlOLlayqlUrys1PzgFIFGcnxFUq1tQBtFbIWPwAAAA=="
        ) ?? Data())
    ),
    (
      "", Array(#"[{"event":"$pageview","properties":{"token":"t","distinct_id":"ü😀","$pathname":"/"},"type":1}]"#.utf8)
    ),
  ]

  @Test("are read or refused with what is wrong, and never more", arguments: 0..<UInt64(8))
  func mutations(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    let capture = PostHogCapture()
    for _ in 0..<500 {
      let (query, body) = Self.seeds[Int.random(in: 0..<Self.seeds.count, using: &generator)]
      let path = ["/capture", "/batch", "/engage", "/flags"].randomElement(using: &generator) ?? "/e"
      let request = TrackerRequest(
        method: "POST", path: path, query: query, body: Mutation.apply(to: body, using: &generator),
        address: "203.0.113.7", received: Timestamp(milliseconds: 1_767_225_600_000))
      do throws(TrackerRefusal) {
        let reading = try capture.read(request)
        #expect(reading.answer.status == 200)
        #expect(path == "/flags" || !reading.events.isEmpty, "seed \(seed)")
        for event in reading.events.map(\.event) { try Mutation.check(event) }
        for part in reading.refused { #expect(!part.reason.isEmpty && !part.message.isEmpty) }
      } catch {
        #expect((400...499).contains(error.status), "seed \(seed)")
        #expect(!error.reason.isEmpty && !error.message.isEmpty)
        #expect(capture.answer(to: error).status == error.status)
      }
    }
  }
}

/// Damage to bytes.
enum Mutation {
  static func apply(to bytes: [UInt8], using generator: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 0...3, using: &generator) {
      let position = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &generator)
      let end = bytes.isEmpty ? 0 : Int.random(in: position...bytes.count, using: &generator)
      switch Int.random(in: 0..<7, using: &generator) {
      case 0 where !bytes.isEmpty: bytes[position] = UInt8.random(in: 0...255, using: &generator)
      case 1 where !bytes.isEmpty: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2: bytes.removeSubrange(position..<min(end, position + 20))
      case 3: bytes.insert(contentsOf: bytes[position..<min(end, position + 30)], at: position)
      case 4: bytes.removeLast(bytes.count - end)
      case 5:
        let text = ["null", "\"", "{", "}", "[", ",", "\\u0000", "\\ud800", "1e999", "-1", "%", "&", "="]
        bytes.insert(contentsOf: (text.randomElement(using: &generator) ?? "").utf8, at: position)
      default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: position)
      }
    }
    return bytes
  }

  /// What every event must be, whatever came.
  static func check(_ event: Event) throws(TrackerRefusal) {
    #expect(!event.user.rawValue.isEmpty && !event.type.isEmpty)
    #expect(Timestamp.representable.contains(event.time))
    let texts = [event.id, event.user.rawValue, event.type, event.session ?? "", event.item ?? "", event.page ?? ""]
    #expect(!texts.contains { $0.utf8.contains(0) })
    if let value = event.value { #expect(value.isFinite) }
    if let properties = event.properties {
      #expect(throws: Never.self) { try JSONDocument(properties) }
      #expect(!properties.contains(#""$ip":"#) && !properties.contains(#""cip":"#))
    }
  }
}
