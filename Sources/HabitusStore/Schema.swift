internal import GRDB

/// The tables of a store. Migrations only ever add; what they have once written stays as it is.
enum Schema {
  /// Marks the file as a store of Habitus ("HABT" in ASCII), in SQLite's header.
  static let applicationID: Int32 = 0x4841_4254

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: events, profiles, models, quarantine") { db in
      for statement in version1 { try db.execute(sql: statement) }
    }
    migrator.registerMigration("2: log in batches, runs made in steps", migrate: version2)
    migrator.registerMigration("3: administration") { db in
      for statement in administration { try db.execute(sql: statement) }
    }
    migrator.registerMigration("4: cluster moves") { db in
      for statement in clusterMoves { try db.execute(sql: statement) }
    }
    migrator.registerMigration("5: patterns in full") { db in
      // They say more than before; the next calculation brings them back.
      try db.execute(sql: "DELETE FROM profile_part WHERE part = \(ProfilePart.patterns.rawValue)")
    }
    migrator.registerMigration("6: preferences in full") { db in
      // They say more than before; the next analysis brings them back.
      try db.execute(sql: "DELETE FROM profile_part WHERE part = \(ProfilePart.preferences.rawValue)")
    }
    migrator.registerMigration("7: items") { db in
      for statement in items { try db.execute(sql: statement) }
    }
    return migrator
  }

  private static let version1 = [
    "CREATE TABLE setting (name TEXT PRIMARY KEY NOT NULL, value NOT NULL) WITHOUT ROWID",

    // Strings and their codes. A code is never given again.
    "CREATE TABLE user (code INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE)",
    """
    CREATE TABLE term (
      kind INTEGER NOT NULL, code INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (kind, code)
    ) WITHOUT ROWID
    """,

    // How many strings of a kind there are, and a checksum over all of them.
    "CREATE TABLE dictionary (kind INTEGER PRIMARY KEY, count INTEGER NOT NULL, checksum INTEGER NOT NULL)",

    // Events that were appended and not yet folded into segments.
    """
    CREATE TABLE event_log (
      sequence INTEGER PRIMARY KEY, key_high INTEGER NOT NULL, key_low INTEGER NOT NULL, key_id INTEGER NOT NULL,
      id TEXT NOT NULL, user TEXT NOT NULL, time INTEGER NOT NULL, type TEXT NOT NULL, session TEXT, item TEXT,
      category TEXT, value REAL, page TEXT, source TEXT, properties TEXT,
      UNIQUE (key_high, key_id)
    )
    """,

    // Folded events: runs sorted by (user, time), in segments, a column a blob.
    "CREATE TABLE run (id INTEGER PRIMARY KEY AUTOINCREMENT, segment_count INTEGER NOT NULL)",
    """
    CREATE TABLE segment (
      id INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL REFERENCES run (id), first_user INTEGER NOT NULL,
      last_user INTEGER NOT NULL, user_count INTEGER NOT NULL, event_count INTEGER NOT NULL,
      earliest INTEGER NOT NULL, latest INTEGER NOT NULL
    )
    """,
    "CREATE INDEX segment_by_run ON segment (run, first_user)",
    "CREATE TABLE segment_column (id INTEGER PRIMARY KEY, data BLOB NOT NULL)",
    """
    CREATE TABLE key_page (
      id INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL REFERENCES run (id), first INTEGER NOT NULL,
      keys BLOB NOT NULL
    )
    """,
    "CREATE INDEX key_page_by_run ON key_page (run, id, first)",

    // Rows that could not be read.
    """
    CREATE TABLE quarantine (
      id INTEGER PRIMARY KEY AUTOINCREMENT, received INTEGER NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL,
      reason TEXT NOT NULL, message TEXT NOT NULL, raw BLOB NOT NULL, context TEXT NOT NULL, fingerprint BLOB NOT NULL UNIQUE
    )
    """,

    // Profiles: what the application says about a user, and what was derived, apart from each other.
    """
    CREATE TABLE profile (
      user INTEGER PRIMARY KEY REFERENCES user (code), version INTEGER NOT NULL, created INTEGER NOT NULL,
      updated INTEGER NOT NULL, expires INTEGER, base TEXT NOT NULL DEFAULT '{}', secure TEXT NOT NULL DEFAULT '{}'
    )
    """,
    """
    CREATE TABLE profile_part (
      user INTEGER NOT NULL REFERENCES user (code), part INTEGER NOT NULL, updated INTEGER NOT NULL, data BLOB NOT NULL,
      PRIMARY KEY (user, part)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE feature_history (
      user INTEGER NOT NULL REFERENCES user (code), as_of INTEGER NOT NULL, window_days INTEGER NOT NULL,
      data BLOB NOT NULL, PRIMARY KEY (user, as_of, window_days)
    ) WITHOUT ROWID
    """,

    // Fitted models with their lineage, and who belongs where.
    """
    CREATE TABLE model (
      id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, created INTEGER NOT NULL, previous INTEGER, data BLOB NOT NULL
    )
    """,
    """
    CREATE TABLE feature_set (id INTEGER PRIMARY KEY AUTOINCREMENT, definitions TEXT NOT NULL UNIQUE)
    """,
  ]
}
