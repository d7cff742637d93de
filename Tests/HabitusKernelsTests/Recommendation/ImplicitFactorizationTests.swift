import Foundation
import HabitusKernels
import Testing

@Suite("Implicit factorisation")
struct ImplicitFactorizationTests {
  /// User u took to item u alone.
  static let diagonal = (0..<3).map { Interaction(user: $0, item: $0) }

  @Test("finds the minimum of a 3 × 3 case that is worked by hand")
  func byHand() throws {
    // With as many factors as items the products can be any table S, and the least sum of squares of the factors is
    // twice the sum of its singular values. By symmetry S = a · 1, off the diagonal 0: 3 · 4 · (1 − a)² + 2 · 3 · a is
    // least at a = 1 − 1/4, where it is 0.75 + 4.5.
    let interactions = try Interactions(Self.diagonal, userCount: 3, itemCount: 3)
    let model = try ImplicitFactorization(
      factorCount: 3, confidence: 3, regularization: 1, maximumEpochs: 400
    ).fit(interactions)
    for user in 0..<3 {
      for item in 0..<3 {
        #expect(abs(model.score(user: user, item: item) - (user == item ? 0.75 : 0)) < 1e-4)
      }
    }
    #expect(abs(try model.loss(on: interactions) - 5.25) < 1e-4)
  }

  struct Reference: Decodable {
    struct Factorization: Decodable {
      let seed: UInt64
      let users: Int
      let items: Int
      let confidence: Double
      let regularization: Double
      let loss: Double
      let scores: [[Double]]
    }
    let factorizations: [Factorization]
  }

  @Test("comes to the scores that implicit 0.7.3 comes to with exact steps in double precision", .tags(.reference))
  func reference() throws {
    for expected in try ReferenceData.read("recommendation", as: Reference.self).factorizations {
      let interactions = try Interactions(
        madeInteractions(seed: expected.seed, users: expected.users, items: expected.items),
        userCount: expected.users, itemCount: expected.items)
      // With as many factors as items there is one minimum.
      let model = try ImplicitFactorization(
        factorCount: expected.items, confidence: expected.confidence, regularization: expected.regularization,
        frequencyExponent: 0, maximumEpochs: 300
      ).fit(interactions)
      #expect(agree(try model.loss(on: interactions), expected.loss, tolerance: 1e-5))
      for user in 0..<expected.users {
        for item in 0..<expected.items {
          #expect(abs(model.score(user: user, item: item) - expected.scores[user][item]) < 2e-3)
        }
      }
    }
  }

