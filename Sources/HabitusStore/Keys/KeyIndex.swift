internal import GRDB
internal import HabitusModel

/// The keys of all stored events: for each run its pages of sorted keys.
enum KeyIndex {
  /// Marks the rows of a batch whose keys are stored already.
  static func markRepeats(_ db: Database, in batch: KeyedRows) throws {
    guard batch.count > 0 else { return }
    for run in try Int64.fetchAll(db, sql: "SELECT id FROM run WHERE pending = 0 ORDER BY id") {
      try markRepeats(db, in: batch, run: run)
    }
    var logged: [EventKey] = []
    try EventLog.forEach(db) { _, events in logged.append(contentsOf: events.keys) }
    logged.sort { $0.high < $1.high }
    batch.markRepeats(of: logged, from: 0)
  }

  private static func markRepeats(_ db: Database, in batch: KeyedRows, run: Int64) throws {
    let pages = try Row.fetchAll(db, sql: "SELECT id, first FROM key_page WHERE run = ? ORDER BY id", arguments: [run])
    let page = try db.cachedStatement(sql: "SELECT keys FROM key_page WHERE id = ?")
    var keys: [EventKey] = []
    for (index, row) in pages.enumerated() {
      // Equal leading bits may stand on both sides of the border between two pages: the last bound is inclusive.
      let last =
        index + 1 < pages.count ? UInt64(bitPattern: try pages[index + 1].value(1, as: Int64.self)) : UInt64.max
      let start = batch.position(notBelow: UInt64(bitPattern: try row.value(1, as: Int64.self)))
      guard start < batch.count else { return }
      guard batch.keys[start].high <= last else { continue }
      keys.removeAll(keepingCapacity: true)
      try page.withSealedBlob(arguments: [try row.value(0, as: Int64.self)]) { try KeyPage.decode($0, into: &keys) }
      batch.markRepeats(of: keys, from: start)
    }
  }

  /// The keys of the rows that a batch keeps, as pages; they are encoded by several threads.
  static func pages(_ batch: KeyedRows, workers: Int) throws -> [SealedKeyPage] {
    let kept = (0..<batch.count).filter { !batch.isRepeat[Int(batch.keys[$0].row)] }
    let pageCount = (kept.count + KeyPage.capacity - 1) / KeyPage.capacity
    let pages = Collected<SealedKeyPage>(count: pageCount)
    try Parallel.forEach(pageCount, workers: workers) { page in
      let places = kept[page * KeyPage.capacity..<min(kept.count, (page + 1) * KeyPage.capacity)]
      pages.set(page, SealedKeyPage(places.map { EventKey(high: batch.keys[$0].high, low: batch.keys[$0].low) }))
    }
    var list: [SealedKeyPage] = []
    pages.forEach { list.append($0) }
    return list
  }

  /// Writes pages of a run, which come in the order of their keys.
  static func write(_ db: Database, run: Int64, _ pages: [SealedKeyPage]) throws {
    let statement = try db.cachedStatement(sql: SealedKeyPage.insertion)
    for page in pages { try page.write(statement, run: run) }
  }

  /// Makes one sorted index out of those of several runs, which have no key in common, some pages at a time.
  static func merge(_ store: Store, runs: [Int64], into target: Int64) throws {
    var sources = try runs.map { run in try store.read { db in try KeyCursor(db, run: run) } }
    var page: [EventKey] = []
    var pages: [SealedKeyPage] = []
    func flush() throws {
      try store.write { db in try write(db, run: target, pages) }
      pages.removeAll()
    }
    while true {
      var smallest: (source: Int, key: EventKey)?
      for index in sources.indices {
        guard let key = try sources[index].peek(store) else { continue }
        if let known = smallest, (known.key.high, known.key.low) <= (key.high, key.low) { continue }
        smallest = (index, key)
      }
      guard let (source, key) = smallest else { break }
      sources[source].advance()
      page.append(key)
      guard page.count == KeyPage.capacity else { continue }
      pages.append(SealedKeyPage(page))
      page.removeAll(keepingCapacity: true)
      if pages.count == pagesAtATime { try flush() }
    }
    if !page.isEmpty { pages.append(SealedKeyPage(page)) }
    try flush()
  }

  /// Pages that are written in one transaction of a merge.
  private static let pagesAtATime = 32
}

/// Reads the keys of a run in order, a page at a time.
private struct KeyCursor {
  private let pages: [Int64]
  private var nextPage = 0
  private var keys: [EventKey] = []
  private var position = 0

  init(_ db: Database, run: Int64) throws {
    pages = try Int64.fetchAll(db, sql: "SELECT id FROM key_page WHERE run = ? ORDER BY id", arguments: [run])
  }

  mutating func peek(_ store: Store) throws -> EventKey? {
    while position == keys.count {
      guard nextPage < pages.count else { return nil }
      keys.removeAll(keepingCapacity: true)
      position = 0
      try store.read { db in
        let statement = try db.cachedStatement(sql: "SELECT keys FROM key_page WHERE id = ?")
        try statement.withSealedBlob(arguments: [pages[nextPage]]) { try KeyPage.decode($0, into: &keys) }
      }
      nextPage += 1
    }
    return keys[position]
  }

  mutating func advance() { position += 1 }
}

/// A page of sorted keys, ready to be written.
struct SealedKeyPage {
  static let insertion = "INSERT INTO key_page (run, first, keys) VALUES (?, ?, ?)"

  private let first: UInt64
  private let bytes: [UInt8]

  /// - Parameter keys: sorted, at least one.
  init(_ keys: [EventKey]) {
    first = keys.first?.high ?? 0
    bytes = SealedBlob.seal(KeyPage.encode(keys))
  }

  func write(_ statement: Statement, run: Int64) throws {
    try statement.execute(blob: bytes, after: [run, Int64(bitPattern: first)])
  }
}
