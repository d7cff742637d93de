internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore

/// Predictions in profiles, and the models that they are made with.
extension PreferenceCalculator {
  private static let modelKind = "predictions"

  /// Keeps what was learned until the next analysis.
  func keep(_ models: PredictionModels) throws {
    _ = try workspace.store.saveModel(
      kind: Self.modelKind, data: try ModelCoding.data(of: models), at: .now, keeping: ModelCoding.largeModelCount)
  }

  /// What was learned last; `nil` where there is nothing, or for other things or features than are asked for now.
  func keptPredictionModels(_ plan: FeaturePlan) throws -> PredictionModels? {
    let settings = workspace.configuration.predictions
    guard let kept = try keptPredictionModels(), kept.horizonDays == settings.horizonDays,
      kept.windowDays == plan.window.days, kept.things == predictedThings(plan.types),
      kept.valueTypes == settings.valueTypes,
      kept.learned.allSatisfy({ $0.model.features == plan.definitions.map(\.name) })
    else { return nil }
    return kept
  }

  /// What was learned last; `nil` where there is nothing, or what another version learned.
  func keptPredictionModels() throws -> PredictionModels? {
    guard let entry = try workspace.store.models(kind: Self.modelKind).last else { return nil }
    return try workspace.models.model(entry.id, of: Self.modelKind) {
      try workspace.store.model(kind: Self.modelKind, id: entry.id).flatMap {
        try ModelCoding.modelIfKnown(PredictionModels.self, from: $0.data)
      }
    }
  }

  /// Makes the predictions of a profile of what it keeps, by the models of the last analysis; those of an earlier one
  /// are left out, as nothing tells any more how well they do.
  func predictionReading() throws -> Store.PredictionReading? {
    guard let models = try keptPredictionModels() else { return nil }
    return { try models.predictions(of: $0) }
  }

  /// What is expected of one user.
  ///
  /// - Parameter events: the user's, from the first one on.
  func entries(
    of events: EventFrame, _ models: PredictionModels, _ snapshot: EventSnapshot, _ plan: FeaturePlan
  ) throws -> [PredictionRecord.Entry] {
    var scanner = FeatureScanner(plan)
    var rows = FeatureRows(columnCount: plan.definitions.count)
    scanner.scan(events, into: &rows)
    // Who had no event in the window has no features to learn from.
    return try UserPredictor(models, snapshot, plan, workspace)
      .entries(of: events, userAt: 0, features: rows.users.isEmpty ? nil : rows.values)
  }

  /// What is expected of everybody with features, by user code. O(events).
  func predictionRecords(
    _ snapshot: EventSnapshot, _ plan: FeaturePlan, _ table: FeatureTable, _ models: PredictionModels
  ) throws -> [UInt32: PredictionRecord] {
    let predictor = try UserPredictor(models, snapshot, plan, workspace)
    let rows = Dictionary(uniqueKeysWithValues: table.users.enumerated().map { ($0.element, $0.offset) })
    let parts = try snapshot.scan(columns: predictor.columns, workers: workspace.workers, makeState: {}) {
      (_: inout Void, frame) in
      try frame.users.indices.compactMap { index -> (UInt32, PredictionRecord)? in
        guard let row = rows[frame.users[index]] else { return nil }
        let entries = try predictor.entries(of: frame, userAt: index, features: Array(table.row(row)))
        return (frame.users[index], PredictionRecord(learned: models.learnedAt, entries))
      }
    }
    return Dictionary(uniqueKeysWithValues: parts.joined())
  }

  /// What was expected of a user by the last analysis, with the same features; `nil` where the window is another.
  func predictionRecord(of features: FeatureVector) throws -> PredictionRecord? {
    guard let models = try keptPredictionModels(), models.asOf == features.window.asOf else { return nil }
    return try workspace.withSnapshot(asOf: nil) { snapshot in
      let plan = try FeatureExtractor(workspace).plan(
        snapshot, asOf: features.window.asOf, windowDays: features.window.days)
      guard try keptPredictionModels(plan) != nil, let code = snapshot.code(of: features.user) else { return nil }
      let events = try snapshot.events(of: code)
      guard !events.users.isEmpty else { return nil }
      return PredictionRecord(learned: models.learnedAt, try entries(of: events, models, snapshot, plan))
    }
  }
}
