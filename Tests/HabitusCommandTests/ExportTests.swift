import Foundation
import Habitus
import Synchronization
import Testing

@testable import HabitusCommand

@Suite("Export")
struct ExportTests {
  /// Events whose texts need quoting, of users whose order of arrival is not that of their identifiers.
  private static let events = [
    Event(
      id: "e1", user: "zoë", time: Timestamp(milliseconds: 1_767_571_200_000), type: "click", item: "a,b", value: 3),
    Event(
      id: "e2", user: "a \"quoted\" one", time: Timestamp(milliseconds: 1_767_571_260_123), type: "page_view",
      category: "two\nlines", value: 0.1, page: "/p", source: "web",
      properties: #"{"colour":"dark \"blue\"","n":[1,2]}"#),
    Event(
      id: "e3", user: "zoë", time: Timestamp(milliseconds: 1_767_571_100_000), type: "click", session: "s1", value: -0.5
    ),
  ]

  private func withWorkspace(_ body: (Workspace) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var configuration = HabitusConfiguration()
    configuration.storage.path = folder
    let workspace = try Workspace(configuration: configuration, access: .write, workers: 2)
    try workspace.store.append(Self.events, namespace: "test")
    try await body(workspace)
  }

  private final class Collected: Sendable {
    private let bytes = Mutex([UInt8]())
    func add(_ more: [UInt8]) { bytes.withLock { $0 += more } }
    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
  }

  @Test("Events are written by user, then time, quoted after RFC 4180")
  func eventsAsCSV() async throws {
    try await withWorkspace { workspace in
      let out = Collected()
      try await Export(workspace, format: .csv).events { out.add($0) }
      #expect(
        out.text == #"""
          event_id,user_id,timestamp,event_type,item_id,category,value,page,session_id,source,properties
          e2,"a ""quoted"" one",2026-01-05T00:01:00.123Z,page_view,,"two
          lines",0.1,/p,,web,"{""colour"":""dark \""blue\"""",""n"":[1,2]}"
          e3,zoë,2026-01-04T23:58:20.000Z,click,,,-0.5,,s1,,
          e1,zoë,2026-01-05T00:00:00.000Z,click,"a,b",,3,,,,

          """#)
    }
  }

  @Test("As JSON Lines every line is an object without what is missing, properties an object inside")
  func eventsAsJSONLines() async throws {
    try await withWorkspace { workspace in
      let out = Collected()
      try await Export(workspace, format: .jsonLines).events { out.add($0) }
      let lines = out.text.split(separator: "\n")
      #expect(lines.count == 3)
      let expected = [
        #""event_id":"e1""#, #""user_id":"zoë""#, #""timestamp":"2026-01-05T00:00:00.000Z""#, #""event_type":"click""#,
        #""item_id":"a,b""#, #""value":3"#,
      ]
      #expect(lines.last.map(String.init) == "{" + expected.joined(separator: ",") + "}")
      let first = try JSONDecoder().decode(JSONValue.self, from: Data(lines[0].utf8))
      guard case .object(let fields) = first else { return #expect(Bool(false), "not an object") }
      #expect(fields["category"] == .string("two\nlines"))
      #expect(
        fields["properties"] == .object(["colour": .string("dark \"blue\""), "n": .array([.number(1), .number(2)])]))
    }
  }

  @Test("Features have a column each, in the order of the dictionary, and the values of the extractor")
  func features() async throws {
    try await withWorkspace { workspace in
      let out = Collected()
      try await Export(workspace, format: .csv).features { out.add($0) }
      let lines = out.text.split(separator: "\n").map(String.init)
      #expect(lines[0] == (["user_id"] + FeatureDictionary.definitions.map(\.name)).joined(separator: ","))
      let user = try await FeatureExtractor(workspace).extractFeatures(userID: "zoë")
      let cells = lines[2].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      #expect(cells[0] == "zoë")
      for (definition, cell) in zip(FeatureDictionary.definitions, cells.dropFirst()) {
        #expect(user[definition.name] == (cell.isEmpty ? nil : Double(cell)), "\(definition.name)")
      }
    }
  }

  @Test("Users with too few events are left out where that is asked for")
  func minimumEvents() async throws {
    try await withWorkspace { workspace in
      let out = Collected()
      try await Export(workspace, format: .csv).features(minimumEventCount: 2) { out.add($0) }
      let lines = out.text.split(separator: "\n")
      #expect(lines.count == 2 && lines[1].hasPrefix("zoë,2,"))
    }
  }

  @Test(
    "Numbers are written in the shortest form that reads back",
    arguments: [
      (0, "0"), (-0.0, "-0.0"), (3, "3"), (-12, "-12"), (0.1, "0.1"), (1e-9, "1e-09"), (1e15, "1000000000000000"),
      (9_007_199_254_740_992, "9007199254740992"), (1e300, "1e+300"),
    ])
  func numbers(number: Double, text: String) {
    var record = RecordText(format: .csv, columns: ["n"])
    record.append(number)
    #expect(String(decoding: record.bytes, as: UTF8.self) == text)
    #expect(Double(text)?.bitPattern == number.bitPattern)
  }

  @Test("Control characters and quotes are escaped in JSON")
  func escapes() throws {
    let text = "q\"b\\n\nt\tz\u{1}é"
    var record = RecordText(format: .jsonLines, columns: ["t"])
    record.append(text)
    record.endRow()
    let line = Data(record.bytes.dropLast())
    #expect(try JSONDecoder().decode([String: String].self, from: line) == ["t": text])
  }

  @Test("A row of nothing is still a row")
  func emptyRows() {
    for (format, expected) in [(ExportFormat.csv, ",\n"), (.jsonLines, "{}\n")] {
      var record = RecordText(format: format, columns: ["a", "b"])
      record.append(nil as String?)
      record.append(Double.nan)
      record.endRow()
      #expect(String(decoding: record.bytes, as: UTF8.self) == expected)
    }
  }
}
