import Foundation
import HabitusKernels
import Testing

@Suite("Implicit factorisation: what is made of a model")
struct FactorizationModelTests {
  static let interactions = try? Interactions(
    madeInteractions(seed: 11, users: 40, items: 30), userCount: 40, itemCount: 30)

  static func fitted() throws -> (Interactions, ImplicitFactorization.Model) {
    let interactions = try #require(interactions)
    return (interactions, try ImplicitFactorization(factorCount: 6, regularization: 2).fit(interactions))
  }

  @Test("recommends the best allowed items, best first, as sorting all of them does", .tags(.differential))
  func recommends() throws {
    let (interactions, model) = try Self.fitted()
    for user in 0..<40 {
      let expected = (0..<30).filter { !interactions.contains(user: user, item: $0) }
        .sorted { model.score(user: user, item: $0) > model.score(user: user, item: $1) }
      for count in [0, 1, 7, 30, 1000] {
        let found = model.recommendations(forUser: user, count: count) {
          !interactions.contains(user: user, item: $0)
        }
        #expect(found.map(\.item) == Array(expected.prefix(count)))
        #expect(found.allSatisfy { abs($0.score - model.score(user: user, item: $0.item)) < 1e-5 })
      }
    }
  }

  @Test("finds similar items by the cosine of their factors, without the item itself", .tags(.differential))
  func similar() throws {
    let (_, model) = try Self.fitted()
    func cosine(_ first: Int, _ second: Int) -> Double {
      let (a, b) = (model.factors(ofItem: first).map { Double($0) }, model.factors(ofItem: second).map { Double($0) })
      return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }
    for item in 0..<30 {
      let expected = (0..<30).filter { $0 != item && $0 % 3 != 0 }.sorted { cosine(item, $0) > cosine(item, $1) }
      let found = model.similarItems(toItem: item, count: 5) { $0 % 3 != 0 }
      #expect(found.map(\.item) == Array(expected.prefix(5)))
      #expect(found.allSatisfy { abs($0.score - cosine(item, $0.item)) < 1e-9 })
    }
  }

  @Test("puts equally scored items in the order of their numbers")
  func ties() throws {
    // Items 0, 1 and 2 have the same users.
    let made = [0, 1].flatMap { user in (0..<3).map { Interaction(user: user, item: $0) } }
    let model = try ImplicitFactorization(factorCount: 2, regularization: 0.1, maximumEpochs: 3).fit(
      Interactions(made + [Interaction(user: 2, item: 3)], userCount: 3, itemCount: 4))
    #expect(model.recommendations(forUser: 0, count: 3).map(\.item) == [0, 1, 2])
    #expect(model.similarItems(toItem: 1, count: 2).map(\.item) == [0, 2])
  }

  @Test("folds a history in by hand: the diagonal case, and a new user")
  func foldsIn() throws {
    let model = try ImplicitFactorization(
      factorCount: 3, confidence: 3, regularization: 1, frequencyExponent: 0, maximumEpochs: 400
    ).fit(Interactions(ImplicitFactorizationTests.diagonal, userCount: 3, itemCount: 3))
    // Y·Yᵀ = 0.75 · 1. The user of item 0: x = (0.75 + 1 + 3 · 0.75)⁻¹ · 4 · y₀ along y₀, so that the score is
    // 4 · 0.75 ÷ 4; of both items 0 and 1 the same for each, as they are orthogonal.
    let known = try model.foldedUser(history: [WeightedItem(item: 0)])
    #expect(abs(known.score(ofItem: 0) - 0.75) < 1e-4)
    let new = try model.foldedUser(history: [WeightedItem(item: 1), WeightedItem(item: 0)])
    #expect(abs(new.score(ofItem: 0) - 0.75) < 1e-4 && abs(new.score(ofItem: 1) - 0.75) < 1e-4)
    #expect(abs(new.score(ofItem: 2)) < 1e-4)
    #expect(new.recommendations(count: 1) { $0 == 2 }.map(\.item) == [2])
    // Twice the weight: 7 · 0.75 ÷ (0.75 + 1 + 6 · 0.75), whether in one or in two.
    let heavy = try model.foldedUser(history: [WeightedItem(item: 0, weight: 2)])
    #expect(abs(heavy.score(ofItem: 0) - 0.84) < 1e-4)
    let twice = try model.foldedUser(history: [WeightedItem(item: 0), WeightedItem(item: 0)])
    #expect(twice.factors == heavy.factors)
  }

