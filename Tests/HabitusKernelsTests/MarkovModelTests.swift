import HabitusKernels
import Testing

@Suite("Markov model")
struct MarkovModelTests {
  typealias Pattern = PrefixSpan.Pattern

  @Test("transitions, starts and the chance of a pattern in two and three draws are those worked by hand")
  func byHand() throws {
    // Shares 3/5 and 2/5; 1 is followed by 2 once and by 1 once, 2 by 1 once.
    let database = SequenceDatabase([[1, 1, 2, 1], [2]])
    let model = try MarkovModel(fittedTo: database, pseudoCount: 1)
    #expect(model.items == [1, 2])
    #expect(agree(model.transitionProbability(from: 1, to: 2), (1 + 0.4) / 3))
    #expect(agree(model.transitionProbability(from: 1, to: 1), (1 + 0.6) / 3))
    #expect(agree(model.transitionProbability(from: 2, to: 1), (1 + 0.6) / 2))
    #expect(agree(model.transitionProbability(from: 2, to: 2), 0.4 / 2))
    #expect(agree(model.startProbability(of: 1), (1 + 0.6) / 3) && agree(model.startProbability(of: 2), 1.4 / 3))
    let (a, b) = (1.4 / 3, 1.6 / 3)
    #expect(agree(model.containmentProbability(of: [1, 2], length: 2, firstItem: 1), a))
    #expect(model.containmentProbability(of: [1, 2], length: 2, firstItem: 2) == 0)
    // From 1: 2 at once, or 1 and then 2; from 2: 1 and then 2.
    #expect(agree(model.containmentProbability(of: [1, 2], length: 3, firstItem: 1), a + b * a))
    #expect(agree(model.containmentProbability(of: [1, 2], length: 3, firstItem: 2), 0.8 * a))
    #expect(agree(model.containmentProbability(of: [1, 2], length: 3), b * (a + b * a) + a * 0.8 * a))
    #expect(agree(model.expectedSupport(of: [2]), 1 + a + b * a + b * b * a))
  }

  @Test("without pseudo-count only what was seen follows, and an item that nothing follows is followed by shares")
  func unsmoothed() throws {
    let model = try MarkovModel(fittedTo: SequenceDatabase([[1, 2, 1, 3]]), pseudoCount: 0)
    #expect(model.transitionProbability(from: 1, to: 2) == 0.5 && model.transitionProbability(from: 1, to: 1) == 0)
    #expect(model.transitionProbability(from: 3, to: 1) == 0.5 && model.transitionProbability(from: 3, to: 3) == 0.25)
    #expect(model.startProbability(of: 1) == 1 && model.startProbability(of: 3) == 0)
  }

