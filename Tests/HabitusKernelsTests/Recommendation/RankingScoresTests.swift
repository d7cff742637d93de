import Foundation
import HabitusKernels
import Testing

@Suite("Ranking scores")
struct RankingScoresTests {
  @Test("are those worked by hand")
  func byHand() throws {
    // User 0 has hits at places 1 and 3 of 3, of three relevant items; user 1 has one at place 2, of one; user 2 has
    // none; user 3 has nothing to find and does not count.
    let scores = try RankingScores(
      of: [[4, 0, 2, 7], [1, 9], [3], [8]], relevant: [[2, 4, 7, 4], [9], [0], []], cutoff: 3, itemCount: 10)
    #expect(scores.userCount == 3 && scores.cutoff == 3)
    #expect(agree(scores.recall, (2.0 / 3 + 1 + 0) / 3))
    #expect(agree(scores.precision, (2.0 / 3 + 1.0 / 3 + 0) / 3))
    let gains = [1, 1 / log2(3), 0.5]
    #expect(agree(scores.ndcg, ((gains[0] + gains[2]) / (gains[0] + gains[1] + gains[2]) + gains[1]) / 3))
    #expect(agree(scores.meanReciprocalRank, (1 + 0.5 + 0) / 3))
    #expect(agree(scores.meanAveragePrecision, ((1 + 2.0 / 3) / 3 + 0.5 + 0) / 3))
    #expect(agree(scores.hitRate, 2.0 / 3))
    // 4, 0, 2, 1, 9 and 3.
    #expect(agree(scores.coverage, 0.6))
  }

  @Test("are 1 for a ranking that finds everything, and know the best that a short cutoff allows")
  func perfect() throws {
    let scores = try RankingScores(of: [[1, 2]], relevant: [[2, 1, 0]], cutoff: 2, itemCount: 3)
    #expect(scores.ndcg == 1 && scores.meanAveragePrecision == 1 && scores.precision == 1)
    #expect(agree(scores.recall, 2.0 / 3))
  }

  @Test("count an item that comes again once, at its first place")
  func repeated() throws {
    let scores = try RankingScores(of: [[5, 5, 6]], relevant: [[5, 6]], cutoff: 3, itemCount: 7)
    #expect(scores.recall == 1)
    #expect(agree(scores.meanAveragePrecision, (1 + 2.0 / 3) / 2))
  }

  @Test("are misses where a ranking is shorter than the cutoff")
  func short() throws {
    let scores = try RankingScores(of: [[0], []], relevant: [[0], [1]], cutoff: 1000, itemCount: 2)
    #expect(scores.recall == 0.5 && agree(scores.precision, 0.0005) && scores.coverage == 0.5)
  }

  @Test("refuse rankings that do not fit")
  func refuses() {
    #expect(throws: KernelError.sampleCount(expected: 1, found: 2)) {
      try RankingScores(of: [[0]], relevant: [[0], [1]], cutoff: 1, itemCount: 2)
    }
    #expect(throws: KernelError.parameter(name: "cutoff", value: 0, allowed: "1 or more")) {
      try RankingScores(of: [[0]], relevant: [[0]], cutoff: 0, itemCount: 2)
    }
    for item in [-1, 2] {
      #expect(throws: KernelError.self) {
        try RankingScores(of: [[item]], relevant: [[0]], cutoff: 1, itemCount: 2)
      }
    }
    #expect(throws: KernelError.noSamples) {
      try RankingScores(of: [[0], []], relevant: [[], []], cutoff: 1, itemCount: 2)
    }
  }
}

@Suite("Leave last out")
struct LeaveLastOutTests {
  @Test("holds out the item taken to last, with all its interactions; of equal times the higher number")
  func byHand() throws {
    // User 0: item 5 at time 9 after an earlier time. User 1: items 2 and 4 at the same time. User 2: item 1 only.
    let users = [0, 0, 1, 0, 1, 2, 2]
    let items = [5, 3, 4, 5, 2, 1, 1]
    let times: [Int64] = [9, 8, 7, 1, 7, 3, 4]
    let split = try LeaveLastOut(users: users, items: items, times: times, userCount: 4)
    #expect(split.heldOutItems == [5, 4, nil, nil])
    #expect(split.trainingRows == [1, 4, 5, 6])
    // What is left has one item a user.
    let again = try LeaveLastOut(
      users: users, items: items, times: times, userCount: 4, rows: split.trainingRows)
    #expect(again.heldOutItems == [nil, nil, nil, nil])
    #expect(again.trainingRows == split.trainingRows)
  }

  @Test("does not depend on the order of the rows", arguments: 0..<UInt64(10))
  func order(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let rows = (0..<60).map { _ in
      (user: generator.nextIndex(below: 5), item: generator.nextIndex(below: 8), time: generator.nextIndex(below: 6))
    }
    func held(_ rows: [(user: Int, item: Int, time: Int)]) throws -> LeaveLastOut {
      try LeaveLastOut(
        users: rows.map(\.user), items: rows.map(\.item), times: rows.map { Int64($0.time) }, userCount: 5)
    }
    let (split, reversed) = (try held(rows), try held(rows.reversed()))
    #expect(split.heldOutItems == reversed.heldOutItems)
    #expect(split.trainingRows == reversed.trainingRows.map { 59 - $0 }.reversed())
    for (user, item) in split.heldOutItems.enumerated() {
      let own = rows.filter { $0.user == user }
      let last = own.map { ($0.time, $0.item) }.max { $0 < $1 }
      #expect(item == last?.1)
      #expect(!split.trainingRows.contains { rows[$0].user == user && rows[$0].item == item })
    }
  }

  @Test("refuses columns of different lengths and users out of range")
  func refuses() throws {
    #expect(throws: KernelError.sampleCount(expected: 1, found: 0)) {
      try LeaveLastOut(users: [0], items: [], times: [0], userCount: 1)
    }
    #expect(throws: KernelError.sampleCount(expected: 1, found: 2)) {
      try LeaveLastOut(users: [0], items: [0], times: [0, 1], userCount: 1)
    }
    #expect(throws: KernelError.parameter(name: "user of row 0", value: 3, allowed: "0 to 2")) {
      try LeaveLastOut(users: [3], items: [0], times: [0], userCount: 3)
    }
    #expect(try LeaveLastOut(users: [], items: [], times: [], userCount: 2).heldOutItems == [nil, nil])
  }
}
