internal import GRDB

/// Counters that grow with every change of what was administered; whoever keeps a copy in memory reads again where its
/// counter has grown.
///
/// When a key was last used, states of sources and counts of the intake change all the time, and nobody keeps copies of
/// them: they leave the counters alone.
public struct AdministrationVersion: Sendable, Hashable {
  /// Grows when a key is made or revoked.
  public var accessKeys: Int64
  /// Grows when something is said about consent.
  public var consents: Int64
  /// Grows when identifiers are joined or parted.
  public var identities: Int64

  /// What a counter counts.
  enum Subject: String {
    case accessKeys = "access_key"
    case consents = "consent"
    case identities = "identity"
  }

  /// The counters of a store in which nothing was ever administered.
  init() { (accessKeys, consents, identities) = (0, 0, 0) }

  /// Reads the counters inside a transaction.
  init(_ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: "SELECT access_key, consent, identity FROM administration_version WHERE id = 1")
    guard let row = try Row.fetchOne(statement) else {
      throw StoreError.damaged("the counter of what was administered is missing")
    }
    (accessKeys, consents, identities) = (try row.value(0), try row.value(1), try row.value(2))
  }

  /// Counts a change of `subject`.
  static func grow(_ subject: Subject, _ db: Database) throws {
    let column = subject.rawValue
    try db.cachedStatement(sql: "UPDATE administration_version SET \(column) = \(column) + 1 WHERE id = 1").execute()
  }
}

extension Store {
  /// The counters of what was administered, by any process.
  public func administrationVersion() throws -> AdministrationVersion {
    try readAdministered(AdministrationVersion()) { db in try AdministrationVersion(db) }
  }

  /// Reads what was administered; `empty` where the store was made by an earlier version, has no tables for it yet, and
  /// was opened for reading, so that none are made.
  func readAdministered<Result>(_ empty: @autoclosure () -> Result, _ body: (Database) throws -> Result) throws
    -> Result
  {
    try read { db in
      if access == .read, try !db.tableExists("administration_version") { return empty() }
      return try body(db)
    }
  }
}
