import HabitusKernels
import Testing

@Suite("Interactions")
struct InteractionsTests {
  @Test("are kept by user with items ascending, each pair once with the sum of its weights")
  func joins() throws {
    let interactions = try Interactions(
      [
        Interaction(user: 2, item: 3, weight: 0.5), Interaction(user: 0, item: 1, weight: 2),
        Interaction(user: 2, item: 0), Interaction(user: 2, item: 3, weight: 0.25),
      ], userCount: 4, itemCount: 5)
    #expect(interactions.count == 3)
    #expect(interactions.history(ofUser: 0) == [WeightedItem(item: 1, weight: 2)])
    #expect(interactions.history(ofUser: 1).isEmpty && interactions.history(ofUser: 3).isEmpty)
    #expect(interactions.history(ofUser: 2) == [WeightedItem(item: 0), WeightedItem(item: 3, weight: 0.75)])
  }

  @Test("know which pairs there are, as a set of them does", .tags(.differential), arguments: 0..<UInt64(10))
  func contains(seed: UInt64) throws {
    let made = madeInteractions(seed: seed, users: 7, items: 12).shuffled()
    let interactions = try Interactions(made, userCount: 7, itemCount: 12)
    let pairs = Set(made.map { [$0.user, $0.item] })
    #expect(interactions.count == pairs.count)
    for user in 0..<7 {
      for item in 0..<12 {
        #expect(interactions.contains(user: user, item: item) == pairs.contains([user, item]))
      }
    }
  }

  @Test("may be none, of nobody and nothing")
  func empty() throws {
    let none = try Interactions([], userCount: 0, itemCount: 0)
    #expect(none.count == 0 && none.userCount == 0 && none.itemCount == 0)
  }

  @Test("refuse weights that are not above 0 or not finite, and numbers out of range, saying where")
  func refuses() throws {
    let good = Interaction(user: 0, item: 0)
    for weight in [0, -1, .nan, .infinity, 1e16, 1e-16] {
      do {
        _ = try Interactions([good, Interaction(user: 0, item: 1, weight: weight)], userCount: 1, itemCount: 2)
        Issue.record("\(weight) was taken")
      } catch {
        #expect(error.description.hasPrefix("weight of interaction 1 is \(weight); allowed: numbers above 0"))
      }
    }
    #expect(throws: KernelError.parameter(name: "user of interaction 1", value: 1, allowed: "0 to 0")) {
      try Interactions([good, Interaction(user: 1, item: 0)], userCount: 1, itemCount: 2)
    }
    #expect(throws: KernelError.parameter(name: "item of interaction 0", value: -1, allowed: "0 to 1")) {
      try Interactions([Interaction(user: 0, item: -1)], userCount: 1, itemCount: 2)
    }
    #expect(throws: KernelError.parameter(name: "userCount", value: -1, allowed: "0 to 2147483647")) {
      try Interactions([], userCount: -1, itemCount: 2)
    }
    let huge = Interaction(user: 0, item: 0, weight: 1e15)
    #expect(throws: KernelError.self) { try Interactions([huge, huge], userCount: 1, itemCount: 1) }
  }
}
