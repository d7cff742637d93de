internal import HabitusKernels
public import HabitusModel
internal import HabitusStore

extension PatternDetector {
  /// How the figures of the product went from day to day, and what changed in them; or how often one user came.
  ///
  /// Whole local days are looked at: without those that the window cuts, without the day of the first stored event (of
  /// the user's first), and the last 1,100 at most.
  ///
  /// - Parameters:
  ///   - userID: whose figures; `nil` for the product's. Of a user the sessions and events are told, with what changed in
  ///     the sessions.
  ///   - metrics: the product's figures that are looked at; unless given all, those of the 20 most frequent event types,
  ///     and who slips away.
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the window's length; the configured one unless given.
  /// - Throws: ``HabitusError/unknownUser(_:)``, ``HabitusError/noConsent(_:)``, ``HabitusError/noEvents(_:_:)``,
  ///   ``HabitusError/emptyStore(directory:)``, ``FeatureError``, `StoreError`.
  /// - Complexity: O(events + metrics · days²).
  public func changes(
    userID: UserID? = nil, metrics: [ChangeMetric]? = nil, asOf: Timestamp? = nil, windowDays: Int? = nil
  ) async throws -> ChangeReport {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        let plan = try FeatureExtractor(workspace).plan(snapshot, asOf: asOf, windowDays: windowDays)
        guard let userID else { return try productChanges(snapshot, plan, metrics) }
        let timeline = try workspace.timeline(of: userID, in: snapshot, plan: plan)
        return try userChanges(timeline, UserID(snapshot.dictionaries.users.text(of: timeline.user)))
      }
    }
  }

  /// The most event types that have figures of their own unless they are asked for.
  private static let typeCount = 20

  private func userChanges(_ timeline: UserTimeline, _ user: UserID) throws -> ChangeReport {
    let visits = VisitDays(timeline)
    var events = Array(repeating: 0, count: visits.days.count)
    for time in timeline.times {
      let day = visits.days.index(of: time)
      if events.indices.contains(day) { events[day] += 1 }
    }
    let patterns = try ChangePatterns(workspace.configuration.patterns).patterns(of: timeline, user: user)
    return ChangeReport(
      user: user, window: timeline.plan.window, firstDay: visits.days.count > 0 ? visits.days.first : nil,
      metrics: [
        MetricChanges(
          metric: .sessions, values: visits.counts.map { Double($0) }, expected: [], trend: nil,
          patterns: patterns.inOrderOfTime),
        MetricChanges(
          metric: .events, values: events.map { Double($0) }, expected: [], trend: nil, patterns: []),
      ], unknownTypes: [], slippingAway: nil)
  }

  private func productChanges(
    _ snapshot: EventSnapshot, _ plan: FeaturePlan, _ metrics: [ChangeMetric]?
  ) throws -> ChangeReport {
    let survey = try snapshot.scan(
      columns: [], workers: workspace.workers, makeState: {}
    ) { (_: inout Void, frame) in
      var survey = MetricSurvey(plan)
      survey.add(frame, plan)
      return survey
    }.reduce(into: MetricSurvey(plan)) { $0.add($1) }
    let chosen =
      metrics
      ?? ChangeMetric.general
      + survey.mostFrequent(Self.typeCount, plan.types).map { .eventType(plan.types.text(of: $0)) }
    let types = Self.types(chosen, plan.types)
    var days = WholeDays(plan.window, plan.calendar)
    if survey.firstTime < .max { days = days.dropping(days.index(of: survey.firstTime) + 1) }
    let metricPlan = MetricPlan(plan, days: days, types: types.codes)
    let counts = try snapshot.scan(
      columns: metricPlan.columns, workers: workspace.workers, makeState: {}
    ) { (_: inout Void, frame) in
      var counts = MetricCounts(metricPlan)
      counts.add(frame, metricPlan)
      return counts
    }.reduce(into: MetricCounts(metricPlan)) { $0.add($1) }
    let series = chosen.compactMap { MetricSeries($0, counts, metricPlan) }
    return ChangeReport(
      user: nil, window: plan.window, firstDay: days.count > 0 ? days.first : nil,
      metrics: try ProductChanges(days: days, workspace.configuration.patterns).changes(
        series, workers: workspace.workers),
      unknownTypes: types.unknown,
      slippingAway: metrics == nil ? try slippingAway(snapshot, plan) : nil)
  }

  /// Who stays away longer than is usual for them. O(events).
  private func slippingAway(_ snapshot: EventSnapshot, _ plan: FeaturePlan) throws -> [SlippingUser] {
    let settings = workspace.configuration.patterns
    let reference = try snapshot.scan(
      columns: plan.columns, workers: workspace.workers, makeState: {}
    ) { (_: inout Void, frame) in
      var scan = TimeReferenceScan(plan)
      for index in frame.users.indices {
        if let timeline = plan.timeline(of: frame, userAt: index) { try scan.add(timeline) }
      }
      return scan
    }.reduce(into: TimeReferenceScan(plan)) { $0.add($1) }.finished()
    return try snapshot.scan(
      columns: plan.columns, workers: workspace.workers, makeState: {}
    ) { (_: inout Void, frame) in
      var test = SlippingAwayTest(settings, reference)
      for index in frame.users.indices {
        if let timeline = plan.timeline(of: frame, userAt: index) { try test.add(timeline) }
      }
      return test
    }.reduce(into: SlippingAwayTest(settings, reference)) { $0.add($1) }.found(snapshot.dictionaries.users)
  }

  /// The codes of the types among the metrics, and the names of those that no event has.
  private static func types(_ metrics: [ChangeMetric], _ types: TermDictionary) -> (codes: [UInt32], unknown: [String])
  {
    var (codes, unknown): ([UInt32], [String]) = ([], [])
    for case .eventType(let name) in metrics {
      if let code = types.code(of: name) { codes.append(code) } else { unknown.append(name) }
    }
    return (codes, unknown)
  }
}

extension [Pattern] {
  /// By the beginning of the period.
  var inOrderOfTime: [Pattern] {
    enumerated().sorted {
      let (a, b) = ($0.element.period?.lowerBound, $1.element.period?.lowerBound)
      if let a, let b, a != b { return a < b }
      return $0.offset < $1.offset
    }.map(\.element)
  }
}
