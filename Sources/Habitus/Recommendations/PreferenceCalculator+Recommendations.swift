internal import HabitusKernels
public import HabitusModel
internal import HabitusStore

extension PreferenceCalculator {
  /// What a user may take to next, among all items of stored events.
  ///
  /// Learned from who took to what, weighted by ``HabitusConfiguration/Preferences/eventWeights``; of more than 50,000
  /// users those whose ids have the smallest hashes are learned from. A user without items gets what is popular. Where
  /// the last analysis has learned, and no moment is given, this takes the time to read one user's events; the user's own
  /// are the latest, but items that came after the analysis are not recommended before the next one.
  ///
  /// - Parameters:
  ///   - limit: the most items.
  ///   - categories: only items of these categories; all unless given. What the catalogue says of an item's category
  ///     goes before what events say.
  ///   - rules: what must hold for an item, all of them; items that the catalogue does not have are left out then.
  ///   - diversity: how much items should be unlike each other, from 0, not at all, to 1, that and nothing else; see
  ///     `docs/recommendations.md`.
  ///   - includesKnown: whether items that the user has met may be told again.
  ///   - asOf: the moment up to which events are known; one millisecond after the last stored event unless given.
  /// - Returns: every fifth may be an item of the catalogue that nobody has taken to yet, where it fits the user; see
  ///   ``score(item:for:asOf:)``.
  /// - Throws: ``HabitusError/unknownUser(_:)``, ``HabitusError/noConsent(_:)``, ``HabitusError/noItems``;
  ///   ``ItemError/unknownProperty(_:nearest:)`` and ``ItemError/emptyCatalogue`` where a rule is about nothing.
  /// - Complexity: O(events), and learning, unless an analysis has learned; with rules or categories O(items of the
  ///   catalogue).
  public func recommend(
    userID: UserID, limit: Int = 10, categories: Set<String>? = nil, rules: [ItemRule] = [], diversity: Double = 0,
    includesKnown: Bool = false, asOf: Timestamp? = nil
  ) async throws -> RecommendationReport {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        let code = try workspace.code(of: userID, in: snapshot)
        let end = try workspace.window(asOf: asOf, in: snapshot).asOf
        let (histories, model) = try recommender(for: code, snapshot, before: end, isLatest: asOf == nil)
        let described = DescribedItems(
          store: workspace.store, terms: snapshot.dictionaries, histories: histories)
        let allowed = try described.items(of: categories, satisfying: rules)
        let own = histories.users.firstIndex(of: code).map { histories.entries(at: $0) } ?? []
        let known = Set(own.map(\.item))
        let turnedAwayFrom = Set(own.filter { $0.points <= 0 }.map(\.item))
        let choice = RecommendationDiversity(amount: diversity, count: max(0, limit))
        let found = try model.recommendations(for: own, count: choice.candidateCount) { item in
          if includesKnown ? turnedAwayFrom.contains(item) : known.contains(item) { return false }
          return allowed?.contains(item) ?? true
        } choosing: { items in
          try choice.selection(of: items.count) { ItemTraits(try items.map(described.item)) }
        }
        return RecommendationReport(
          user: UserID(snapshot.dictionaries.users.text(of: code)), asOf: end, way: model.way, qualities: model.scores,
          recommendations: NewItems.mixed(
            try found.map { code, score, reasons in
              let item = try described.item(code)
              return Recommendation(
                item: item.id, category: item.category, score: score,
                reasons: reasons.map { .init(item: snapshot.dictionaries.items.text(of: $0.item), share: $0.share) },
                fit: nil)
            },
            with: try newItems(
              for: userID, in: snapshot, asOf: asOf, limit: max(0, limit) / NewItems.interval
            ) { item in
              let code = snapshot.dictionaries.items.code(of: item.id)
              if let code, model.numbers[code] != nil || known.contains(code) { return false }
              if let categories, !(item.category.map(categories.contains) ?? false) { return false }
              return rules.allSatisfy { $0.holds(for: item) }
            }, count: max(0, limit)))
      }
    }
  }

  /// Items of the catalogue that are new and fit; none for a user without events in the window of preferences.
  private func newItems(
    for user: UserID, in snapshot: EventSnapshot, asOf: Timestamp?, limit: Int, where isAllowed: (Item) -> Bool
  ) throws -> [(item: Item, fit: ItemFit)] {
    guard limit > 0, try workspace.store.itemCount() > 0 else { return [] }
    let context = try context(snapshot, asOf: asOf, windowDays: nil)
    do {
      let reading = try FitReading(context, try events(of: user, in: snapshot, context))
      return try NewItems.best(limit, reading, workspace.store, where: isAllowed)
    } catch HabitusError.noEvents {
      return []
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

  func recommendationModel(_ histories: ItemHistories, _ snapshot: EventSnapshot) throws -> RecommendationModel {
    let names = histories.users.map { snapshot.dictionaries.users.text(of: $0) }
    // By the ids, so that nothing depends on who came first.
    var order = histories.users.indices.map { (hash: IdentifierHash.hash(of: names[$0]), index: $0) }
    order.sort { ($0.hash, names[$0.index]) < ($1.hash, names[$1.index]) }
    let learned = order.prefix(Self.mostUsers).map { histories.entries(at: $0.index).filter { $0.points > 0 } }
    guard learned.contains(where: { !$0.isEmpty }) else { throw HabitusError.noItems }
    return try RecommendationModel(learned, names: snapshot.dictionaries.items, workers: workspace.workers)
  }

  func itemHistories(_ snapshot: EventSnapshot, before end: Timestamp) throws -> ItemHistories {
    let weights = itemWeights(snapshot.dictionaries.types)
    return try snapshot.scan(
      columns: [.items, .categories], workers: workspace.workers, makeState: {}
    ) { (_: inout Void, frame) in
      var histories = ItemHistories()
      histories.add(frame, before: end, weights: weights)
      return histories
    }.reduce(into: ItemHistories()) { $0.add($1) }
  }

  /// The weight of each event type, by code.
  func itemWeights(_ types: TermDictionary) -> [Double] {
    let settings = workspace.configuration.preferences
    return (0..<UInt32(types.count)).map { settings.eventWeights[types.text(of: $0)] ?? settings.otherEventWeight }
  }
}
