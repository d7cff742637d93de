internal import HabitusKernels
public import HabitusModel
internal import HabitusStore

extension NavigationAnalyzer {
  /// How users go from step to step in their sessions: where sessions begin and end, what follows what, the paths that
  /// most take, and what leads to a step or follows it.
  ///
  /// Sessions are cut as the features cut them, of all events of a user inside the window.
  ///
  /// - Parameters:
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the window's length; the configured one unless given.
  /// - Throws: ``HabitusError/invalidPaths(reason:)``, ``HabitusError/emptyStore(directory:)``, ``FeatureError``,
  ///   `StoreError`.
  /// - Complexity: O(events · (greatest length + depth) + states²) time. Memory is O(visits): paths are searched within a
  ///   budget, and ``PathsReport/omissions`` says where that was too small.
  public func paths(
    _ definition: PathsDefinition = PathsDefinition(), asOf: Timestamp? = nil, windowDays: Int? = nil
  ) async throws -> PathsReport {
    try definition.check()
    return try await workspace.offloaded {
      let needsStrings = definition.dimension != .eventType || definition.events.hasConditions
      return try workspace.withSnapshot(asOf: asOf, withAllStrings: needsStrings) { snapshot in
        let plan = try FeatureExtractor(workspace).plan(snapshot, asOf: asOf, windowDays: windowDays)
        return try paths(definition, snapshot, plan)
      }
    }
  }

  private func paths(
    _ definition: PathsDefinition, _ snapshot: EventSnapshot, _ plan: FeaturePlan
  ) throws -> PathsReport {
    let reader = PathReader(definition, plan, snapshot.dictionaries)
    let terms = definition.dimension.terms(in: snapshot.dictionaries)
    let (chosen, events) = try states(definition, snapshot, reader, terms)
    let parts = try snapshot.scan(columns: reader.columns, workers: workspace.workers, makeState: {}) {
      (_: inout Void, frame) in
      PathSequences(frame, reader, chosen, countsRepeats: definition.countsRepeats)
    }
    guard parts.reduce(0, { $0 + $1.states.count }) <= Int(Int32.max) else {
      throw HabitusError.invalidPaths(
        reason: "the window has more than \(Int32.max) visits; choose a shorter one (--window-days)")
    }
    let sequences = PathSequences(parts)
    return try report(
      definition, plan.window, sequences, chosen, terms, events: events, unknownTypes: reader.unknownTypes)
  }

  /// The steps that are told apart, by a first scan.
  private func states(
    _ definition: PathsDefinition, _ snapshot: EventSnapshot, _ reader: PathReader, _ terms: TermDictionary
  ) throws -> (PathStates, PathReader.Counts) {
    let parts = try snapshot.scan(
      columns: reader.columns, workers: workspace.workers,
      makeState: { PathVisitCounter(reader, countsRepeats: definition.countsRepeats, codeCount: terms.count) }
    ) { counter, frame in counter.scan(frame) }
    var visitCounts = [Int](repeating: 0, count: terms.count)
    for part in parts {
      for (code, count) in zip(part.codes, part.visitCounts) { visitCounts[Int(code)] += count }
    }
    let asked = [definition.from, definition.to].compactMap { $0.flatMap(terms.code) }
    return (
      PathStates(visitCounts: visitCounts, limit: definition.stateLimit, always: asked, terms: terms),
      parts.reduce(into: PathReader.Counts()) { $0 += $1.events }
    )
  }

  private func report(
    _ definition: PathsDefinition, _ window: AnalysisWindow, _ sequences: PathSequences, _ chosen: PathStates,
    _ terms: TermDictionary, events: PathReader.Counts, unknownTypes: [String]
  ) throws -> PathsReport {
    func state(_ name: String?) -> Int? { name.flatMap(terms.code).flatMap(chosen.ownState) }
    let (first, last) = (state(definition.from), state(definition.to))
    let unvisited = [(definition.from, first), (definition.to, last)].compactMap { $1 == nil ? $0 : nil }
    let analysis =
      sequences.sessionCount > 0
      ? try PathsAnalysis(
        definition, sequences, chosen, falseDiscoveryLevel: workspace.configuration.patterns.falseDiscoveryLevel,
        workers: workspace.workers) : nil
    let found = unvisited.isEmpty ? try analysis?.paths(from: first, to: last) : nil
    let root: PathBranching.Root? = definition.from == nil ? .sessionStart : first.map { .visits(of: $0) }
    let isCut = (found?.search.searchedLength).map { $0 < definition.lengths.upperBound } ?? false
    return PathsReport(
      definition: definition, window: window, eventCount: events.selected, sessionCount: sequences.sessionCount,
      userCount: sequences.userCount, visitCount: sequences.states.count, steps: analysis?.steps(terms) ?? [],
      transitions: Array(try analysis?.transitions().prefix(PathsReport.maximumTransitionCount) ?? []),
      paths: found?.paths ?? [], courses: analysis?.courses() ?? [],
      forwardTree: root.flatMap { analysis?.tree($0, isBackward: false) },
      backwardTree: last.flatMap { analysis?.tree(.visits(of: $0), isBackward: true) }, depth: analysis?.depth(),
      omissions: PathsReport.Omissions(
        eventsWithoutStep: events.withoutStep, joinedStepCount: chosen.joinedStepCount,
        joinedVisitCount: chosen.joinedVisitCount, transitionKindCount: analysis?.transitionKindCount ?? 0,
        leastSessionCount: found?.search.leastSessionCount ?? 1,
        searchedLength: isCut ? found?.search.searchedLength : nil),
      unvisitedSteps: unvisited, unknownTypes: unknownTypes)
  }
}