  @Test(
    "leaves users and items where dense least squares puts them, and says their loss", .tags(.differential),
    arguments: 0..<UInt64(6))
  func dense(seed: UInt64) throws {
    let (users, items) = (23, 17)
    let parameters = ImplicitFactorization(
      factorCount: [3, 16, 20][Int(seed % 3)], confidence: 4, regularization: 2,
      frequencyExponent: [0, 1, 0.5, 0, 0.5, 1][Int(seed)], maximumEpochs: 150, stepCount: 20, seed: seed)
    let made = madeInteractions(seed: seed, users: users, items: items)
    let interactions = try Interactions(made, userCount: users, itemCount: items)
    let model = try parameters.fit(interactions)
    let twin = FactorizationTwin(made, users: users, items: items, parameters)
    let x = (0..<users).map { model.factors(ofUser: $0).map { Double($0) } }
    let y = (0..<items).map { model.factors(ofItem: $0).map { Double($0) } }
    #expect(agree(try model.loss(on: interactions), twin.loss(x, y), tolerance: 1e-5), "seed \(seed)")
    for user in 0..<users {
      let expected = twin.factors(ofUser: user, given: y)
      let folded = try model.foldedUser(history: interactions.history(ofUser: user))
      for item in 0..<items {
        #expect(abs(dot(x[user], y[item]) - dot(expected, y[item])) < 1e-4, "seed \(seed)")
        #expect(abs(folded.score(ofItem: item) - dot(expected, y[item])) < 1e-4, "seed \(seed)")
      }
    }
    // The users moved after the items; at the minimum that makes no difference.
    for item in 0..<items {
      let expected = twin.factors(ofItem: item, given: x)
      for user in 0..<users { #expect(abs(dot(x[user], y[item]) - dot(x[user], expected)) < 2e-2, "seed \(seed)") }
    }
  }

  @Test("gives the same model on any number of threads, and another one for another seed")
  func threads() throws {
    let made = madeInteractions(seed: 3, users: 700, items: 40)
    let interactions = try Interactions(made, userCount: 700, itemCount: 40)
    var parameters = ImplicitFactorization(factorCount: 8, maximumEpochs: 2)
    let model = try parameters.fit(interactions, threadCount: 1)
    #expect(try parameters.fit(interactions, threadCount: 2) == model)
    #expect(try parameters.fit(interactions, threadCount: 5) == model)
    parameters.seed = 1
    #expect(try parameters.fit(interactions) != model)
  }

  @Test("lowers the loss epoch by epoch, and ends when it hardly falls")
  func converges() throws {
    let interactions = try Interactions(
      madeInteractions(seed: 4, users: 60, items: 40), userCount: 60, itemCount: 40)
    var parameters = ImplicitFactorization(factorCount: 8, regularization: 1)
    var losses: [Double] = []
    for epochs in 1...6 {
      parameters.maximumEpochs = epochs
      losses.append(try parameters.fit(interactions).loss(on: interactions))
    }
    #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 > $1 })

    parameters.tolerance = 1e-3
    parameters.maximumEpochs = 3
    #expect(try parameters.fit(interactions).diagnostics == [.notConverged(epochCount: 3)])
    parameters.maximumEpochs = 500
    let model = try parameters.fit(interactions)
    #expect(model.epochCount < 500 && model.diagnostics.isEmpty)
    parameters.tolerance = 0
    parameters.maximumEpochs = model.epochCount - 1
    let before = try parameters.fit(interactions).loss(on: interactions)
    let last = try model.loss(on: interactions)
    #expect(before - last < 1e-3 * before)
  }

  @Test("tells how far it is after every epoch, and ends when told to")
  func checkpoints() throws {
    let plan = try ImplicitFactorization(factorCount: 2, maximumEpochs: 5)
      .validated(for: Interactions(Self.diagonal, userCount: 3, itemCount: 3))
    var seen: [FitProgress] = []
    #expect(throws: CancellationError.self) {
      try plan.fit { (progress) throws(CancellationError) in
        seen.append(progress)
        if progress.completedCount == 2 { throw CancellationError() }
      }
    }
    #expect(seen == (1...2).map { FitProgress(completedCount: $0, maximumCount: 5) })
  }

  @Test("begins nearer the minimum than random factors do, by what one epoch makes of them")
  func start() throws {
    let made = madeInteractions(seed: 6, users: 60, items: 40)
    let interactions = try Interactions(made, userCount: 60, itemCount: 40)
    let parameters = ImplicitFactorization(
      factorCount: 8, confidence: 4, regularization: 2, frequencyExponent: 0, maximumEpochs: 1, stepCount: 8)
    let twin = FactorizationTwin(made, users: 60, items: 40, parameters)
    var generator = SplitMix64(seed: 7)
    var users = (0..<60).map { _ in (0..<8).map { _ in 0.1 * (2 * generator.nextUnit() - 1) } }
    let items = (0..<40).map { twin.factors(ofItem: $0, given: users) }
    users = (0..<60).map { twin.factors(ofUser: $0, given: items) }
    #expect(try parameters.fit(interactions).loss(on: interactions) < twin.loss(users, items))
  }

  @Test("finds a minimum with more factors than there are users", .tags(.differential))
  func manyFactors() throws {
    let made = madeInteractions(seed: 8, users: 3, items: 6)
    let interactions = try Interactions(made, userCount: 3, itemCount: 6)
    var losses: [Double] = []
    for count in [6, 17, 64] {
      losses.append(
        try ImplicitFactorization(
          factorCount: count, confidence: 4, regularization: 0.5, maximumEpochs: 300
        ).fit(interactions).loss(on: interactions))
    }
    // With six factors or more the minimum is the same.
    #expect(losses.allSatisfy { agree($0, losses[0], tolerance: 1e-4) }, "\(losses)")
  }

