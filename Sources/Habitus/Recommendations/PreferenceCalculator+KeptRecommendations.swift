internal import HabitusModel
internal import HabitusStore

/// What is recommended with, learned by an analysis and used until the next one.
extension PreferenceCalculator {
  private static let modelKind = "recommendations"

  /// What is recommended with, and what `user` met: by the last analysis where there is one and the present is asked for,
  /// else learned from everybody.
  func recommender(
    for user: UInt32, _ snapshot: EventSnapshot, before end: Timestamp, isLatest: Bool
  ) throws -> (histories: ItemHistories, model: RecommendationModel) {
    guard isLatest, let kept = try keptRecommendations() else {
      let histories = try itemHistories(snapshot, before: end)
      return (histories, try recommendationModel(histories, snapshot))
    }
    var own = ItemHistories(categories: kept.categories)
    own.add(
      try snapshot.events(of: user, columns: [.items, .categories]), before: end,
      weights: itemWeights(snapshot.dictionaries.types))
    return (own, kept.model)
  }

  /// Learns from everybody and keeps it until the next analysis; where nobody took to an item nothing is kept.
  func keepRecommendations(_ snapshot: EventSnapshot, before end: Timestamp) throws {
    let histories = try itemHistories(snapshot, before: end)
    let data: [UInt8]
    do {
      data = try ModelCoding.data(
        of: KeptRecommendations(
          recommendationModel(histories, snapshot), histories, snapshot.dictionaries.categories,
          workspace.configuration.preferences))
    } catch HabitusError.noItems {
      // Whatever an earlier analysis kept is replaced, too.
      data = []
    }
    _ = try workspace.store.saveModel(
      kind: Self.modelKind, data: data, at: .now, keeping: ModelCoding.largeModelCount)
  }

  /// A model that was kept, made ready once.
  private struct Ready: Sendable {
    let kept: KeptRecommendations
    let model: RecommendationModel
    let categories: [UInt32: [UInt32: Int]]
  }

  /// `nil` where there is none, or one for other weights than are asked for now, or of another version.
  private func keptRecommendations() throws -> (model: RecommendationModel, categories: [UInt32: [UInt32: Int]])? {
    guard let entry = try workspace.store.models(kind: Self.modelKind).last else { return nil }
    let ready = try workspace.models.model(entry.id, of: Self.modelKind) {
      try workspace.store.model(kind: Self.modelKind, id: entry.id).flatMap { stored -> Ready? in
        guard !stored.data.isEmpty else { return nil }
        return try ModelCoding.modelIfKnown(KeptRecommendations.self, from: stored.data).map {
          Ready(kept: $0, model: $0.model, categories: $0.categoryCounts)
        }
      }
    }
    let settings = workspace.configuration.preferences
    guard let ready, ready.kept.weights == settings.eventWeights, ready.kept.otherWeight == settings.otherEventWeight
    else { return nil }
    return (ready.model, ready.categories)
  }
}
