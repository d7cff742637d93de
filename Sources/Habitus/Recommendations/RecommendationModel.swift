internal import HabitusKernels
internal import HabitusModel

/// Learned from everybody: which items a user who took to some takes to next.
///
/// Three ways are tried on the items that users took to last, which are held out: the factors of users and items, items
/// that the same users take to, and what is popular. The one that finds most of them is used.
struct RecommendationModel: Sendable {
  /// The items' codes, by number, in the order of their names.
  let items: [UInt32]
  let numbers: [UInt32: Int]
  let way: RecommendationWay
  /// How well each way does.
  let scores: [RecommendationQuality]
  let popularity: Popularity
  let learned: Learned

  enum Learned: Sendable, Codable {
    case factors(ImplicitFactorization.Model)
    case neighbors(ItemNeighbors.Model)
    case popularity
  }

  /// How many items are looked at in a ranking.
  static let cutoff = 20
  /// The fewest users with two items or more from whom can be learned.
  static let leastUsers = 20
  /// What does well on MovieLens 100K (docs/recommendations.md), with half as many factors.
  private static let factorization = ImplicitFactorization(confidence: 3, maximumEpochs: 8)
  private static let itemNeighbors = ItemNeighbors(similarity: .tfIDF, neighborCount: 20)

  /// Learns from users' histories: their entries with a weight above 0.
  init(_ histories: [[ItemHistories.Entry]], names: TermDictionary, workers: Int) throws {
    // By name, so that ties do not depend on what came first.
    items = Set(histories.joined().map(\.item)).map { (code: $0, name: names.text(of: $0)) }
      .sorted { $0.name < $1.name }.map(\.code)
    numbers = Dictionary(uniqueKeysWithValues: items.enumerated().map { ($0.element, $0.offset) })
    let rows = histories.enumerated().flatMap { user, entries in entries.map { (user: user, entry: $0) } }
    let numbers = numbers
    let interactions = rows.compactMap { row in
      numbers[row.entry.item].map { Interaction(user: row.user, item: $0, weight: row.entry.weight) }
    }
    let all = try Interactions(interactions, userCount: histories.count, itemCount: items.count)
    popularity = Popularity(of: all)
    let split = try LeaveLastOut(
      users: interactions.map(\.user), items: interactions.map(\.item), times: rows.map(\.entry.latest),
      userCount: histories.count)
    guard split.heldOutItems.count(where: { $0 != nil }) >= Self.leastUsers else {
      (way, scores, learned) = (.popular, [], .popularity)
      return
    }
    let training = try Interactions(
      split.trainingRows.map { interactions[$0] }, userCount: histories.count, itemCount: items.count)
    let (popular, count) = (Popularity(of: training), items.count)
    scores = try RecommendationWay.allCases.map { way in
      let scores = try Self.scores(try Self.learned(way, training, workers), popular, training, split, itemCount: count)
      return RecommendationQuality(way: way, scores)
    }
    let best = scores.max { $0.ndcg < $1.ndcg }?.way ?? .popular
    way = best
    learned = try Self.learned(best, all, workers)
  }

  private static func learned(
    _ way: RecommendationWay, _ interactions: Interactions, _ workers: Int
  ) throws(KernelError) -> Learned {
    switch way {
    case .factors: .factors(try factorization.fit(interactions, threadCount: workers))
    case .itemToItem: .neighbors(try itemNeighbors.fit(interactions, threadCount: workers))
    case .popular: .popularity
    }
  }

  /// How well the items that users took to last are found among those that each did not have.
  private static func scores(
    _ learned: Learned, _ popularity: Popularity, _ training: Interactions, _ split: LeaveLastOut, itemCount: Int
  ) throws -> RankingScores {
    let users = split.heldOutItems.indices.filter { split.heldOutItems[$0] != nil }
    let rankings = try users.map { user in
      try ranking(
        learned, popularity, training.history(ofUser: user), count: cutoff
      ) { !training.contains(user: user, item: $0) }.map(\.item)
    }
    return try RankingScores(
      of: rankings, relevant: users.map { [split.heldOutItems[$0]].compactMap(\.self) }, cutoff: cutoff,
      itemCount: itemCount)
  }

  /// The best items, and what is popular where there are too few.
  private static func ranking(
    _ learned: Learned, _ popularity: Popularity, _ history: [WeightedItem], count: Int,
    where isAllowed: (Int) -> Bool
  ) throws(KernelError) -> [ScoredItem] {
    var best: [ScoredItem] = []
    if !history.isEmpty {
      switch learned {
      case .factors(let model):
        best = try model.foldedUser(history: history).recommendations(count: count, where: isAllowed)
      case .neighbors(let model): best = try model.recommendations(for: history, count: count, where: isAllowed)
      case .popularity: break
      }
    }
    guard best.count < count else { return best }
    let chosen = Set(best.map(\.item))
    return best
      + popularity.recommendations(count: count - best.count) { !chosen.contains($0) && isAllowed($0) }
      .map { ScoredItem(item: $0.item, score: 0) }
  }

  /// The items for a user with a history, best first, with what of the history they are told because of.
  ///
  /// - Parameters:
  ///   - entries: what the user met.
  ///   - isAllowed: whether an item, by its code, may be told.
  ///   - choose: of the `count` best items, by their codes, the places of those that are told, in the order in which
  ///     they are; all of them unless given.
  func recommendations(
    for entries: some Collection<ItemHistories.Entry>, count: Int, where isAllowed: (UInt32) -> Bool,
    choosing choose: ([UInt32]) throws -> [Int] = { Array($0.indices) }
  ) throws -> [(item: UInt32, score: Double, reasons: [(item: UInt32, share: Double)])] {
    let history = entries.compactMap { entry in
      entry.points > 0 ? numbers[entry.item].map { WeightedItem(item: $0, weight: entry.weight) } : nil
    }
    let best = try Self.ranking(learned, popularity, history, count: count) { isAllowed(items[$0]) }
    let contributions = try contributions(of: history)
    return try choose(best.map { items[$0.item] }).map { place in
      let item = best[place]
      let contributions = item.score > 0 ? try contributions(item.item) : []
      let total = contributions.reduce(0) { $0 + max(0, $1.score) }
      let reasons = contributions.prefix(Self.reasonCount).filter { $0.score > 0 }
      return (items[item.item], item.score, reasons.map { (items[$0.item], $0.score / total) })
    }
  }

  /// The most items of the history that a recommendation is told to be because of.
  private static let reasonCount = 3

  /// What each item of a history brings to the score of an item; the history is solved for once.
  private func contributions(of history: [WeightedItem]) throws -> (_ item: Int) throws -> [ScoredItem] {
    switch learned {
    case .factors(let model):
      let user = try model.foldedUser(history: history)
      return { user.contributions(toItem: $0) }
    case .neighbors(let model): return { try model.contributions(toItem: $0, for: history) }
    case .popularity: return { _ in [] }
    }
  }
}
