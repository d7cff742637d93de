internal import GRDB
public import HabitusModel

/// The table of what users said about their consent. Nothing in it is ever changed: later statements stand beside
/// earlier ones, and which counts is decided when they are read.
enum ConsentTable {
  /// Adds statements; one that is there already, the same in everything, is not added again.
  ///
  /// - Returns: the number of those that are new.
  /// - Throws: ``StoreError/invalidStatement(reason:)`` for the first that has a problem; the transaction must then be
  ///   given up.
  static func record(_ db: Database, _ statements: some Sequence<ConsentStatement>, at now: Timestamp) throws -> Int {
    let insert = try db.cachedStatement(
      sql: """
        INSERT OR IGNORE INTO consent (user, purpose, granted, time, expires, source, recorded)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """)
    var added = 0
    for statement in statements {
      if let problem = statement.problem { throw StoreError.invalidStatement(reason: problem) }
      try insert.execute(arguments: [
        statement.user.rawValue, statement.purpose, statement.isGranted, statement.time.milliseconds,
        statement.expires?.milliseconds, statement.source, now.milliseconds,
      ])
      added += db.changesCount
    }
    if added > 0 { try AdministrationVersion.grow(.consents, db) }
    return added
  }

  /// What `users` said, all users unless given, by user and then by time.
  static func history(_ db: Database, of users: [UserID]?) throws -> [ConsentStatement] {
    let columns = "SELECT user, purpose, granted, time, expires, source FROM consent"
    let order = "ORDER BY user, time, id"
    let rows =
      if let users {
        try Set(users).sorted().flatMap {
          try Row.fetchAll(db, sql: "\(columns) WHERE user = ? \(order)", arguments: [$0.rawValue])
        }
      } else {
        try Row.fetchAll(db, sql: "\(columns) \(order)")
      }
    return try rows.map { row in
      ConsentStatement(
        user: UserID(try row.value(0)), purpose: try row.value(1), isGranted: try row.value(2),
        time: Timestamp(milliseconds: try row.value(3)),
        expires: try row.optionalValue(4).map { Timestamp(milliseconds: $0) }, source: try row.value(5))
    }
  }
}

extension Store {
  /// Records what users said, all of it or nothing; a statement that is there already changes nothing.
  ///
  /// - Returns: the number of those that are new.
  /// - Throws: ``StoreError/invalidStatement(reason:)``.
  @discardableResult
  public func recordConsents(_ statements: [ConsentStatement], at now: Timestamp) throws -> Int {
    guard !statements.isEmpty else { return 0 }
    return try administer { db in try ConsentTable.record(db, statements, at: now) }
  }

  /// Everything that `users` said, all users unless given, by user and then by time.
  public func consentHistory(of users: [UserID]? = nil) throws -> [ConsentStatement] {
    try readAdministered([]) { db in try ConsentTable.history(db, of: users) }
  }

  /// Everybody who said something about consent behind statement number `last`, and the number of the last statement.
  public func usersWithConsentStatements(after last: Int64) throws -> (users: [UserID], last: Int64) {
    try readAdministered(([], 0)) { db in
      (
        try String.fetchAll(db, sql: "SELECT DISTINCT user FROM consent WHERE id > ?", arguments: [last])
          .map { UserID($0) }, try Int64.fetchOne(db, sql: "SELECT max(id) FROM consent") ?? 0
      )
    }
  }

  /// Everybody who ever said something about consent.
  public func usersWithConsentStatements() throws -> [UserID] {
    try readAdministered([]) { db in
      try String.fetchAll(db, sql: "SELECT DISTINCT user FROM consent").map { UserID($0) }
    }
  }
}
