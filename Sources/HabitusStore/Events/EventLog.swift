internal import GRDB
internal import HabitusModel

/// The table of events that were appended one batch at a time and not yet folded into a run.
enum EventLog {
  static func count(_ db: Database) throws -> Int { try Int.fetchOne(db, sql: "SELECT count(*) FROM event_log") ?? 0 }

  /// Inserts the events that `keyed` keeps; one whose key is in the log already is counted instead.
  static func insert(_ db: Database, _ rows: Rows, _ keyed: KeyedRows, _ dictionaries: EventDictionaries) throws
    -> RepeatCounts
  {
    var repeats = RepeatCounts()
    let known = try db.cachedStatement(sql: "SELECT key_low FROM event_log WHERE key_high = ? AND key_id = ?")
    let insert = try db.cachedStatement(
      sql: """
        INSERT INTO event_log (key_high, key_low, key_id, id, user, time, type, session, item, category, value, page,
          source, properties) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    let keys = (0..<keyed.count).map { keyed.keys[$0] }.sorted { $0.row < $1.row }
    for key in keys where !keyed.isRepeat[Int(key.row)] {
      let row = Int(key.row)
      let high = Int64(bitPattern: key.high)
      if let low = try Int64.fetchOne(known, arguments: [high, key.low >> 16]) {
        repeats.add(isExact: low == Int64(key.low))
        continue
      }
      func text(_ kind: TermKind) -> String? {
        let code = rows.codes[kind.rawValue][row]
        return code == TermDictionary.missing ? nil : dictionaries[keyPath: kind.keyPath].text(of: code)
      }
      let properties = rows.properties(at: row)
      try insert.execute(arguments: [
        high, key.low, key.low >> 16, rows.withIdentifier(at: row) { String(decoding: $0, as: UTF8.self) },
        text(.user), rows.times[row], text(.type), text(.session), text(.item), text(.category),
        rows.values[row].isNaN ? nil : rows.values[row], text(.page), text(.source),
        properties.isEmpty ? nil : String(decoding: properties, as: UTF8.self),
      ])
    }
    return repeats
  }

  /// The log as rows, coded with `dictionaries`, which take in what is new to them, and the keys of the rows.
  static func load(_ db: Database, _ dictionaries: inout EventDictionaries) throws -> (Rows, [EventKey]) {
    var batch = EventBatch()
    var keys: [EventKey] = []
    let cursor = try Row.fetchCursor(
      db,
      sql: """
        SELECT id, user, time, type, session, item, category, value, page, source, properties, key_high, key_low
        FROM event_log ORDER BY sequence
        """)
    while let row = try cursor.next() {
      let event = Event(
        id: try row.value(0), user: UserID(try row.value(1)), time: Timestamp(milliseconds: try row.value(2)),
        type: try row.value(3), session: try row.optionalValue(4), item: try row.optionalValue(5),
        category: try row.optionalValue(6), value: try row.optionalValue(7), page: try row.optionalValue(8),
        source: try row.optionalValue(9), properties: try row.optionalValue(10))
      batch.append(event, coding: &dictionaries)
      keys.append(
        try EventKey(storedHigh: row.value(11), storedLow: row.value(12)))
    }
    let rows = Rows(capacity: max(1, batch.count))
    rows.append(batch, tables: Rows.identityTables(dictionaries))
    return (rows, keys)
  }

  /// The log as sorted frames.
  static func frames(_ db: Database, _ dictionaries: inout EventDictionaries) throws -> [EventFrame] {
    let (rows, _) = try load(db, &dictionaries)
    return try RunWriter(dictionaries: dictionaries, workers: 1).frames(rows)
  }

  /// Moves the log into a run.
  static func fold(_ db: Database, workers: Int) throws {
    guard try count(db) > 0 else { return }
    var dictionaries = try Dictionaries.load(db)
    let known = Dictionaries.counts(dictionaries)
    let (rows, keys) = try load(db, &dictionaries)
    let keyed = try KeyedRows.make(count: rows.count, workers: workers) { keys[$0] }
    try Dictionaries.save(db, dictionaries, after: known)
    _ = try RunWriter(dictionaries: dictionaries, workers: workers).write(db, rows, keyed)
    try db.execute(sql: "DELETE FROM event_log")
  }
}

extension Rows {
  /// Tables that leave the codes of `dictionaries` as they are.
  static func identityTables(_ dictionaries: EventDictionaries) -> [[UInt32]] {
    TermKind.allCases.map { kind in (0..<UInt32(dictionaries[keyPath: kind.keyPath].count)).map { $0 } }
  }
}
