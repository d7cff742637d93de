public import HabitusModel

/// A user's habits by whose they are: the user's own, those of the user's group, those of everybody.
public struct SimilarPatterns: Sendable, Equatable, Encodable {
  /// The user, or the person that the user belongs to.
  public let user: UserID
  /// The window that was looked at.
  public let window: AnalysisWindow
  /// The user's group; `nil` where the user is in none.
  public let cluster: Int?
  /// What the user does more than everybody, and more than the group.
  public let own: [Pattern]
  /// What the user's group does more than everybody, and the user as much as the group.
  public let ofCluster: [Pattern]
  /// What the user does about as much as everybody.
  public let shared: [Pattern]
  /// What stands out among everybody and does not occur with this user.
  public let missing: [Pattern]

  /// - Parameters:
  ///   - report: of the user.
  ///   - everybody: the patterns of everybody.
  ///   - has: whether a sequence or path of everybody occurs with the user.
  init(_ report: PatternReport, cluster: Int?, everybody: [Pattern], has: (Pattern) -> Bool) {
    user = report.user ?? ""
    window = report.window
    self.cluster = cluster
    func standing(_ standing: PatternComparison.Standing) -> [Pattern] {
      report.patterns.filter { $0.comparison?.standing == standing }
    }
    own = standing(.own)
    ofCluster = standing(.cluster)
    shared = standing(.shared)
    missing = everybody.filter { ($0.kind == .sequence || $0.kind == .path) && !has($0) }
  }
}
