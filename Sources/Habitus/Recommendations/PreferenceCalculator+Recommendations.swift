internal import HabitusKernels
public import HabitusModel
internal import HabitusStore

extension PreferenceCalculator {
  /// What a user may take to next, among all items of stored events.
  ///
  /// Learned from who took to what, weighted by ``HabitusConfiguration/Preferences/eventWeights``; of more than 50,000 users
  /// those whose ids have the smallest hashes are learned from. A user without items gets what is popular.
  ///
  /// - Parameters:
  ///   - limit: the most items.
  ///   - categories: only items of these categories; all unless given.
  ///   - includesKnown: whether items that the user has met may be told again.
  ///   - asOf: the moment up to which events are known; one millisecond after the last stored event unless given.
  /// - Throws: ``HabitusError/unknownUser(_:)``, ``HabitusError/noConsent(_:)``, ``HabitusError/noItems``.
  /// - Complexity: O(events), and learning.
  public func recommend(
    userID: UserID, limit: Int = 10, categories: Set<String>? = nil, includesKnown: Bool = false,
    asOf: Timestamp? = nil
  ) async throws -> RecommendationReport {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        let code = try workspace.code(of: userID, in: snapshot)
        let end = try workspace.window(asOf: asOf, in: snapshot).asOf
        let histories = try itemHistories(snapshot, before: end)
        let model = try recommendationModel(histories, snapshot)
        let own = histories.users.firstIndex(of: code).map { histories.entries(at: $0) } ?? []
        let known = Set(own.map(\.item))
        let turnedAwayFrom = Set(own.filter { $0.points <= 0 }.map(\.item))
        let terms = snapshot.dictionaries
        let found = try model.recommendations(for: own, count: max(0, limit)) { item in
          if includesKnown ? turnedAwayFrom.contains(item) : known.contains(item) { return false }
          guard let categories else { return true }
          return histories.category(of: item, terms.categories).map(categories.contains) ?? false
        }
        return RecommendationReport(
          user: UserID(terms.users.text(of: code)), asOf: end, way: model.way, qualities: model.scores,
          recommendations: found.map { item, score, reasons in
            Recommendation(
              item: terms.items.text(of: item),
              category: histories.category(of: item, terms.categories),
              score: score, reasons: reasons.map { .init(item: terms.items.text(of: $0.item), share: $0.share) })
          })
      }
    }
  }

  /// How well each way of recommending finds the item that users took to last; empty where there are too few users.
  ///
  /// - Throws: ``HabitusError/noItems``.
  public func evaluateRecommendations(asOf: Timestamp? = nil) async throws -> [RecommendationQuality] {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        let end = try workspace.window(asOf: asOf, in: snapshot).asOf
        return try recommendationModel(try itemHistories(snapshot, before: end), snapshot).scores
      }
    }
  }

  /// The most users who are learned from.
  private static let mostUsers = 50_000

  private func recommendationModel(_ histories: ItemHistories, _ snapshot: EventSnapshot) throws -> RecommendationModel
  {
    let names = histories.users.map { snapshot.dictionaries.users.text(of: $0) }
    // By the ids, so that nothing depends on who came first.
    var order = histories.users.indices.map { (hash: IdentifierHash.hash(of: names[$0]), index: $0) }
    order.sort { ($0.hash, names[$0.index]) < ($1.hash, names[$1.index]) }
    let learned = order.prefix(Self.mostUsers).map { histories.entries(at: $0.index).filter { $0.points > 0 } }
    guard learned.contains(where: { !$0.isEmpty }) else { throw HabitusError.noItems }
    return try RecommendationModel(learned, names: snapshot.dictionaries.items, workers: workspace.workers)
  }

  private func itemHistories(_ snapshot: EventSnapshot, before end: Timestamp) throws -> ItemHistories {
    let settings = workspace.configuration.preferences
    let types = snapshot.dictionaries.types
    let weights = (0..<UInt32(types.count)).map { code in
      settings.eventWeights[types.text(of: code)] ?? settings.otherEventWeight
    }
    return try snapshot.scan(
      columns: [.items, .categories], workers: workspace.workers, makeState: {}
    ) { (_: inout Void, frame) in
      var histories = ItemHistories()
      histories.add(frame, before: end, weights: weights)
      return histories
    }.reduce(into: ItemHistories()) { $0.add($1) }
  }
}
