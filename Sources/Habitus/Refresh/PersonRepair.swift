public import HabitusModel
internal import HabitusStore

/// Makes profiles what they would be if identifiers that were parted had never been joined.
///
/// Events keep the identifiers that they came with, so whatever is computed from now on is right by itself. What was
/// computed and kept while the join held is computed again: the derived parts of the profiles, and the earlier feature
/// values of windows that end after the join. Moves between groups that were noted after the join are forgotten; those
/// that there would have been without it depend on groups that are no more, so none are put in their place.
public struct PersonRepair: Sendable {
  /// Configuration and store.
  public let workspace: Workspace

  /// Uses a workspace.
  public init(_ workspace: Workspace) { self.workspace = workspace }

  /// Repairs the profiles of everybody whom `edges`, which were undone, had joined.
  ///
  /// - Parameter asOf: the end of the window of the fresh profiles; that of the former ones unless given.
  /// - Throws: `StoreError`.
  public func run(after edges: [IdentityEdge], asOf: Timestamp? = nil) async throws {
    guard let joined = edges.map(\.time).min() else { return }
    try await workspace.offloaded { try run(edges, joined: joined, asOf) }
  }

  private func run(_ edges: [IdentityEdge], joined: Timestamp, _ asOf: Timestamp?) throws {
    let persons = try workspace.store.personIndex()
    let ends = Set(edges.flatMap { [$0.former, $0.known] })
    let users = Set(ends.flatMap(persons.members)).sorted()
    let profiles = try users.compactMap {
      try workspace.store.profile($0, at: Timestamp.representable.lowerBound, withSecureFields: false)
    }
    let windows = try workspace.store.featureHistoryWindows(of: users, endingAfter: joined)
    let last = asOf ?? profiles.compactMap { $0.features?.window.asOf }.max()
    try workspace.store.forgetDerived(of: users, endingAfter: joined)
    let consents = try workspace.consentStates()
    for window in windows {
      try write(
        try FeatureExtractor(workspace).features(
          of: users, asOf: window.asOf, windowDays: window.days, consents: consents), isLatest: false)
    }
    guard let last else { return }
    try write(
      try FeatureExtractor(workspace).features(of: users, asOf: last, consents: consents), isLatest: true)
  }

  /// - Parameter isLatest: whether profiles show this window; preferences and predictions go with the latest alone.
  private func write(_ persons: [FeatureExtractor.PersonFeatures], isLatest: Bool) throws {
    let memberships = try UserClustering(workspace).standingMemberships(of: persons.map(\.features))
    let preferences = try isLatest ? self.preferences(of: persons.map(\.features)) : nil
    let updates = try persons.enumerated().map { index, person in
      let predictions =
        try isLatest ? PreferenceCalculator(workspace).predictionRecord(of: person.features) : nil
      return (
        user: person.features.user,
        update: ProfileUpdate(
          features: person.features, cluster: memberships[index], preferences: preferences?[index],
          predictions: predictions)
      )
    }
    _ = try ProfileManager(workspace).update(updates, keepsHistory: true, notesMoves: false)
  }

  /// Beside everybody's as they are without the join, not as the last analysis found them with it.
  private func preferences(of persons: [FeatureVector]) throws -> [[Preference]] {
    guard let asOf = persons.first?.window.asOf else { return [] }
    let calculator = PreferenceCalculator(workspace)
    return try workspace.withSnapshot(asOf: nil) { snapshot in
      let context = try calculator.newContext(snapshot, asOf: asOf, windowDays: nil).context
      return try persons.map {
        try calculator.preferences(of: $0.user, in: snapshot, context, limit: Analysis.storedPreferences)
      }
    }
  }
}
