import HabitusKernels

extension Trial {
  /// Implicit matrix factorisation. The rows of the points are a user, an item, a weight, and where there is a fourth
  /// column, 1 for what is held out to be found again.
  func factorization() throws -> TrialAnswer {
    let (interactions, relevant) = try split()
    let parameters = ImplicitFactorization(
      factorCount: try options.integer("factors", 64), confidence: try options.number("confidence", 10),
      regularization: try options.number("regularization", 10),
      frequencyExponent: try options.number("exponent", 1), maximumEpochs: try options.integer("epochs", 15),
      tolerance: try options.number("tolerance", 0), stepCount: try options.integer("steps", 3),
      seed: UInt64(try options.integer("seed", 0)))
    let threadCount = try options.integer("threads", 2)
    let (model, seconds) = try timed { try parameters.fit(interactions, threadCount: threadCount) }
    let answer = TrialAnswer(
      seconds: seconds,
      figures: ["loss": try model.loss(on: interactions), "epochs": Double(model.epochCount)])
    return try scored(answer, interactions, relevant) { user, _, isNew in
      model.recommendations(forUser: user, count: 20, where: isNew)
    }
  }

  /// Item-to-item recommendation, of the same rows as ``factorization()``.
  func itemNeighbors() throws -> TrialAnswer {
    let (interactions, relevant) = try split()
    let parameters = ItemNeighbors(
      similarity: try itemSimilarity(),
      neighborCount: try options.integer("neighbors", 100), shrinkage: try options.number("shrinkage", 0))
    let threadCount = try options.integer("threads", 2)
    let (model, seconds) = try timed { try parameters.fit(interactions, threadCount: threadCount) }
    return try scored(TrialAnswer(seconds: seconds), interactions, relevant) { _, history, isNew in
      try model.recommendations(for: history, count: 20, where: isNew)
    }
  }

  /// The same items for everybody, of the same rows as ``factorization()``.
  func popularity() throws -> TrialAnswer {
    let (interactions, relevant) = try split()
    let (model, seconds) = timed { Popularity(of: interactions) }
    return try scored(TrialAnswer(seconds: seconds), interactions, relevant) { _, _, isNew in
      model.recommendations(count: 20, where: isNew)
    }
  }

  /// What to learn from, and by user what is held out.
  private func split() throws -> (Interactions, [[Int]]) {
    let userCount = (points.column(0).max().map { Int($0) } ?? -1) + 1
    let itemCount = (points.column(1).max().map { Int($0) } ?? -1) + 1
    var relevant: [[Int]] = Array(repeating: [], count: userCount)
    var rows: [Interaction] = []
    for row in 0..<points.rowCount {
      let (user, item) = (Int(points[row, 0]), Int(points[row, 1]))
      if points.columnCount > 3, points[row, 3] == 1 {
        relevant[user].append(item)
      } else {
        rows.append(Interaction(user: user, item: item, weight: points[row, 2]))
      }
    }
    return (try Interactions(rows, userCount: userCount, itemCount: itemCount), relevant)
  }

  private func itemSimilarity() throws -> ItemNeighbors.Similarity {
    if options.is("similarity", "cosine") { return .cosine }
    if options.is("similarity", "tfidf") { return .tfIDF }
    return .bm25(k1: try options.number("k1", 1.2), b: try options.number("b", 0.75))
  }

  /// The answer with what `recommend` finds for users of whom something is held out, scored at 20; with the rankings
  /// where asked for by `rankings=true`.
  private func scored(
    _ answer: TrialAnswer, _ interactions: Interactions, _ relevant: [[Int]],
    recommend: (_ user: Int, _ history: [WeightedItem], _ isNew: (Int) -> Bool) throws -> [ScoredItem]
  ) throws -> TrialAnswer {
    guard relevant.contains(where: { !$0.isEmpty }) else { return answer }
    let rankings = try relevant.indices.map { user in
      guard !relevant[user].isEmpty else { return [Int]() }
      let history = interactions.history(ofUser: user)
      let seen = Set(history.map(\.item))
      return try recommend(user, history) { !seen.contains($0) }.map(\.item)
    }
    let scores = try RankingScores(of: rankings, relevant: relevant, cutoff: 20, itemCount: interactions.itemCount)
    var answer = answer
    answer.figures.merge([
      "recall": scores.recall, "ndcg": scores.ndcg, "coverage": scores.coverage,
    ]) { $1 }
    if options.flag("rankings") { answer.rankings = rankings }
    return answer
  }
}
