internal import Foundation
internal import GRDB
public import HabitusModel

/// A fitted model as it is kept: what it was fitted on is in its own data.
public struct StoredModel: Sendable {
  /// Its number; later models have larger ones.
  public let id: Int64
  /// When it was stored.
  public let created: Timestamp
  /// The model before it, of the same kind; old models are dropped, so it may be gone.
  public let previous: Int64?
  /// The model, in the form that its owner gave it.
  public let data: [UInt8]

  /// What is kept about a model besides itself.
  public struct Entry: Sendable, Equatable {
    /// Its number; later models have larger ones.
    public let id: Int64
    /// When it was stored.
    public let created: Timestamp
    /// The model before it, of the same kind; old models are dropped, so it may be gone.
    public let previous: Int64?
  }
}

extension Store {
  /// Models of a kind that are kept: the latest ones.
  static let keptModelCount = 20

  /// Keeps a model; the latest of the same kind becomes its previous one.
  ///
  /// - Parameter count: how many of the kind are kept, the latest ones, at least 1; 20 unless given.
  public func saveModel(
    kind: String, data: [UInt8], at now: Timestamp, keeping count: Int? = nil
  ) throws -> Int64 {
    let sealed = Data(SealedBlob.seal(data))
    return try write { db in
      try Self.insertModel(db, kind: kind, sealed: sealed, at: now, keeping: count ?? Self.keptModelCount)
    }
  }

  static func insertModel(
    _ db: Database, kind: String, sealed: Data, at now: Timestamp, keeping count: Int = keptModelCount
  ) throws -> Int64 {
    precondition(count >= 1, "the model itself is kept")
    try db.execute(
      sql: """
        INSERT INTO model (kind, created, previous, data)
        VALUES (?1, ?2, (SELECT max(id) FROM model WHERE kind = ?1), ?3)
        """, arguments: [kind, now.milliseconds, sealed])
    let id = db.lastInsertedRowID
    try db.execute(
      sql: """
        DELETE FROM model WHERE kind = ?1
        AND id <= (SELECT id FROM model WHERE kind = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)
        """, arguments: [kind, count])
    return id
  }

  /// The latest model of a kind, or `nil`.
  public func latestModel(kind: String) throws -> StoredModel? {
    try read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM model WHERE kind = ? ORDER BY id DESC LIMIT 1", arguments: [kind])
        .map(Self.model)
    }
  }

  /// The model of a kind with this number, or `nil` where there is none, or none any more.
  public func model(kind: String, id: Int64) throws -> StoredModel? {
    try read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM model WHERE kind = ? AND id = ?", arguments: [kind, id])
        .map(Self.model)
    }
  }

  /// The models of a kind that are kept, without their data, the oldest first.
  public func models(kind: String) throws -> [StoredModel.Entry] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT id, created, previous FROM model WHERE kind = ? ORDER BY id", arguments: [kind])
        .map { row in
          StoredModel.Entry(
            id: try row.value(0), created: Timestamp(milliseconds: try row.value(1)),
            previous: try row.optionalValue(2))
        }
    }
  }

  private static func model(_ row: Row) throws -> StoredModel {
    StoredModel(
      id: try row.value("id"), created: Timestamp(milliseconds: try row.value("created")),
      previous: try row.optionalValue("previous"),
      data: try row.value("data", as: Data.self).withUnsafeBytes { Array(try SealedBlob.open($0, "a model")) })
  }
}
