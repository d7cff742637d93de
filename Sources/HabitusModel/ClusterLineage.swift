/// What became of groups from one fit to the next.
public struct ClusterLineage: Sendable, Equatable, Codable {
  /// The users that both fits know; shares below are of these.
  public var commonUserCount: Int
  /// Of the common users, the share whose group kept its number.
  public var keptShare: Double
  /// What happened to groups, in the order of numbers; groups that simply went on are not mentioned.
  public var changes: [ClusterChange]

  /// Makes a lineage from its parts.
  public init(commonUserCount: Int, keptShare: Double, changes: [ClusterChange]) {
    self.commonUserCount = commonUserCount
    self.keptShare = keptShare
    self.changes = changes
  }
}

/// Something that happened to a group between two fits.
public struct ClusterChange: Sendable, Equatable, Codable {
  /// What can happen.
  public enum Kind: String, Sendable, Codable {
    /// The group is new.
    case born
    /// The group is no more.
    case ended
    /// The group's members are in several groups now.
    case split
    /// The members of several groups are in one group now.
    case merged
  }

  /// What happened.
  public var kind: Kind
  /// The groups before: those that ended, were split or merged; empty for a birth from users who were in no group.
  public var before: [Int]
  /// The groups after; empty for an end.
  public var after: [Int]

  /// Makes a change from its parts.
  public init(kind: Kind, before: [Int], after: [Int]) {
    self.kind = kind
    self.before = before
    self.after = after
  }
}

/// A user's move from one group to another: part of the history of the profile.
public struct ClusterMove: Sendable, Equatable, Codable {
  /// Why a user moved.
  public enum Cause: String, Sendable, Codable {
    /// The groups were found anew.
    case refit
    /// The user behaves differently.
    case behaviour
  }

  /// Whose move.
  public var user: UserID
  /// When it was noted.
  public var time: Timestamp
  /// The group before; `nil` for none.
  public var from: Int?
  /// The group after; `nil` for none.
  public var to: Int?
  /// Why.
  public var cause: Cause

  /// Makes a move from its parts.
  public init(user: UserID, time: Timestamp, from: Int?, to: Int?, cause: Cause) {
    self.user = user
    self.time = time
    self.from = from
    self.to = to
    self.cause = cause
  }
}
