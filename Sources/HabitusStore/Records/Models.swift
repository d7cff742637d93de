internal import Foundation
internal import GRDB
public import HabitusModel

/// A fitted model as it is kept: what it was fitted on is in its own data.
public struct StoredModel: Sendable {
  /// Its number; later models have larger ones.
  public let id: Int64
  /// When it was stored.
  public let created: Timestamp
  /// The model before it, of the same kind.
  public let previous: Int64?
  /// The model, in the form that its owner gave it.
  public let data: [UInt8]
}

extension Store {
  /// Keeps a model; the latest of the same kind becomes its previous one.
  public func saveModel(kind: String, data: [UInt8], at now: Timestamp) throws -> Int64 {
    try write { db in
      try db.execute(
        sql: """
          INSERT INTO model (kind, created, previous, data)
          VALUES (?1, ?2, (SELECT max(id) FROM model WHERE kind = ?1), ?3)
          """, arguments: [kind, now.milliseconds, Data(SealedBlob.seal(data))])
      return db.lastInsertedRowID
    }
  }

  /// The latest model of a kind, or `nil`.
  public func latestModel(kind: String) throws -> StoredModel? {
    try read { db in
      let latest = try Row.fetchOne(
        db, sql: "SELECT * FROM model WHERE kind = ? ORDER BY id DESC LIMIT 1", arguments: [kind])
      return try latest.map { row in
        StoredModel(
          id: try row.value("id"), created: Timestamp(milliseconds: try row.value("created")),
          previous: try row.optionalValue("previous"),
          data: try row.value("data", as: Data.self).withUnsafeBytes { Array(try SealedBlob.open($0, "a model")) })
      }
    }
  }
}
