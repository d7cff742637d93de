import HabitusKernels
import Testing

@Suite("PrefixSpan: closed, maximal and top patterns, owners")
struct PrefixSpanSelectionTests {
  typealias Pattern = PrefixSpan.Pattern

  @Test("closed, maximal and top patterns of three sequences, worked by hand")
  func byHand() throws {
    let database = SequenceDatabase([[1, 2, 1, 3], [1, 3], [2, 1]])
    func mine(_ selection: PrefixSpan.Selection, top: Int? = nil) throws -> PrefixSpan.Result {
      try PrefixSpan(minimumSupport: .count(2), selection: selection, topCount: top).patterns(in: database)
    }
    // 2 and 3 have the support of 2 1 and 1 3; 1 has more than any longer one.
    let long = [Pattern(items: [1, 3], support: 2), Pattern(items: [2, 1], support: 2)]
    #expect(try mine(.closed).patterns == [Pattern(items: [1], support: 3)] + long)
    #expect(try mine(.maximal).patterns == long)
    let top = try mine(.all, top: 2)
    #expect(top.patterns == [Pattern(items: [1], support: 3), Pattern(items: [2], support: 2)])
    #expect(top.minimumCount == 2 && !top.isCutByBudget)
  }

  @Test("an owner counts once, and closedness is by owners")
  func owners() throws {
    // 1 2 in both owners, but 1 0 2 only in one session of each: no pattern without 0 is closed.
    let database = try SequenceDatabase([[1, 2], [1, 0, 2], [1, 2], [1, 0, 2]]).withOwners([7, 7, -1, -1])
    let result = try PrefixSpan(minimumSupport: .fraction(1), selection: .closed).patterns(in: database)
    #expect(result.patterns == [Pattern(items: [1, 0, 2], support: 2)])
    #expect(result.sequenceCount == 4 && result.ownerCount == 2 && result.minimumCount == 2)
    #expect(throws: KernelError.sampleCount(expected: 4, found: 1)) { try database.withOwners([1]) }
  }

  @Test(
    "finds the closed patterns that prefixspan 0.5.2 finds in made sequences", .tags(.reference),
    arguments: [(30, [61, 2350, 766_994]), (40, [29, 1335, 100_137])])
  func closedReference(minimumCount: Int, expected: [Int]) throws {
    // Scripts/reference/sequences.py
    let database = try SequenceTwin.madeSequences(seed: 1, count: 60, length: 12, alphabet: 5)
    let result = try PrefixSpan(minimumSupport: .count(minimumCount), selection: .closed).patterns(in: database)
    #expect(SequenceTwin.summary(result.patterns) == expected)
  }

  @Test("equal brute force, with and without owners", .tags(.differential), arguments: 0..<UInt64(60))
  func equalsBruteForce(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let database = try SequenceTwin.randomSequences(&generator, withOwners: seed % 2 == 0)
    let minimumCount = 1 + generator.nextIndex(below: 3)
    let shortest = 1 + generator.nextIndex(below: 2)
    let longest = shortest + generator.nextIndex(below: 3)
    let everything = SequenceTwin.frequent(
      try SequenceTwin.sets(database), minimumCount: minimumCount, longest: longest + 1)
    for selection in PrefixSpan.Selection.allCases {
      let chosen =
        selection == .all ? everything : SequenceTwin.condensed(everything, selection: selection, longest: longest)
      let expected = SequenceTwin.single(
        chosen.filter { (shortest...longest).contains(SequenceTwin.length($0)) })
      var parameters = PrefixSpan(
        minimumSupport: .count(minimumCount), minimumLength: shortest, maximumLength: longest, selection: selection)
      let result = try parameters.patterns(in: database, threadCount: 1)
      #expect(result.patterns == expected, "\(selection), seed \(seed)")
      #expect(try parameters.patterns(in: database, threadCount: 3) == result, "\(selection), seed \(seed)")

      // A span that nothing exceeds goes another way to the same patterns.
      parameters.constraints = EmbeddingConstraints(maximumSpan: 100)
      #expect(try parameters.patterns(in: database) == result, "\(selection), seed \(seed)")
      parameters.constraints = .none

      for count in [1, 3, 8] {
        parameters.topCount = count
        let top = try parameters.patterns(in: database, threadCount: 1)
        #expect(top.patterns == Array(expected.prefix(count)), "top \(count), \(selection), seed \(seed)")
        #expect(try parameters.patterns(in: database, threadCount: 2) == top, "top \(count), seed \(seed)")
      }
    }
  }

  @Test(
    "a budget keeps the closed or maximal patterns of the least support that fits", .tags(.differential),
    arguments: 0..<UInt64(30))
  func budget(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let database = try SequenceTwin.randomSequences(&generator, withOwners: seed % 2 == 0)
    for selection in [PrefixSpan.Selection.closed, .maximal] {
      let budget = 1 + generator.nextIndex(below: 6)
      let kept = try PrefixSpan(minimumSupport: .count(1), patternBudget: budget, selection: selection)
        .patterns(in: database, threadCount: 1)
      let plain = try PrefixSpan(minimumSupport: .count(kept.minimumCount), selection: selection)
        .patterns(in: database)
      #expect(kept.patterns.count <= budget && kept.patterns == plain.patterns, "seed \(seed)")
      let again = try PrefixSpan(minimumSupport: .count(1), patternBudget: budget, selection: selection)
        .patterns(in: database, threadCount: 3)
      #expect(again == kept, "seed \(seed)")
    }
  }

