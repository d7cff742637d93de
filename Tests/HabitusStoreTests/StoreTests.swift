import Foundation
import GRDB
import HabitusModel
import Testing

@testable import HabitusStore

@Suite("Store")
struct StoreTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test("gives back what was imported, in the order of frames", arguments: 0..<5)
  func importing(seed: UInt64) throws {
    let events = randomEvents(count: 800, users: 20, seed: seed)
    let store = try Store.open(at: folder.path, for: .write)
    let summary = try store.importAll(events, batchSize: 90)
    #expect(summary == EventImport.Summary(stored: 800))
    #expect(try store.allEvents() == inFrameOrder(events))
  }

  @Test(
    "gives the same events for any order of arrival, way in, run boundaries and number of workers", arguments: 0..<6)
  func arrival(seed: UInt64) throws {
    let events = randomEvents(count: 600, users: 12, seed: seed + 100)
    var random = Seeded(state: seed)
    let store = try Store.open(at: folder.path, for: .write)
    for part in 0..<9 {
      let slice = events.shuffled(using: &random).prefix(200)
      if part % 3 == 2 {
        try store.append(Array(slice), namespace: "test")
      } else {
        try store.importAll(Array(slice), flushSize: 128)
      }
      if part == 5 { try store.fold(workers: 2) }
    }
    try store.importAll(events.shuffled(using: &random))
    #expect(try store.allEvents() == inFrameOrder(events))
    #expect(try store.allEvents(workers: 3) == inFrameOrder(events))
    try store.fold(workers: 1)
    #expect(try store.loggedEventCount() == 0)
    #expect(try store.allEvents() == inFrameOrder(events))
  }

  @Test("counts exact repeats and differing ones apart, and keeps the first")
  func repeats() throws {
    let store = try Store.open(at: folder.path, for: .write)
    let first = Event(id: "a", user: "u", time: Timestamp(milliseconds: 5), type: "view", item: "x")
    var changed = first
    changed.item = "y"
    var moved = first
    moved.user = "other"
    #expect(try store.importAll([first, first, changed]) == .init(stored: 1, duplicate: 1, differing: 1))
    #expect(try store.append([first, moved], namespace: "test") == .init(stored: 0, duplicate: 1, differing: 1))
    #expect(try store.append([first], namespace: "another") == .init(stored: 1))
    #expect(try store.append([first, changed], namespace: "another") == .init(duplicate: 1, differing: 1))
    #expect(try store.importAll([changed, moved]) == .init(differing: 2))
    #expect(try store.allEvents() == [first, first])
  }

  @Test("numbers identical rows without an id: a second import adds nothing, true repeats survive")
  func rowsWithoutIdentifiers() throws {
    let store = try Store.open(at: folder.path, for: .write)
    let row = Event(user: "u", time: Timestamp(milliseconds: 5), type: "view")
    var other = row
    other.page = "/p"
    let rows = [row, other, row, row]
    #expect(try store.importAll(rows) == .init(stored: 4))
    #expect(try store.importAll(rows, batchSize: 1, flushSize: 2) == .init(duplicate: 4))
    #expect(try store.importAll(rows + [row]) == .init(stored: 1, duplicate: 4))
    #expect(Set(try store.allEvents().map(\.id)).count == 5)
  }

  @Test("merges runs when there are many and keeps every key")
  func compaction() throws {
    let store = try Store.open(at: folder.path, for: .write)
    let events = randomEvents(count: 900, users: 30, seed: 4)
    for start in stride(from: 0, to: 900, by: 50) { try store.importAll(Array(events[start..<start + 50])) }
    let runs = try store.read { db in try SegmentReader.runs(db).count }
    #expect(runs < 4)
    #expect(try store.importAll(events) == .init(duplicate: 900))
    #expect(try store.allEvents() == inFrameOrder(events))
  }

  @Test("orders ties between runs by their strings, also where only some columns and the types' strings are read")
  func tiesBetweenRuns() throws {
    let store = try Store.open(at: folder.path, for: .write)
    for (id, item) in [("a", "y"), ("b", "x"), ("c", "x")] {
      try store.importAll([Event(id: id, user: "u", time: Timestamp(milliseconds: 5), type: "view", item: item)])
    }
    // "y" came first and has code 0; two events agree in everything but their ids.
    for withAllStrings in [true, false] {
      let snapshot = try store.snapshot(withAllStrings: withAllStrings)
      let items = try snapshot.scan(columns: [.items], workers: 1, makeState: {}) { (_: inout Void, frame) in
        frame.items
      }
      #expect(items == [[1, 1, 0]])
    }
  }

  @Test("leaves a large run as it is when a few events come")
  func fewEvents() throws {
    let store = try Store.open(at: folder.path, for: .write)
    let events = randomEvents(count: 3020, users: 30, seed: 12)
    try store.importAll(Array(events[..<3000]))
    let large = try store.read { db in try Int64.fetchAll(db, sql: "SELECT id FROM run") }
    for event in events[3000...] {
      try store.append([event], namespace: "test")
      try store.fold(workers: 1)
    }
    let runs = try store.read { db in try Int64.fetchAll(db, sql: "SELECT id FROM run") }
    #expect(Set(runs).isSuperset(of: large))
    #expect(runs.count <= 4)
    #expect(try store.allEvents() == inFrameOrder(events))
  }

  @Test("gives back identifiers of any length", arguments: [1, 16, 36, 40, 1 << 20, 1 << 20 + 2])
  func longIdentifiers(length: Int) throws {
    let store = try Store.open(at: folder.path, for: .write)
    let event = Event(
      id: String(repeating: "a", count: length), user: "u", time: Timestamp(milliseconds: 5), type: "view")
    try store.importAll([event])
    #expect(try store.allEvents() == [event])
  }

  @Test("reads one user's events from every run and the log")
  func oneUser() throws {
    let store = try Store.open(at: folder.path, for: .write)
    let events = randomEvents(count: 500, users: 10, seed: 8)
    try store.importAll(Array(events[0..<200]))
    try store.importAll(Array(events[200..<400]))
    try store.append(Array(events[400...]), namespace: "test")
    let snapshot = try store.snapshot()
    let code = try #require(snapshot.dictionaries.users.code(of: "u3"))
    #expect(
      try snapshot.events(of: code).events(snapshot.dictionaries) == inFrameOrder(events.filter { $0.user == "u3" }))
  }

  @Test("is opened once for writing, by one process, and again after it was closed")
  func locking() throws {
    var store: Store? = try Store.open(at: folder.path, for: .write)
    #expect(try Store.open(at: folder.path, for: .write) === store)
    #expect(throws: StoreError.inUse(directory: folder.path, process: "\(getpid())")) {
      _ = try FileLock(directory: folder.path)
    }
    store = nil
    _ = try FileLock(directory: folder.path)
  }

  @Test("leaves a foreign file alone")
  func foreign() throws {
    let path = folder.path + "/habitus.sqlite"
    for content in [
      "", "hello", String(repeating: "x", count: 4096), "SQLite format 3\0" + String(repeating: "y", count: 4096),
    ] {
      try Data(content.utf8).write(to: URL(fileURLWithPath: path))
      for access in [Store.Access.read, .write] {
        #expect(throws: StoreError.foreign(path: path)) { _ = try Store.open(at: folder.path, for: access) }
      }
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(content.utf8))
    }
  }

  @Test(
    "is read where nothing can be written, whatever the folder is called",
    arguments: ["plain", "a?b", "c%20d", "e#f", "é g"])
  func immutable(name: String) throws {
    let path = folder.path + "/" + name
    var store: Store? = try Store.open(at: path, for: .write)
    try store?.importAll(randomEvents(count: 10, users: 2, seed: 1))
    store = nil
    var configuration = Configuration()
    configuration.readonly = true
    let queue = try DatabaseQueue(
      path: Store.immutableAddress(of: path + "/habitus.sqlite"), configuration: configuration)
    #expect(try queue.read { db in try Int.fetchOne(db, sql: "SELECT sum(event_count) FROM segment") } == 10)
  }

  @Test("says so where there is no store to read")
  func notFound() {
    #expect(throws: StoreError.notFound(directory: folder.path)) { _ = try Store.open(at: folder.path, for: .read) }
  }

  @Test("refuses an event that no store can hold, and stores nothing of its batch")
  func invalid() throws {
    let store = try Store.open(at: folder.path, for: .write)
    let good = Event(id: "g", user: "u", time: Timestamp(milliseconds: 0), type: "view")
    for bad in [
      Event(id: "b", user: "", time: Timestamp(milliseconds: 0), type: "view"),
      Event(id: "b", user: "u", time: Timestamp(milliseconds: 0), type: ""),
      Event(id: "b", user: "u", time: Timestamp(milliseconds: .max), type: "view"),
      Event(id: "b", user: "u", time: Timestamp(milliseconds: 0), type: "view", value: .infinity),
      Event(id: "b", user: "u", time: Timestamp(milliseconds: 0), type: "view", item: "x\0y"),
    ] {
      #expect(throws: StoreError.self) { try store.append([good, bad], namespace: "test") }
    }
    #expect(try store.snapshot().eventCount == 0)
  }

  @Test("refuses an import whose strings it could not give back, and stays readable")
  func invalidStrings() throws {
    let store = try Store.open(at: folder.path, for: .write)
    let events = ["x\0y", "x\0z"].map {
      Event(id: $0, user: "u", time: Timestamp(milliseconds: 0), type: "view", item: $0)
    }
    #expect(throws: StoreError.invalidText("x\0y")) { try store.importAll(events) }
    #expect(try store.snapshot().eventCount == 0)
  }

  @Test("has no events and no time range when it is empty")
  func empty() throws {
    let store = try Store.open(at: folder.path, for: .write)
    let snapshot = try store.snapshot()
    #expect(snapshot.eventCount == 0)
    #expect(snapshot.timeRange == nil)
    #expect(try store.importAll([]) == .init())
    #expect(try store.allEvents().isEmpty)
  }

  @Test("keeps a refused row once, however often its file is imported")
  func quarantine() throws {
    let store = try Store.open(at: folder.path, for: .write)
    let row = QuarantinedRow(
      file: "a.csv", line: 3, reason: "no_user", message: "no user", raw: Array("x,y".utf8), context: "{}")
    for expected in [1, 0] {
      let session = try store.beginImport(namespace: "test", workers: 1, flushSize: 16)
      try session.quarantine(row)
      #expect(try session.finish().quarantined == expected)
    }
    let kept = try store.quarantinedRows()
    #expect(kept.map(\.raw) == [row.raw])
    try store.removeFromQuarantine(kept.map(\.id))
    #expect(try store.quarantinedRows().isEmpty)
  }
}

