internal import Foundation
internal import GRDB
internal import HabitusModel

/// What a look at the whole store found.
public struct StoreReport: Sendable {
  /// Bytes that the event columns take that every analysis scans.
  public var scanByteCount = 0
  /// Bytes of the other event columns (identifiers, sessions, pages, sources, properties).
  public var otherColumnByteCount = 0
  /// Bytes of the index that recognises repeated events.
  public var keyByteCount = 0
  /// Size of the database file and its write-ahead log.
  public var fileByteCount = 0
  /// Number of sorted runs, and of segments in them.
  public var runCount = 0, segmentCount = 0
  /// Events in segments, and events that wait to be folded.
  public var foldedEventCount = 0, loggedEventCount = 0
  /// Number of rows in the quarantine.
  public var quarantinedCount = 0
  /// Number of profiles.
  public var profileCount = 0
  /// What is wrong, in sentences; empty for a sound store.
  public var problems: [String] = []
}

extension Store {
  /// The version of SQLite that stores are kept by, as in `3.40.1`.
  public static func sqliteVersion() throws -> String {
    try DatabaseQueue().read { db in try String.fetchOne(db, sql: "SELECT sqlite_version()") ?? "" }
  }

  /// Counts and, if `isThorough`, checks the database file and decodes every segment.
  public func report(isThorough: Bool) throws -> StoreReport {
    try read { db in
      var report = StoreReport()
      let sizes = try Row.fetchCursor(db, sql: "SELECT id & 15, sum(length(data)) FROM segment_column GROUP BY 1")
      while let row = try sizes.next() {
        if try row.value(0, as: Int.self) <= SegmentColumn.values.rawValue {
          report.scanByteCount += try row.value(1)
        } else {
          report.otherColumnByteCount += try row.value(1)
        }
      }
      func number(_ sql: String) throws -> Int { try Int.fetchOne(db, sql: sql) ?? 0 }
      report.keyByteCount = try number("SELECT coalesce(sum(length(keys)), 0) FROM key_page")
      report.fileByteCount = try number("PRAGMA page_count") * number("PRAGMA page_size")
      report.runCount = try number("SELECT count(*) FROM run WHERE pending = 0")
      report.segmentCount = try number(
        "SELECT count(*) FROM segment JOIN run ON run.id = segment.run WHERE pending = 0")
      report.foldedEventCount = try number(
        "SELECT coalesce(sum(event_count), 0) FROM segment JOIN run ON run.id = segment.run WHERE pending = 0")
      report.loggedEventCount = try EventLog.count(db)
      report.quarantinedCount = try number("SELECT count(*) FROM quarantine")
      report.profileCount = try number("SELECT count(*) FROM profile")
      guard isThorough else { return report }
      let messages = try String.fetchAll(db, sql: "PRAGMA integrity_check(10)")
      if messages != ["ok"] { report.problems += messages.map { "SQLite: \($0)" } }
      report.problems += try problemsOfKeysAndStrings(db)
      do { try EventLog.forEach(db) { _, _ in } } catch { report.problems.append("\(error)") }
      var frame = EventFrame()
      for segment in try SegmentReader.runs(db).joined() {
        do {
          try SegmentReader.read(db, segment, columns: .all, into: &frame)
        } catch {
          report.problems.append("segment \(segment.id): \(error)")
        }
      }
      report.problems += try problemsOfDerivedParts(db)
      return report
    }
  }

  /// What is wrong with the index of keys and with the dictionaries.
  private func problemsOfKeysAndStrings(_ db: Database) throws -> [String] {
    var problems: [String] = []
    let page = try db.makeStatement(sql: "SELECT keys FROM key_page WHERE id = ?")
    var keys: [EventKey] = []
    for id in try Int64.fetchAll(db, sql: "SELECT id FROM key_page ORDER BY id") {
      keys.removeAll(keepingCapacity: true)
      do {
        try page.withSealedBlob(arguments: [id]) { try KeyPage.decode($0, into: &keys) }
      } catch {
        problems.append("page \(id) of event keys: \(error)")
      }
    }
    for kind in TermKind.allCases {
      do {
        _ = try Dictionaries.load(db, kind)
      } catch {
        problems.append("strings of kind '\(kind)': \(error)")
      }
    }
    return problems
  }

  /// What is wrong with the derived parts of profiles, their history, and models: their checksums.
  private func problemsOfDerivedParts(_ db: Database) throws -> [String] {
    var problems: [String] = []
    for (table, owner) in [("profile_part", "user"), ("feature_history", "user"), ("model", "id")] {
      let rows = try Row.fetchCursor(db, sql: "SELECT \(owner), data FROM \(table)")
      while let row = try rows.next() {
        let number: Int64 = try row.value(0)
        do {
          try row.withUnsafeData(atIndex: 1) { data in
            _ = try (data ?? Data()).withUnsafeBytes { try SealedBlob.open($0, "the row with \(owner) \(number)") }
          }
        } catch {
          problems.append("\(table): \(error)")
        }
      }
    }
    return problems
  }
}