  @Test("empty patterns, unknown items, empty sequences and no sequences have their plain answers")
  func edges() throws {
    let model = try MarkovModel(fittedTo: SequenceDatabase([[1, 2], [], [1]]))
    #expect(model.containmentProbability(of: [], length: 0) == 1)
    #expect(model.containmentProbability(of: [1], length: 0) == 0)
    #expect(model.containmentProbability(of: [9], length: 4) == 0)
    #expect(model.containmentProbability(of: [1], length: 4, firstItem: 9) == 0)
    #expect(model.transitionProbability(from: 9, to: 1) == 0 && model.startProbability(of: 9) == 0)
    #expect(model.expectedSupport(of: [1]) == 2 && model.expectedSupport(of: []) == 3)
    let empty = try MarkovModel(fittedTo: SequenceDatabase([]))
    #expect(empty.expectedSupport(of: [1]) == 0 && empty.surprises(of: []).isEmpty)
    for pseudoCount in [-1, .nan, .infinity] {
      #expect(throws: KernelError.self) {
        try MarkovModel(fittedTo: SequenceDatabase([[1]]), pseudoCount: pseudoCount)
      }
    }
  }

  @Test("equals the sum over all sequences", .tags(.differential), arguments: 0..<UInt64(12))
  func equalsEnumeration(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let database = SequenceDatabase(
      (0..<4).map { _ in (0..<1 + generator.nextIndex(below: 6)).map { _ in Int32(generator.nextIndex(below: 3)) } }
        + [[0, 1, 2]])
    let model = try MarkovModel(fittedTo: database, pseudoCount: Double(generator.nextIndex(below: 3)))
    let pattern = (0..<1 + generator.nextIndex(below: 3)).map { _ in Int32(generator.nextIndex(below: 3)) }
    let length = 5
    var expected = 0.0
    for code in 0..<243 {
      var rest = code
      let sequence = (0..<length).map { _ in
        defer { rest /= 3 }
        return Int32(rest % 3)
      }
      guard SequenceDatabase([sequence]).support(of: pattern) == 1 else { continue }
      expected += zip(sequence, sequence.dropFirst()).reduce(model.startProbability(of: sequence[0])) {
        $0 * model.transitionProbability(from: $1.0, to: $1.1)
      }
    }
    #expect(agree(model.containmentProbability(of: pattern, length: length), expected), "seed \(seed)")
  }

  /// From numpy 2.4.6 and scipy 1.17.1 (`poisson_binom`) by Scripts/reference/sequences.py.
  static let reference: [(items: [Int32], support: Int, expected: Double, tail: Double)] = [
    ([0, 1], 16, 18.10942969558518, 0.804349615764582),
    ([2, 2, 4], 4, 3.6517099399061173, 0.5114960119561318),
    ([1, 3], 20, 18.529680345095286, 0.3737086209198853),
  ]

  @Test("expected supports and tails are those of numpy and scipy", .tags(.reference), arguments: 0..<3)
  func reference(index: Int) throws {
    let made = try SequenceTwin.madeSequences(seed: 1, count: 60, length: 12, alphabet: 5)
    let database = SequenceDatabase((0..<60).map { Array(made.sequence($0).prefix(2 + $0 % 7)) })
    let (items, support, expected, tail) = Self.reference[index]
    #expect(database.support(of: items) == support)
    let surprise = try MarkovModel(fittedTo: database).surprises(of: [Pattern(items: items, support: support)])[0]
    #expect(agreeRelatively(surprise.expectedSupport, expected, tolerance: 1e-12))
    #expect(agreeRelatively(surprise.pValue, tail, tolerance: 1e-10))
  }

  @Test("what one item's habit of following explains does not stand out; an interplay at a distance does")
  func habits() throws {
    // 1 is always followed by 2: a surprise to independence only. 7 comes four places before 8.
    var generator = SplitMix64(seed: 4)
    let database = SequenceDatabase(
      (0..<300).map { index in
        var sequence: [Int32] = []
        while sequence.count < 8 {
          let item = Int32(generator.nextIndex(below: 7))
          if item != 2 { sequence.append(item) }
          if item == 1 { sequence.append(2) }
        }
        if index % 3 == 0 { (sequence[1], sequence[5]) = (7, 8) }
        return sequence
      })
    let mined = try PrefixSpan(minimumSupport: .count(15), minimumLength: 2, maximumLength: 2)
      .patterns(in: database).patterns
    let independent = IndependenceModel(fittedTo: database).surprises(of: mined)
    let markov = try MarkovModel(fittedTo: database).surprises(of: mined)
    func qValue(_ items: [Int32], _ surprises: [PatternSurprise]) throws -> Double {
      try #require(surprises.first { $0.pattern.items == items }).qValue
    }
    #expect(try qValue([1, 2], independent) < 1e-6)
    #expect(try qValue([1, 2], markov) > 0.1)
    #expect(try qValue([7, 8], markov) < 1e-10)
    #expect(zip(markov, mined).allSatisfy { $0.pattern == $1 })
    #expect(try MarkovModel(fittedTo: database).surprises(of: mined, threadCount: 1) == markov)
    #expect(try MarkovModel(fittedTo: database).surprises(of: mined, threadCount: 3) == markov)
  }

  @Test("of an owner one sequence must contain the pattern", .tags(.differential))
  func owners() throws {
    let sequences = SequenceDatabase([[1, 2], [2, 1, 2], [1, 1], [2, 2, 1]])
    let owned = try sequences.withOwners([5, 5, 5, 3])
    let model = try MarkovModel(fittedTo: owned)
    let chances = (0..<4).map { index in
      model.containmentProbability(
        of: [1, 2], length: sequences.sequence(index).count, firstItem: sequences.sequence(index).first)
    }
    let both = 1 - (1 - chances[0]) * (1 - chances[1]) * (1 - chances[2])
    #expect(agree(model.expectedSupport(of: [1, 2]), both + chances[3]))
    let surprise = model.surprises(of: [Pattern(items: [1, 2], support: 2)])[0]
    #expect(agree(surprise.pValue, both * chances[3]))

    let independent = IndependenceModel(fittedTo: owned)
    let plain = (0..<4).map {
      independent.containmentProbability(of: [1, 2], length: sequences.sequence($0).count)
    }
    let any = 1 - (1 - plain[0]) * (1 - plain[1]) * (1 - plain[2])
    #expect(agree(independent.expectedSupport(of: [1, 2]), any + plain[3]))
    let one = independent.surprises(of: [Pattern(items: [1, 2], support: 1)])[0]
    #expect(agree(one.pValue, 1 - (1 - any) * (1 - plain[3])))
  }
}
