internal import HabitusKernels
public import HabitusModel
internal import HabitusStore

/// Finds what users do again and again: sequences of event types inside sessions, and hours and days of activity.
///
/// Sequences are reported only where they are more frequent than independent draws of the same event types would make
/// them, with control of the false-discovery rate; hours and days of one user where they stand out from everybody's.
public struct PatternDetector: Sendable {
  /// Configuration and store.
  public let workspace: Workspace

  /// Uses a workspace.
  public init(_ workspace: Workspace) { self.workspace = workspace }

  /// Finds configuration and store as the command does.
  public init() async throws { self.init(try Workspace(access: .read)) }

  /// The patterns of one user; support is counted in the user's sessions and events.
  ///
  /// - Throws: ``HabitusError/unknownUser(_:)``, ``HabitusError/noConsent(_:)``, ``HabitusError/noEvents(_:_:)``.
  public func detectPatterns(
    userID: UserID, asOf: Timestamp? = nil, windowDays: Int? = nil
  ) async throws -> [Pattern] {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        let plan = try FeatureExtractor(workspace).plan(snapshot, asOf: asOf, windowDays: windowDays)
        let timeline = try workspace.timeline(of: userID, in: snapshot, plan: plan)
        var own = PatternEvidence()
        own.add(timeline)
        return try patterns(own, types: plan.types, reference: try evidence(snapshot, plan).rhythm)
      }
    }
  }

  /// The patterns of everybody; support is counted in sessions and events of all users.
  public func detectPatterns(asOf: Timestamp? = nil, windowDays: Int? = nil) async throws -> [Pattern] {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        let plan = try FeatureExtractor(workspace).plan(snapshot, asOf: asOf, windowDays: windowDays)
        return try patterns(try evidence(snapshot, plan), types: plan.types, reference: nil)
      }
    }
  }

  /// Sessions and hours of everybody.
  func evidence(_ snapshot: EventSnapshot, _ plan: FeaturePlan) throws -> PatternEvidence {
    let parts = try snapshot.scan(
      columns: plan.columns.intersection(.sessions), workers: workspace.workers, makeState: {}
    ) { (_: inout Void, frame) in
      var evidence = PatternEvidence()
      for index in frame.users.indices {
        if let timeline = plan.timeline(of: frame, userAt: index) { evidence.add(timeline) }
      }
      return evidence
    }
    return parts.reduce(into: PatternEvidence()) { $0.add($1) }
  }

  /// What stands out in `evidence`; `reference` is everybody's rhythm, `nil` compares with an even one.
  func patterns(_ evidence: PatternEvidence, types: TermDictionary, reference: Rhythm?) throws -> [Pattern] {
    let settings = workspace.configuration.patterns
    let sequences = try SequencePatterns(settings, workers: workspace.workers).patterns(evidence, types: types)
    return sequences + RhythmPatterns(settings).patterns(evidence.rhythm, reference: reference)
  }
}
