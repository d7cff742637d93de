public import HabitusModel
internal import HabitusStore

/// Extracts behavioural features from tracking data: the whole feature dictionary, for one user or for everybody.
///
/// ```swift
/// let featureExtractor = try await FeatureExtractor()
/// let features = try await featureExtractor.extractFeatures(userID: "12345")
/// print(features["session_count"] ?? 0)
/// ```
public struct FeatureExtractor: Sendable {
  /// Configuration and store.
  public let workspace: Workspace
  /// Features of the application's own, besides the dictionary; those of the workspace at first.
  public var features: [any Feature]

  /// Uses a workspace.
  public init(_ workspace: Workspace) {
    self.workspace = workspace
    features = workspace.features
  }

  /// Finds configuration and store as the command does.
  public init() async throws { self.init(try Workspace(access: .read)) }

  /// The entries of the dictionary that are extracted, in the order of columns.
  public var definitions: [FeatureDefinition] {
    let groups = workspace.configuration.features.groups
    return (FeatureDictionary.definitions + features.map(\.definition)).filter { groups.contains($0.group) }
  }

  /// The features of one user: of the person that `userID` belongs to, whose canonical id they bear.
  ///
  /// - Parameters:
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the window's length; the configured one unless given.
  /// - Throws: ``HabitusError/unknownUser(_:)``, ``HabitusError/noConsent(_:)``, ``HabitusError/noEvents(_:_:)``,
  ///   ``FeatureError``, `StoreError`.
  public func extractFeatures(
    userID: UserID, asOf: Timestamp? = nil, windowDays: Int? = nil
  ) async throws -> FeatureVector {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        let plan = try plan(snapshot, asOf: asOf, windowDays: windowDays)
        let timeline = try workspace.timeline(of: userID, in: snapshot, plan: plan)
        var scanner = FeatureScanner(plan)
        var rows = FeatureRows(columnCount: plan.definitions.count)
        scanner.scan(timeline.frame, into: &rows)
        return FeatureVector(
          user: UserID(snapshot.dictionaries.users.text(of: timeline.user)), window: plan.window,
          definitions: plan.definitions, storage: rows.values,
          activity: ActivitySummary(timeline))
      }
    }
  }

  /// The features of every user with an event in the window, in one scan.
  ///
  /// - Complexity: O(events).
  public func extractAll(asOf: Timestamp? = nil, windowDays: Int? = nil) async throws -> FeatureTable {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf, withAllStrings: false) { snapshot in
        try table(snapshot, plan: try plan(snapshot, asOf: asOf, windowDays: windowDays))
      }
    }
  }

  /// What is fixed for the scan of a snapshot.
  func plan(_ snapshot: EventSnapshot, asOf: Timestamp?, windowDays: Int?) throws -> FeaturePlan {
    try FeaturePlan(
      options: workspace.configuration.features,
      window: try workspace.window(asOf: asOf, days: windowDays, in: snapshot), types: snapshot.dictionaries.types,
      features: features)
  }

  /// The features of every user of a snapshot.
  func table(_ snapshot: EventSnapshot, plan: FeaturePlan) throws -> FeatureTable {
    let parts = try snapshot.scan(
      columns: plan.columns, workers: workspace.workers, makeState: { ScannerBox(FeatureScanner(plan)) }
    ) { box, frame in
      var rows = FeatureRows(columnCount: plan.definitions.count)
      box.scanner.scan(frame, into: &rows)
      return rows
    }
    return FeatureTable(
      window: plan.window, definitions: plan.definitions, users: parts.flatMap(\.users),
      values: try Parallel.joined(parts.map(\.values), workers: workspace.workers))
  }
}

/// Holds a scanner, which cannot be copied, as the state of one thread.
final class ScannerBox {
  var scanner: FeatureScanner

  init(_ scanner: consuming FeatureScanner) { self.scanner = scanner }
}
