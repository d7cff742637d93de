internal import Foundation
internal import GRDB
internal import HabitusModel

/// The table of batches of events that were appended and not yet folded into a run.
enum EventLog {
  /// Number of events.
  static func count(_ db: Database) throws -> Int {
    try Int.fetchOne(db, sql: "SELECT coalesce(sum(event_count), 0) FROM log_batch") ?? 0
  }

  /// Adds a batch and returns its number.
  static func insert(_ db: Database, _ batch: LogBatch) throws -> Int64 {
    let statement = try db.cachedStatement(sql: "INSERT INTO log_batch (event_count, data) VALUES (?, ?)")
    try statement.execute(blob: SealedBlob.seal(try batch.encoded()), after: [batch.events.count])
    return db.lastInsertedRowID
  }

  /// Calls `body` with every batch in the order in which they came, and its number.
  static func forEach(_ db: Database, _ body: (Int64, LogBatch) throws -> Void) throws {
    let rows = try Row.fetchCursor(db, sql: "SELECT id, event_count, data FROM log_batch ORDER BY id")
    while let row = try rows.next() {
      let id: Int64 = try row.value(0)
      let batch = try row.withUnsafeData(atIndex: 2) { data in
        guard let data else { throw StoreError.damaged("batch \(id) of the log is empty") }
        return try data.withUnsafeBytes { try LogBatch(decoding: try SealedBlob.open($0, "batch \(id) of the log")) }
      }
      guard try batch.events.count == row.value(1) else {
        throw StoreError.damaged("batch \(id) of the log has another number of events than was written")
      }
      try body(id, batch)
    }
  }

  /// Forgets the batches up to number `last`.
  static func remove(_ db: Database, through last: Int64) throws {
    try db.execute(sql: "DELETE FROM log_batch WHERE id <= ?", arguments: [last])
  }

  /// The log as sorted frames, coded with `dictionaries`, which take in what is new to them.
  static func frames(_ db: Database, _ dictionaries: inout EventDictionaries) throws -> [EventFrame] {
    var events = EventBatch()
    try forEach(db) { _, batch in events.append(batch, coding: &dictionaries) }
    return try RunWriter(dictionaries: dictionaries, workers: 1).frames(Rows(events))
  }

  /// Whether the log holds an event of `user`.
  static func knows(_ db: Database, _ user: UserID) throws -> Bool {
    var isKnown = false
    try forEach(db) { _, batch in if batch.dictionaries.users.code(of: user.rawValue) != nil { isKnown = true } }
    return isKnown
  }

  /// The users of the log.
  static func users(_ db: Database) throws -> [UserID] {
    var users: [UserID] = []
    try forEach(db) { _, batch in
      let terms = batch.dictionaries.users.terms
      for index in 0..<terms.count { users.append(UserID(terms.text(at: index))) }
    }
    return users
  }
}

extension EventBatch {
  /// Adds the events of a batch of the log, with codes of `dictionaries`, which take in what is new to them.
  mutating func append(_ batch: LogBatch, coding dictionaries: inout EventDictionaries) {
    for kind in TermKind.allCases {
      let terms = batch.dictionaries[keyPath: kind.keyPath].terms
      let table = terms.bytes.withUnsafeBytes { bytes in
        (0..<terms.count).map { index in
          dictionaries[keyPath: kind.keyPath].code(
            adding: UnsafeRawBufferPointer(rebasing: bytes[terms.range(of: index)]))
        }
      }
      for code in kind.codes(of: batch.events) {
        kind.append(code == TermDictionary.missing ? code : table[Int(code)], to: &self)
      }
    }
    let marks = batch.events.bots
    if !bots.isEmpty || !marks.isEmpty {
      bots += Array(repeating: false, count: count - bots.count)
      bots += marks.isEmpty ? Array(repeating: false, count: batch.events.count) : marks
    }
    times.append(contentsOf: batch.events.times)
    values.append(contentsOf: batch.events.values)
    ids.append(0..<batch.events.ids.count, of: batch.events.ids)
    properties.append(0..<batch.events.properties.count, of: batch.events.properties)
  }

  /// The events at some positions, with the same codes.
  func selecting(_ positions: [Int]) -> EventBatch {
    if positions.count == count { return self }
    var selection = EventBatch()
    for kind in TermKind.allCases {
      let codes = kind.codes(of: self)
      for position in positions { kind.append(codes[position], to: &selection) }
    }
    for position in positions {
      selection.times.append(times[position])
      selection.values.append(values[position])
      selection.ids.append(position..<position + 1, of: ids)
      selection.properties.append(position..<position + 1, of: properties)
      if !bots.isEmpty { selection.bots.append(bots[position]) }
    }
    return selection
  }

  /// Forgets the first `count` events.
  mutating func removeFirst(_ count: Int) {
    times.removeFirst(count)
    users.removeFirst(count)
    types.removeFirst(count)
    items.removeFirst(count)
    categories.removeFirst(count)
    values.removeFirst(count)
    sessions.removeFirst(count)
    pages.removeFirst(count)
    sources.removeFirst(count)
    if !bots.isEmpty { bots.removeFirst(count) }
    ids = ids.dropping(count)
    properties = properties.dropping(count)
  }
}

extension ByteColumn {
  /// The column without its first `count` strings.
  fileprivate func dropping(_ count: Int) -> ByteColumn {
    var rest = ByteColumn()
    rest.append(count..<self.count, of: self)
    return rest
  }
}

extension Rows {
  /// The events of a batch, with the codes that they have.
  convenience init(_ batch: EventBatch) {
    self.init(capacity: max(1, batch.count))
    append(batch)
  }
}
