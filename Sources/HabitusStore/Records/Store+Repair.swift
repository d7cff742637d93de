internal import GRDB
public import HabitusModel

extension Store {
  /// The windows of feature values that were kept of `users` with an end after `moment`, each once, the oldest first.
  public func featureHistoryWindows(of users: [UserID], endingAfter moment: Timestamp) throws -> [AnalysisWindow] {
    let windows = try users.flatMap { try featureHistory($0).map(\.window) }.filter { $0.asOf > moment }
    var seen: Set<[Int64]> = []
    return windows.sorted { ($0.asOf, $0.days) < ($1.asOf, $1.days) }
      .filter { seen.insert([$0.asOf.milliseconds, Int64($0.days)]).inserted }
  }

  /// Forgets the derived parts of the profiles of `users`, their earlier feature values of windows that end after
  /// `moment`, and their moves between groups that were noted after it; base information stays.
  public func forgetDerived(of users: some Sequence<UserID>, endingAfter moment: Timestamp) throws {
    try write { db in
      for user in users {
        guard let code = try Dictionaries.code(db, of: user) else { continue }
        try db.execute(sql: "DELETE FROM profile_part WHERE user = ?", arguments: [code])
        try db.execute(
          sql: "DELETE FROM feature_history WHERE user = ? AND as_of > ?", arguments: [code, moment.milliseconds])
        try db.execute(
          sql: "DELETE FROM cluster_move WHERE user = ? AND time > ?", arguments: [code, moment.milliseconds])
      }
    }
  }
}
