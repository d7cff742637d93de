import Foundation
import Habitus
import Testing

@Suite("FileImport")
struct FileImportTests {
  let made: TestWorkspace
  init() throws { made = try TestWorkspace() }

  private func file(_ name: String, _ text: String) throws -> String {
    let path = made.path + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  private let table = """
    event_id,user_id,timestamp,event_type,item_id,category,value,colour
    1,ann,2026-03-02T10:00:00Z,click,i1,books,,red
    2,bob,2026-03-02T10:00:00.5+01:00,search,,,12,
    2,bob,2026-03-02T10:00:00.5+01:00,search,,,12,
    2,bob,2026-03-02T10:00:00.5+01:00,search,,,13,
    3,,2026-03-02T10:00:00Z,click,,,,
    4,ann,yesterday,click,,,,
    """

  @Test("stores what can be read, counts the rest by reason, and adds nothing the second time")
  func counts() async throws {
    let path = try file("events.csv", table)
    let importer = try FileImport(made.workspace)
    let first = try await importer.run([path])
    #expect(first.read == 6)
    #expect(first.stored == 2)
    #expect(first.duplicate == 1)
    #expect(first.differing == 1)
    #expect(first.refused == ["no_user": 1, "invalid_time": 1])
    let second = try await importer.run([path])
    #expect(second.stored == 0)
    #expect(second.duplicate == 3)
    let rows = try made.workspace.store.quarantinedRows()
    #expect(rows.map(\.line) == [6, 7])
    #expect(rows.map(\.reason) == ["no_user", "invalid_time"])
    #expect(String(decoding: rows[1].raw, as: UTF8.self) == "4,ann,yesterday,click,,,,")
    let snapshot = try made.workspace.store.snapshot()
    let ann = try snapshot.events(of: try #require(snapshot.dictionaries.users.code(of: "ann"))).events(
      snapshot.dictionaries)
    #expect(ann.map(\.properties) == ["{\"colour\":\"red\"}"])
    let bob = try snapshot.events(of: try #require(snapshot.dictionaries.users.code(of: "bob"))).events(
      snapshot.dictionaries)
    #expect(bob.map(\.time.description) == ["2026-03-02T09:00:00.500Z"])
    #expect(bob.map(\.value) == [12])
  }

  @Test("reads refused rows again once the mapping is mended")
  func replay() async throws {
    let path = try file(
      "events.csv", "user_id,timestamp,event_type\nann,02/03/2026 10:00,click\nann,03/03/2026 10:00,click\n")
    #expect(try await FileImport(made.workspace).run([path]).refused == ["invalid_time": 2])
    var options = try ImportOptions(made.workspace.configuration)
    options.timestampFormat = "%d/%m/%Y %H:%M"
    let replay = QuarantineReplay(made.workspace, options: options)
    let first = try #require(try made.workspace.store.quarantinedRows().first)
    #expect(try await replay.run([first.id]) == QuarantineReplay.Report(stored: 1))
    #expect(try await replay.run() == QuarantineReplay.Report(stored: 1))
    #expect(try made.workspace.store.quarantinedRows().isEmpty)
    #expect(try made.workspace.store.snapshot().eventCount == 2)
  }

  @Test("keeps rows that still cannot be read")
  func replayInVain() async throws {
    let path = try file("events.csv", "user_id,timestamp,event_type\nann,soon,click\n")
    _ = try await FileImport(made.workspace).run([path])
    let replay = QuarantineReplay(made.workspace, options: try ImportOptions(made.workspace.configuration))
    #expect(try await replay.run() == QuarantineReplay.Report(refused: ["invalid_time": 1]))
    #expect(try made.workspace.store.quarantinedRows().count == 1)
  }

  @Test("reads a file that is named twice once")
  func namedTwice() async throws {
    let path = try file("events.csv", "user_id,timestamp,event_type\nann,2026-03-02,click\nann,2026-03-02,click\n")
    #expect(try await FileImport(made.workspace).run([path, path]).stored == 2)
    #expect(try await FileImport(made.workspace).run([path]).stored == 0)
  }

  @Test("leaves the store as it was where a file is missing")
  func missingFile() async throws {
    let path = try file("events.csv", "user_id,timestamp,event_type\nann,2026-03-02,click\n")
    await #expect(throws: TrackingError.self) {
      try await FileImport(made.workspace).run([path, made.path + "/none.csv"])
    }
    #expect(try made.workspace.store.snapshot().eventCount == 0)
  }
}
