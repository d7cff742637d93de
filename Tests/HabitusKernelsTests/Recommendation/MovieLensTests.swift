import HabitusKernels
import Testing

@Suite(
  "Recommendation on MovieLens 100K",
  .enabled(if: SharedData.exists("ratings/ml-100k/u.data.gz"), "the folder of published data is not there"))
struct MovieLensTests {
  /// What was rated before the last rating, and by user the film rated last.
  static func split() throws -> (interactions: Interactions, relevant: [[Int]]) {
    let rows = try SharedData.lines("ratings/ml-100k/u.data.gz").map { line in
      line.split { $0.isWhitespace }.compactMap { Int64($0) }
    }
    let (users, items) = (rows.map { Int($0[0]) - 1 }, rows.map { Int($0[1]) - 1 })
    let split = try LeaveLastOut(users: users, items: items, times: rows.map { $0[3] }, userCount: 943)
    #expect(split.trainingRows.count == 100_000 - 943)
    let learned = split.trainingRows.map { Interaction(user: users[$0], item: items[$0]) }
    return (
      try Interactions(learned, userCount: 943, itemCount: 1682), split.heldOutItems.map { $0.map { [$0] } ?? [] }
    )
  }

  @Test(
    "finds films rated last by factorisation more often than neighbours of films do, and those more than popularity",
    .tags(.reference))
  func order() throws {
    let (interactions, relevant) = try Self.split()
    func scores(_ recommend: (Int, (Int) -> Bool) throws -> [ScoredItem]) throws -> RankingScores {
      let rankings = try relevant.indices.map { user in
        try recommend(user) { !interactions.contains(user: user, item: $0) }.map(\.item)
      }
      return try RankingScores(of: rankings, relevant: relevant, cutoff: 20, itemCount: 1682)
    }
    let model = try ImplicitFactorization(
      factorCount: 64, confidence: 3, regularization: 10, maximumEpochs: 3
    ).fit(interactions)
    let factorization = try scores { model.recommendations(forUser: $0, count: 20, where: $1) }
    let popularity = Popularity(of: interactions)
    let popular = try scores { popularity.recommendations(count: 20, where: $1) }
    // As by Scripts/recommendation_table.py: popularity finds 77 of 943 films, item-to-item by TF-IDF 120.
    #expect(agree(popular.recall, 77.0 / 943))
    #expect(popular.userCount == 943 && agree(popular.ndcg, 0.0332, tolerance: 5e-5))
    #expect(factorization.recall > 0.145 && factorization.ndcg > 0.053, "\(factorization)")
    #expect(factorization.coverage > 0.4)
  }

  @Test("has the neighbours of films by TF-IDF find as many as implicit 0.7.3 has them find", .tags(.reference))
  func neighbors() throws {
    let (interactions, relevant) = try Self.split()
    let model = try ItemNeighbors(similarity: .tfIDF, neighborCount: 20).fit(interactions)
    let rankings = try relevant.indices.map { user in
      try model.recommendations(for: interactions.history(ofUser: user), count: 20) {
        !interactions.contains(user: user, item: $0)
      }.map(\.item)
    }
    let scores = try RankingScores(of: rankings, relevant: relevant, cutoff: 20, itemCount: 1682)
    #expect(agree(scores.recall, 120.0 / 943))
    #expect(agree(scores.ndcg, 0.0449, tolerance: 5e-5))
  }
}
