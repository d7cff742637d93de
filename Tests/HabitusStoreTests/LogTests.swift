import Foundation
import GRDB
import HabitusModel
import Testing

@testable import HabitusStore

@Suite("The log")
struct LogTests {
  @Test("is folded in the background once it has grown, without a call for it", .timeLimit(.minutes(5)))
  func background() async throws {
    let folder = try TemporaryFolder()
    let store = try Store.open(at: folder.path, for: .write)
    let count = 1 << 17 + 5
    let events = (0..<count).map { index in
      Event(
        id: "\(index)", user: UserID("u\(index % 50)"), time: Timestamp(milliseconds: Int64(index)), type: "view")
    }
    try store.append(events, namespace: "test")
    while try store.loggedEventCount() > 0 { try await Task.sleep(for: .milliseconds(20)) }
    #expect(try store.snapshot().eventCount == count)
    #expect(try store.append(Array(events.prefix(10)), namespace: "test") == .init(duplicate: 10))
  }

  /// The definition: the first event of each id stays; the others are counted.
  private struct Twin {
    var stored: [String: Event] = [:]

    mutating func add(_ events: [Event]) -> EventImport.Summary {
      var summary = EventImport.Summary()
      for event in events {
        if let first = stored[event.id] {
          if first == event { summary.duplicate += 1 } else { summary.differing += 1 }
        } else {
          stored[event.id] = event
          summary.stored += 1
        }
      }
      return summary
    }
  }

  @Test("recognises repeats wherever the first is: in the log, in runs, in the same call", arguments: 0..<12)
  func repeats(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    var store: Store? = try Store.open(at: folder.path, for: .write)
    var random = Seeded(state: seed)
    let pool = randomEvents(count: 400, users: 12, seed: seed)
    var twin = Twin()
    for _ in 0..<40 {
      let events = (0..<Int.random(in: 0...60, using: &random)).map { _ in
        var event = pool.randomElement(using: &random)!
        if Int.random(in: 0..<5, using: &random) == 0 { event.value = 123 }
        return event
      }
      switch Int.random(in: 0..<10, using: &random) {
      case 0: try store?.fold(workers: 1)
      case 1:
        store = nil
        store = try Store.open(at: folder.path, for: .write)
      case 2:
        let (found, expected) = (
          try #require(try store?.importAll(events, batchSize: 7, flushSize: 32)), twin.add(events)
        )
        // An import compares repeats inside a batch with the first of the batch, so only the sum is the same.
        #expect(found.stored == expected.stored)
        #expect(found.duplicate + found.differing == expected.duplicate + expected.differing)
      case 3:
        let half = events.count / 2
        let groups = [events[..<half], events[half...]].map { EventGroup(namespace: "test", events: Array($0)) }
        let expected = groups.map { twin.add($0.events) }
        #expect(try store?.append(groups) == expected)
      case 4:
        // A user may get a code from a profile while others have theirs from the log only.
        let clock = ProfileClock(now: Timestamp(milliseconds: 1), expires: nil)
        _ = try store?.createProfile(
          UserID("p\(Int.random(in: 0..<9, using: &random))"), base: [:], secure: [:], clock: clock)
      default: #expect(try store?.append(events, namespace: "test") == twin.add(events))
      }
    }
    #expect(try store?.allEvents() == inFrameOrder(Array(twin.stored.values)))
    store = nil
    let reader = try Store.open(at: folder.path, for: .read)
    #expect(try reader.allEvents(workers: 2) == inFrameOrder(Array(twin.stored.values)))
    #expect(try reader.report(isThorough: true).problems == [])
  }

