extension Schema {
  /// Keys, consents, identities, sources: what other processes may write beside the one that writes events. Users stand
  /// here as text, since only that one gives codes.
  static let administration = [
    // Grows with every change of what is kept in memory elsewhere, so that it is read again.
    """
    CREATE TABLE administration_version (
      id INTEGER PRIMARY KEY CHECK (id = 1), access_key INTEGER NOT NULL DEFAULT 0, consent INTEGER NOT NULL DEFAULT 0,
      identity INTEGER NOT NULL DEFAULT 0
    )
    """,
    "INSERT INTO administration_version (id) VALUES (1)",

    """
    CREATE TABLE access_key (
      id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, prefix TEXT NOT NULL,
      hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32), scopes TEXT NOT NULL, source TEXT, rate REAL,
      created INTEGER NOT NULL, expires INTEGER, last_used INTEGER, revoked INTEGER
    )
    """,
    "CREATE UNIQUE INDEX access_key_by_name ON access_key (name) WHERE revoked IS NULL",

    // Everything that users said, the same only once.
    """
    CREATE TABLE consent (
      id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL CHECK (user <> ''),
      purpose TEXT NOT NULL CHECK (purpose <> ''), granted INTEGER NOT NULL CHECK (granted IN (0, 1)),
      time INTEGER NOT NULL, expires INTEGER, source TEXT NOT NULL, recorded INTEGER NOT NULL,
      CHECK (granted = 0 OR purpose <> '*')
    )
    """,
    """
    CREATE UNIQUE INDEX consent_once
    ON consent (user, purpose, time, granted, ifnull(expires, 'never'), source)
    """,

    // Who is whom, one row a pair and direction.
    """
    CREATE TABLE identity_edge (
      id INTEGER PRIMARY KEY AUTOINCREMENT, former TEXT NOT NULL, known TEXT NOT NULL, time INTEGER NOT NULL,
      kind TEXT NOT NULL, source TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('active', 'undone', 'refused')),
      reason TEXT, changed INTEGER NOT NULL, UNIQUE (former, known), CHECK ((state = 'refused') = (reason IS NOT NULL))
    )
    """,
    "CREATE INDEX identity_edge_by_known ON identity_edge (known)",
    "CREATE INDEX identity_edge_by_changed ON identity_edge (changed)",

    """
    CREATE TABLE source_state (
      name TEXT PRIMARY KEY NOT NULL CHECK (name <> ''), kind TEXT NOT NULL, position TEXT, last_attempt INTEGER,
      last_success INTEGER, last_error TEXT, events INTEGER NOT NULL, failures INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE intake_count (
      day INTEGER NOT NULL, source TEXT NOT NULL, key TEXT NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY (day, source, key)
    ) WITHOUT ROWID
    """,
  ]
}
