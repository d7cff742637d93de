import HabitusModel
import HabitusTracking
import Testing

/// Random changes of what is right: whatever comes, there is a reading, or a refusal that says why.
@Suite("Snowplow: mutations")
struct SnowplowFuzzTests {
  private static let pieces = [
    "\"", "\\", "{", "}", "[", "]", ":", ",", "\t", "\n", "\r", "\0", "\u{FEFF}", "%", "%00", "&", "=", "+", "-", "_",
    "null", "1e999", "-9223372036854775808", "iglu:", "unstruct_event", "\"e\":\"ue\"", "\"ue_px\":\"", "\"co\":[[[[",
    "event_id", "\u{10FFFF}", "e\u{301}", "203.0.113.77", "ttm", "99999999999999999999", "\\u0000", "\\ud800",
  ].map { Array($0.utf8) }

  /// Changes bytes at random places: replaced, removed, repeated, inserted, cut short.
  private static func mutated(_ seed: [UInt8], _ generator: inout SplitMix64) -> [UInt8] {
    var bytes = seed
    for _ in 0..<Int.random(in: 1...6, using: &generator) {
      let place = Int.random(in: 0...bytes.count, using: &generator)
      switch Int.random(in: 0..<6, using: &generator) {
      case 0 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 1 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2:
        let end = min(bytes.count, place + Int.random(in: 0..<20, using: &generator))
        bytes.removeSubrange(place..<end)
      case 3:
        let end = min(bytes.count, place + Int.random(in: 0..<30, using: &generator))
        bytes.insert(contentsOf: Array(bytes[place..<end]), at: Int.random(in: 0...bytes.count, using: &generator))
      case 4 where Int.random(in: 0..<4, using: &generator) == 0: bytes.removeSubrange(place...)
      default: bytes.insert(contentsOf: pieces.randomElement(using: &generator) ?? [], at: place)
      }
    }
    return bytes
  }

  /// Whether a request gives events, which must be right; a refusal must say why.
  private static func check(_ request: TrackerRequest) throws -> Bool {
    let tracker = SnowplowTracker()
    switch Result(catching: { () throws(TrackerRefusal) in try tracker.read(request) }) {
    case .success(let reading):
      #expect(!reading.events.isEmpty)
      #expect(reading.refused.allSatisfy { !$0.reason.isEmpty && !$0.message.isEmpty })
      for tracked in reading.events { try check(tracked) }
      return true
    case .failure(let refusal):
      #expect(refusal.status == 422 && !refusal.reason.isEmpty && !refusal.message.isEmpty)
      #expect(tracker.answer(to: refusal).status == 422)
      return false
    }
  }

  private static func check(_ tracked: TrackedEvent) throws {
    let event = tracked.event
    #expect(!event.user.rawValue.isEmpty && !event.type.isEmpty)
    #expect(Timestamp.representable.contains(event.time))
    #expect(event.value?.isFinite != false)
    let texts = [event.id, event.user.rawValue, event.type, event.session, event.item, event.category, event.page]
    #expect(texts.allSatisfy { $0?.utf8.contains(0) != true })
    if let properties = event.properties { #expect(try JSONDocument(properties).root.kind == .object) }
  }

  private static let batch =
    #"{"schema":"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4","data":["#
    + #"{"e":"ue","ue_px":"eyJzY2hlbWEiOiJpZ2x1OmEvYi9jL2QiLCJkYXRhIjp7ImEiOjF9fQ","uid":"u","dtm":"5","stm":"9"},"#
    + #"{"e":"se","se_ca":"c","se_ac":"a","se_va":"2","duid":"d","uid":"u","ip":"203.0.113.77","url":"https://a/b?c"},"#
    + #"{"e":"pv","co":"{\"data\":[{\"schema\":\"iglu:a/client_session/c/d\",\"data\":{\"userId\":\"x\"}}]}"}]}"#

  @Test("batches", arguments: [1, 2] as [UInt64])
  func batches(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    var accepted = 0
    for round in 0..<1500 {
      var request = snowplowBatch(headers: round % 7 == 0 ? ["sp-anonymous": "*"] : [:])
      request.body = Self.mutated(Array(Self.batch.utf8), &generator)
      accepted += try Self.check(request) ? 1 : 0
    }
    // The changes leave some right and break some.
    #expect(accepted > 50 && accepted < 1450)
  }

  @Test("queries", arguments: [3, 4] as [UInt64])
  func queries(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    let query =
      "e=ue&ue_px=eyJzY2hlbWEiOiJpZ2x1OmEvYi9jL2QiLCJkYXRhIjp7ImEiOjF9fQ%3D%3D&uid=u&duid=d&dtm=5&stm=9"
      + "&url=https%3A%2F%2Fa%2Fb%3Fc&cx=eyJhIjoxfQ&ua=x+y&ttm=1700000000000"
    var accepted = 0
    for _ in 0..<1500 {
      let bytes = Self.mutated(Array(query.utf8), &generator)
      accepted += try Self.check(snowplowQuery(String(decoding: bytes, as: UTF8.self))) ? 1 : 0
    }
    #expect(accepted > 50 && accepted < 1450)
  }

  @Test("files of enriched events", arguments: [5, 6, 7] as [UInt64])
  func files(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    let header = "event_id,event,event_name,user_id,domain_userid,derived_tstamp,page_url,contexts,unstruct_event"
    let record =
      #"a,unstruct,x,u,d,2021-03-01 20:39:52.944,"https://a/b,c","[{""schema"":""iglu:a/b/c/d"",""data"":{}}]","#
      + #""{""schema"":""iglu:a/unstruct_event/c/d"",""data"":{""schema"":""iglu:a/y/c/d""}}""#
    let official = Array(repeating: "page_view", count: 131).joined(separator: "\t")
    var events = 0
    for _ in 0..<400 {
      var parser = SnowplowEnriched(maximumRecordByteCount: 4096)
      let text = [header, record, record, official, header, record].joined(separator: "\n")
      for line in Self.mutated(Array(text.utf8), &generator).split(separator: 0x0A, omittingEmptySubsequences: false) {
        switch parser.read(line) {
        case .event(let tracked):
          events += 1
          try Self.check(tracked)
        case .skipped(let reason): #expect(!reason.isEmpty)
        case .refused(let reason, let message): #expect(!reason.isEmpty && !message.isEmpty)
        }
      }
      _ = parser.finish()
      #expect(parser.takeLinks().count <= 4)
    }
    #expect(events > 200 && events < 1200)
  }
}