  @Test("gives users without items and items without users zeros")
  func emptyRows() throws {
    let interactions = try Interactions(
      [Interaction(user: 1, item: 2), Interaction(user: 3, item: 0)], userCount: 5, itemCount: 4)
    let model = try ImplicitFactorization(factorCount: 2, regularization: 0.1).fit(interactions)
    for user in [0, 2, 4] {
      #expect(model.factors(ofUser: user) == [0, 0])
      #expect(model.recommendations(forUser: user, count: 3).isEmpty)
    }
    for item in [1, 3] {
      #expect(model.factors(ofItem: item) == [0, 0])
      #expect(model.similarItems(toItem: item, count: 3).isEmpty)
      #expect(model.similarity(ofItem: item, toItem: 0) == 0)
    }
    #expect(model.score(user: 1, item: 2) > 0.5)
  }

  @Test("learns from a single user and from a single pair")
  func single() throws {
    let user = try ImplicitFactorization(factorCount: 4, regularization: 0.1).fit(
      Interactions((0..<3).map { Interaction(user: 0, item: $0) }, userCount: 1, itemCount: 5))
    #expect(user.recommendations(forUser: 0, count: 3).map(\.item).sorted() == [0, 1, 2])
    // 2 · (1 − s)² + 2 · s is least at s = 1/2.
    let pair = try ImplicitFactorization(factorCount: 1, confidence: 1, regularization: 1, maximumEpochs: 200).fit(
      Interactions([Interaction(user: 0, item: 0)], userCount: 1, itemCount: 1))
    #expect(abs(pair.score(user: 0, item: 0) - 0.5) < 1e-3)
  }

  @Test("takes weights as confidence, and repeated pairs as one with the sum of their weights")
  func repeated() throws {
    let parameters = ImplicitFactorization(factorCount: 2, confidence: 2)
    let twice = [Interaction(user: 0, item: 0, weight: 1.5), Interaction(user: 0, item: 0, weight: 0.5)]
    let other = Interaction(user: 1, item: 1)
    let model = try parameters.fit(Interactions(twice + [other], userCount: 2, itemCount: 2))
    let once = [other, Interaction(user: 0, item: 0, weight: 2)]
    #expect(try parameters.fit(Interactions(once, userCount: 2, itemCount: 2)) == model)
  }

  @Test("refuses parameters that make no sense, saying which")
  func refuses() throws {
    let interactions = try Interactions(Self.diagonal, userCount: 3, itemCount: 3)
    func name(_ parameters: ImplicitFactorization) -> String? {
      do throws(KernelError) {
        _ = try parameters.validated(for: interactions)
        return nil
      } catch {
        if case .parameter(let name, _, _) = error { return name }
        return "another error"
      }
    }
    #expect(name(ImplicitFactorization()) == nil)
    for count in [0, 1025] { #expect(name(ImplicitFactorization(factorCount: count)) == "factorCount") }
    for value in [0, -1, .nan, .infinity] {
      #expect(name(ImplicitFactorization(confidence: value)) == "confidence")
      #expect(name(ImplicitFactorization(regularization: value)) == "regularization")
    }
    for value in [-0.1, 1.1, .nan] {
      #expect(name(ImplicitFactorization(frequencyExponent: value)) == "frequencyExponent")
    }
    #expect(name(ImplicitFactorization(maximumEpochs: 0)) == "maximumEpochs")
    for value in [-1, 1, .nan] { #expect(name(ImplicitFactorization(tolerance: value)) == "tolerance") }
    #expect(name(ImplicitFactorization(stepCount: 0)) == "stepCount")
    #expect(name(ImplicitFactorization(confidence: 2e7)) == "confidence times the largest weight")
    #expect(throws: KernelError.noSamples) {
      try ImplicitFactorization().fit(Interactions([], userCount: 3, itemCount: 3))
    }
  }

  @Test("stays finite with the most extreme confidences and penalties that are allowed")
  func extremes() throws {
    let made = madeInteractions(seed: 5, users: 30, items: 20)
    let interactions = try Interactions(made, userCount: 30, itemCount: 20)
    for (confidence, regularization) in [(3e6, 1e-12), (3e6, 1e12), (1e-12, 1e-12), (1e-12, 1e12), (10, 1e-12)] {
      let model = try ImplicitFactorization(
        factorCount: 33, confidence: confidence, regularization: regularization, maximumEpochs: 20
      ).fit(interactions)
      #expect((0..<30).allSatisfy { model.factors(ofUser: $0).allSatisfy(\.isFinite) }, "\(confidence)")
      #expect((0..<20).allSatisfy { model.factors(ofItem: $0).allSatisfy(\.isFinite) }, "\(confidence)")
      #expect(try model.loss(on: interactions).isFinite)
    }
  }
}
