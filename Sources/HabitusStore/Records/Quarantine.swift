internal import Foundation
internal import GRDB
public import HabitusModel

/// A row that could not be read, kept with its reason until somebody has mended the cause and replays it.
public struct QuarantinedRow: Sendable, Equatable {
  /// Its number in the quarantine; 0 before it has one.
  public var id: Int64
  /// When it came.
  public var received: Timestamp?
  /// The file it stood in, or the source it came from.
  public var file: String
  /// The first line of the record in the file, from 1.
  public var line: Int
  /// Why it was refused: a stable code.
  public var reason: String
  /// Why it was refused, in words, with the value.
  public var message: String
  /// The bytes as they came, up to a limit.
  public var raw: [UInt8]
  /// What is needed to read the bytes again (format, header), as JSON.
  public var context: String

  /// Makes a row for the quarantine.
  public init(
    id: Int64 = 0, received: Timestamp? = nil, file: String, line: Int, reason: String, message: String, raw: [UInt8],
    context: String
  ) {
    self.id = id
    self.received = received
    self.file = file
    self.line = line
    self.reason = reason
    self.message = message
    self.raw = raw
    self.context = context
  }
}

/// The table of refused rows.
enum Quarantine {
  private static let fingerprintKey: (UInt64, UInt64) = (0x4861_6269_7475_7320, 0x7175_6172_616e_7469)

  /// Adds rows; one that is there already (same file, line and bytes) is not added again.
  static func insert(_ db: Database, _ rows: [QuarantinedRow], at received: Timestamp) throws -> Int {
    let statement = try db.makeStatement(
      sql: """
        INSERT OR IGNORE INTO quarantine (received, file, line, reason, message, raw, context, fingerprint)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """)
    var added = 0
    for row in rows {
      var hash = SipHash(key: fingerprintKey)
      var file = row.file
      file.withUTF8 { hash.add(text: UnsafeRawBufferPointer($0)) }
      hash.add(UInt64(row.line))
      row.raw.withUnsafeBytes { hash.add(text: $0) }
      let (first, second) = hash.finalize()
      var fingerprint = ByteWriter()
      fingerprint.append(first)
      fingerprint.append(second)
      try statement.execute(arguments: [
        received.milliseconds, row.file, row.line, row.reason, row.message, Data(row.raw), row.context,
        Data(fingerprint.bytes),
      ])
      added += db.changesCount
    }
    return added
  }

  static func row(_ row: Row) throws -> QuarantinedRow {
    QuarantinedRow(
      id: try row.value("id"), received: Timestamp(milliseconds: try row.value("received")),
      file: try row.value("file"), line: try row.value("line"), reason: try row.value("reason"),
      message: try row.value("message"), raw: Array(try row.value("raw", as: Data.self)),
      context: try row.value("context"))
  }
}

extension Store {
  /// The refused rows, oldest first, at most `limit` of them.
  public func quarantinedRows(limit: Int? = nil) throws -> [QuarantinedRow] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM quarantine ORDER BY id LIMIT ?", arguments: [limit ?? -1])
        .map(Quarantine.row)
    }
  }

  /// The refused row numbered `id`, or `nil`.
  public func quarantinedRow(_ id: Int64) throws -> QuarantinedRow? {
    try read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM quarantine WHERE id = ?", arguments: [id]).map(Quarantine.row)
    }
  }

  /// Number of refused rows by reason.
  public func quarantineCounts() throws -> [(reason: String, count: Int)] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT reason, count(*) FROM quarantine GROUP BY reason ORDER BY count(*) DESC, reason"
      ).map { (try $0.value(0), try $0.value(1)) }
    }
  }

  /// Takes rows out of the quarantine, once they were read after all.
  public func removeFromQuarantine(_ ids: [Int64]) throws {
    try write { db in
      for id in ids { try db.execute(sql: "DELETE FROM quarantine WHERE id = ?", arguments: [id]) }
    }
  }
}