  @Test("the minimum support rises until patterns fit into the bytes, and says so")
  func bytes() throws {
    var generator = SplitMix64(seed: 3)
    let database = SequenceDatabase(
      (0..<50).map { _ in (0..<12).map { _ in Int32(generator.nextIndex(below: 6)) } })
    let all = try PrefixSpan(minimumSupport: .count(20)).patterns(in: database)
    let small = try PrefixSpan(minimumSupport: .count(20), byteBudget: 10_000).patterns(in: database, threadCount: 1)
    #expect(small.isCutByBudget && small.patterns.count < all.patterns.count)
    #expect(!small.patterns.isEmpty, "\(small.minimumCount) \(all.patterns.count)")
    #expect(small.patterns == all.patterns.filter { $0.support >= small.minimumCount })
    #expect(try PrefixSpan(minimumSupport: .count(20), byteBudget: 10_000).patterns(in: database) == small)
    // Projections that do not fit are made one after the other.
    let tight = try PrefixSpan(minimumSupport: .count(20), byteBudget: 3_000).patterns(in: database)
    #expect(tight.patterns == all.patterns.filter { $0.support >= tight.minimumCount })
    #expect(try PrefixSpan(minimumSupport: .count(1), byteBudget: 1).patterns(in: database).patterns.isEmpty)
  }

  @Test("a search that is cancelled throws, on any number of threads", arguments: [1, 2, 4])
  func cancelled(threadCount: Int) throws {
    let plan = try PrefixSpan(minimumSupport: .count(1)).validated(for: SequenceDatabase([[1, 2, 3], [3, 4]]))
    #expect(throws: CancellationError.self) {
      try plan.patterns(threadCount: threadCount) { (_) throws(CancellationError) in throw CancellationError() }
    }
    var completed: [Int] = []
    let whole = try plan.patterns(threadCount: threadCount) { (progress) throws(CancellationError) in
      #expect(progress.maximumCount == 4)
      completed.append(progress.completedCount)
    }
    #expect(completed == completed.sorted() && completed.last == 4)
    #expect(whole == plan.patterns())
  }

  @Test("a search that is stopped has all patterns up to the length that it says", .tags(.differential))
  func stopped() throws {
    var generator = SplitMix64(seed: 8)
    let database = SequenceDatabase(
      (0..<20).map { _ in (0..<14).map { _ in Int32(generator.nextIndex(below: 5)) } })
    for selection in PrefixSpan.Selection.allCases {
      var lengths: Set<Int> = []
      for limit in [0, 1, 7, 12, 40] {
        var calls = 0
        let plan = try PrefixSpan(minimumSupport: .count(4), selection: selection).validated(for: database)
        let result = plan.patternsUntilStopped(threadCount: 1) { (_) throws(CancellationError) in
          calls += 1
          if calls > limit { throw CancellationError() }
        }
        let expected = try PrefixSpan(
          minimumSupport: .count(4), maximumLength: result.searchedLength, selection: selection
        ).patterns(in: database)
        #expect(result.patterns == expected.patterns, "\(selection), limit \(limit)")
        lengths.insert(result.searchedLength ?? .max)
      }
      #expect(lengths.contains(1) && lengths.contains(.max) && lengths.count >= 3)
    }
  }

  @Test("patterns of more than a thousand items are not searched for, and the result says so")
  func longPatterns() throws {
    let database = SequenceDatabase([Array(repeating: 4, count: 1_001)])
    var parameters = PrefixSpan(minimumSupport: .count(1), minimumLength: 999)
    let result = try parameters.patterns(in: database)
    #expect(result.searchedLength == 1_000 && result.patterns.map(\.items.count) == [999, 1_000])
    parameters.maximumLength = 1_000
    #expect(try parameters.patterns(in: database).searchedLength == nil)
    let shorter = try PrefixSpan(minimumSupport: .count(2), selection: .maximal)
      .patterns(in: SequenceDatabase(Array(repeating: Array(repeating: 4, count: 50), count: 2)))
    #expect(shorter.patterns.map(\.items.count) == [50] && shorter.searchedLength == nil)
  }

  @Test("refuses what does not go together")
  func refuses() throws {
    let database = SequenceDatabase([[1]])
    for parameters in [
      PrefixSpan(minimumSupport: .count(1), topCount: 0),
      PrefixSpan(minimumSupport: .count(1), patternBudget: 5, topCount: 6),
      PrefixSpan(minimumSupport: .count(1), byteBudget: 0),
      PrefixSpan(minimumSupport: .count(1), constraints: EmbeddingConstraints(maximumGap: 0)),
      PrefixSpan(minimumSupport: .count(1), constraints: EmbeddingConstraints(maximumSpan: 0)),
      PrefixSpan(minimumSupport: .count(1), constraints: EmbeddingConstraints(maximumTimeGap: 1)),
      PrefixSpan(minimumSupport: .count(1), constraints: EmbeddingConstraints(maximumTimeSpan: -1)),
      PrefixSpan(
        minimumSupport: .count(1), selection: .closed, constraints: EmbeddingConstraints(maximumGap: 1)),
    ] {
      #expect(throws: KernelError.self) { try parameters.patterns(in: database) }
    }
    #expect(throws: KernelError.self) { try SequenceDatabase([[1, 2]]).withTimes([2, 1]) }
    #expect(throws: KernelError.self) { try SequenceDatabase([[1, 2]]).withTimes([.min, .max]) }
    #expect(throws: KernelError.sampleCount(expected: 2, found: 1)) { try SequenceDatabase([[1, 2]]).withTimes([2]) }
  }
}
