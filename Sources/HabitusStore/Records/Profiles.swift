internal import Foundation
internal import GRDB
public import HabitusModel

/// When and for how long a profile is written.
public struct ProfileClock: Sendable {
  /// The moment of the change.
  public var now: Timestamp
  /// When the derived parts expire; `nil` for never.
  public var expires: Timestamp?

  /// Makes a clock reading.
  public init(now: Timestamp, expires: Timestamp?) {
    self.now = now
    self.expires = expires
  }
}

/// A feature's value at an earlier analysis.
public struct FeatureSnapshot: Sendable, Equatable {
  /// The window that was looked at.
  public let window: AnalysisWindow
  /// The values by feature; features without a value are absent.
  public let values: [String: Double]
}

extension Store {
  // MARK: Reading

  /// The profile of `user`, or `nil` where there is none. Derived parts that have expired at `now` are left out.
  ///
  /// - Parameter predictions: makes predictions of what the profile keeps of them; without it they are left out.
  public func profile(
    _ user: UserID, at now: Timestamp, withSecureFields: Bool, predictions: PredictionReading? = nil
  ) throws -> Profile? {
    try read { db in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT profile.* FROM profile JOIN user ON user.code = profile.user WHERE user.id = ?",
          arguments: [user.rawValue])
      else { return nil }
      var sets = FeatureSets()
      return try Self.profile(db, row, user, now, withSecureFields, predictions, &sets)
    }
  }

  /// Makes predictions of what a profile keeps of them.
  public typealias PredictionReading = @Sendable (PredictionRecord) throws -> [Prediction]

  /// Calls `body` with every profile, in the order of users' identifiers by bytes.
  ///
  /// Profiles are read some at a time, so `body` may use the store; what it or another task changes of profiles that
  /// come later is seen.
  ///
  /// - Parameter predictions: makes predictions of what profiles keep of them; without it they are left out.
  public func forEachProfile(
    at now: Timestamp, withSecureFields: Bool, predictions: PredictionReading? = nil, _ body: (Profile) throws -> Void
  ) throws {
    var last = UserID("")
    while true {
      let profiles = try read { db in try Self.profiles(db, after: last, now, withSecureFields, predictions) }
      guard let end = profiles.last?.user else { return }
      for profile in profiles { try body(profile) }
      last = end
    }
  }

  /// Profiles that are read at a time.
  private static let profilesAtATime = 1000

  private static func profiles(
    _ db: Database, after user: UserID, _ now: Timestamp, _ withSecureFields: Bool, _ predictions: PredictionReading?
  ) throws -> [Profile] {
    var sets = FeatureSets()
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT user.id AS name, profile.* FROM user JOIN profile ON user.code = profile.user WHERE user.id > ?
        ORDER BY user.id LIMIT ?
        """, arguments: [user.rawValue, profilesAtATime])
    return try rows.map {
      try profile(db, $0, UserID(try $0.value("name")), now, withSecureFields, predictions, &sets)
    }
  }

  /// Number of profiles.
  public func profileCount() throws -> Int {
    try read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM profile") ?? 0 }
  }

  /// Number of profiles that were last changed before `moment`.
  public func profileCount(updatedBefore moment: Timestamp) throws -> Int {
    try read { db in
      try Int.fetchOne(
        db, sql: "SELECT count(*) FROM profile WHERE updated < ?", arguments: [moment.milliseconds]) ?? 0
    }
  }

  /// Whether `user` has an event, folded or not, or a profile.
  public func knows(_ user: UserID) throws -> Bool {
    try read { db in
      try Dictionaries.code(db, of: user) != nil || EventLog.knows(db, user)
    }
  }

  /// Identifiers of all users that the store knows, events or not, in order of bytes.
  public func userIDs(prefix: String = "", limit: Int? = nil) throws -> [UserID] {
    try read { db in
      let folded = try String.fetchAll(
        db, sql: "SELECT id FROM user WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id LIMIT ?2",
        arguments: [prefix, limit ?? -1])
      let prefix = Array(prefix.utf8)
      let logged = try EventLog.users(db).filter { $0.rawValue.utf8.starts(with: prefix) }
      let users = Set(folded.map { UserID($0) } + logged).sorted()
      return Array(users.prefix(limit ?? users.count))
    }
  }

  /// The feature values of earlier analyses, oldest first.
  public func featureHistory(_ user: UserID) throws -> [FeatureSnapshot] {
    try read { db in
      var sets = FeatureSets()
      return try Row.fetchAll(
        db,
        sql: """
          SELECT data FROM feature_history JOIN user ON user.code = feature_history.user WHERE user.id = ?
          ORDER BY as_of, window_days
          """, arguments: [user.rawValue]
      ).map { row in
        let features = try Self.decode(try row.value(0)) { reader in
          try ProfileCodec.decodeFeatures(&reader, user: user) { try sets.definitions(db, $0) }
        }
        return FeatureSnapshot(window: features.window, values: features.values)
      }
    }
  }

  private static func profile(
    _ db: Database, _ row: Row, _ user: UserID, _ now: Timestamp, _ withSecureFields: Bool,
    _ predictions: PredictionReading?, _ sets: inout FeatureSets
  ) throws -> Profile {
    let expires = try row.optionalValue("expires").map { Timestamp(milliseconds: $0) }
    var profile = Profile(
      user: user, version: try row.value("version"), created: Timestamp(milliseconds: try row.value("created")),
      updated: Timestamp(milliseconds: try row.value("updated")), expires: expires,
      base: try fields(try row.value("base")),
      secure: withSecureFields ? try fields(try row.value("secure")) : nil)
    if let expires, expires <= now { return profile }
    let parts = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT part, data FROM profile_part WHERE user = ?"),
      arguments: [try row.value("user", as: Int64.self)])
    for part in parts {
      let data: Data = part[1]
      switch ProfilePart(rawValue: part[0]) {
      case .features:
        profile.features = try decode(data) { reader in
          try ProfileCodec.decodeFeatures(&reader, user: user) { try sets.definitions(db, $0) }
        }
      case .cluster: profile.cluster = try decode(data) { try ProfileCodec.decodeCluster(&$0) }
      case .preferences: profile.preferences = try decode(data) { try PreferenceCodec.decode(&$0) }
      case .patterns: profile.patterns = try decode(data) { try PatternCodec.decode(&$0) }
      case .predictions:
        guard let predictions else { continue }
        profile.predictions = try predictions(try decode(data) { try PredictionRecord(reading: &$0) })
      case nil: throw StoreError.damaged("a profile has an unknown part")
      }
    }
    return profile
  }

  private static func decode<Value>(_ data: Data, _ body: (inout ByteReader) throws -> Value) throws -> Value {
    try data.withUnsafeBytes { bytes in
      var reader = ByteReader(try SealedBlob.open(bytes, "a part of a profile"))
      return try body(&reader)
    }
  }

  private static func fields(_ text: String) throws -> [String: JSONValue] {
    do {
      return try JSONDecoder().decode([String: JSONValue].self, from: Data(text.utf8))
    } catch {
      throw StoreError.damaged("the base information of a profile is not JSON")
    }
  }

  private static func text(_ fields: [String: JSONValue]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(fields), as: UTF8.self)
  }

  // MARK: Writing

  /// Makes a profile with base information only.
  ///
  /// - Returns: false, and nothing is changed, where the user has one already.
  /// - Throws: ``StoreError/inUse(directory:process:)`` for a user new to the store while an import is going on,
  ///   ``StoreError/invalidText(_:)`` for an identifier that cannot be stored.
  public func createProfile(
    _ user: UserID, base: [String: JSONValue], secure: [String: JSONValue], clock: ProfileClock
  ) throws -> Bool {
    try validate(user)
    return try writeCodingUsers { db, code in
      let code = try code(user)
      try db.execute(
        sql: """
          INSERT OR IGNORE INTO profile (user, version, created, updated, expires, base, secure)
          VALUES (?, 1, ?, ?, ?, ?, ?)
          """,
        arguments: [
          code, clock.now.milliseconds, clock.now.milliseconds, clock.expires?.milliseconds, try Self.text(base),
          try Self.text(secure),
        ])
      return db.changesCount == 1
    }
  }

  /// Replaces the base information and the secure fields that `secure` names; others, and derived parts, stay.
  ///
  /// - Returns: false, and nothing is changed, where the user has no profile.
  public func updateBase(
    _ user: UserID, base: [String: JSONValue], secure: [String: JSONValue], at now: Timestamp
  ) throws -> Bool {
    try write { db in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT profile.user, secure FROM profile JOIN user ON user.code = profile.user WHERE user.id = ?",
          arguments: [user.rawValue])
      else { return false }
      let merged = try Self.fields(try row.value(1)).merging(secure) { _, new in new }
      try db.execute(
        sql: "UPDATE profile SET base = ?, secure = ?, version = version + 1, updated = ? WHERE user = ?",
        arguments: [try Self.text(base), try Self.text(merged), now.milliseconds, try row.value(0, as: Int64.self)])
      return true
    }
  }

  /// Replaces the derived parts that `updates` name; base information stays as it is.
  ///
  /// - Parameters:
  ///   - updates: what is new, by user.
  ///   - createsProfiles: whether users without a profile get one.
  ///   - keepsHistory: whether feature values are also kept under their window's end.
  ///   - notesMoves: whether a user whose group has another number than before has moved, by behaviour.
  /// - Returns: the users that were left out because they have no profile.
  /// - Throws: ``StoreError/inUse(directory:process:)`` for a user new to the store while an import is going on,
  ///   ``StoreError/invalidText(_:)`` for an identifier that cannot be stored; nothing is written then.
  @discardableResult
  public func updateProfiles(
    _ updates: [(user: UserID, update: ProfileUpdate)], clock: ProfileClock, createsProfiles: Bool, keepsHistory: Bool,
    notesMoves: Bool = true
  ) throws -> [UserID] {
    for (user, _) in updates { try validate(user) }
    return try writeCodingUsers { db, makeCode in
      var sets = FeatureSets()
      var missing: [UserID] = []
      let writer = try ProfileWriter(db, clock: clock)
      let remember = try db.cachedStatement(
        sql: "INSERT OR REPLACE INTO feature_history (user, as_of, window_days, data) VALUES (?, ?, ?, ?)")
      for (user, update) in updates {
        guard let code = try createsProfiles ? makeCode(user) : Dictionaries.code(db, of: user) else {
          missing.append(user)
          continue
        }
        try writer.removeExpiredParts(code)
        guard try writer.renewProfile(db, code, createsProfiles: createsProfiles) else {
          missing.append(user)
          continue
        }
        if let features = update.features {
          let bytes = SealedBlob.seal(
            ProfileCodec.encode(features, featureSet: try sets.identifier(db, of: features.definitions)))
          try writer.replace(.features, of: code, with: bytes)
          if keepsHistory {
            try remember.execute(blob: bytes, after: [code, features.window.asOf.milliseconds, features.window.days])
          }
        }
        if let cluster = update.cluster {
          if notesMoves {
            try writer.noteMove(
              of: code, from: try writer.group(of: code), to: cluster.cluster, cause: .behaviour)
          }
          try writer.replace(.cluster, of: code, with: SealedBlob.seal(ProfileCodec.encode(cluster)))
        }
        if let preferences = update.preferences {
          try writer.replace(.preferences, of: code, with: SealedBlob.seal(PreferenceCodec.encode(preferences)))
        }
        if let patterns = update.patterns {
          try writer.replace(.patterns, of: code, with: SealedBlob.seal(try PatternCodec.encode(patterns)))
        }
        if let predictions = update.predictions {
          try writer.replace(.predictions, of: code, with: SealedBlob.seal(predictions.bytes))
        }
      }
      return missing
    }
  }

  /// Takes a derived part away from all profiles, as when clusters are made anew.
  public func removeFromAllProfiles(_ part: ProfilePart) throws {
    try write { db in try db.execute(sql: "DELETE FROM profile_part WHERE part = ?", arguments: [part.rawValue]) }
  }

  /// Deletes a profile with its history; the user's events stay.
  ///
  /// - Returns: false where the user has no profile.
  public func deleteProfile(_ user: UserID) throws -> Bool {
    try write { db in
      guard let code = try Dictionaries.code(db, of: user) else { return false }
      for table in ["profile_part", "feature_history", "cluster_move"] {
        try db.execute(sql: "DELETE FROM \(table) WHERE user = ?", arguments: [code])
      }
      try db.execute(sql: "DELETE FROM profile WHERE user = ?", arguments: [code])
      return db.changesCount == 1
    }
  }

  /// Drops the derived parts of profiles that expired before `now`; base information stays.
  ///
  /// - Returns: number of profiles that lost parts.
  public func removeExpiredParts(at now: Timestamp) throws -> Int {
    try write { db in
      let expired = "SELECT user FROM profile WHERE expires <= \(now.milliseconds)"
      let count =
        try Int.fetchOne(db, sql: "SELECT count(DISTINCT user) FROM profile_part WHERE user IN (\(expired))") ?? 0
      try db.execute(sql: "DELETE FROM profile_part WHERE user IN (\(expired))")
      return count
    }
  }

  /// Refuses what cannot be the identifier of a user.
  func validate(_ user: UserID) throws {
    guard !user.rawValue.isEmpty, !user.rawValue.utf8.contains(0) else { throw StoreError.invalidText(user.rawValue) }
  }
}

/// The dictionaries that stored feature values refer to, read and written once a transaction.
private struct FeatureSets {
  private var known: [Int64: [FeatureDefinition]] = [:]

  mutating func definitions(_ db: Database, _ id: Int64) throws -> [FeatureDefinition] {
    if let definitions = known[id] { return definitions }
    guard let text = try String.fetchOne(db, sql: "SELECT definitions FROM feature_set WHERE id = ?", arguments: [id])
    else {
      throw StoreError.damaged("the feature dictionary \(id) is missing")
    }
    do {
      let definitions = try JSONDecoder().decode([FeatureDefinition].self, from: Data(text.utf8))
      known[id] = definitions
      return definitions
    } catch {
      throw StoreError.damaged("the feature dictionary \(id) cannot be read")
    }
  }

  mutating func identifier(_ db: Database, of definitions: [FeatureDefinition]) throws -> Int64 {
    if let (id, _) = known.first(where: { $0.value == definitions }) { return id }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(definitions), as: UTF8.self)
    try db.execute(sql: "INSERT OR IGNORE INTO feature_set (definitions) VALUES (?)", arguments: [text])
    guard let id = try Int64.fetchOne(db, sql: "SELECT id FROM feature_set WHERE definitions = ?", arguments: [text])
    else {
      throw StoreError.damaged("a feature dictionary cannot be stored")
    }
    known[id] = definitions
    return id
  }
}

extension FeatureSnapshot {
  /// The same moment with one feature only.
  public func restricted(to feature: String) -> FeatureSnapshot {
    FeatureSnapshot(window: window, values: values.filter { $0.key == feature })
  }
}
