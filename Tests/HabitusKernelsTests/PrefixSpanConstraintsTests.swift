import HabitusKernels
import Testing

@Suite("PrefixSpan: limits on gaps and spans, and sets")
struct PrefixSpanConstraintsTests {
  typealias Pattern = PrefixSpan.Pattern

  @Test("any embedding may meet the limits, not only the leftmost; worked by hand")
  func byHand() throws {
    // 1 . . 1 2: the leftmost 1 is too far, the second is next to the 2.
    let database = try SequenceDatabase([[1, 5, 6, 1, 2], [1, 7, 2]]).withTimes([0, 1, 2, 50, 90, 0, 5, 10])
    func support(of items: [Int32], _ constraints: EmbeddingConstraints) throws -> Int {
      try PrefixSpan(minimumSupport: .count(1), constraints: constraints).patterns(in: database)
        .patterns.first { $0.items == items }?.support ?? 0
    }
    #expect(try support(of: [1, 2], EmbeddingConstraints(maximumGap: 1)) == 1)
    #expect(try support(of: [1, 2], EmbeddingConstraints(maximumGap: 2)) == 2)
    #expect(try support(of: [1, 2], EmbeddingConstraints(maximumSpan: 2)) == 1)
    #expect(try support(of: [1, 2], EmbeddingConstraints(maximumSpan: 1)) == 0)
    #expect(try support(of: [1, 2], EmbeddingConstraints(maximumTimeGap: 10)) == 1)
    #expect(try support(of: [1, 2], EmbeddingConstraints(maximumTimeSpan: 40)) == 2)
    // With gaps limited a part need not be contained: 1 7 2 is, 1 2 is not.
    #expect(try support(of: [1, 7, 2], EmbeddingConstraints(maximumGap: 1)) == 1)
    // Infrequent items keep their places.
    let twice = try PrefixSpan(minimumSupport: .count(2), constraints: EmbeddingConstraints(maximumGap: 1))
      .patterns(in: database)
    #expect(twice.patterns == [Pattern(items: [1], support: 2), Pattern(items: [2], support: 2)])
  }

  /// From seq2pat 2.0.0 by Scripts/reference/sequences.py: number of patterns, sum of supports, checksum.
  static let reference: [(limits: EmbeddingConstraints, expected: [Int])] = [
    (EmbeddingConstraints(), [561, 10473, 44778]),
    (EmbeddingConstraints(maximumGap: 1), [25, 540, 51459]),
    (EmbeddingConstraints(maximumGap: 3), [195, 3713, 741_903]),
    (EmbeddingConstraints(maximumSpan: 4), [67, 1473, 805_451]),
    (EmbeddingConstraints(maximumTimeGap: 6), [25, 529, 95733]),
    (EmbeddingConstraints(maximumTimeSpan: 15), [79, 1682, 280_827]),
    (EmbeddingConstraints(maximumGap: 3, maximumTimeSpan: 20), [122, 2435, 556_249]),
    (EmbeddingConstraints(maximumTimeGap: 9, maximumSpan: 6), [68, 1326, 811_981]),
  ]

  @Test("finds the patterns that seq2pat 2.0.0 finds within limits", .tags(.reference), arguments: 0..<8)
  func seq2pat(index: Int) throws {
    let database = try SequenceTwin.madeSequences(seed: 1, count: 60, length: 12, alphabet: 5)
    let (limits, expected) = Self.reference[index]
    let result = try PrefixSpan(minimumSupport: .count(12), minimumLength: 2, constraints: limits)
      .patterns(in: database)
    #expect(SequenceTwin.summary(result.patterns) == expected, "\(limits)")
  }

