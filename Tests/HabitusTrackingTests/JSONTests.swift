import Foundation
import HabitusModel
import HabitusTracking
import Testing

@Suite("JSON")
struct JSONTests {
  @Test("lines need no mapping for the standard names, and keep what has no column under its own name")
  func lines() throws {
    let text = #"""
      {"event_id": "e1", "user_id": "u1", "timestamp": "2026-01-05T00:01:46.810Z", "event_type": "view", \#
      "item_id": 12345678901234567890123, "value": 3.5, "page": "/a", "session_id": "s"}

      {"user_id":"u2","timestamp":1767571306.81,"event_type":"x","a":[1,{"b":null}],"category":null,"c":"d\n"}
      """#
    let imported = try read(text, name: "e.jsonl")
    #expect(imported.refused.isEmpty)
    #expect(
      imported.events == [
        Event(
          id: "e1", user: "u1", time: Timestamp(milliseconds: 1_767_571_306_810), type: "view", session: "s",
          item: "12345678901234567890123", value: 3.5, page: "/a"),
        Event(
          user: "u2", time: Timestamp(milliseconds: 1_767_571_306_810), type: "x",
          properties: #"{"a":[1,{"b":null}],"c":"d\n"}"#),
      ])
  }

  @Test("escapes are resolved in fields and keys")
  func escapes() throws {
    let imported = try read(
      #"{"user\u005fid":"\u00e9\ud83d\ude00\"\\\/\t\ud800","timestamp":0,"event_type":"a"}"#, name: "e.jsonl")
    #expect(imported.events.map(\.user.rawValue) == ["é😀\"\\/\t\u{FFFD}"])
  }

  @Test("the properties object is merged with what stands beside it; of equal names none is lost")
  func properties() throws {
    func properties(_ rest: String) throws -> String? {
      try read(#"{"user_id":"u","timestamp":0,"event_type":"a""# + rest + "}", name: "e.jsonl").events.first?.properties
    }
    #expect(try properties("") == nil)
    #expect(try properties(#","properties":{}"#) == nil)
    #expect(try properties(#","properties":{"x":1}"#) == #"{"x":1}"#)
    #expect(try properties(#","y":2,"properties":{"x":1}"#) == #"{"y":2,"x":1}"#)
    #expect(
      try properties(#","x":2,"properties":{"x":1,"z":3}"#) == #"{"x":2,"z":3,"properties":{"x":1}}"#)
    #expect(try properties(#","properties":"text""#) == #"{"properties":"text"}"#)
  }

  @Test("properties feed the fields that an event type has no key for")
  func eventMapping() throws {
    let imported = try read(
      #"""
      {"user_id":"u","timestamp":0,"event_type":"click","page":"/p","properties":{"element_id":"e","element_type":"b"}}
      {"user_id":"u","timestamp":0,"event_type":"search","properties":{"query":"q","results_count":7}}
      {"user_id":"u","timestamp":0,"event_type":"match_viewed","match_id":"m","view_duration_seconds":2.5}
      {"user_id":"u","timestamp":0,"action_type":"apply","item_id":"own","job_id":"j","job_category":"c","duration":"x"}
      """#, name: "e.jsonl")
    #expect(imported.events.map(\.item) == ["e", nil, "m", "own"])
    #expect(imported.events.map(\.category) == ["b", nil, nil, "c"])
    #expect(imported.events.map(\.value) == [nil, 7, 2.5, nil])
    #expect(imported.events.map(\.type) == ["click", "search", "match_viewed", "apply"])
    #expect(imported.events[0].properties == #"{"element_id":"e","element_type":"b"}"#)
  }

  @Test("dotted names reach into objects, and an exact key with the dot wins")
  func paths() throws {
    let options = try ImportOptions(mapping: [.user: "actor.login", .item: "{repo.owner}/{repo.name}"])
    let imported = try read(
      #"""
      {"actor":{"login":"a"},"repo":{"name":"n","owner":"o"},"timestamp":0,"event_type":"x"}
      {"actor.login":"exact","actor":{"login":"a"},"timestamp":0,"event_type":"x"}
      """#, name: "e.jsonl", options)
    #expect(imported.events.map(\.user) == ["a", "exact"])
    #expect(imported.events.map(\.item) == ["o/n", nil])
    #expect(imported.events[1].properties == #"{"actor":{"login":"a"}}"#)
  }

  @Test(
    "records that are not an object of valid JSON are refused and the others are read",
    arguments: [
      ("{", "invalid_json"), ("{\"a\":1,}", "invalid_json"), ("{\"a\" 1}", "invalid_json"),
      ("{\"a\":01}", "invalid_json"),
      ("{\"a\":tru}", "invalid_json"), ("{\"a\":[1,]}", "invalid_json"), ("{\"a\":[1}", "invalid_json"),
      ("{\"a\":\"\\x\"}", "invalid_json"), ("{\"a\":1} x", "invalid_json"), ("{\"a\":1}{}", "invalid_json"),
      ("{\"a\":\"b}", "invalid_json"), ("{\"a\":1 2}", "invalid_json"), ("{\"a\":\"b\"c}", "invalid_json"),
      ("{a:1}", "invalid_json"), ("[1]", "not_an_object"), ("7", "not_an_object"), ("\"x\"", "not_an_object"),
      ("[1", "invalid_json"), ("{\"a\":\"\t\"}", "invalid_json"),
      (#"{"user_id":{"a":1},"timestamp":0,"event_type":"x"}"#, "not_a_scalar"),
      (#"{"user_id":null,"timestamp":0,"event_type":"x"}"#, "no_user"),
      (#"{"user_id":"a\u0000b","timestamp":0,"event_type":"x"}"#, "nul_byte"),
      (#"{"user_id":"u","timestamp":true,"event_type":"x"}"#, "invalid_time"),
      (#"{"user_id":"u","timestamp":0}"#, "no_type"), (#"{"user_id":"u","event_type":"x"}"#, "no_time"),
      (#"{"user_id":"u","timestamp":0,"event_type":"x","value":false}"#, "invalid_value"),
      ("{\"a\":" + String(repeating: "[", count: 2000) + String(repeating: "]", count: 2000) + "}", "invalid_json"),
    ])
  func refusals(record: String, reason: String) throws {
    let good = #"{"user_id":"u","timestamp":0,"event_type":"x"}"#
    let imported = try read([good, record, good].joined(separator: "\n"), name: "e.jsonl")
    #expect(imported.reasons == ["2 \(reason)"])
    #expect(imported.events.count == 2)
    #expect(imported.refused.first?.raw == Array(record.utf8))
  }

  @Test("bytes that are not UTF-8 refuse their own line only")
  func invalidUTF8() throws {
    let good = Array(#"{"user_id":"u","timestamp":0,"event_type":"x"}"#.utf8) + [0x0A]
    let imported = try read(bytes: good + [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D, 0x0A] + good, name: "e.jsonl")
    #expect(imported.reasons == ["2 invalid_utf8"])
    #expect(imported.events.count == 2)
  }

  @Test("an array gives the same events as lines, however it is written and cut", arguments: [1, 2, 5, 17, 64, 1000])
  func arrays(chunkByteCount: Int) throws {
    let elements = (0..<40).map { index in
      #"{"user_id":"u\#(index)","timestamp":\#(index),"event_type":"[\"],{","deep":[[{"x":[]}],"]"]}"#
    }
    var options = ImportOptions()
    options.chunkByteCount = chunkByteCount
    let lines = try read(elements.joined(separator: "\n"), name: "e.jsonl")
    #expect(lines.events.count == 40)
    let compact = try read("[" + elements.joined(separator: ",") + "]", name: "e.json", options)
    #expect(compact.events == lines.events)
    let pretty = try read(" [\n" + elements.joined(separator: " ,\n\n") + "\n]\n", name: "e.json", options, workers: 2)
    #expect(pretty.events == lines.events)
    let broken = try read("[\n{},\n{\"a\":1,,}\n,3]", name: "e.json", options)
    #expect(broken.reasons == ["2 no_user", "3 invalid_json", "4 not_an_object"])
    #expect(try read("[ ]", name: "e.json", options) == Imported())
  }

  @Test(
    "an array that is not closed, or more than an array, is an error with its line",
    arguments: ["[{}", "[{},]x", "[{}] 1", "[{},,{}]", "{}"])
  func malformedArrays(text: String) throws {
    var options = ImportOptions()
    options.format = .json
    #expect(throws: TrackingError.self) { try read(text, name: "e.json", options) }
  }

  @Test("one object becomes one event or the reason why not")
  func single() throws {
    let reader = try EventFileReader()
    let event = try reader.event(json: Array(#" {"user_id":"u","timestamp":5,"event_type":"x","k":1} "#.utf8)).get()
    #expect(event == Event(user: "u", time: Timestamp(milliseconds: 5000), type: "x", properties: #"{"k":1}"#))
    for (text, reason) in [("", RefusalReason.invalidJSON), ("{}", .noUser), ("{} {}", .invalidJSON)] {
      guard case .failure(let row) = try reader.event(json: Array(text.utf8)) else {
        Issue.record("'\(text)' became an event")
        continue
      }
      #expect(row.reason == reason)
    }
  }
}
