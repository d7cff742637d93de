import Testing

@testable import HabitusKernels

@Suite("PatternSupports")
struct PatternSupportsTests {
  /// Two users: 1 with the first three sequences, 2 with the last.
  private var small: SequenceDatabase {
    get throws { try SequenceDatabase([[1, 2, 3], [2, 1], [3, 1, 3, 2], []]).withOwners([1, 1, 1, 2]) }
  }

  @Test("counts sequences, owners and groups of patterns with gaps, by hand")
  func byHand() throws {
    let patterns: [[Int32]] = [[1, 2], [3, 2], [1], [1, 2], [], [9], [3, 3], [1, 9]]
    let counts = try PatternSupports(patterns).counts(in: small, groups: [0, 1, 1, -1], groupCount: 2)
    // 1 2 in the first and third; 3 2 in the third; 1 in three; the empty pattern everywhere; 9 nowhere.
    #expect(counts.sequences == [2, 1, 3, 2, 4, 0, 1, 0])
    #expect(counts.owners == [1, 1, 1, 1, 2, 0, 1, 0])
    #expect(counts.sequencesByGroup == [[1, 1], [0, 1], [1, 2], [1, 1], [1, 2], [0, 0], [0, 1], [0, 0]])
  }

  @Test("counts paths where nothing lies between their items, by hand")
  func paths() throws {
    let counts = try PatternSupports([[1, 2], [3, 1], [1, 3, 2], [1, 2, 3], [3, 3]], contiguity: .contiguous)
      .counts(in: small)
    #expect(counts.sequences == [1, 1, 1, 1, 0])
    #expect(counts.sequencesByGroup.isEmpty)
  }

  @Test("minds limits of gap and span that the leftmost match would break, by hand")
  func limits() throws {
    // 1 . . 1 2: the leftmost match of 1 2 is too wide, the other is not.
    let database = try SequenceDatabase([[1, 5, 5, 1, 2], [1, 5, 5, 2]]).withTimes([0, 1, 2, 3, 9, 0, 1, 2, 3])
    func support(_ constraints: EmbeddingConstraints) throws -> Int {
      try PatternSupports([[1, 2]], constraints: constraints).counts(in: database).sequences[0]
    }
    #expect(try support(.none) == 2)
    #expect(try support(EmbeddingConstraints(maximumGap: 1)) == 1)
    #expect(try support(EmbeddingConstraints(maximumSpan: 3)) == 1)
    #expect(try support(EmbeddingConstraints(maximumTimeGap: 3)) == 1)
    #expect(try support(EmbeddingConstraints(maximumTimeSpan: 6)) == 2)
    #expect(try support(EmbeddingConstraints(maximumTimeSpan: 2)) == 0)
  }

  @Test("counts as comparing each sequence with each pattern does, on any number of threads", arguments: 0..<20)
  func twin(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    func items(_ count: Int, of kinds: Int) -> [Int32] {
      (0..<count).map { _ in Int32(random.nextIndex(below: kinds)) }
    }
    let database = try SequenceDatabase((0..<60).map { _ in items(random.nextIndex(below: 12), of: 4) })
      .withOwners((0..<60).map { _ in Int32(random.nextIndex(below: 9)) })
    let patterns = (0..<80).map { _ in items(random.nextIndex(below: 5), of: 5) }
    let counts = try PatternSupports(patterns).counts(in: database, threadCount: 1)
    for (pattern, support) in zip(patterns, counts.owners) {
      let containing = (0..<60).filter { SequenceDatabase([Array(database.sequence($0))]).support(of: pattern) == 1 }
      #expect(support == Set(containing.compactMap { database.owners?[$0] }).count, "\(pattern)")
    }
    let alone = SequenceDatabase(items: database.items, offsets: database.offsets)
    #expect(counts.sequences == patterns.map { alone.support(of: $0) })
    #expect(try PatternSupports(patterns).counts(in: database, threadCount: 3) == counts)

    let paths = try PatternSupports(patterns, contiguity: .contiguous).counts(in: alone)
    for (pattern, support) in zip(patterns, paths.sequences) {
      let expected = (0..<alone.sequenceCount).count { index in
        let sequence = Array(alone.sequence(index))
        return sequence.indices.contains { sequence[$0...].starts(with: pattern) } || pattern.isEmpty
      }
      #expect(support == expected, "\(pattern)")
    }
  }

  @Test("counts under limits as mining under the same limits does", arguments: 0..<12)
  func limitedTwin(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let sequences = (0..<40).map { _ in (0..<random.nextIndex(below: 10)).map { _ in Int32(random.nextIndex(below: 3)) }
    }
    let database = try SequenceDatabase(sequences)
      .withTimes(sequences.flatMap { sequence in sequence.indices.map { Int64($0 * $0) } })
    let choices = [
      EmbeddingConstraints(maximumGap: 2), EmbeddingConstraints(maximumSpan: 4),
      EmbeddingConstraints(maximumGap: 3, maximumTimeSpan: 20), EmbeddingConstraints(maximumTimeGap: 9),
    ]
    let constraints = choices[Int(seed) % choices.count]
    let mined = try PrefixSpan(minimumSupport: .count(1), maximumLength: 3, constraints: constraints)
      .patterns(in: database)
    let counts = try PatternSupports(mined.patterns.map(\.items), constraints: constraints).counts(in: database)
    #expect(counts.sequences == mined.patterns.map(\.support))
    #expect(counts.owners == counts.sequences)
  }

  @Test("refuses groups that do not fit and limits of time without times; nothing has no support")
  func edges() throws {
    let database = SequenceDatabase([[1]])
    #expect(throws: KernelError.sampleCount(expected: 1, found: 2)) {
      try PatternSupports([[1]]).counts(in: database, groups: [0, 0], groupCount: 1)
    }
    #expect(throws: KernelError.self) { try PatternSupports([[1]]).counts(in: database, groups: [1], groupCount: 1) }
    #expect(throws: KernelError.self) {
      try PatternSupports([[1]], constraints: EmbeddingConstraints(maximumTimeGap: 1)).counts(in: database)
    }
    #expect(try PatternSupports([]).counts(in: database).sequences.isEmpty)
    #expect(try PatternSupports([[1], []]).counts(in: SequenceDatabase([])).sequences == [0, 0])
  }
}