@Suite("A damaged store")
struct DamageTests {
  @Test("is reported, never misread: any flipped byte of a column or a page of keys is noticed")
  func flippedBytes() throws {
    let folder = try TemporaryFolder()
    let store = try Store.open(at: folder.path, for: .write)
    let events = randomEvents(count: 300, users: 6, seed: 1)
    try store.importAll(events)
    var random = Seeded(state: 5)
    for table in ["segment_column", "key_page"] {
      let name = table == "key_page" ? "keys" : "data"
      let ids = try store.read { db in try Int64.fetchAll(db, sql: "SELECT id FROM \(table)") }
      for id in ids {
        let sound = try store.read { db in
          try #require(try Data.fetchOne(db, sql: "SELECT \(name) FROM \(table) WHERE id = ?", arguments: [id]))
        }
        var damaged = sound
        damaged[Int.random(in: 0..<sound.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        try store.write { db in
          try db.execute(sql: "UPDATE \(table) SET \(name) = ? WHERE id = ?", arguments: [damaged, id])
        }
        #expect(throws: StoreError.self, "\(table) \(id)") {
          if table == "key_page" { try store.append(events, namespace: "test") } else { _ = try store.allEvents() }
        }
        try store.write { db in
          try db.execute(sql: "UPDATE \(table) SET \(name) = ? WHERE id = ?", arguments: [sound, id])
        }
      }
    }
    #expect(try store.allEvents() == inFrameOrder(events))
    #expect(try store.report(isThorough: true).problems.isEmpty)
  }

  @Test("is reported by a thorough look, whichever table is hit")
  func thoroughReport() throws {
    let profile = ProfileUpdate(patterns: [
      Pattern(
        kind: .weekday, elements: ["monday"], unit: .events, support: 3, total: 4,
        sentence: LocalizedText(english: "", french: ""))
    ])
    for damage in [
      "UPDATE key_page SET keys = zeroblob(length(keys))", "UPDATE segment_column SET data = zeroblob(length(data))",
      "DELETE FROM term WHERE kind = \(TermKind.type.rawValue) AND code = 0",
      "UPDATE profile_part SET data = zeroblob(length(data))", "UPDATE model SET data = zeroblob(length(data))",
    ] {
      let folder = try TemporaryFolder()
      let store = try Store.open(at: folder.path, for: .write)
      try store.importAll(randomEvents(count: 60, users: 3, seed: 1))
      try store.updateProfiles(
        [("u1", profile)], clock: ProfileClock(now: Timestamp(milliseconds: 1), expires: nil), createsProfiles: true,
        keepsHistory: false)
      _ = try store.saveModel(kind: "test", data: [1, 2, 3], at: Timestamp(milliseconds: 1))
      #expect(try store.latestModel(kind: "test")?.data == [1, 2, 3])
      #expect(try store.report(isThorough: true).problems.isEmpty)
      try store.write { db in try db.execute(sql: damage) }
      let problems = try store.report(isThorough: true).problems
      #expect(!problems.isEmpty, "\(damage)")
    }
  }

  @Test("of strings or of a profile is an error, never another answer")
  func misreading() throws {
    let folder = try TemporaryFolder()
    let store = try Store.open(at: folder.path, for: .write)
    let profile = ProfileUpdate(patterns: [
      Pattern(
        kind: .weekday, elements: ["monday"], unit: .events, support: 3, total: 4,
        sentence: LocalizedText(english: "", french: ""))
    ])
    try store.updateProfiles(
      [("u", profile)], clock: ProfileClock(now: Timestamp(milliseconds: 1), expires: nil), createsProfiles: true,
      keepsHistory: false)
    try store.importAll(randomEvents(count: 60, users: 3, seed: 1))
    let data = try store.read { db in try #require(try Data.fetchOne(db, sql: "SELECT data FROM profile_part")) }
    for index in data.indices {
      var damaged = data
      damaged[index] ^= 0xff
      try store.write { db in try db.execute(sql: "UPDATE profile_part SET data = ?", arguments: [damaged]) }
      #expect(throws: StoreError.self) {
        try store.profile("u", at: Timestamp(milliseconds: 1), withSecureFields: false)
      }
    }
    try store.write { db in try db.execute(sql: "DELETE FROM term WHERE kind = \(TermKind.type.rawValue) AND code = 0")
    }
    #expect(throws: StoreError.self) { try store.snapshot() }
  }

  @Test("writes with full synchronisation, so that what was acknowledged survives the loss of power")
  func synchronisation() throws {
    let folder = try TemporaryFolder()
    let store = try Store.open(at: folder.path, for: .write)
    #expect(try store.write { db in try Int.fetchOne(db, sql: "PRAGMA synchronous") } == 2)
  }
}

@Suite("Several tasks at once")
struct ConcurrencyTests {
  @Test("profiles can be changed during an import; only a user new to the store has to wait for its end")
  func profilesDuringImport() throws {
    let folder = try TemporaryFolder()
    let store = try Store.open(at: folder.path, for: .write)
    try store.importAll(randomEvents(count: 20, users: 2, seed: 1))
    let clock = ProfileClock(now: Timestamp(milliseconds: 1), expires: nil)
    let session = try store.beginImport(namespace: "test", workers: 1, flushSize: 16)
    #expect(try store.createProfile("u0", base: [:], secure: [:], clock: clock))
    #expect(throws: StoreError.self) { try store.createProfile("new", base: [:], secure: [:], clock: clock) }
    #expect(throws: StoreError.self) { try store.beginImport(namespace: "test", workers: 1, flushSize: 16) }
    #expect(throws: StoreError.self) { try store.fold(workers: 1) }
    _ = try session.finish()
    withExtendedLifetime(session) {}
  }

