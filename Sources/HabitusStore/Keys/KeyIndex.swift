internal import GRDB
internal import HabitusModel

/// The keys of all stored events: for each run its pages of sorted keys.
enum KeyIndex {
  /// Marks the rows of a batch whose keys are stored already.
  static func markRepeats(_ db: Database, in batch: KeyedRows) throws {
    try markRepeatsInRuns(db, in: batch)
    let logged = try Row.fetchCursor(db, sql: "SELECT key_high, key_low FROM event_log")
    var keys: [EventKey] = []
    while let row = try logged.next() {
      keys.append(try EventKey(storedHigh: row.value(0), storedLow: row.value(1)))
    }
    keys.sort { $0.high < $1.high }
    batch.markRepeats(of: keys, from: 0)
  }

  /// Marks the rows of a batch whose keys are stored in a run; the log is left to its own index.
  static func markRepeatsInRuns(_ db: Database, in batch: KeyedRows) throws {
    guard batch.count > 0 else { return }
    for run in try Int64.fetchAll(db, sql: "SELECT id FROM run ORDER BY id") {
      try markRepeats(db, in: batch, run: run)
    }
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

  /// Writes the keys of a new run; pages are encoded by several threads.
  static func write(_ db: Database, run: Int64, _ batch: KeyedRows, workers: Int) throws {
    let kept = (0..<batch.count).filter { !batch.isRepeat[Int(batch.keys[$0].row)] }
    let pageCount = (kept.count + KeyPage.capacity - 1) / KeyPage.capacity
    let pages = Collected<SealedKeyPage>(count: pageCount)
    try Parallel.forEach(pageCount, workers: workers) { page in
      let places = kept[page * KeyPage.capacity..<min(kept.count, (page + 1) * KeyPage.capacity)]
      pages.set(page, SealedKeyPage(places.map { EventKey(high: batch.keys[$0].high, low: batch.keys[$0].low) }))
    }
    let statement = try db.makeStatement(sql: SealedKeyPage.insertion)
    try pages.forEach { try $0.write(statement, run: run) }
  }

  /// Makes one sorted index out of those of several runs, which have no key in common.
  static func merge(_ db: Database, runs: [Int64], into target: Int64) throws {
    var sources = try runs.map { try KeyCursor(db, run: $0) }
    var pages = try KeyPageWriter(db, run: target)
    while true {
      var smallest: (source: Int, key: EventKey)?
      for index in sources.indices {
        guard let key = try sources[index].peek() else { continue }
        if let known = smallest, (known.key.high, known.key.low) <= (key.high, key.low) { continue }
        smallest = (index, key)
      }
      guard let (source, key) = smallest else { break }
      sources[source].advance()
      try pages.append(key)
    }
    try pages.finish()
    for run in runs { try db.execute(sql: "DELETE FROM key_page WHERE run = ?", arguments: [run]) }
  }
}

/// Reads the keys of a run in order, a page at a time.
private struct KeyCursor {
  private let pages: [Int64]
  private let statement: Statement
  private var nextPage = 0
  private var keys: [EventKey] = []
  private var position = 0

  init(_ db: Database, run: Int64) throws {
    pages = try Int64.fetchAll(db, sql: "SELECT id FROM key_page WHERE run = ? ORDER BY id", arguments: [run])
    statement = try db.makeStatement(sql: "SELECT keys FROM key_page WHERE id = ?")
  }

  mutating func peek() throws -> EventKey? {
    while position == keys.count {
      guard nextPage < pages.count else { return nil }
      keys.removeAll(keepingCapacity: true)
      position = 0
      try statement.withSealedBlob(arguments: [pages[nextPage]]) { try KeyPage.decode($0, into: &keys) }
      nextPage += 1
    }
    return keys[position]
  }

  mutating func advance() { position += 1 }
}

/// A page of sorted keys, ready to be written.
private struct SealedKeyPage {
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

/// Writes the keys of a run, given in order, as pages.
private struct KeyPageWriter {
  private let run: Int64
  private let statement: Statement
  private var page: [EventKey] = []

  init(_ db: Database, run: Int64) throws {
    self.run = run
    statement = try db.makeStatement(sql: SealedKeyPage.insertion)
    page.reserveCapacity(KeyPage.capacity)
  }

  mutating func append(_ key: EventKey) throws {
    page.append(key)
    if page.count == KeyPage.capacity { try finish() }
  }

  /// Writes what has not been written.
  mutating func finish() throws {
    guard !page.isEmpty else { return }
    try SealedKeyPage(page).write(statement, run: run)
    page.removeAll(keepingCapacity: true)
  }
}
