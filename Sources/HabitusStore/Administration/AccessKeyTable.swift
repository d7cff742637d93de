internal import Foundation
internal import GRDB
package import HabitusModel

/// A key together with what its secret is recognised by.
package struct StoredAccessKey: Sendable {
  package let key: AccessKey
  /// The 32 bytes of the secret's SHA-256.
  package let hash: [UInt8]

  fileprivate init(_ row: Row) throws {
    func moment(_ column: String) throws -> Timestamp? {
      try row.optionalValue(column).map { Timestamp(milliseconds: $0) }
    }
    let scopes = try row.value("scopes", as: String.self).split(separator: ",").map(String.init)
    key = AccessKey(
      id: try row.value("id"), name: try row.value("name"), prefix: try row.value("prefix"),
      // A scope of a later version is none of ours: the key is not let in where it would be needed.
      scopes: Set(scopes.compactMap(AccessScope.init)), source: try row.optionalValue("source"),
      eventsPerSecond: try row.optionalValue("rate"), created: Timestamp(milliseconds: try row.value("created")),
      expires: try moment("expires"), lastUsed: try moment("last_used"), revoked: try moment("revoked"))
    hash = Array(try row.value("hash", as: Data.self))
  }
}

extension Store {
  /// All keys, the revoked ones too, in the order in which they were made, and their counter.
  package func accessKeys() throws -> (keys: [StoredAccessKey], version: Int64) {
    try readAdministered(([], 0)) { db in
      let keys = try Row.fetchAll(db, sql: "SELECT * FROM access_key ORDER BY id").map(StoredAccessKey.init)
      return (keys, try AdministrationVersion(db).accessKeys)
    }
  }

  /// Keeps a new key; its number is given here.
  ///
  /// - Returns: the key as it is kept; `nil` where another that is not revoked has its name.
  package func addAccessKey(_ key: AccessKey, hash: [UInt8]) throws -> AccessKey? {
    if let text = [key.name, key.source ?? ""].first(where: { $0.utf8.contains(0) }) {
      throw StoreError.invalidText(text)
    }
    return try administer { db in
      let isTaken = try Bool.fetchOne(
        db, sql: "SELECT EXISTS (SELECT 1 FROM access_key WHERE name = ? AND revoked IS NULL)", arguments: [key.name])
      if isTaken ?? false { return nil }
      try db.execute(
        sql: """
          INSERT INTO access_key (name, prefix, hash, scopes, source, rate, created, expires)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          key.name, key.prefix, Data(hash), key.scopes.map(\.rawValue).sorted().joined(separator: ","), key.source,
          key.eventsPerSecond, key.created.milliseconds, key.expires?.milliseconds,
        ])
      try AdministrationVersion.grow(.accessKeys, db)
      var key = key
      key.id = db.lastInsertedRowID
      return key
    }
  }

  /// Revokes a key; one that is revoked stays so since it first was.
  ///
  /// - Returns: the key as it is kept; `nil` where there is none of that number.
  package func revokeAccessKey(_ id: Int64, at now: Timestamp) throws -> AccessKey? {
    try administer { db in
      try db.execute(
        sql: "UPDATE access_key SET revoked = ? WHERE id = ? AND revoked IS NULL", arguments: [now.milliseconds, id])
      if db.changesCount > 0 { try AdministrationVersion.grow(.accessKeys, db) }
      return try Row.fetchOne(db, sql: "SELECT * FROM access_key WHERE id = ?", arguments: [id])
        .map { try StoredAccessKey($0).key }
    }
  }

  /// Notes when keys were used, by number; an earlier moment than is noted changes nothing.
  package func noteUses(_ uses: [Int64: Timestamp]) throws {
    guard !uses.isEmpty else { return }
    try administer { db in
      let statement = try db.makeStatement(
        sql: "UPDATE access_key SET last_used = max(ifnull(last_used, ?1), ?1) WHERE id = ?2")
      for (id, moment) in uses { try statement.execute(arguments: [moment.milliseconds, id]) }
    }
  }
}
