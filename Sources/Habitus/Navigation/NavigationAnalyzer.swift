public import HabitusModel
internal import HabitusStore

/// Follows users through a product: how many take the steps of a funnel, and how many come back.
///
/// ```swift
/// let navigation = try await NavigationAnalyzer()
/// let steps = try ["search", "click:category=jobs", "apply"].map { try EventSelector($0) }
/// let funnel = try await navigation.funnel(FunnelDefinition(steps: steps))
/// print(funnel.conversionRate ?? 0)
/// ```
///
/// Events are read as by every analysis: with the ids of one person as one user, without those who do not consent, and
/// without bots unless `feature_extraction.include_bots` says otherwise. Users with few events count as well.
public struct NavigationAnalyzer: Sendable {
  /// Configuration and store.
  public let workspace: Workspace

  /// Uses a workspace.
  public init(_ workspace: Workspace) { self.workspace = workspace }

  /// Finds configuration and store as the command does.
  public init() async throws { self.init(try Workspace(access: .read)) }

  /// The cohorts of users and how many of each came back.
  ///
  /// - Parameters:
  ///   - definition: the configured one unless given.
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the window's length; the configured one unless given.
  /// - Throws: ``HabitusError/invalidRetention(reason:)``, ``HabitusError/emptyStore(directory:)``, ``FeatureError``,
  ///   `StoreError`.
  /// - Complexity: O(events · periods).
  public func retention(
    _ definition: RetentionDefinition? = nil, asOf: Timestamp? = nil, windowDays: Int? = nil
  ) async throws -> RetentionReport {
    let definition = try definition ?? workspace.configuration.navigation.retention()
    return try await workspace.offloaded {
      let needsStrings = definition.start.hasConditions || definition.returning.hasConditions
      return try workspace.withSnapshot(asOf: asOf, withAllStrings: needsStrings) { snapshot in
        let plan = try RetentionPlan(
          definition, window: try workspace.window(asOf: asOf, days: windowDays, in: snapshot),
          timeZone: workspace.configuration.features.timeZone, snapshot.dictionaries)
        let parts = try snapshot.scan(
          columns: plan.masks.columns, workers: workspace.workers, makeState: { RetentionScanner(plan) }
        ) { scanner, frame in scanner.scan(frame) }
        return RetentionReport(plan, parts.reduce(into: RetentionCounts()) { $0.add($1) })
      }
    }
  }
}
