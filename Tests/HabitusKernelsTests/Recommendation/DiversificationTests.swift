import HabitusKernels
import Testing

@Suite("Diversification")
struct DiversificationTests {
  @Test("picks by hand: the second best is too much like the best")
  func byHand() throws {
    let vectors = Matrix(rows: [[1, 0], [2, 0], [0, 1], [0, 0]])
    let relevances = [0.9, 0.8, 0.5, 0.1]
    // After 0: 1 has 0.5 · 0.8 − 0.5 · 1, 2 has 0.5 · 0.5 − 0, 3 has 0.5 · 0.1. After 2: 3 has 0.05, 1 still −0.1.
    let half = Diversification(relevanceShare: 0.5)
    #expect(try half.selection(4, relevances: relevances, vectors: vectors) == [0, 2, 3, 1])
    #expect(try half.selection(2, relevances: relevances, vectors: vectors) == [0, 2])
    #expect(
      try Diversification(relevanceShare: 1).selection(4, relevances: relevances, vectors: vectors) == [0, 1, 2, 3])
  }

  @Test("of equals picks the more relevant, then the first listed; without relevance the least alike")
  func ties() throws {
    let equal = try Diversification().selection(3, relevances: [1, 1, 1]) { _, _ in 0 }
    #expect(equal == [0, 1, 2])
    // Similarities alone: at the start all are equal, so the most relevant.
    let unlike = try Diversification(relevanceShare: 0).selection(3, relevances: [0.1, 0.3, 0.2]) { place, picked in
      place == 0 && picked == 1 ? 0.2 : 0.5
    }
    #expect(unlike == [1, 0, 2])
  }

  @Test("picks what looking at all similarities again each time picks", .tags(.differential), arguments: 0..<UInt64(20))
  func twin(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let count = 1 + generator.nextIndex(below: 12)
    // Coarse, so that ties occur; negative similarities, too.
    let relevances = (0..<count).map { _ in Double(generator.nextIndex(below: 4)) / 4 }
    let table = (0..<count).map { _ in (0..<count).map { _ in Double(generator.nextIndex(below: 9)) / 4 - 1 } }
    let share = Double(generator.nextIndex(below: 5)) / 4
    var expected: [Int] = []
    while expected.count < count {
      func value(_ place: Int) -> Double {
        share * relevances[place] - (1 - share) * (expected.map { table[place][$0] }.max() ?? 0)
      }
      let left = (0..<count).filter { !expected.contains($0) }
      let best = left.min { (-value($0), -relevances[$0], $0) < (-value($1), -relevances[$1], $1) }
      expected.append(try #require(best))
    }
    let found = try Diversification(relevanceShare: share).selection(count, relevances: relevances) { table[$0][$1] }
    #expect(found == expected, "seed \(seed)")
  }

  @Test("refuses what makes no sense, and picks nothing from nothing")
  func edges() throws {
    let none = try Diversification().selection(3, relevances: []) { _, _ in 0 }
    #expect(none.isEmpty)
    #expect(try Diversification().selection(0, relevances: [1], vectors: Matrix(rows: [[1]])).isEmpty)
    for share in [-0.1, 1.1, .nan] {
      #expect(throws: KernelError.self) {
        try Diversification(relevanceShare: share).selection(1, relevances: [1]) { _, _ in 0 }
      }
    }
    #expect(throws: KernelError.self) { try Diversification().selection(-1, relevances: [1]) { _, _ in 0 } }
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) {
      try Diversification().selection(1, relevances: [1, .nan]) { _, _ in 0 }
    }
    #expect(throws: KernelError.notFinite(row: 0, column: 1)) {
      try Diversification().selection(2, relevances: [1, 2]) { _, _ in .nan }
    }
    #expect(throws: KernelError.sampleCount(expected: 2, found: 1)) {
      try Diversification().selection(1, relevances: [1, 2], vectors: Matrix(rows: [[1]]))
    }
  }
}
