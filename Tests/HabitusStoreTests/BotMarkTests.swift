import Foundation
import GRDB
import HabitusModel
import Testing

@testable import HabitusStore

@Suite("Marks of bots")
struct BotMarkTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func marked(_ count: Int, seed: UInt64, every step: Int = 4) -> [Event] {
    var events = randomEvents(count: count, users: 9, seed: seed)
    for index in events.indices where index % step == 0 { events[index].isBot = true }
    return events
  }

  private func columnCount(_ store: Store) throws -> Int {
    try store.read { db in
      try Int.fetchOne(
        db, sql: "SELECT count(*) FROM segment_column WHERE id & 15 = ?", arguments: [SegmentColumn.bots.rawValue]) ?? 0
    }
  }

  @Test("come back through the log, folding, imports and merged runs", arguments: 0..<8)
  func kept(seed: UInt64) throws {
    let store = try Store.open(at: folder.path, for: .write)
    let events = marked(500, seed: seed)
    try store.scatter(events, seed: seed)
    #expect(try store.allEvents() == inFrameOrder(events))
    #expect(try store.snapshot().hasBots())
    try store.fold(workers: 2)
    #expect(try store.allEvents() == inFrameOrder(events))
    #expect(try store.snapshot(reading: EventReading()).delivered() == inFrameOrder(events.filter { !$0.isBot }))
    #expect(try store.report(isThorough: true).problems.isEmpty)
  }

  @Test("cost nothing where no event is marked, and only in the segments that hold a marked one")
  func absent() throws {
    let store = try Store.open(at: folder.path, for: .write)
    try store.importAll(randomEvents(count: 300, users: 9, seed: 1))
    #expect(try columnCount(store) == 0)
    #expect(try !store.snapshot().hasBots())
    var bot = Event(id: "bot", user: "u1", time: Timestamp(milliseconds: 7), type: "view")
    bot.isBot = true
    try store.importAll([bot])
    #expect(try columnCount(store) == 1)
    #expect(try store.snapshot().hasBots())
  }

  @Test("are in the log before it is folded", arguments: [true, false])
  func log(isFolded: Bool) throws {
    let store = try Store.open(at: folder.path, for: .write)
    let events = marked(40, seed: 3)
    try store.append(events, namespace: "test")
    #expect(try store.append(events, namespace: "test") == .init(duplicate: 40))
    if isFolded { try store.fold(workers: 1) }
    #expect(try store.snapshot().hasBots())
    #expect(try store.allEvents() == inFrameOrder(events))
  }

  @Test("are no part of the content: a repeat that is marked otherwise is an exact one, and the first stays")
  func repeats() throws {
    let store = try Store.open(at: folder.path, for: .write)
    let plain = Event(id: "a", user: "u", time: Timestamp(milliseconds: 5), type: "view")
    var bot = plain
    bot.isBot = true
    let unnamed = Event(user: "u", time: Timestamp(milliseconds: 6), type: "view", isBot: true)
    #expect(try store.append([bot, unnamed], namespace: "test") == .init(stored: 2))
    #expect(try store.append([plain], namespace: "test") == .init(duplicate: 1))
    var unmarked = unnamed
    unmarked.isBot = false
    #expect(try store.importAll([plain, unmarked]) == .init(duplicate: 2))
    #expect(try store.allEvents().map(\.isBot) == [true, true])
  }

  @Test("are kept when imports of unmarked and marked batches share the memory", arguments: [1, 3, 64])
  func batches(batchSize: Int) throws {
    let store = try Store.open(at: folder.path, for: .write)
    var events = randomEvents(count: 200, users: 5, seed: 6)
    for index in 90..<110 { events[index].isBot = true }
    try store.importAll(events, batchSize: batchSize, flushSize: 96)
    #expect(try store.allEvents() == inFrameOrder(events))
  }

  @Test("that were lost are noticed")
  func lost() throws {
    let store = try Store.open(at: folder.path, for: .write)
    try store.importAll(marked(100, seed: 2))
    try store.write { db in
      try db.execute(
        sql: "DELETE FROM segment_column WHERE id & 15 = ?", arguments: [SegmentColumn.bots.rawValue])
      #expect(db.changesCount == 1)
    }
    #expect(throws: StoreError.self) { try store.allEvents() }
    #expect(throws: StoreError.self) { try store.snapshot(reading: EventReading()).delivered([]) }
  }

  @Test("are coded as bits", arguments: [0, 1, 7, 8, 9, 64, 1000])
  func codec(count: Int) throws {
    var random = Seeded(state: UInt64(count))
    for marks in [
      (0..<count).map { _ in Bool.random(using: &random) }, Array(repeating: true, count: count),
      Array(repeating: false, count: count),
    ] {
      let bytes = MarkColumn.encode(marks)
      var decoded = [true]
      try bytes.withUnsafeBytes { try MarkColumn.decode($0, count: count, into: &decoded) }
      #expect(decoded == (marks.contains(true) ? marks : []))
      guard !bytes.isEmpty else { continue }
      #expect(throws: StoreError.self) {
        try bytes.dropLast().withUnsafeBytes { try MarkColumn.decode($0, count: count, into: &decoded) }
      }
    }
  }
}
