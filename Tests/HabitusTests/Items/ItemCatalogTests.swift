import Foundation
import Habitus
import Synchronization
import Testing

@Suite("ItemCatalog")
struct ItemCatalogTests {
  let made: TestWorkspace
  let catalog: ItemCatalog

  init() throws {
    made = try TestWorkspace()
    catalog = ItemCatalog(made.workspace) { Timestamp(milliseconds: 7) }
  }

  private func file(_ name: String, _ text: String) throws -> String {
    let path = made.path + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test("keeps items, lists and removes them")
  func keeping() async throws {
    let item = Item(id: "a", category: "c", properties: ["p": .array([.string("x"), .number(2), .null])])
    try await catalog.save([item, Item(id: "b"), Item(id: "ab")])
    var stored = item
    stored.updated = Timestamp(milliseconds: 7)
    #expect(try await catalog.item("a") == stored)
    #expect(try await catalog.items(prefix: "a").map(\.id) == ["a", "ab"])
    #expect(try await catalog.items(after: "a", limit: 1).map(\.id) == ["ab"])
    let seen = Mutex<[Item]>([])
    try await catalog.forEachItem { item in seen.withLock { $0.append(item) } }
    #expect(seen.withLock { $0 } == [item, Item(id: "ab"), Item(id: "b")])
    try await catalog.remove("ab")
    #expect(try await catalog.count() == 2)
    await #expect(throws: ItemError.unknownItem("ab")) { try await catalog.remove("ab") }
    await #expect(throws: ItemError.unknownItem("ab")) { try await catalog.item("ab") }
  }

  @Test("an import adds and replaces; of an id that comes again the last row counts; refused rows are told")
  func importing() async throws {
    try await catalog.save([Item(id: "a", properties: ["old": .bool(true)]), Item(id: "kept")])
    let first = try file("first.csv", "id,p\na,1\nb,2\nb,3\n,4\nc\n")
    let second = try file("second.jsonl", #"{"id":"b","p":5}"# + "\nnonsense\n")
    let report = try await catalog.importItems([first, second, first])
    #expect(report.read == 7 && report.added == 1 && report.replaced == 1 && report.repeated == 2)
    #expect(report.refused == ["no_item": 1, "too_few_fields": 1, "invalid_json": 1] && report.refusedCount == 3)
    #expect(
      report.refusedRows.map { "\($0.file == first) \($0.line) \($0.reason)" } == [
        "true 5 no_item", "true 6 too_few_fields", "false 2 invalid_json",
      ])
    #expect(report.refusedRows[0].message == "no item id")
    #expect(try await catalog.items().map(\.properties) == [["p": .number(1)], ["p": .number(5)], [:]])
    await #expect(throws: TrackingError.self) {
      _ = try await catalog.importItems([first, made.path + "/missing.csv"])
    }
  }

  @Test("of many refused rows all are counted and the first are told")
  func manyRefused() async throws {
    let path = try file("bad.csv", "id,p\n" + String(repeating: ",x\n", count: 1500))
    let report = try await catalog.importItems([path])
    #expect(report.refused == ["no_item": 1500] && report.refusedRows.count == ItemImportReport.mostRows)
  }

  @Test("tells how many events and people an item has had, of those who agree")
  func usage() async throws {
    try made.workspace.store.append(
      [
        event("ann", 1, "view", item: "a"), event("ann", 2, "view", item: "a"), event("bob", 1, "view", item: "a"),
        event("bob", 2, "view", item: "b"), event("eve", 1, "view", item: "a"), event("eve", 2, "view"),
      ], namespace: "test")
    #expect(try await catalog.usage(of: "a") == ItemUsage(events: 4, users: 3))
    #expect(try await catalog.usage(of: "nothing") == ItemUsage(events: 0, users: 0))
    try await ConsentManager(made.workspace).record([
      ConsentStatement(
        user: "eve", purpose: "analytics", isGranted: false, time: Timestamp(milliseconds: 1), source: "test")
    ])
    #expect(try await catalog.usage(of: "a") == ItemUsage(events: 3, users: 2))
  }
}
