internal import Foundation
internal import GRDB
internal import HabitusModel

/// Writes derived parts of profiles inside one transaction.
///
/// What has expired at the time of writing is dropped, and never comes back with the new time that the profile gets.
struct ProfileWriter {
  private let clock: ProfileClock
  private let dropExpired: Statement
  private let renew: Statement
  private let create: Statement
  private let replace: Statement
  private let membership: Statement
  private let move: Statement

  init(_ db: Database, clock: ProfileClock) throws {
    self.clock = clock
    dropExpired = try db.cachedStatement(
      sql: """
        DELETE FROM profile_part WHERE user = ?1 AND EXISTS (SELECT 1 FROM profile WHERE user = ?1 AND expires <= ?2)
        """)
    renew = try db.cachedStatement(
      sql: "UPDATE profile SET version = version + 1, updated = ?, expires = ? WHERE user = ?")
    create = try db.cachedStatement(
      sql: "INSERT INTO profile (user, version, created, updated, expires) VALUES (?, 1, ?, ?, ?)")
    replace = try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO profile_part (user, part, updated, data) VALUES (?, ?, ?, ?)")
    membership = try db.cachedStatement(
      sql: "SELECT data FROM profile_part WHERE user = ? AND part = \(ProfilePart.cluster.rawValue)")
    move = try db.cachedStatement(
      sql: "INSERT INTO cluster_move (user, time, group_before, group_after, cause) VALUES (?, ?, ?, ?, ?)")
  }

  /// Drops the parts of a profile that have expired.
  func removeExpiredParts(_ code: Int64) throws {
    try dropExpired.execute(arguments: [code, clock.now.milliseconds])
  }

  /// Notes that a profile is written now, and makes it where there is none and it may be made.
  ///
  /// - Returns: whether there is a profile.
  func renewProfile(_ db: Database, _ code: Int64, createsProfiles: Bool) throws -> Bool {
    let (now, expires) = (clock.now.milliseconds, clock.expires?.milliseconds)
    try renew.execute(arguments: [now, expires, code])
    if db.changesCount > 0 { return true }
    guard createsProfiles else { return false }
    try create.execute(arguments: [code, now, now, expires])
    return true
  }

  /// Puts a part, which was sealed, in the place of the one there is.
  func replace(_ part: ProfilePart, of code: Int64, with sealed: [UInt8]) throws {
    try replace.execute(blob: sealed, after: [code, part.rawValue, clock.now.milliseconds])
  }

  /// The number of the group that a profile holds; `nil` also where it holds no membership.
  func group(of code: Int64) throws -> Int? {
    guard let data = try Data.fetchOne(membership, arguments: [code]) else { return nil }
    return try data.withUnsafeBytes { try ProfileCodec.membership(sealed: $0).cluster }
  }

  /// Notes a move, unless `before` and `after` are the same.
  func noteMove(of code: Int64, from before: Int?, to after: Int?, cause: ClusterMove.Cause) throws {
    guard before != after else { return }
    try move.execute(arguments: [code, clock.now.milliseconds, before, after, cause.storedNumber])
  }
}

extension ProfileCodec {
  /// The membership in a part as it is stored.
  static func membership(sealed: UnsafeRawBufferPointer) throws -> ClusterMembership {
    var reader = ByteReader(try SealedBlob.open(sealed, "a part of a profile"))
    return try decodeCluster(&reader)
  }
}

extension ClusterMove.Cause {
  /// What stands for the cause in the store.
  var storedNumber: Int {
    switch self {
    case .refit: 0
    case .behaviour: 1
    }
  }

  /// - Throws: ``StoreError/damaged(_:)`` for a number that stands for none.
  init(storedNumber: Int) throws {
    switch storedNumber {
    case 0: self = .refit
    case 1: self = .behaviour
    default: throw StoreError.damaged("a move between groups has an unknown cause")
    }
  }
}
