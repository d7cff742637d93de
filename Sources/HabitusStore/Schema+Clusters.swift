extension Schema {
  /// How users moved between groups.
  static let clusterMoves = [
    // Numbers of groups; NULL for none.
    """
    CREATE TABLE cluster_move (
      id INTEGER PRIMARY KEY AUTOINCREMENT, user INTEGER NOT NULL REFERENCES user (code), time INTEGER NOT NULL,
      group_before INTEGER, group_after INTEGER, cause INTEGER NOT NULL CHECK (cause IN (0, 1)),
      CHECK (group_before IS NOT group_after)
    )
    """,
    "CREATE INDEX cluster_move_by_user ON cluster_move (user)",
    "CREATE INDEX cluster_move_by_time ON cluster_move (time)",

    // The memberships alone, so that nobody who reads all of them reads the features beside them.
    "CREATE INDEX profile_part_cluster ON profile_part (user, data) WHERE part = \(ProfilePart.cluster.rawValue)",
  ]
}