  @Test("equal brute force within random limits", .tags(.differential), arguments: 0..<UInt64(80))
  func equalsBruteForce(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let database = try SequenceTwin.randomSequences(&generator, withOwners: seed % 2 == 0)
    let limits = SequenceTwin.randomLimits(&generator)
    let minimumCount = 1 + generator.nextIndex(below: 3)
    let expected = SequenceTwin.frequent(
      try SequenceTwin.sets(database), minimumCount: minimumCount, longest: 4, limits: limits)
    let parameters = PrefixSpan(minimumSupport: .count(minimumCount), maximumLength: 4, constraints: limits)
    let result = try parameters.patterns(in: database, threadCount: 1)
    #expect(result.patterns == SequenceTwin.single(expected), "seed \(seed), \(limits)")
    #expect(try parameters.patterns(in: database, threadCount: 3) == result, "seed \(seed)")
    var top = parameters
    top.topCount = 4
    #expect(try top.patterns(in: database).patterns == Array(result.patterns.prefix(4)), "seed \(seed)")
    // Projections that do not fit are made one after the other.
    var tight = parameters
    tight.byteBudget = 3000
    let small = try tight.patterns(in: database, threadCount: 2)
    #expect(small.patterns == result.patterns.filter { $0.support >= small.minimumCount }, "seed \(seed)")
  }

  @Test("closed and maximal patterns within spans equal brute force", .tags(.differential), arguments: 0..<UInt64(40))
  func condensedWithinSpans(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let database = try SequenceTwin.randomSequences(&generator, withOwners: seed % 2 == 0)
    let limits = SequenceTwin.randomLimits(&generator, gaps: false)
    let minimumCount = 1 + generator.nextIndex(below: 2)
    let everything = SequenceTwin.frequent(
      try SequenceTwin.sets(database), minimumCount: minimumCount, longest: 4, limits: limits)
    for selection in [PrefixSpan.Selection.closed, .maximal] {
      let result = try PrefixSpan(
        minimumSupport: .count(minimumCount), maximumLength: 3, selection: selection, constraints: limits
      ).patterns(in: database)
      let expected = SequenceTwin.condensed(everything, selection: selection, longest: 3)
      #expect(result.patterns == SequenceTwin.single(expected), "\(selection), seed \(seed)")
    }
  }

  @Test("patterns of sets equal brute force", .tags(.differential), arguments: 0..<UInt64(60))
  func itemsets(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let database = try SequenceTwin.randomItemsets(&generator)
    let minimumCount = 1 + generator.nextIndex(below: 3)
    let limits = seed % 3 == 0 ? EmbeddingConstraints.none : SequenceTwin.randomLimits(&generator, gaps: seed % 3 == 1)
    let everything = SequenceTwin.frequent(database, minimumCount: minimumCount, longest: 4, limits: limits)
    for selection in PrefixSpan.Selection.allCases where selection == .all || limits.maximumGap == nil {
      guard selection == .all || limits.maximumTimeGap == nil else { continue }
      let expected =
        selection == .all
        ? everything.filter { SequenceTwin.length($0) <= 3 }
        : SequenceTwin.condensed(everything, selection: selection, longest: 3)
      let parameters = PrefixSpan(
        minimumSupport: .count(minimumCount), maximumLength: 3, selection: selection, constraints: limits)
      let result = try parameters.patterns(in: database, threadCount: 1)
      #expect(result.patterns == expected, "\(selection), seed \(seed)")
      #expect(try parameters.patterns(in: database, threadCount: 3) == result, "\(selection), seed \(seed)")
    }
  }

  @Test("sets are sorted, and empty sets and sequences hold nothing")
  func edges() throws {
    let database = ItemsetDatabase([[[3, 1, 3], []], [], [[], [1, 2, 3]]])
    #expect(database.sequence(0) == [[1, 3], []] && database.sequenceCount == 3)
    let result = try PrefixSpan(minimumSupport: .count(2), minimumLength: 2).patterns(in: database)
    #expect(result.patterns == [PrefixSpan.ItemsetPattern(elements: [[1, 3]], support: 2)])
    #expect(try PrefixSpan(minimumSupport: .count(1)).patterns(in: ItemsetDatabase([])).patterns.isEmpty)
    #expect(try PrefixSpan(minimumSupport: .count(1)).patterns(in: ItemsetDatabase([[[]], []])).patterns.isEmpty)
    let plan = try PrefixSpan(minimumSupport: .count(1)).validated(for: database)
    let first = plan.patternsUntilStopped(threadCount: 1) { (_) throws(CancellationError) in throw CancellationError() }
    #expect(
      first.searchedLength == 1 && first.patterns.allSatisfy { $0.elements.count == 1 && $0.elements[0].count == 1 })
  }
}
