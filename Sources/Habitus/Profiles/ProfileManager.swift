public import HabitusModel
public import HabitusStore

/// Keeps user profiles: base information that the application gives, and what was derived from behaviour.
///
/// The two are written apart: updating one never changes the other. Base information named among the configured secure
/// fields (`personal_info`, `contact_details` by default) is kept apart and left out of what is read unless asked for.
public struct ProfileManager: Sendable {
  /// Configuration and store.
  public let workspace: Workspace
  /// The present moment; for record keeping and expiry.
  private let now: @Sendable () -> Timestamp

  /// Uses a workspace.
  ///
  /// - Parameter now: the clock; the machine's unless given.
  public init(_ workspace: Workspace, now: (@Sendable () -> Timestamp)? = nil) {
    self.workspace = workspace
    self.now = now ?? { .now }
  }

  /// Finds configuration and store as the command does.
  public init() async throws { self.init(try Workspace()) }

  private var settings: HabitusConfiguration.Profiles { workspace.configuration.profiles }

  private func clock() -> ProfileClock {
    let now = now()
    let expires = settings.timeToLive.map { Timestamp(milliseconds: now.milliseconds + Int64($0 / .milliseconds(1))) }
    return ProfileClock(now: now, expires: expires)
  }

  // MARK: Reading

  /// The profile of a user.
  ///
  /// - Throws: ``HabitusError/noProfile(_:)`` or, where nothing at all is known, ``HabitusError/unknownUser(_:)``.
  public func getProfile(userID: UserID, includingSecureFields: Bool = false) async throws -> Profile {
    try await workspace.offloaded {
      if let profile = try workspace.store.profile(userID, at: now(), withSecureFields: includingSecureFields) {
        return profile
      }
      throw try noProfile(of: userID)
    }
  }

  /// The error of a user without a profile.
  private func noProfile(of userID: UserID) throws -> HabitusError {
    try workspace.store.knows(userID) ? .noProfile(userID) : .unknownUser(userID)
  }

  /// Calls `body` with every profile, in the order of identifiers.
  public func exportProfiles(
    includingSecureFields: Bool = false, _ body: @escaping @Sendable (Profile) throws -> Void
  ) async throws {
    try await workspace.offloaded {
      try workspace.store.forEachProfile(at: now(), withSecureFields: includingSecureFields, body)
    }
  }

  /// The values that features had at earlier analyses, oldest first.
  ///
  /// - Parameter feature: one feature's name, or `nil` for all of them.
  public func getFeatureHistory(userID: UserID, feature: String? = nil) async throws -> [FeatureSnapshot] {
    try await workspace.offloaded {
      guard try workspace.store.knows(userID) else { throw HabitusError.unknownUser(userID) }
      let history = try workspace.store.featureHistory(userID)
      guard let feature else { return history }
      return history.map { $0.restricted(to: feature) }
    }
  }

  // MARK: Writing

  /// Makes a profile with base information.
  ///
  /// - Throws: ``HabitusError/profileExists(_:)``.
  @discardableResult
  public func createProfile(userID: UserID, base: [String: JSONValue] = [:]) async throws -> Profile {
    try await workspace.offloaded {
      let (open, secure) = split(base)
      guard try workspace.store.createProfile(userID, base: open, secure: secure, clock: clock()) else {
        throw HabitusError.profileExists(userID)
      }
    }
    return try await getProfile(userID: userID)
  }

  /// Replaces the base information; derived parts stay. Secure fields that `base` does not name stay, too.
  ///
  /// - Throws: ``HabitusError/noProfile(_:)``.
  @discardableResult
  public func updateProfile(userID: UserID, base: [String: JSONValue]) async throws -> Profile {
    try await workspace.offloaded {
      let (open, secure) = split(base)
      guard try workspace.store.updateBase(userID, base: open, secure: secure, at: now()) else {
        throw try noProfile(of: userID)
      }
    }
    return try await getProfile(userID: userID)
  }

  /// Replaces derived parts; those not given, and the base information, stay.
  ///
  /// - Throws: ``HabitusError/noProfile(_:)`` where the user has none and the configuration does not let it be created.
  @discardableResult
  public func updateProfile(
    userID: UserID, features: FeatureVector? = nil, cluster: ClusterMembership? = nil,
    preferences: [Preference]? = nil, patterns: [Pattern]? = nil
  ) async throws -> Profile {
    let update = ProfileUpdate(features: features, cluster: cluster, preferences: preferences, patterns: patterns)
    try await workspace.offloaded { try self.update([(userID, update)]).forEach { throw HabitusError.noProfile($0) } }
    return try await getProfile(userID: userID)
  }

  /// Deletes a profile with its history; the user's events stay.
  ///
  /// - Throws: ``HabitusError/noProfile(_:)``.
  public func deleteProfile(userID: UserID) async throws {
    try await workspace.offloaded {
      guard try workspace.store.deleteProfile(userID) else { throw HabitusError.noProfile(userID) }
    }
  }

  /// Drops the derived parts of profiles that were not renewed in time; returns how many lost theirs.
  @discardableResult
  public func removeExpired() async throws -> Int {
    try await workspace.offloaded { try workspace.store.removeExpiredParts(at: now()) }
  }

  /// Writes many updates in one transaction; returns the users left out because they have no profile.
  func update(_ updates: [(user: UserID, update: ProfileUpdate)]) throws -> [UserID] {
    try workspace.store.updateProfiles(
      updates, clock: clock(), createsProfiles: settings.createsProfiles, keepsHistory: settings.keepsHistory)
  }

  private func split(_ base: [String: JSONValue]) -> (open: [String: JSONValue], secure: [String: JSONValue]) {
    let names = Set(settings.secureFields)
    return (base.filter { !names.contains($0.key) }, base.filter { names.contains($0.key) })
  }
}
