import HabitusKernels
import Testing

@Suite("Independence model")
struct IndependenceModelTests {
  typealias Pattern = PrefixSpan.Pattern

  @Test("the chance of a pattern in two and three draws is that worked by hand")
  func byHand() {
    // Items 1 and 2 with shares 3/4 and 1/4.
    let model = IndependenceModel(fittedTo: SequenceDatabase([[1, 1], [1, 2]]))
    #expect(model.itemProbabilities == [1: 0.75, 2: 0.25])
    #expect(model.containmentProbability(of: [1, 2], length: 2) == 0.75 * 0.25)
    // 1 − P(no 1 before a 2 in three draws): 12x and 112, 212, with x anything: 3/16 + 9/64 + 3/64.
    #expect(agree(model.containmentProbability(of: [1, 2], length: 3), 0.375))
    #expect(agree(model.containmentProbability(of: [2], length: 3), 1 - 0.75 * 0.75 * 0.75))
    #expect(agree(model.expectedSupport(of: [1, 2]), 2 * 0.1875))
  }

  @Test("patterns that are too long, unknown or empty have their plain probabilities")
  func edges() {
    let model = IndependenceModel(fittedTo: SequenceDatabase([[1, 1], [1, 2], []]))
    #expect(model.containmentProbability(of: [1, 2, 1], length: 2) == 0)
    #expect(model.containmentProbability(of: [9], length: 5) == 0)
    #expect(model.containmentProbability(of: [], length: 0) == 1)
    #expect(model.sequenceCount == 3)
    #expect(IndependenceModel(fittedTo: SequenceDatabase([])).expectedSupport(of: [1]) == 0)
  }

  @Test("equals the sum over all sequences", .tags(.differential), arguments: 0..<UInt64(10))
  func equalsEnumeration(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let database = SequenceDatabase([(0..<12).map { _ in Int32(generator.nextIndex(below: 3)) }])
    let model = IndependenceModel(fittedTo: database)
    let pattern = (0..<3).map { _ in Int32(generator.nextIndex(below: 3)) }
    let length = 5
    var expected = 0.0
    for code in 0..<243 {
      var rest = code
      let sequence = (0..<length).map { _ in
        defer { rest /= 3 }
        return Int32(rest % 3)
      }
      guard SequenceDatabase([sequence]).support(of: pattern) == 1 else { continue }
      expected += sequence.reduce(1) { $0 * (model.itemProbabilities[$1] ?? 0) }
    }
    #expect(agree(model.containmentProbability(of: pattern, length: length), expected), "seed \(seed)")
  }

  /// 200 sequences of six random items; 7 then 8 is planted into half of them.
  static let planted: SequenceDatabase = {
    var generator = SplitMix64(seed: 5)
    return SequenceDatabase(
      (0..<200).map { index in
        var sequence = (0..<6).map { _ in Int32(generator.nextIndex(below: 7)) }
        if index % 2 == 0 { (sequence[1], sequence[4]) = (7, 8) }
        return sequence
      })
  }()

  @Test("what was planted stands out most, whatever counts as a hypothesis", arguments: [true, false])
  func plantedStandsOut(allCandidates: Bool) throws {
    let model = IndependenceModel(fittedTo: Self.planted)
    let mined = try PrefixSpan(minimumSupport: .fraction(0.05), minimumLength: 2, maximumLength: 2)
      .patterns(in: Self.planted)
    let surprises = model.surprises(of: mined.patterns, family: allCandidates ? .allCandidates : .givenPatterns)
    let top = try #require(surprises.min { $0.pValue < $1.pValue })
    #expect(top.pattern == Pattern(items: [7, 8], support: 100))
    #expect(top.lift > 2 && top.qValue < 1e-10)
    #expect(surprises.allSatisfy { $0.qValue >= $0.pValue })
    #expect(zip(surprises, mined.patterns).allSatisfy { $0.pattern == $1 })
    // Nine items make 81 pairs; fewer are frequent.
    let smallest = top.pValue * Double(allCandidates ? 81 : mined.patterns.count)
    #expect(mined.patterns.count < 81 && agreeRelatively(top.qValue, smallest, tolerance: 1e-12))
  }

