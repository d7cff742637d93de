internal import Foundation
internal import GRDB
public import HabitusModel

/// What storing a fit did.
public struct ClusterFitReceipt: Sendable, Equatable {
  /// The number of the model.
  public let model: Int64
  /// Users who were left out because they have no profile.
  public let missing: [UserID]
  /// Moves that were noted.
  public let moveCount: Int
}

extension Store {
  /// Stores a fit, in one transaction: the model, everybody's membership, and who has moved.
  ///
  /// Every profile loses its membership, and those of `memberships` get theirs. A user whose group has another number
  /// than before has moved, by refit; a user without a membership, or whose former one has expired, was in no group. The
  /// first fit of a kind moves nobody.
  ///
  /// - Parameters:
  ///   - kind: the kind of the model.
  ///   - data: the model, in its owner's form.
  ///   - memberships: by user; of several for one user the last holds.
  ///   - createsProfiles: whether users without a profile get one.
  /// - Throws: ``StoreError/inUse(directory:process:)`` for a user new to the store while an import is going on,
  ///   ``StoreError/invalidText(_:)`` for an identifier that cannot be stored; nothing is written then.
  /// - Complexity: O(n log n) for n memberships, stored and new.
  @discardableResult
  public func saveClusterFit(
    kind: String, data: [UInt8], memberships: [(user: UserID, membership: ClusterMembership)], clock: ProfileClock,
    createsProfiles: Bool
  ) throws -> ClusterFitReceipt {
    for (user, _) in memberships { try validate(user) }
    let sealedModel = Data(SealedBlob.seal(data))
    return try writeCodingUsers { db, makeCode in
      let hasModel =
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM model WHERE kind = ?)", arguments: [kind]) ?? false
      let model = try Self.insertModel(db, kind: kind, sealed: sealedModel, at: clock.now)
      let expired = try Set(
        Int64.fetchCursor(
          db, sql: "SELECT user FROM profile WHERE expires <= ?", arguments: [clock.now.milliseconds]))
      var former = try Self.storedGroups(db)
      let writer = try ProfileWriter(db, clock: clock)
      var missing: [UserID] = []
      var written: Set<Int64> = []
      written.reserveCapacity(memberships.count)
      var moveCount = 0
      func move(_ code: Int64, to after: Int?) throws {
        let before = expired.contains(code) && !written.contains(code) ? nil : former[code] ?? nil
        guard hasModel, before != after else { return }
        try writer.noteMove(of: code, from: before, to: after, cause: .refit)
        moveCount += 1
      }
      // In the order of codes, which is that of the tables: few pages are written, and each once.
      var coded: [(code: Int64, position: Int)] = []
      coded.reserveCapacity(memberships.count)
      for (position, entry) in memberships.enumerated() {
        if let code = try createsProfiles ? makeCode(entry.user) : Dictionaries.code(db, of: entry.user) {
          coded.append((code, position))
        } else {
          missing.append(entry.user)
        }
      }
      for (code, position) in coded.sorted(by: { ($0.code, $0.position) < ($1.code, $1.position) }) {
        let (user, membership) = memberships[position]
        if expired.contains(code), !written.contains(code) { try writer.removeExpiredParts(code) }
        guard try writer.renewProfile(db, code, createsProfiles: createsProfiles) else {
          missing.append(user)
          continue
        }
        try move(code, to: membership.cluster)
        try writer.replace(.cluster, of: code, with: SealedBlob.seal(ProfileCodec.encode(membership)))
        former[code] = membership.cluster
        written.insert(code)
      }
      let remove = try db.cachedStatement(
        sql: "DELETE FROM profile_part WHERE user = ? AND part = \(ProfilePart.cluster.rawValue)")
      for code in former.keys.filter({ !written.contains($0) }).sorted() {
        try move(code, to: nil)
        try remove.execute(arguments: [code])
      }
      return ClusterFitReceipt(model: model, missing: missing, moveCount: moveCount)
    }
  }

  /// The number of the group of every user who has a membership, expired or not.
  private static func storedGroups(_ db: Database) throws -> [Int64: Int?] {
    var groups: [Int64: Int?] = [:]
    let rows = try Row.fetchCursor(
      db, sql: "SELECT user, data FROM profile_part WHERE part = \(ProfilePart.cluster.rawValue)")
    while let row = try rows.next() {
      let group = try row.withUnsafeData(atIndex: 1) { data in
        try (data ?? Data()).withUnsafeBytes { try ProfileCodec.membership(sealed: $0).cluster }
      }
      groups.updateValue(group, forKey: try row.value(0))
    }
    return groups
  }

  /// The memberships that profiles hold, by user; those that have expired at `now` are left out.
  ///
  /// - Complexity: O(n log n) for n memberships; other parts of profiles are not read.
  public func clusterMemberships(at now: Timestamp) throws -> [UserID: ClusterMembership] {
    try read { db in
      var memberships: [UserID: ClusterMembership] = [:]
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT user.id, part.data FROM profile_part part JOIN profile ON profile.user = part.user
          JOIN user ON user.code = part.user
          WHERE part.part = \(ProfilePart.cluster.rawValue) AND (expires IS NULL OR expires > ?)
          """, arguments: [now.milliseconds])
      while let row = try rows.next() {
        memberships[UserID(try row.value(0))] = try row.withUnsafeData(atIndex: 1) { data in
          try (data ?? Data()).withUnsafeBytes { try ProfileCodec.membership(sealed: $0) }
        }
      }
      return memberships
    }
  }
}
