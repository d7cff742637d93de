extension Schema {
  /// What is known about what users act on. Items stand here as text, since another process than the one that writes
  /// events may write them.
  static let items = [
    """
    CREATE TABLE item (
      id TEXT PRIMARY KEY NOT NULL CHECK (id <> ''), category TEXT, properties TEXT NOT NULL, updated INTEGER NOT NULL
    )
    """
  ]
}