  @Test("append, fold and read the same store: nothing is lost, nothing double, every reading is complete")
  func together() async throws {
    let folder = try TemporaryFolder()
    let store = try Store.open(at: folder.path, for: .write)
    let events = randomEvents(count: 1200, users: 15, seed: 3)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for part in 0..<4 {
        group.addTask {
          for start in stride(from: part * 300, to: part * 300 + 300, by: 30) {
            // Each batch is sent twice, as a client does that did not hear the answer.
            for _ in 0..<2 { try store.append(Array(events[start..<start + 30]), namespace: "test") }
          }
        }
      }
      group.addTask {
        for _ in 0..<10 {
          try store.fold(workers: 1)
          try await Task.sleep(for: .milliseconds(2))
        }
      }
      group.addTask {
        for _ in 0..<10 {
          do {
            let snapshot = try store.snapshot()
            let counts = try snapshot.scan(columns: [], workers: 2, makeState: {}) { (_: inout Void, frame) in
              frame.eventCount
            }
            #expect(counts.reduce(0, +) == snapshot.eventCount)
          } catch StoreError.changed {
            // Allowed: the caller reads again.
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try store.allEvents() == inFrameOrder(events))
  }
}

@Suite("A row of the database that was changed or lost")
struct LostRowTests {
  @Test(
    "is noticed when events are read",
    arguments: [
      "UPDATE term SET text = 'other' WHERE kind = 2 AND code = 1", "UPDATE user SET id = id || 'x' WHERE code = 3",
      "DELETE FROM term WHERE kind = 1 AND code = (SELECT max(code) FROM term WHERE kind = 1)",
      "DELETE FROM user WHERE code = (SELECT max(code) FROM user)", "DELETE FROM dictionary WHERE kind = 0",
      "UPDATE segment SET event_count = event_count + 1", "UPDATE segment SET event_count = -1",
      "UPDATE segment SET event_count = 1000000000000", "UPDATE segment SET user_count = 1",
      "UPDATE segment SET latest = latest + 1", "UPDATE segment SET first_user = 7",
      "UPDATE segment SET event_count = 'many'", "DELETE FROM segment",
      "DELETE FROM segment_column WHERE id & 15 = 3", "DELETE FROM segment_column WHERE id & 15 = 10",
    ])
  func noticed(sql: String) throws {
    let folder = try TemporaryFolder()
    let store = try Store.open(at: folder.path, for: .write)
    try store.importAll(randomEvents(count: 200, users: 6, seed: 2))
    try store.write { db in
      try db.execute(sql: sql)
      #expect(db.changesCount > 0)
    }
    #expect(throws: StoreError.self) { try store.allEvents() }
    #expect(throws: StoreError.self) {
      try store.importAll(randomEvents(count: 300, users: 6, seed: 3))
      _ = try store.allEvents()
    }
  }
}
