public import HabitusModel
public import HabitusStore

/// Keeps user profiles: base information that the application gives, and what was derived from behaviour.
///
/// The two are written apart: updating one never changes the other. Base information named among the configured secure
/// fields (`personal_info`, `contact_details` by default) is kept apart and left out of what is read unless asked for.
///
/// A profile belongs to a person: it is kept under the canonical id, and every id of the person leads to it. What was kept
/// under an id before it was joined with another stays in the store and is seen again when the join is undone.
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

  /// The id that the profile of `userID` is kept under: the canonical one of the person.
  private func owner(of userID: UserID) throws -> UserID { try workspace.reading().person(of: userID) }

  /// Whether the store knows any id of the person that `userID` belongs to.
  private func knowsPerson(of userID: UserID) throws -> Bool {
    try workspace.reading().ids(ofPersonOf: userID).contains { try workspace.store.knows($0) }
  }

  // MARK: Reading

  /// The profile of a user: of the person that `userID` belongs to. Of somebody who does not agree to the analysis it is
  /// the base information alone.
  ///
  /// - Throws: ``HabitusError/noProfile(_:)``; where no analysis may make one, ``HabitusError/noConsent(_:)``; where nothing at
  ///   all is known, ``HabitusError/unknownUser(_:)``.
  public func getProfile(userID: UserID, includingSecureFields: Bool = false) async throws -> Profile {
    try await workspace.offloaded {
      let reading = try workspace.reading()
      if let profile = try workspace.store.profile(
        reading.person(of: userID), at: now(), withSecureFields: includingSecureFields,
        predictions: PreferenceCalculator(workspace).predictionReading())
      {
        return reading.excludes(userID) ? profile.withoutDerivedParts : profile
      }
      if reading.excludes(userID) { throw HabitusError.noConsent(userID) }
      throw try noProfile(of: userID)
    }
  }

  /// The error of a user without a profile.
  private func noProfile(of userID: UserID) throws -> HabitusError {
    try knowsPerson(of: userID) ? .noProfile(userID) : .unknownUser(userID)
  }

  /// Calls `body` with every person's profile, in the order of identifiers; of those who do not agree to the analysis it
  /// is the base information, where there is any.
  ///
  /// - Parameter includingPredictions: whether the profiles say what was predicted; what is not needed saves time.
  public func exportProfiles(
    includingSecureFields: Bool = false, includingPredictions: Bool = true,
    _ body: @escaping @Sendable (Profile) throws -> Void
  ) async throws {
    try await workspace.offloaded {
      let reading = try workspace.reading()
      let predictions = try includingPredictions ? PreferenceCalculator(workspace).predictionReading() : nil
      try workspace.store.forEachProfile(
        at: now(), withSecureFields: includingSecureFields, predictions: predictions
      ) { profile in
        guard reading.person(of: profile.user) == profile.user else { return }
        guard reading.excludes(profile.user) else { return try body(profile) }
        if !profile.base.isEmpty || !(profile.secure ?? [:]).isEmpty { try body(profile.withoutDerivedParts) }
      }
    }
  }

  /// The values that features had at earlier analyses, oldest first.
  ///
  /// - Parameter feature: one feature's name, or `nil` for all of them.
  public func getFeatureHistory(userID: UserID, feature: String? = nil) async throws -> [FeatureSnapshot] {
    try await workspace.offloaded {
      guard try knowsPerson(of: userID) else { throw HabitusError.unknownUser(userID) }
      if try workspace.reading().excludes(userID) { throw HabitusError.noConsent(userID) }
      let history = try workspace.store.featureHistory(owner(of: userID))
      guard let feature else { return history }
      return history.map { $0.restricted(to: feature) }
    }
  }

  /// The user's moves from one group to another, oldest first: because the groups were found anew, or because the user
  /// behaves differently. The group at the first grouping of all is no move.
  ///
  /// - Throws: ``HabitusError/unknownUser(_:)``, ``HabitusError/noConsent(_:)``.
  public func getClusterHistory(userID: UserID) async throws -> [ClusterMove] {
    try await workspace.offloaded {
      guard try knowsPerson(of: userID) else { throw HabitusError.unknownUser(userID) }
      if try workspace.reading().excludes(userID) { throw HabitusError.noConsent(userID) }
      return try workspace.store.clusterMoves(of: owner(of: userID))
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
      guard try workspace.store.createProfile(owner(of: userID), base: open, secure: secure, clock: clock()) else {
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
      guard try workspace.store.updateBase(owner(of: userID), base: open, secure: secure, at: now()) else {
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
    try await workspace.offloaded {
      guard try self.update([(owner(of: userID), update)]).isEmpty else { throw HabitusError.noProfile(userID) }
    }
    return try await getProfile(userID: userID)
  }

  /// Deletes a profile with its history; the user's events stay.
  ///
  /// - Throws: ``HabitusError/noProfile(_:)``.
  public func deleteProfile(userID: UserID) async throws {
    try await workspace.offloaded {
      guard try workspace.store.deleteProfile(owner(of: userID)) else { throw HabitusError.noProfile(userID) }
    }
  }

  /// Drops the derived parts of profiles that were not renewed in time; returns how many lost theirs.
  @discardableResult
  public func removeExpired() async throws -> Int {
    try await workspace.offloaded { try workspace.store.removeExpiredParts(at: now()) }
  }

  /// Writes many updates, of users by their canonical ids, in one transaction; returns the users left out because they have
  /// no profile.
  ///
  /// - Parameters:
  ///   - keepsHistory: whether feature values are also kept under their window's end, where configured.
  ///   - notesMoves: whether a user whose group has another number than before has moved, by behaviour.
  func update(
    _ updates: [(user: UserID, update: ProfileUpdate)], keepsHistory: Bool = true, notesMoves: Bool = true
  ) throws -> [UserID] {
    try workspace.store.updateProfiles(
      updates, clock: clock(), createsProfiles: settings.createsProfiles,
      keepsHistory: keepsHistory && settings.keepsHistory, notesMoves: notesMoves)
  }

  /// Stores a fit of groups with everybody's membership, of users by their canonical ids, in one transaction; see
  /// `Store.saveClusterFit(kind:data:memberships:clock:createsProfiles:)`.
  @discardableResult
  func saveClusterFit(
    kind: String, data: [UInt8], memberships: [(user: UserID, membership: ClusterMembership)]
  ) throws -> ClusterFitReceipt {
    try workspace.store.saveClusterFit(
      kind: kind, data: data, memberships: memberships, clock: clock(), createsProfiles: settings.createsProfiles)
  }

  /// Users whose profiles are written in one transaction: few, so that events can be stored between.
  static let usersAtATime = 1024

  private func split(_ base: [String: JSONValue]) -> (open: [String: JSONValue], secure: [String: JSONValue]) {
    let names = Set(settings.secureFields)
    return (base.filter { !names.contains($0.key) }, base.filter { names.contains($0.key) })
  }
}
