import Foundation
import Habitus
import Synchronization
import Testing

@Suite("An export of events")
struct EventExportTests {
  private func text(_ workspace: Workspace, _ format: ExportFormat) async throws -> String {
    let bytes = Mutex([UInt8]())
    try await Export(workspace, format: format).events { part in bytes.withLock { $0 += part } }
    return String(decoding: bytes.withLock { $0 }, as: UTF8.self)
  }

  @Test("holds every stored event with the id that it came with, whoever may be analysed, and marks bots")
  func complete() async throws {
    let made = try TestWorkspace()
    var bot = event("ann", 1, "click", item: "i")
    bot.isBot = true
    try made.workspace.store.append([event("ann", 0, "click"), bot, event("bob", 2, "click")], namespace: "test")
    try made.workspace.store.fold(workers: 1)
    var workspace = made.workspace
    workspace.persons = { _ in EventReading(persons: ["ann": "bob"], excluded: ["bob"]) }
    #expect(
      try await text(workspace, .csv) == """
        event_id,user_id,timestamp,event_type,item_id,category,value,page,session_id,source,properties,is_bot
        ann-0.0-click-,ann,2026-03-02T00:00:00.000Z,click,,,,,,,,
        ann-1.0-click-i,ann,2026-03-02T00:01:00.000Z,click,i,,,,,,,true
        bob-2.0-click-,bob,2026-03-02T00:02:00.000Z,click,,,,,,,,

        """)
    let lines = try await text(workspace, .jsonLines).split(separator: "\n")
    #expect(lines.map { $0.contains("is_bot") } == [false, true, false])
    #expect(lines[1].hasSuffix(#","is_bot":true}"#))
  }

  @Test("has no column for marks where no event is marked")
  func unmarked() async throws {
    let made = try TestWorkspace()
    try made.workspace.store.append([event("ann", 0, "click")], namespace: "test")
    #expect(try await text(made.workspace, .csv).hasPrefix(Export.eventColumns.joined(separator: ",") + "\n"))
  }

  @Test("is imported again as it was", arguments: [ExportFormat.csv, .jsonLines])
  func again(format: ExportFormat) async throws {
    let (made, copy) = try (TestWorkspace(), TestWorkspace())
    var events = ReadingTests.events(count: 300, users: 7, seed: 4)
    for index in events.indices { events[index].source = nil }
    try ReadingTests.scatter(events, in: made.workspace.store, seed: 1)
    let path = copy.path + "/events." + (format == .csv ? "csv" : "jsonl")
    let exported = try await text(made.workspace, format)
    try Data(exported.utf8).write(to: URL(fileURLWithPath: path))
    let summary = try await FileImport(copy.workspace).run([path])
    #expect(summary.stored == 300 && summary.refused.isEmpty)
    let snapshot = try copy.workspace.store.snapshot()
    let back = try snapshot.scan(columns: .all, workers: 1, makeState: {}) { (_: inout Void, frame) in
      frame.events(snapshot.dictionaries)
    }.flatMap { $0 }
    #expect(back.count { $0.isBot } == 60)
    // The name of the file's source is not among what was exported.
    let strip = { (event: Event) in
      var event = event
      event.source = nil
      return event
    }
    let byId = { (a: Event, b: Event) in a.id < b.id }
    #expect(back.map(strip).sorted(by: byId) == events.sorted(by: byId))
  }
}
