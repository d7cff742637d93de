/// Where an event stands in the order in which events are read.
struct PostgresKey: Codable, Sendable, Equatable {
  /// `created_at`; of no meaning for events without one.
  var created: PostgresMoment
  var id: String
}

/// Takes the one row of a query for a key; its columns are `created_at` and `event_id`.
struct PostgresKeyReader: PostgresRowConsumer {
  private(set) var key: PostgresKey?

  mutating func take(_ row: PostgresRow) -> Bool {
    key = PostgresKey(created: row.moment(0) ?? .minusInfinity, id: row.text(1) ?? "")
    return true
  }
}

/// A part of the table of events.
struct PostgresRange: Sendable {
  /// Whether these are the events without `created_at`, in the order of their identifiers.
  var isUndated = false
  /// No event was created before this.
  var from: PostgresMoment?
  /// All events come after this one.
  var lower: PostgresKey?
  /// No event comes after this one.
  var upper: PostgresKey?
  /// What is left out.
  var known: PostgresKnownRows?
}

/// Which rows were delivered by earlier pulls.
struct PostgresKnownRows: Sendable {
  var from: PostgresMoment?
  var upTo: PostgresKey
  /// Rows written by transactions before this one.
  var transaction: Int64
}

/// How far a database was read.
///
/// The table is read in sweeps. A sweep goes from an old moment to the end, over any number of pulls where they are
/// interrupted, and goes on exactly where it was. The next one begins earlier than the last ended, by the overlap: rows
/// of transactions that ended late appear behind the place that was read already. Of that overlap, rows are left out
/// whose transaction had ended when the last sweep began, and every older one of the server, too: so millions of rows of
/// one moment are not sent twice, unless some transaction stays open for long.
struct PostgresProgress: Codable, Sendable, Equatable {
  struct Sweep: Codable, Sendable, Equatable {
    /// Where it begins; `nil` for the beginning.
    var from: PostgresMoment?
    /// When its first transaction began, by the database's clock.
    var started: PostgresMoment
    /// The oldest transaction that ran when it began.
    var transaction: Int64
    /// Which table the transactions belong to.
    var identity: String
    /// The last event with `created_at` that was delivered.
    var last: PostgresKey?
    /// The last event without `created_at` that was delivered.
    var lastUndated: String?
    /// Whether all events with `created_at` were delivered.
    var isDated = false
  }

  /// The sweep that has not ended.
  var running: Sweep?
  /// The last sweep that has ended.
  var finished: Sweep?
  /// What the table of consents was like when it was read last.
  var consents: String?

  /// Begins a sweep, where none is running.
  mutating func begin(
    at started: PostgresMoment, transaction: Int64, identity: String, overlap: Duration
  ) {
    guard running == nil else { return }
    var from: PostgresMoment?
    if let finished, let last = finished.last { from = min(last.created, finished.started).before(overlap) }
    running = Sweep(from: from, started: started, transaction: transaction, identity: identity)
  }

  /// Ends the sweep that is running.
  mutating func finish() {
    guard var sweep = running else { return }
    if let before = finished?.last, before.created >= sweep.last?.created ?? .minusInfinity { sweep.last = before }
    finished = sweep
    running = nil
  }

  /// What the running sweep may leave out, when the oldest running transaction is `transaction`.
  func knownRows(identity: String, transaction: Int64) -> PostgresKnownRows? {
    guard let finished, let last = finished.last, finished.identity == identity,
      // Numbers that went back are those of another server; numbers that went far may have gone round.
      (0..<1 << 30).contains(transaction - finished.transaction)
    else { return nil }
    return PostgresKnownRows(from: finished.from, upTo: last, transaction: finished.transaction)
  }
}
