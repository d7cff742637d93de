internal import GRDB
internal import HabitusModel

extension Schema {
  /// Events that were appended one a row become a batch; a run that is being made in several steps is pending.
  static func version2(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE log_batch (
          id INTEGER PRIMARY KEY AUTOINCREMENT, event_count INTEGER NOT NULL, data BLOB NOT NULL
        )
        """)
    try db.execute(sql: "ALTER TABLE run ADD COLUMN pending INTEGER NOT NULL DEFAULT 0")
    var batch = LogBatch(events: EventBatch(), dictionaries: EventDictionaries(), keys: [])
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT id, user, time, type, session, item, category, value, page, source, properties, key_high, key_low
        FROM event_log ORDER BY sequence
        """)
    while let row = try rows.next() {
      let event = Event(
        id: try row.value(0), user: UserID(try row.value(1)), time: Timestamp(milliseconds: try row.value(2)),
        type: try row.value(3), session: try row.optionalValue(4), item: try row.optionalValue(5),
        category: try row.optionalValue(6), value: try row.optionalValue(7), page: try row.optionalValue(8),
        source: try row.optionalValue(9), properties: try row.optionalValue(10))
      batch.events.append(event, coding: &batch.dictionaries)
      batch.keys.append(try EventKey(storedHigh: row.value(11), storedLow: row.value(12)))
    }
    if batch.events.count > 0 { _ = try EventLog.insert(db, batch) }
    try db.execute(sql: "DROP TABLE event_log")
  }
}
