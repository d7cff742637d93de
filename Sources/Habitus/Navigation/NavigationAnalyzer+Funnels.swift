public import HabitusModel
internal import HabitusStore

extension NavigationAnalyzer {
  /// The funnels that the configuration names, in order of names.
  ///
  /// - Throws: ``HabitusError/invalidEventSelector(_:reason:)``, ``HabitusError/unknownFunnel(_:known:)`` where the
  ///   configuration says something about a funnel that it does not define.
  public func configuredFunnels() throws -> [(name: String, definition: FunnelDefinition)] {
    let settings = workspace.configuration.navigation
    return try settings.funnels.keys.sorted().map { ($0, try settings.funnel($0)) }
  }

  /// The funnel that the configuration calls `name`.
  ///
  /// - Throws: ``HabitusError/unknownFunnel(_:known:)``, ``HabitusError/invalidEventSelector(_:reason:)``.
  public func configuredFunnel(_ name: String) throws -> FunnelDefinition {
    try workspace.configuration.navigation.funnel(name)
  }

  /// How many users take the steps of a funnel, and how long they need.
  ///
  /// - Parameters:
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the length of the window that all events of an attempt lie in; the configured one unless given.
  /// - Throws: ``HabitusError/invalidFunnel(reason:)``, ``HabitusError/emptyStore(directory:)``, ``FeatureError``,
  ///   `StoreError`.
  /// - Complexity: O(events · steps).
  public func funnel(
    _ definition: FunnelDefinition, asOf: Timestamp? = nil, windowDays: Int? = nil
  ) async throws -> FunnelReport {
    try await workspace.offloaded {
      let needsStrings = (definition.steps + definition.exclusions).contains(where: \.hasConditions)
      return try workspace.withSnapshot(asOf: asOf, withAllStrings: needsStrings) { snapshot in
        let window = try workspace.window(asOf: asOf, days: windowDays, in: snapshot)
        let (outcomes, unknown) = try outcomes(of: definition, in: snapshot, window)
        return FunnelReport(definition, window: window, unknownTypes: unknown, outcomes: outcomes)
      }
    }
  }

  /// The users who took `step` of a funnel (1 for the first) and none after it, in order of their ids; after the last
  /// step, those who took all.
  ///
  /// - Parameters:
  ///   - limit: the most users that are returned, `nil` for all.
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the window's length; the configured one unless given.
  /// - Throws: ``HabitusError/invalidFunnel(reason:)`` where there is no such step too,
  ///   ``HabitusError/emptyStore(directory:)``, ``FeatureError``, `StoreError`.
  /// - Complexity: O(events · steps).
  public func users(
    stoppingAfter step: Int, of definition: FunnelDefinition, limit: Int? = nil, asOf: Timestamp? = nil,
    windowDays: Int? = nil
  ) async throws -> [UserID] {
    guard definition.steps.indices.contains(step - 1) else {
      throw HabitusError.invalidFunnel(reason: "it has no step \(step), its steps are 1 to \(definition.steps.count)")
    }
    return try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        let window = try workspace.window(asOf: asOf, days: windowDays, in: snapshot)
        let outcomes = try outcomes(of: definition, in: snapshot, window).outcomes
        let users = outcomes.flatMap { part in
          zip(part.users, part.levels).filter { $0.1 == step }.map {
            UserID(snapshot.dictionaries.users.text(of: $0.0))
          }
        }
        return Array(users.sorted().prefix(max(0, limit ?? users.count)))
      }
    }
  }

  /// How far each user came, part by part of a scan.
  private func outcomes(
    of definition: FunnelDefinition, in snapshot: EventSnapshot, _ window: AnalysisWindow
  ) throws -> (outcomes: [FunnelOutcomes], unknownTypes: [String]) {
    let conversionWindow = try definition.checkedWindow()
    let masks = EventMasks(definition.steps + definition.exclusions, snapshot.dictionaries)
    let outcomes = try snapshot.scan(
      columns: masks.columns, workers: workspace.workers,
      makeState: {
        FunnelMatcher(stepCount: definition.steps.count, order: definition.order, window: conversionWindow)
      }
    ) { matcher, frame in
      var outcomes = FunnelOutcomes()
      for index in frame.users.indices {
        matcher.match(frame, frame.offsets[index]..<frame.offsets[index + 1], masks, window)
        if !matcher.moments.isEmpty { outcomes.append(frame.users[index], matcher.moments) }
      }
      return outcomes
    }
    return (outcomes, masks.unknownTypes)
  }
}

extension FunnelMatcher {
  /// Finds the attempt that counts among the events in `range` of a frame, one user's, that lie inside `window`.
  fileprivate mutating func match(
    _ frame: borrowing EventFrame, _ range: Range<Int>, _ masks: EventMasks, _ window: AnalysisWindow
  ) {
    begin()
    for position in range {
      let time = frame.times[position]
      if time >= window.asOf.milliseconds { break }
      guard time >= window.start.milliseconds else { continue }
      let mask = masks.mask(of: frame.types[position], in: frame, at: position)
      if mask != 0 { add(time: time, mask: mask, position: position) }
    }
    match()
  }
}
