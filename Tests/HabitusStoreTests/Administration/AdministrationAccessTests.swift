import Foundation
import GRDB
import HabitusModel
import Synchronization
import Testing

@testable import HabitusStore

@Suite("Access for administration")
struct AdministrationAccessTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func consent(_ user: String, _ time: Int64 = 1) -> ConsentStatement {
    ConsentStatement(
      user: UserID(user), purpose: "analytics", isGranted: false, time: Timestamp(milliseconds: time), source: "test")
  }

  private let moment = Timestamp(milliseconds: 5)

  @Test("makes a store that is not there, and writes nothing but what is administered")
  func making() throws {
    let store = try Store.open(at: folder.path, for: .administer)
    #expect(try store.recordConsents([consent("u")], at: moment) == 1)
    #expect(throws: StoreError.administersOnly(directory: store.directory)) {
      try store.append([Event(id: "a", user: "u", time: moment, type: "view")], namespace: "test")
    }
    #expect(throws: StoreError.administersOnly(directory: store.directory)) { try store.fold(workers: 1) }
    #expect(throws: StoreError.administersOnly(directory: store.directory)) {
      _ = try store.beginImport(namespace: "test", workers: 1).finish()
    }
    #expect(try store.snapshot().eventCount == 0)
  }

  @Test("works beside the process that writes, whose lock it leaves alone, and each sees what the other wrote")
  func besideWriting() throws {
    let administering = try Store.open(at: folder.path, for: .administer)
    let writing = try Store.open(at: folder.path, for: .write)
    #expect(administering !== writing)
    #expect(throws: StoreError.self) { _ = try FileLock(directory: folder.path) }
    let before = try writing.administrationVersion()
    try administering.recordConsents([consent("u")], at: moment)
    #expect(try writing.administrationVersion() != before)
    #expect(try writing.consentHistory() == [consent("u")])
    try writing.append([Event(id: "a", user: "u", time: moment, type: "view")], namespace: "test")
    try writing.recordConsents([consent("v")], at: moment)
    #expect(try administering.consentHistory().map(\.user) == ["u", "v"])
    #expect(try administering.snapshot().eventCount == 1)
    #expect(try Store.open(at: folder.path, for: .administer) === writing)
  }

  @Test("loses nothing when two handles write at once")
  func atOnce() async throws {
    let handles = [
      try Store.open(at: folder.path, for: .administer), try Store.open(at: folder.path, for: .write),
    ]
    let day = moment.utcDay
    try await withThrowingTaskGroup { group in
      for (number, store) in handles.enumerated() {
        group.addTask {
          for index in 0..<60 {
            try store.recordConsents([consent("u\(number)-\(index)")], at: moment)
            try store.addIntakeCounts([IntakeCount(day: day, source: "s", key: .stored, count: 2)])
            try store.updateSourceState("pull", kind: "test") { $0.pulledEventCount += 1 }
            if number == 1 {
              try store.append([Event(id: "\(index)", user: "u", time: moment, type: "view")], namespace: "test")
            }
          }
        }
      }
      try await group.waitForAll()
    }
    let store = handles[0]
    #expect(try store.consentHistory().count == 120)
    #expect(try store.administrationVersion().consents == 120)
    #expect(try store.intakeCounts() == [IntakeCount(day: day, source: "s", key: .stored, count: 240)])
    #expect(try store.sourceState("pull")?.pulledEventCount == 120)
    #expect(try store.snapshot().eventCount == 60)
  }

  @Test("is refused to a store that is read, and its tables are empty where a store has none yet")
  func reading() throws {
    try makeFirstVersion()
    let store = try Store.open(at: folder.path, for: .read)
    #expect(try store.consentHistory().isEmpty)
    #expect(try store.administrationVersion() == AdministrationVersion())
    #expect(try store.accessKeys().keys.isEmpty)
    #expect(try store.sourceStates().isEmpty && store.intakeCounts().isEmpty && store.identityEdges().isEmpty)
    #expect(try store.personIndex().personCount == 0)
    #expect(try store.person(of: "u").members == ["u"])
    let states = try store.consentStates(purpose: "analytics", isGrantedByDefault: true)
    #expect(states.userCount == 0 && states.permits("u", at: moment))
    #expect(throws: StoreError.readOnly(directory: store.directory)) {
      try store.recordConsents([consent("u")], at: moment)
    }
  }

  @Test("brings a store of the first version up to date", arguments: [Store.Access.write, .administer])
  func migration(access: Store.Access) throws {
    try makeFirstVersion()
    let store = try Store.open(at: folder.path, for: access)
    #expect(try store.recordConsents([consent("u")], at: moment) == 1)
    #expect(try store.snapshot().dictionaries.users.code(of: "old") == 0)
    #expect(try store.read { db in try Schema.migrator.hasCompletedMigrations(db) })
  }

  @Test("waits with that until the process that writes an old store has ended; a current store is not waited for")
  func waiting() throws {
    try makeFirstVersion()
    let path = folder.path
    let held = Held(try FileLock(directory: path))
    // A thread of its own: those of Swift's concurrency may all be waiting in other tests.
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: 0.2)
      held.release()
    }
    var store: Store? = try Store.open(at: path, for: .administer)
    #expect(held.isReleased)
    #expect(try store?.recordConsents([consent("u")], at: moment) == 1)
    store = nil
    let again = try FileLock(directory: path)
    defer { withExtendedLifetime(again) {} }
    store = try Store.open(at: path, for: .administer)
    #expect(try store?.consentHistory().count == 1)
  }

  @Test("leaves a foreign file alone")
  func foreign() throws {
    let path = folder.path + "/habitus.sqlite"
    try Data(String(repeating: "x", count: 4096).utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: StoreError.foreign(path: path)) { _ = try Store.open(at: folder.path, for: .administer) }
  }

  @Test("counts changes by what they change; uses of keys, sources and counts are none")
  func versions() throws {
    let store = try Store.open(at: folder.path, for: .administer)
    #expect(try store.administrationVersion() == AdministrationVersion())
    try store.recordConsents([consent("u")], at: moment)
    let first = try store.administrationVersion()
    #expect(first.consents == 1 && first.identities == 0 && first.accessKeys == 0)
    try store.recordConsents([consent("u")], at: moment)
    try store.addIntakeCounts([IntakeCount(day: moment.utcDay, source: "s", key: .bot, count: 1)])
    try store.updateSourceState("s", kind: "test") { _ in }
    try store.noteUses([1: moment])
    #expect(try store.administrationVersion() == first)
    let inside = try store.administer { db in
      _ = try ConsentTable.record(db, [consent("v")], at: moment)
      return try AdministrationVersion(db)
    }
    #expect(inside.consents == 2)
  }

  /// A store as it was made before there was anything to administer, with one user.
  private func makeFirstVersion() throws {
    let queue = try DatabaseQueue(path: folder.path + "/habitus.sqlite")
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA page_size = 16384")
      try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
    }
    try Schema.migrator.migrate(queue, upTo: "1: events, profiles, models, quarantine")
    try queue.write { db in
      try db.execute(sql: "INSERT INTO setting (name, value) VALUES ('hash_key_0', 1), ('hash_key_1', 2)")
      var dictionaries = EventDictionaries()
      let before = Dictionaries.counts(dictionaries)
      _ = dictionaries.users.code(adding: "old")
      try Dictionaries.save(db, dictionaries, after: before)
    }
    try queue.close()
  }
}

/// A lock that one thread takes and another gives back.
private final class Held: Sendable {
  private let lock: Mutex<FileLock?>

  init(_ lock: FileLock) { self.lock = Mutex(lock) }

  var isReleased: Bool { lock.withLock { $0 == nil } }

  func release() { lock.withLock { $0 = nil } }
}
