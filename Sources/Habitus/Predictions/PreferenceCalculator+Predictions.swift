internal import HabitusKernels
public import HabitusModel
internal import HabitusStore

extension PreferenceCalculator {
  /// What is expected of a user: whether the user still comes, on how many of the next 7, 30 and 90 days, the risk of
  /// losing the user, and the probability of each goal.
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
          predictions: try predictions(of: events, models, plan), withheld: models.withheld)
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
    let history = try workspace.visitHistory(snapshot, before: asOf, calendar)
    let visits = try VisitModel.fit(history, lastDay: calendar.lastDay(before: asOf), workers: workspace.workers)
    let things = predictedThings(plan.types)
    let horizon = workspace.configuration.predictions.horizonDays
    let moments = try PastMoments(
      before: asOf, horizonDays: horizon, firstDay: history.span?.lowerBound ?? 0, calendar)
    var learned: [PredictionModels.Learned] = []
    var withheld = visits.withheld
    guard moments.moments.count >= 2 else {
      let days = calendar.lastDay(before: asOf) - (history.span?.lowerBound ?? 0) + 1
      withheld += things.map {
        WithheldPrediction(
          kind: $0.kind, subject: $0.subject, horizonDays: horizon,
          reason: PredictionWords.tooShort(days: days, needed: 3 * horizon))
      }
      return PredictionModels(
        asOf: asOf, windowDays: plan.window.days, horizonDays: horizon, things: things, visits: visits.model,
        learned: [], withheld: withheld)
    }
    let samples = try pastSamples(snapshot, moments, things, windowDays: plan.window.days)
    for (index, thing) in things.enumerated() {
      let outcome = try LearnedModel.learned(
        from: samples, thing: index, isOpposite: thing == .anything, names: plan.definitions.map(\.name),
        horizonDays: horizon, workers: workspace.workers)
      switch outcome {
      case .model(let model): learned.append(.init(thing: thing, model: model))
      case .withheld(let reason, let quality):
        withheld.append(
          WithheldPrediction(
            kind: thing.kind, subject: thing.subject, horizonDays: horizon, reason: reason, quality: quality))
      }
    }
    return PredictionModels(
      asOf: asOf, windowDays: plan.window.days, horizonDays: horizon, things: things, visits: visits.model,
      learned: learned, withheld: withheld)
  }

  /// What users may do: anything, and each goal that there is.
  private func predictedThings(_ types: TermDictionary) -> [PredictedThing] {
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

  /// - Parameter events: one user's, from the first one on.
  private func predictions(of events: EventFrame, _ models: PredictionModels, _ plan: FeaturePlan) throws
    -> [Prediction]
  {
    let asOf = plan.window.asOf
    var predictions: [Prediction] = []
    if let visits = models.visits, let first = events.times.first {
      let calendar = try LocalCalendar(
        timeZone: plan.options.timeZone, from: Timestamp(milliseconds: first), to: asOf)
      var history = VisitHistory()
      history.add(events, before: asOf, calendar)
      if let user = history.customer(at: 0, upTo: calendar.lastDay(before: asOf)) {
        predictions += visits.predictions(of: user)
      }
    }
    // Who had no event in the window has no features to learn from.
    guard plan.timeline(of: events, userAt: 0) != nil else { return predictions }
    var scanner = FeatureScanner(plan)
    var rows = FeatureRows(columnCount: plan.definitions.count)
    scanner.scan(events, into: &rows)
    for learned in models.learned {
      predictions.append(try learned.prediction(rows.values, horizonDays: models.horizonDays))
    }
    return predictions
  }

  // MARK: Models that are kept

  private static let modelKind = "predictions"

  /// Keeps what was learned until the next analysis.
  func keep(_ models: PredictionModels) throws {
    _ = try workspace.store.saveModel(kind: Self.modelKind, data: try ModelCoding.data(of: models), at: .now)
  }

  /// `nil` where there are none, or for other things or features than are asked for now.
  private func keptPredictionModels(_ plan: FeaturePlan) throws -> PredictionModels? {
    guard let kept = try keptPredictionModels(), kept.horizonDays == workspace.configuration.predictions.horizonDays,
      kept.windowDays == plan.window.days, kept.things == predictedThings(plan.types),
      kept.learned.allSatisfy({ $0.model.features == plan.definitions.map(\.name) })
    else { return nil }
    return kept
  }

  private func keptPredictionModels() throws -> PredictionModels? {
    guard let entry = try workspace.store.models(kind: Self.modelKind).last else { return nil }
    return try workspace.models.model(entry.id, of: Self.modelKind) {
      try workspace.store.model(kind: Self.modelKind, id: entry.id).map {
        try ModelCoding.model(PredictionModels.self, from: $0.data)
      }
    }
  }
}

extension LocalCalendar {
  /// The day, since 1970, of the last millisecond before a moment.
  func lastDay(before moment: Timestamp) -> Int {
    localTime(of: Timestamp(milliseconds: moment.milliseconds - 1)).date.daysSince1970
  }
}
