internal import GRDB
public import HabitusModel

/// How many users went from one group to another between two moments.
public struct ClusterFlow: Sendable, Equatable, Codable {
  /// The group at the first moment; `nil` for none.
  public let from: Int?
  /// The group at the last moment; `nil` for none.
  public let to: Int?
  /// Number of users.
  public let userCount: Int

  /// Makes a flow from its parts.
  public init(from: Int?, to: Int?, userCount: Int) {
    self.from = from
    self.to = to
    self.userCount = userCount
  }
}

extension Store {
  /// The moves of `user` between groups, in the order in which they were noted.
  public func clusterMoves(of user: UserID) throws -> [ClusterMove] {
    try readMoves([]) { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT time, group_before, group_after, cause FROM cluster_move JOIN user ON user.code = cluster_move.user
          WHERE user.id = ? ORDER BY cluster_move.id
          """, arguments: [user.rawValue]
      ).map { row in
        ClusterMove(
          user: user, time: Timestamp(milliseconds: try row.value(0)), from: try row.optionalValue(1),
          to: try row.optionalValue(2), cause: try ClusterMove.Cause(storedNumber: row.value(3)))
      }
    }
  }

  /// Who went where between two moments: users by the groups that they were in before their first move and after their
  /// last one. Those who came back are left out.
  ///
  /// - Parameters:
  ///   - start: the first moment that counts.
  ///   - end: the first moment that does not count any more.
  ///   - cause: counts the moves of this cause only; `nil` for all.
  /// - Returns: in the order of the groups, none first.
  /// - Complexity: O(m log m) for m moves in that time.
  public func clusterMoves(
    from start: Timestamp, to end: Timestamp, cause: ClusterMove.Cause? = nil
  ) throws -> [ClusterFlow] {
    try readMoves([]) { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT first.group_before, last.group_after, count(*) FROM (
            SELECT min(id) AS first, max(id) AS last FROM cluster_move
            WHERE time >= ?1 AND time < ?2 AND (?3 IS NULL OR cause = ?3) GROUP BY user
          ) span JOIN cluster_move first ON first.id = span.first JOIN cluster_move last ON last.id = span.last
          WHERE first.group_before IS NOT last.group_after GROUP BY 1, 2 ORDER BY 1, 2
          """, arguments: [start.milliseconds, end.milliseconds, cause?.storedNumber]
      ).map { row in
        ClusterFlow(from: try row.optionalValue(0), to: try row.optionalValue(1), userCount: try row.value(2))
      }
    }
  }

  /// The groups that users were in before their first move at `moment` or later, by user; users without one are left
  /// out.
  ///
  /// - Parameter cause: counts the moves of this cause only; `nil` for all.
  public func clusterGroups(
    beforeMovesSince moment: Timestamp, cause: ClusterMove.Cause? = nil
  ) throws -> [UserID: Int?] {
    try readMoves([:]) { db in
      var groups: [UserID: Int?] = [:]
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT user.id, group_before, min(cluster_move.id) FROM cluster_move JOIN user ON user.code = cluster_move.user
          WHERE time >= ?1 AND (?2 IS NULL OR cause = ?2) GROUP BY cluster_move.user
          """, arguments: [moment.milliseconds, cause?.storedNumber])
      while let row = try rows.next() {
        groups.updateValue(try row.optionalValue(1), forKey: UserID(try row.value(0)))
      }
      return groups
    }
  }

  /// Reads moves; `empty` where the store was made by an earlier version, has no table for them yet, and was opened for
  /// reading, so that none is made.
  private func readMoves<Result>(_ empty: @autoclosure () -> Result, _ body: (Database) throws -> Result) throws
    -> Result
  {
    try read { db in
      if access == .read, try !db.tableExists("cluster_move") { return empty() }
      return try body(db)
    }
  }
}
