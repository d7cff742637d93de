import Foundation
import HabitusKernels
import Testing

@Suite("Item neighbours")
struct ItemNeighborsTests {
  /// Items 0 and 1 share users 0 and 1; items 1 and 2 share user 2; nobody shares item 3 with another.
  static let made = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 1), (2, 2), (3, 3)].map {
    Interaction(user: $0.0, item: $0.1)
  }

  static func fitted(_ parameters: ItemNeighbors) throws -> ItemNeighbors.Model {
    try parameters.fit(Interactions(made, userCount: 4, itemCount: 5))
  }

  @Test("have the cosines worked by hand, with and without shrinkage")
  func byHand() throws {
    let model = try Self.fitted(ItemNeighbors(similarity: .cosine))
    // 2 ÷ √(2 · 3) and 1 ÷ √(3 · 1).
    let (near, far) = (2 / 6.0.squareRoot(), 1 / 3.0.squareRoot())
    #expect(model.neighbors.map { $0.map(\.item) } == [[1], [0, 2], [1], [], []])
    #expect(agree(model.neighbors[1][0].score, near, tolerance: 1e-6))
    #expect(agree(model.neighbors[1][1].score, far, tolerance: 1e-6))
    let shrunk = try Self.fitted(ItemNeighbors(similarity: .cosine, shrinkage: 1))
    #expect(agree(shrunk.neighbors[1][0].score, near * 2 / 3, tolerance: 1e-6))
    #expect(agree(shrunk.neighbors[1][1].score, far / 2, tolerance: 1e-6))

    let history = [WeightedItem(item: 0, weight: 2), WeightedItem(item: 2), WeightedItem(item: 3)]
    let found = try model.recommendations(for: history, count: 5) { $0 != 0 }
    #expect(found.map(\.item) == [1])
    #expect(agree(found[0].score, 2 * near + far, tolerance: 1e-6))
    let reasons = try model.contributions(toItem: 1, for: history)
    #expect(reasons.map(\.item) == [0, 2])
    #expect(agree(reasons.reduce(0) { $0 + $1.score }, found[0].score, tolerance: 1e-12))
    #expect(try model.contributions(toItem: 4, for: history).isEmpty)
  }

  struct Reference: Decodable {
    struct Neighbors: Decodable {
      let method: String
      let k1: Double?
      let b: Double?
      let seed: UInt64
      let users: Int
      let items: Int
      let count: Int
      let neighbors: [[[Double]]]
    }
    let neighbors: [Neighbors]
  }

  @Test("are those that implicit 0.7.3 finds, by cosine, TF-IDF and BM25", .tags(.reference))
  func reference() throws {
    for expected in try ReferenceData.read("recommendation", as: Reference.self).neighbors {
      let similarity: ItemNeighbors.Similarity =
        switch expected.method {
        case "cosine": .cosine
        case "tfidf": .tfIDF
        default: .bm25(k1: try #require(expected.k1), b: try #require(expected.b))
        }
      let model = try ItemNeighbors(similarity: similarity, neighborCount: expected.count).fit(
        Interactions(
          madeInteractions(seed: expected.seed, users: expected.users, items: expected.items),
          userCount: expected.users, itemCount: expected.items))
      for (found, wanted) in zip(model.neighbors, expected.neighbors) {
        #expect(found.map(\.item) == wanted.map { Int($0[0]) }, "\(expected.method)")
        #expect(zip(found, wanted).allSatisfy { agree($0.score, $1[1], tolerance: 1e-5) }, "\(expected.method)")
      }
    }
  }

  @Test("equal those of the dense table, for any number of threads", .tags(.differential), arguments: 0..<UInt64(6))
  func dense(seed: UInt64) throws {
    let (users, items) = (30, 14)
    let made = madeInteractions(seed: seed, users: users, items: items)
    let interactions = try Interactions(made, userCount: users, itemCount: items)
    let parameters = ItemNeighbors(similarity: .cosine, neighborCount: 4, shrinkage: Double(seed) * 3)
    let model = try parameters.fit(interactions, threadCount: 1)
    #expect(try parameters.fit(interactions, threadCount: 3) == model)
    var columns = Array(repeating: Array(repeating: 0.0, count: users), count: items)
    for interaction in made { columns[interaction.item][interaction.user] = interaction.weight }
    for item in 0..<items {
      func similarity(_ other: Int) -> Double {
        let shared = Double((0..<users).count { columns[item][$0] > 0 && columns[other][$0] > 0 })
        return dot(columns[item], columns[other])
          / (dot(columns[item], columns[item]) * dot(columns[other], columns[other])).squareRoot()
          * (shared > 0 ? shared / (shared + parameters.shrinkage) : 0)
      }
      let expected = (0..<items).filter { $0 != item }.sorted { similarity($0) > similarity($1) }.prefix(4)
      #expect(model.neighbors[item].map(\.item) == Array(expected), "seed \(seed)")
      #expect(model.neighbors[item].allSatisfy { agree($0.score, similarity($0.item), tolerance: 1e-5) })
    }
  }

  @Test("of equal similarity keep the lower numbers; all there are where more are asked for")
  func ties() throws {
    let made = [0, 1].flatMap { user in (0..<4).map { Interaction(user: user, item: $0) } }
    let interactions = try Interactions(made, userCount: 2, itemCount: 4)
    let two = try ItemNeighbors(similarity: .cosine, neighborCount: 2).fit(interactions)
    #expect(two.neighbors.map { $0.map(\.item) } == [[1, 2], [0, 2], [0, 1], [0, 1]])
    let many = try ItemNeighbors(similarity: .cosine, neighborCount: 100).fit(interactions)
    #expect(many.neighbors.allSatisfy { $0.count == 3 })
    // Every other item scores as much.
    #expect(try many.recommendations(for: [WeightedItem(item: 1)], count: 100).map(\.item) == [0, 2, 3])
  }

  @Test("are none by TF-IDF of a user who took to everything, and for a single user by cosine all alike")
  func oneUser() throws {
    let interactions = try Interactions(
      (0..<3).map { Interaction(user: 0, item: $0) }, userCount: 1, itemCount: 3)
    #expect(try ItemNeighbors(similarity: .tfIDF).fit(interactions).neighbors.allSatisfy(\.isEmpty))
    let alike = try ItemNeighbors(similarity: .cosine).fit(interactions)
    #expect(alike.neighbors.allSatisfy { $0.allSatisfy { abs($0.score - 1) < 1e-6 } && $0.count == 2 })
  }

  @Test("refuse parameters and histories that make no sense")
  func refuses() throws {
    for parameters in [
      ItemNeighbors(neighborCount: 0), ItemNeighbors(shrinkage: -1), ItemNeighbors(shrinkage: .nan),
      ItemNeighbors(similarity: .bm25(k1: -1, b: 0.5)), ItemNeighbors(similarity: .bm25(k1: 1, b: 1.5)),
    ] {
      #expect(throws: KernelError.self) { try Self.fitted(parameters) }
    }
    #expect(throws: KernelError.noSamples) {
      try ItemNeighbors().fit(Interactions([], userCount: 1, itemCount: 1))
    }
    let model = try Self.fitted(ItemNeighbors())
    for entry in [WeightedItem(item: 5), WeightedItem(item: 0, weight: -1), WeightedItem(item: 0, weight: .nan)] {
      #expect(throws: KernelError.self) { try model.recommendations(for: [entry], count: 1) }
    }
    #expect(throws: KernelError.self) { try model.contributions(toItem: 5, for: []) }
    #expect(try model.recommendations(for: [], count: 3).isEmpty)
    let data = try JSONEncoder().encode(model)
    #expect(try JSONDecoder().decode(ItemNeighbors.Model.self, from: data) == model)
    // Counts that do not add up; a letter too few; a letter that is none.
    let fields = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    let items = try #require(fields["items"] as? String)
    let scores = try #require(fields["scores"] as? String)
    for (part, text) in [("counts", scores), ("items", String(items.dropLast())), ("items", "!" + items.dropFirst())] {
      var broken = fields
      broken[part] = text
      let data = try JSONSerialization.data(withJSONObject: broken)
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(ItemNeighbors.Model.self, from: data) }
    }
  }
}

@Suite("Popularity")
struct PopularityTests {
  @Test("adds up weights, and recommends by them, of equals the lower number, only what somebody took to")
  func byHand() throws {
    let interactions = try Interactions(
      [
        Interaction(user: 0, item: 3, weight: 0.5), Interaction(user: 1, item: 3, weight: 0.75),
        Interaction(user: 1, item: 1, weight: 2), Interaction(user: 0, item: 0, weight: 1.25),
      ], userCount: 2, itemCount: 5)
    let popularity = Popularity(of: interactions)
    #expect(popularity.totals == [1.25, 2, 0, 1.25, 0])
    #expect(popularity.recommendations(count: 10).map(\.item) == [1, 0, 3])
    #expect(popularity.recommendations(count: 1) { $0 != 1 } == [ScoredItem(item: 0, score: 1.25)])
    #expect(popularity.recommendations(count: 0).isEmpty)
  }
}
