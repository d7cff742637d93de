internal import HabitusKernels
public import HabitusModel
internal import HabitusStore

extension PreferenceCalculator {
  /// What is expected of a user: whether the user still comes, on how many of the next 7, 30 and 90 days, the risk of
  /// losing the user, the probability of each goal, for how much the user buys, and what the user does next.
  ///
  /// Where the last analysis has learned from everybody this takes the time to read one user's events; otherwise, and
  /// where a moment is given, everybody's are learned from now.
  ///
  /// - Parameter asOf: the moment from which is looked ahead; one millisecond after the last stored event unless given.
  /// - Throws: ``HabitusError/unknownUser(_:)``, ``HabitusError/noConsent(_:)``, ``HabitusError/noEvents(_:_:)``.
  public func predict(userID: UserID, asOf: Timestamp? = nil) async throws -> PredictionReport {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        let plan = try FeatureExtractor(workspace).plan(snapshot, asOf: asOf, windowDays: nil)
        let code = try workspace.code(of: userID, in: snapshot)
        let events = try snapshot.events(of: code)
        guard events.times.contains(where: { $0 < plan.window.asOf.milliseconds }) else {
          throw HabitusError.noEvents(userID, plan.window)
        }
        let kept = asOf == nil ? try keptPredictionModels(plan) : nil
        let models = try kept ?? predictionModels(snapshot, plan)
        return PredictionReport(
          user: UserID(snapshot.dictionaries.users.text(of: code)), asOf: plan.window.asOf,
          predictions: models.predictions(of: try entries(of: events, models, snapshot, plan)),
          withheld: models.withheld)
      }
    }
  }

  /// How well predictions do on held-out time.
  ///
  /// - Parameter asOf: the moment from which is looked ahead; one millisecond after the last stored event unless given.
  /// - Complexity: O(events) several times.
  public func evaluatePredictions(asOf: Timestamp? = nil) async throws -> PredictionEvaluation {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        let plan = try FeatureExtractor(workspace).plan(snapshot, asOf: asOf, windowDays: nil)
        return try predictionModels(snapshot, plan).evaluation
      }
    }
  }

  /// Learns from everybody.
  func predictionModels(_ snapshot: EventSnapshot, _ plan: FeaturePlan) throws -> PredictionModels {
    let asOf = plan.window.asOf
    guard let first = snapshot.timeRange?.lowerBound else {
      throw HabitusError.emptyStore(directory: workspace.store.directory)
    }
    let calendar = try LocalCalendar(timeZone: plan.options.timeZone, from: min(first, asOf), to: asOf)
    let lastDay = calendar.lastDay(before: asOf)
    let history = try workspace.visitHistory(snapshot, before: asOf, calendar)
    let visits = try VisitModel.fit(history, lastDay: lastDay, workers: workspace.workers)
    let values = try workspace.purchaseHistory(snapshot, before: asOf, calendar).map {
      try ValueModel.fit($0, lastDay: lastDay, workers: workspace.workers)
    }
    let sequences = try workspace.eventSequences(snapshot, of: history.users, before: asOf)
    let next = try NextEventModel.learned(from: sequences, end: asOf, snapshot.dictionaries.types)
    let learned = try learnedModels(snapshot, plan, calendar, firstDay: history.span?.lowerBound ?? 0)
    return PredictionModels(
      learnedAt: .now, asOf: asOf, windowDays: plan.window.days,
      horizonDays: workspace.configuration.predictions.horizonDays, things: predictedThings(plan.types),
      valueTypes: workspace.configuration.predictions.valueTypes, visits: visits.model, values: values?.model,
      next: next.model, learned: learned.models,
      withheld: visits.withheld + learned.withheld + (values?.withheld ?? []) + next.withheld)
  }

  /// Learns whether users do each of the things within the horizon.
  private func learnedModels(
    _ snapshot: EventSnapshot, _ plan: FeaturePlan, _ calendar: LocalCalendar, firstDay: Int
  ) throws -> (models: [PredictionModels.Learned], withheld: [WithheldPrediction]) {
    let (asOf, things) = (plan.window.asOf, predictedThings(plan.types))
    let horizon = workspace.configuration.predictions.horizonDays
    let moments = try PastMoments(before: asOf, horizonDays: horizon, firstDay: firstDay, calendar)
    guard moments.moments.count >= 2 else {
      let days = calendar.lastDay(before: asOf) - firstDay + 1
      let reason = PredictionWords.tooShort(days: days, needed: 3 * horizon)
      return (
        [],
        things.map { WithheldPrediction(kind: $0.kind, subject: $0.subject, horizonDays: horizon, reason: reason) }
      )
    }
    let samples = try pastSamples(snapshot, moments, things, windowDays: plan.window.days)
    var learned: [PredictionModels.Learned] = []
    var withheld: [WithheldPrediction] = []
    for (index, thing) in things.enumerated() {
      let outcome = try LearnedModel.learned(
        from: samples, thing: index, isOpposite: thing == .anything, names: plan.definitions.map(\.name),
        horizonDays: horizon, workers: workspace.workers)
      switch outcome {
      case .model(let model): learned.append(.init(thing: thing, model: model))
      case .withheld(let reason, let quality):
        withheld.append(
          WithheldPrediction(
            kind: thing.kind, subject: thing.subject, horizonDays: horizon, reason: reason,
            quality: quality.map { .probability($0) }))
      }
    }
    return (learned, withheld)
  }

  /// What users may do: anything, and each goal that there is.
  func predictedThings(_ types: TermDictionary) -> [PredictedThing] {
    let goals = workspace.configuration.features.roles.goal.filter { types.code(of: $0) != nil }.sorted()
    return [.anything] + goals.map { .event(type: $0) }
  }

  /// What everybody was like at each past moment, latest first, and did after it.
  private func pastSamples(
    _ snapshot: EventSnapshot, _ moments: PastMoments, _ things: [PredictedThing], windowDays: Int
  ) throws -> [PastSamples] {
    let types = snapshot.dictionaries.types
    let outcomes = try PastOutcomes(
      snapshot, moments, things: things.map { $0.subject.map { Set([types.code(of: $0)].compactMap(\.self)) } },
      workers: workspace.workers)
    let extractor = FeatureExtractor(workspace)
    return try moments.moments.indices.map { moment in
      let plan = try extractor.plan(snapshot, asOf: moments.moments[moment], windowDays: windowDays)
      return PastSamples(
        try extractor.table(snapshot, plan: plan), outcomes, thingCount: things.count, moment: moment,
        snapshot.dictionaries.users)
    }
  }
}

extension LocalCalendar {
  /// The day, since 1970, of the last millisecond before a moment.
  func lastDay(before moment: Timestamp) -> Int {
    localTime(of: Timestamp(milliseconds: moment.milliseconds - 1)).date.daysSince1970
  }
}
