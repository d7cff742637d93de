internal import GRDB
public import HabitusModel

/// The tables of how far sources were read, and of how much came from where.
enum SourceTables {
  /// Keeps a state in the place of the one of its name.
  static func save(_ db: Database, _ state: SourceState) throws {
    let texts = [state.name, state.kind, state.position, state.lastError].compactMap(\.self)
    if state.name.isEmpty { throw StoreError.invalidStatement(reason: "a source has no name") }
    if texts.contains(where: { $0.utf8.contains(0) }) {
      throw StoreError.invalidStatement(
        reason: "a text of the source '\(state.name.filter { $0 != "\0" })' holds a NUL")
    }
    let statement = try db.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO source_state
          (name, kind, position, last_attempt, last_success, last_error, events, failures)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try statement.execute(arguments: [
      state.name, state.kind, state.position, state.lastAttempt?.milliseconds, state.lastSuccess?.milliseconds,
      state.lastError, state.pulledEventCount, state.consecutiveFailures,
    ])
  }

  static func state(_ db: Database, _ name: String) throws -> SourceState? {
    try Row.fetchOne(db, sql: "SELECT * FROM source_state WHERE name = ?", arguments: [name]).map(state)
  }

  static func state(_ row: Row) throws -> SourceState {
    SourceState(
      name: try row.value("name"), kind: try row.value("kind"), position: try row.optionalValue("position"),
      lastAttempt: try row.optionalValue("last_attempt").map { Timestamp(milliseconds: $0) },
      lastSuccess: try row.optionalValue("last_success").map { Timestamp(milliseconds: $0) },
      lastError: try row.optionalValue("last_error"), pulledEventCount: try row.value("events"),
      consecutiveFailures: try row.value("failures"))
  }

  /// Adds to what was counted before. A NUL in the name of a source or in a reason is replaced, so that nothing goes
  /// uncounted.
  static func addCounts(_ db: Database, _ counts: some Sequence<IntakeCount>) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO intake_count (day, source, key, count) VALUES (?, ?, ?, ?)
        ON CONFLICT (day, source, key) DO UPDATE SET count = count + excluded.count
        """)
    for count in counts where count.count != 0 {
      try statement.execute(arguments: [
        count.day.daysSince1970, count.source.replacing("\0", with: "\u{FFFD}"),
        count.key.text.replacing("\0", with: "\u{FFFD}"), count.count,
      ])
    }
  }
}

extension Store {
  /// The states of all sources, by name.
  public func sourceStates() throws -> [SourceState] {
    try readAdministered([]) { db in
      try Row.fetchAll(db, sql: "SELECT * FROM source_state ORDER BY name").map(SourceTables.state)
    }
  }

  /// The state of the source called `name`; `nil` where it was never kept.
  public func sourceState(_ name: String) throws -> SourceState? {
    try readAdministered(nil) { db in try SourceTables.state(db, name) }
  }

  /// Changes the state of the source called `name`, which begins as a new one of `kind`, in one transaction.
  @discardableResult
  public func updateSourceState(
    _ name: String, kind: String, _ change: (inout SourceState) -> Void
  ) throws -> SourceState {
    try administer { db in
      var state = try SourceTables.state(db, name) ?? SourceState(name: name, kind: kind)
      state.kind = kind
      change(&state)
      state.name = name
      try SourceTables.save(db, state)
      return state
    }
  }

  /// Forgets the state of a source, so that it is read from its beginning again.
  ///
  /// - Returns: whether there was one.
  public func removeSourceState(_ name: String) throws -> Bool {
    try administer { db in
      try db.execute(sql: "DELETE FROM source_state WHERE name = ?", arguments: [name])
      return db.changesCount > 0
    }
  }

  /// Adds to what the intake has counted.
  public func addIntakeCounts(_ counts: [IntakeCount]) throws {
    try administer { db in try SourceTables.addCounts(db, counts) }
  }

  /// What the intake has counted on the days of `days`, by day, source and key; on all days unless given.
  public func intakeCounts(on days: ClosedRange<CivilDate>? = nil) throws -> [IntakeCount] {
    try readAdministered([]) { db in
      try Row.fetchAll(
        db, sql: "SELECT day, source, key, count FROM intake_count WHERE day BETWEEN ? AND ? ORDER BY day, source, key",
        arguments: [days?.lowerBound.daysSince1970 ?? .min, days?.upperBound.daysSince1970 ?? .max]
      ).map { row in
        guard let key = IntakeCount.Key(try row.value(2)) else {
          throw StoreError.damaged("the intake has counted something that there is not")
        }
        return IntakeCount(
          day: CivilDate(daysSince1970: try row.value(0, as: Int.self)), source: try row.value(1), key: key,
          count: try row.value(3))
      }
    }
  }
}
