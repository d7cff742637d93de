internal import HabitusKernels
public import HabitusModel
internal import HabitusStore

extension PatternDetector {
  /// The kinds of sessions that there are, by their shape.
  ///
  /// Each session is a point of the logarithms of its events, duration, pages and the pause before it, the variety and
  /// entropy of its types, the shares of the most frequent ones, and its hour; standardised, and clustered by
  /// `AutomaticClustering` on a random sample of at most 20,000 sessions, which may well find that there are none.
  ///
  /// - Parameters:
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the window's length; the configured one unless given.
  /// - Throws: ``HabitusError/emptyStore(directory:)``, ``FeatureError``, `StoreError`, `KernelError`.
  /// - Complexity: O(events), and what the choice of clusters of the sample takes.
  public func sessionArchetypes(asOf: Timestamp? = nil, windowDays: Int? = nil) async throws -> SessionArchetypes {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        let plan = try FeatureExtractor(workspace).plan(snapshot, asOf: asOf, windowDays: windowDays)
        return try archetypes(snapshot, plan).report
      }
    }
  }

  /// Which of everybody's kinds of sessions a user has, and how often.
  ///
  /// - Throws: as ``sessionArchetypes(asOf:windowDays:)``, and ``HabitusError/unknownUser(_:)``,
  ///   ``HabitusError/noConsent(_:)``, ``HabitusError/noEvents(_:_:)``.
  public func sessionArchetypes(
    userID: UserID, asOf: Timestamp? = nil, windowDays: Int? = nil
  ) async throws -> UserSessionArchetypes {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        let plan = try FeatureExtractor(workspace).plan(snapshot, asOf: asOf, windowDays: windowDays)
        let timeline = try workspace.timeline(of: userID, in: snapshot, plan: plan)
        let found = try archetypes(snapshot, plan)
        let sessions = timeline.sessions
        var shares: [UserSessionArchetypes.Share] = []
        if let fit = found.fit, fit.count > 0 {
          var values: [Double] = []
          fit.shape.append(sessions, of: timeline, to: &values)
          var counts = SessionArchetypeCounts(count: fit.count)
          counts.add(try fit.labels(of: values))
          shares = zip(found.report.archetypes, found.order).map { archetype, cluster in
            UserSessionArchetypes.Share(
              id: archetype.id, sessionCount: counts.sessions[cluster],
              share: Double(counts.sessions[cluster]) / Double(sessions.count),
              everybodyShare: archetype.sessionShare)
          }
        }
        return UserSessionArchetypes(
          user: UserID(snapshot.dictionaries.users.text(of: timeline.user)), sessionCount: sessions.count,
          shares: shares, everybody: found.report)
      }
    }
  }

  /// The report, the fit behind it, and the cluster of each of the report's archetypes.
  private struct FoundArchetypes {
    let report: SessionArchetypes
    let fit: SessionArchetypeFit?
    let order: [Int]
  }

  private func archetypes(_ snapshot: EventSnapshot, _ plan: FeaturePlan) throws -> FoundArchetypes {
    let survey = try survey(snapshot, plan)
    let shape = SessionShape(
      typeCounts: survey.typeCounts, types: plan.types, hasPages: survey.hasPages,
      hasTimesOfDay: survey.hasTimesOfDay)
    let sample = try sample(snapshot, plan, shape, sessionCount: survey.sessionCount)
    let found = try SessionArchetypeFit(sample, shape, workers: workspace.workers)
    guard let fit = found, fit.count > 0 else {
      let report = SessionArchetypes(
        window: plan.window, sessionCount: survey.sessionCount, userCount: survey.userCount,
        assignedSessionCount: sample.keys.count, unassignedShare: 0,
        reason: PatternWords.archetypeReason(found?.result, count: 0), archetypes: [])
      return FoundArchetypes(report: report, fit: nil, order: [])
    }
    let counts = try fit.assignsAll ? assigned(snapshot, plan, fit) : Self.counts(of: sample, fit)
    let order = counts.sessions.indices.sorted { (-counts.sessions[$0], $0) < (-counts.sessions[$1], $1) }
    let traits = SessionArchetypeTraits(fit, sample)
    let total = Double(max(1, counts.sessionCount))
    let archetypes = try order.enumerated().map { place, cluster in
      let own = traits.traits(of: cluster)
      return SessionArchetype(
        id: place + 1, sessionShare: Double(counts.sessions[cluster]) / total,
        userShare: Double(counts.users[cluster]) / Double(max(1, counts.userCount)),
        stability: fit.result.stability.indices.contains(cluster) ? fit.result.stability[cluster] : nil, traits: own,
        sentence: PatternWords.archetype(own),
        typicalSequence: try typicalSequence(traits.medoid(of: cluster), snapshot, plan))
    }
    let report = SessionArchetypes(
      window: plan.window, sessionCount: survey.sessionCount, userCount: survey.userCount,
      assignedSessionCount: counts.sessionCount, unassignedShare: Double(counts.unassigned) / total,
      reason: PatternWords.archetypeReason(fit.result, count: fit.count), archetypes: archetypes)
    return FoundArchetypes(report: report, fit: fit, order: order)
  }

  private func columns(_ plan: FeaturePlan) -> EventColumns { plan.columns.intersection(.sessions).union(.pages) }

  private func survey(_ snapshot: EventSnapshot, _ plan: FeaturePlan) throws -> SessionSurvey {
    let parts = try snapshot.scan(columns: columns(plan), workers: workspace.workers, makeState: {}) {
      (_: inout Void, frame) in
      var survey = SessionSurvey(typeCount: plan.types.count)
      for index in frame.users.indices {
        if let timeline = plan.timeline(of: frame, userAt: index) { survey.add(timeline) }
      }
      return survey
    }
    return parts.reduce(into: SessionSurvey(typeCount: plan.types.count)) { $0.add($1) }
  }

  private func sample(
    _ snapshot: EventSnapshot, _ plan: FeaturePlan, _ shape: SessionShape, sessionCount: Int
  ) throws -> SessionSample {
    // A tenth more than wanted are drawn on average, so that chance hardly ever leaves fewer.
    let share = Double(SessionArchetypeFit.sampleSize) * 1.1 / Double(max(1, sessionCount))
    let limit = share >= 1 ? UInt64.max : UInt64(share * 0x1p63) * 2
    let parts = try snapshot.scan(columns: columns(plan), workers: workspace.workers, makeState: {}) {
      (_: inout Void, frame) in
      var sample = SessionSample()
      for index in frame.users.indices {
        if let timeline = plan.timeline(of: frame, userAt: index) { sample.add(timeline, shape, limit: limit) }
      }
      return sample
    }
    return parts.reduce(into: SessionSample()) { $0.add($1) }
      .prefix(SessionArchetypeFit.sampleSize, columnCount: shape.measures.count)
  }

  /// The archetypes of all sessions.
  private func assigned(
    _ snapshot: EventSnapshot, _ plan: FeaturePlan, _ fit: SessionArchetypeFit
  ) throws -> SessionArchetypeCounts {
    let parts = try snapshot.scan(columns: columns(plan), workers: workspace.workers, makeState: {}) {
      (_: inout Void, frame) in
      var counts = SessionArchetypeCounts(count: fit.count)
      var (values, sessionCounts) = ([Double](), [Int]())
      for index in frame.users.indices {
        guard let timeline = plan.timeline(of: frame, userAt: index) else { continue }
        let sessions = timeline.sessions
        fit.shape.append(sessions, of: timeline, to: &values)
        sessionCounts.append(sessions.count)
      }
      var labels = try fit.labels(of: values)[...]
      for count in sessionCounts {
        counts.add(labels.prefix(count))
        labels = labels.dropFirst(count)
      }
      return counts
    }
    return parts.reduce(into: SessionArchetypeCounts(count: fit.count)) { $0.add($1) }
  }

  /// The archetypes of the sample.
  private static func counts(of sample: SessionSample, _ fit: SessionArchetypeFit) -> SessionArchetypeCounts {
    var counts = SessionArchetypeCounts(count: fit.count)
    for (_, rows) in Dictionary(grouping: sample.keys.indices, by: { sample.keys[$0].user }) {
      counts.add(rows.map { fit.labels[$0] })
    }
    return counts
  }

  /// The types of a session's events, repeats left out.
  private func typicalSequence(
    _ key: SessionSample.Key?, _ snapshot: EventSnapshot, _ plan: FeaturePlan
  ) throws -> [String] {
    guard let key else { return [] }
    let frame = try snapshot.events(of: key.user)
    guard !frame.users.isEmpty, let timeline = plan.timeline(of: frame, userAt: 0),
      let session = timeline.sessions.first(where: {
        timeline.frame.times[timeline.range.lowerBound + $0.lowerBound] == key.start
      })
    else { return [] }
    var types: [String] = []
    for position in session
    where timeline.type(at: position) != types.last && types.count < SessionArchetype.typicalLength {
      types.append(timeline.type(at: position))
    }
    return types
  }
}