  @Test("numbers identical events without an id within their group, whatever is written together with it")
  func groups() throws {
    let event = Event(user: "u", time: Timestamp(milliseconds: 5), type: "view")
    let folder = try TemporaryFolder()
    let store = try Store.open(at: folder.path, for: .write)
    let group = EventGroup(namespace: "a", events: [event, event])
    let other = EventGroup(namespace: "b", events: [event])
    #expect(
      try store.append([group, other, group]) == [.init(stored: 2), .init(stored: 1), .init(duplicate: 2)])
    #expect(try store.append([group]) == [.init(duplicate: 2)])
    #expect(try store.append([]) == [])
    #expect(try store.append([EventGroup(namespace: "a", events: [])]) == [.init()])
  }

  @Test("reads the rows that stores of the first version kept in their log")
  func migration() throws {
    let folder = try TemporaryFolder()
    let events = randomEvents(count: 60, users: 5, seed: 1)
    do {
      let store = try Store.open(at: folder.path, for: .write)
      try store.append(events, namespace: "test")
      // Back to the first version: the log as rows.
      try store.write { db in
        try db.execute(
          sql: """
            CREATE TABLE event_log (
              sequence INTEGER PRIMARY KEY, key_high INTEGER NOT NULL, key_low INTEGER NOT NULL,
              key_id INTEGER NOT NULL, id TEXT NOT NULL, user TEXT NOT NULL, time INTEGER NOT NULL, type TEXT NOT NULL,
              session TEXT, item TEXT, category TEXT, value REAL, page TEXT, source TEXT, properties TEXT)
            """)
        try EventLog.forEach(db) { _, batch in
          for index in batch.keys.indices {
            let (key, event) = (batch.keys[index], events.first { $0.id == batch.events.ids.text(at: index) }!)
            try db.execute(
              sql: "INSERT INTO event_log VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              arguments: [
                Int64(bitPattern: key.high), key.low, key.identifierLow, event.id, event.user.rawValue,
                event.time.milliseconds, event.type, event.session, event.item, event.category, event.value, event.page,
                event.source, event.properties,
              ])
          }
        }
        try db.execute(sql: "DROP TABLE log_batch")
        try db.execute(sql: "ALTER TABLE run DROP COLUMN pending")
        try db.execute(sql: "DELETE FROM grdb_migrations WHERE identifier LIKE '2:%'")
      }
    }
    let store = try Store.open(at: folder.path, for: .write)
    #expect(try store.allEvents() == inFrameOrder(events))
    #expect(try store.append(events, namespace: "test") == .init(duplicate: 60))
  }

  @Test("notices any flipped byte of a batch")
  func damage() throws {
    let folder = try TemporaryFolder()
    let store = try Store.open(at: folder.path, for: .write)
    try store.append(randomEvents(count: 20, users: 3, seed: 4), namespace: "test")
    let blob = try store.read { db in try Data.fetchOne(db, sql: "SELECT data FROM log_batch")! }
    for index in blob.indices {
      var damaged = blob
      damaged[index] ^= 0x10
      try store.write { db in try db.execute(sql: "UPDATE log_batch SET data = ?", arguments: [damaged]) }
      let reader = try Store.open(at: folder.path, for: .read)
      #expect(throws: StoreError.self) {
        try reader.read { db in try EventSnapshot(db, reader, kinds: [.type], reading: .everything) }
      }
    }
    #expect(try !store.report(isThorough: true).problems.isEmpty)
  }

  @Test("leaves nothing of a run whose making did not come to its end")
  func pending() throws {
    let folder = try TemporaryFolder()
    let events = randomEvents(count: 50, users: 4, seed: 9)
    do {
      let store = try Store.open(at: folder.path, for: .write)
      try store.importAll(events)
      try store.write { db in
        let run = try RunWriter.makeRun(db, isPending: true)
        try db.execute(
          sql: """
            INSERT INTO segment (run, first_user, last_user, user_count, event_count, earliest, latest)
            SELECT \(run), first_user, last_user, user_count, event_count, earliest, latest FROM segment
            """)
        try db.execute(sql: "INSERT INTO key_page (run, first, keys) SELECT \(run), first, keys FROM key_page")
      }
      #expect(try store.allEvents() == inFrameOrder(events))
    }
    let store = try Store.open(at: folder.path, for: .write)
    #expect(try store.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM run WHERE pending") } == 0)
    #expect(try store.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM key_page") } == 1)
    #expect(try store.append(events, namespace: "test") == .init(duplicate: 50))
  }
}

@Suite("The filter of keys")
struct KeyFilterTests {
  private func keys(_ count: Int, seed: UInt64) -> [EventKey] {
    var random = Seeded(state: seed)
    // The generator's words are mixed as the hash of an id would be.
    return (0..<count).map { _ in
      var hash = SipHash(key: (1, 2))
      hash.add(random.next())
      let (first, second) = hash.finalize()
      return EventKey(high: first, low: UInt32(truncatingIfNeeded: second))
    }
  }

  @Test("knows every key that it took in, also when it grew, and few others", arguments: [0, 1, 1 << 16, 300_000])
  func filter(count: Int) {
    var filter = KeyFilter(expectedCount: 10)
    let known = keys(count, seed: 1)
    for key in known { filter.insert(key) }
    #expect(known.allSatisfy { filter.mayContain($0) })
    let others = keys(100_000, seed: 2).count { filter.mayContain($0) }
    #expect(others < 2_000, "of 100,000 new keys \(others) were taken for known ones")
  }
}