  @Test("splits a score into the contributions of the history", .tags(.differential))
  func contributions() throws {
    let (interactions, model) = try Self.fitted()
    for user in 0..<40 {
      let history = interactions.history(ofUser: user)
      let folded = try model.foldedUser(history: history)
      for item in 0..<30 {
        let parts = folded.contributions(toItem: item)
        #expect(parts.map(\.item).sorted() == history.map(\.item))
        #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.score >= $1.score })
        #expect(agree(parts.reduce(0) { $0 + $1.score }, folded.score(ofItem: item), tolerance: 1e-9))
      }
    }
    // Of two tastes that have nothing in common, only the one brings an item of its own.
    let tastes = (0..<20).flatMap { user in
      (0..<6).filter { $0 != user % 6 && $0 / 3 == user % 2 }.map { Interaction(user: user, item: $0) }
    }
    let apart = try ImplicitFactorization(factorCount: 2, regularization: 0.1, maximumEpochs: 40).fit(
      Interactions(tastes, userCount: 20, itemCount: 6))
    let parts = try apart.foldedUser(history: [WeightedItem(item: 0), WeightedItem(item: 4)])
      .contributions(toItem: 1)
    #expect(parts.map(\.item) == [0, 4] && abs(parts[1].score) < 0.1 * parts[0].score)
  }

  @Test("folds an empty history to zeros, and refuses items and weights that cannot be")
  func foldsInEdges() throws {
    let (_, model) = try Self.fitted()
    let nobody = try model.foldedUser(history: [])
    #expect(nobody.factors == Array(repeating: 0, count: 6))
    #expect(nobody.recommendations(count: 5).isEmpty && nobody.contributions(toItem: 3).isEmpty)
    for entry in [
      WeightedItem(item: 30), WeightedItem(item: -1), WeightedItem(item: 1, weight: 0),
      WeightedItem(item: 1, weight: -2), WeightedItem(item: 1, weight: .nan), WeightedItem(item: 1, weight: 1e8),
    ] {
      #expect(throws: KernelError.self) { try model.foldedUser(history: [entry]) }
    }
  }

  @Test("comes back from JSON the same, and refuses factors that do not fit")
  func codes() throws {
    let (_, model) = try Self.fitted()
    let data = try JSONEncoder().encode(model)
    #expect(try JSONDecoder().decode(ImplicitFactorization.Model.self, from: data) == model)
    let text = String(decoding: data, as: UTF8.self)
    for (whole, cut) in [("\"rowCount\":40", "\"rowCount\":41"), ("\"itemSpectrum\":[", "\"itemSpectrum\":[1,")] {
      let broken = text.replacingOccurrences(of: whole, with: cut)
      #expect(broken != text)
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(ImplicitFactorization.Model.self, from: Data(broken.utf8))
      }
    }
  }

  @Test("refuses to say a loss over other users or items")
  func lossShapes() throws {
    let (_, model) = try Self.fitted()
    #expect(throws: KernelError.sampleCount(expected: 40, found: 41)) {
      try model.loss(on: Interactions([], userCount: 41, itemCount: 30))
    }
    #expect(throws: KernelError.columnCount(expected: 30, found: 29)) {
      try model.loss(on: Interactions([], userCount: 40, itemCount: 29))
    }
  }
}