  @Test("in independent draws nothing stands out", arguments: 0..<UInt64(20))
  func independentDraws(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let database = SequenceDatabase(
      (0..<100).map { _ in (0..<1 + generator.nextIndex(below: 8)).map { _ in Int32(generator.nextIndex(below: 5)) } })
    let mined = try PrefixSpan(minimumSupport: .fraction(0.1), minimumLength: 2, maximumLength: 3)
      .patterns(in: database)
    let surprises = IndependenceModel(fittedTo: database).surprises(of: mined.patterns)
    #expect(!surprises.isEmpty && surprises.allSatisfy { $0.qValue > 0.01 }, "seed \(seed)")
  }

  @Test("p-values are not too small: the binomial bounds the exact tail of unequal lengths", .tags(.differential))
  func conservative() throws {
    // Ten sequences with 1 to 10 items, half of them 1.
    let database = SequenceDatabase((1...10).map { length in (0..<length).map { Int32(($0 + length) % 2) } })
    let model = IndependenceModel(fittedTo: database)
    let pattern: [Int32] = [1, 1]
    // Distribution of the sum of ten independent trials by convolution.
    var exact = [1.0]
    for length in 1...10 {
      let chance = model.containmentProbability(of: pattern, length: length)
      var next = Array(repeating: 0.0, count: exact.count + 1)
      for (count, mass) in exact.enumerated() {
        next[count] += mass * (1 - chance)
        next[count + 1] += mass * chance
      }
      exact = next
    }
    let expected = exact.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
    #expect(agree(model.expectedSupport(of: pattern), expected))
    for support in Int(expected + 2)...10 {
      let surprise = model.surprises(of: [Pattern(items: pattern, support: support)])[0]
      #expect(surprise.pValue >= exact[support...].reduce(0, +))
      #expect(agree(surprise.lift, Double(support) / expected))
    }
  }

  @Test("no patterns have no surprises, and threads change nothing")
  func threads() throws {
    let model = IndependenceModel(fittedTo: Self.planted)
    #expect(model.surprises(of: []).isEmpty)
    let patterns = try PrefixSpan(minimumSupport: .fraction(0.1), maximumLength: 2).patterns(in: Self.planted).patterns
    #expect(model.surprises(of: patterns, threadCount: 1) == model.surprises(of: patterns, threadCount: 3))
  }

  @Test("a path's chance is that worked by hand, also where it overlaps itself")
  func paths() {
    // Items 1 and 2 with shares 3/4 and 1/4.
    let model = IndependenceModel(fittedTo: SequenceDatabase([[1, 1], [1, 2]]))
    // 12x or x12 in three draws, never both: 3/16 + 3/16.
    #expect(agree(model.containmentProbability(ofPath: [1, 2], length: 3), 0.375))
    // 22x or x22, but 222 once: 1/16 + 1/16 − 1/64.
    #expect(agree(model.containmentProbability(ofPath: [2, 2], length: 3), 7.0 / 64))
    #expect(model.containmentProbability(ofPath: [], length: 0) == 1)
    #expect(model.containmentProbability(ofPath: [1, 2], length: 1) == 0)
    #expect(model.containmentProbability(ofPath: [9], length: 5) == 0)
  }

  @Test("a path's chance equals the sum over all sequences", .tags(.differential), arguments: 0..<UInt64(20))
  func pathsEqualEnumeration(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let model = IndependenceModel(fittedTo: SequenceDatabase([[0, 0, 0, 1, 1, 0, 0]]))
    let path = (0..<1 + generator.nextIndex(below: 4)).map { _ in Int32(generator.nextIndex(below: 2)) }
    var expected = 0.0
    for code in 0..<256 {
      let sequence = (0..<8).map { Int32(code >> $0 & 1) }
      guard (0...8 - path.count).contains(where: { Array(sequence[$0..<$0 + path.count]) == path }) else { continue }
      expected += sequence.reduce(1) { $0 * (model.itemProbabilities[$1] ?? 0) }
    }
    #expect(agree(model.containmentProbability(ofPath: path, length: 8), expected), "\(path)")
  }
}
