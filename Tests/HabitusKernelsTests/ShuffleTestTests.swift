import HabitusKernels
import Testing

@Suite("Shuffle test")
struct ShuffleTestTests {
  /// Users with ten sessions of five events of six types, unequally frequent; into a share `strength` of every user's
  /// sessions the path 0, 1, 2 is planted.
  static func histories(seed: UInt64, userCount: Int, strength: Double) throws -> SequenceDatabase {
    var generator = SplitMix64(seed: seed)
    var sessions: [[Int32]] = []
    var owners: [Int32] = []
    for user in 0..<userCount {
      for _ in 0..<10 {
        var session = (0..<5).map { _ in Int32(6 * generator.nextUnit() * generator.nextUnit()) }
        if generator.nextUnit() < strength { (session[0], session[2], session[3]) = (0, 1, 2) }
        sessions.append(session)
        owners.append(Int32(user))
      }
    }
    return try SequenceDatabase(sessions).withOwners(owners)
  }

  static func shareWithFindings(_ findings: [ShuffleTest.Findings]) -> Double {
    Double(findings.count { $0.surprises.contains { $0.qValue <= 0.05 } }) / Double(findings.count)
  }

  @Test("in random histories at most 5 % of users have a significant pattern, but for chance; in planted ones most do")
  func calibration() throws {
    let test = ShuffleTest(minimumSupport: 4, maximumLength: 2, shuffleCount: 39)
    let random = try test.findings(in: Self.histories(seed: 1, userCount: 120, strength: 0))
    #expect(random.map(\.owner) == Array(0..<120))
    // Six of 120 are expected at most; more than 12 in one of a hundred times.
    #expect(Self.shareWithFindings(random) <= 0.1)
    #expect(random.contains { $0.surprises.contains { $0.qValue < 0.2 } })
    let planted = try test.findings(in: Self.histories(seed: 2, userCount: 30, strength: 0.8))
    #expect(Self.shareWithFindings(planted) >= 0.6)
    #expect(
      planted.count { ($0.surprises.first?.pattern.items).map { Set($0).isSubset(of: [0, 1, 2]) } ?? false } >= 20)
  }

  @Test("the q-value is the share of orders, by counting all of them", .tags(.differential))
  func exhaustive() throws {
    // Three sessions 1 2 of one user: of the 20 orders of 111222 eight have one 1 and one 2 in each, one of which has
    // 1 first in all; only that one has 1 2 in three sessions.
    let database = SequenceDatabase([[1, 2], [1, 2], [1, 2]])
    let found = try ShuffleTest(maximumLength: 2, shuffleCount: 4_000, exceedanceLimit: 4_001).findings(in: database)
    #expect(found.count == 1 && found[0].owner == 0)
    let surprise = try #require(found[0].surprises.first)
    #expect(surprise.pattern == PrefixSpan.Pattern(items: [1, 2], support: 3) && found[0].surprises.count == 1)
    // 2 1 in three sessions is as surprising: 2 of 20. Standard error 0.005.
    #expect(abs(surprise.qValue - 0.1) < 0.02)
    #expect(agree(surprise.pValue, 1.0 / 64) && agree(surprise.expectedSupport, 0.75))
  }

  @Test("owners are judged alone, wherever their sequences stand, and threads change nothing")
  func alone() throws {
    let test = ShuffleTest(shuffleCount: 9, seed: 3)
    let database = try Self.histories(seed: 5, userCount: 6, strength: 0.5)
    let all = try test.findings(in: database, threadCount: 1)
    #expect(try test.findings(in: database, threadCount: 3) == all)
    let third = try SequenceDatabase((20..<30).map { Array(database.sequence($0)) })
      .withOwners(Array(repeating: 2, count: 10))
    #expect(try test.findings(in: third) == [all[2]])
    #expect(try ShuffleTest(shuffleCount: 9, seed: 4).findings(in: database) != all)
    #expect(throws: CancellationError.self) {
      try test.validated(for: database).findings { (_) throws(CancellationError) in throw CancellationError() }
    }
  }

  @Test("no sequences, one kind of item and single items have nothing to say; refuses parameters out of range")
  func edges() throws {
    #expect(try ShuffleTest().findings(in: SequenceDatabase([])).isEmpty)
    let single = try ShuffleTest().findings(in: SequenceDatabase(Array(repeating: [4, 4], count: 5)))
    #expect(single[0].surprises.allSatisfy { $0.qValue == 1 } && single[0].surprises.count == 1)
    #expect(try ShuffleTest().findings(in: SequenceDatabase([[1], [2], []]))[0].surprises.isEmpty)
    for longest in 2...4 {
      for contiguity in PatternContiguity.allCases {
        let found = try ShuffleTest(maximumLength: longest, contiguity: contiguity)
          .findings(in: SequenceDatabase([[1, 2], [3, 4], [5, 6], []]))
        #expect(found[0].surprises.isEmpty && found[0].shuffleCount == 0 && found[0].sequenceCount == 4)
      }
    }
    for test in [
      ShuffleTest(minimumSupport: 0), ShuffleTest(minimumLength: 1), ShuffleTest(minimumLength: 3, maximumLength: 2),
      ShuffleTest(shuffleCount: 0), ShuffleTest(patternBudget: 0), ShuffleTest(exceedanceLimit: 0),
      ShuffleTest(itemBudget: 0), ShuffleTest(kindBudget: 0), ShuffleTest(maximumQValue: 0),
      ShuffleTest(maximumQValue: 1.1),
      ShuffleTest(maximumQValue: .nan),
    ] {
      #expect(throws: KernelError.self) { try test.findings(in: SequenceDatabase([[1, 2]])) }
    }
  }

  /// Up to 12 sequences of up to eight items of a few kinds, or more of more kinds, in an order of their own.
  static func owned(seed: UInt64) -> [[Int32]] {
    var generator = SplitMix64(seed: seed)
    let kinds = [2, 5, 80][generator.nextIndex(below: 3)]
    return (0..<3 + (kinds == 80 ? 90 : generator.nextIndex(below: 10))).map { _ in
      var item = generator.nextIndex(below: kinds)
      return (0..<generator.nextIndex(below: 9)).map { _ in
        item = generator.nextUnit() < 0.6 ? (item * 3 + 1) % kinds : generator.nextIndex(below: kinds)
        return Int32(item) * 1_000 - 500
      }
    }
  }

  @Test(
    "equals the slow twin: every shuffle mined anew, settled after as many exceedances", .tags(.differential),
    arguments: PatternContiguity.allCases, 0..<UInt64(24))
  func twin(contiguity: PatternContiguity, seed: UInt64) throws {
    let sequences = Self.owned(seed: seed)
    var test = ShuffleTest(
      minimumSupport: 1 + Int(seed % 3) + (sequences.count > 12 ? 2 : 0), minimumLength: 2 + Int(seed / 3 % 2),
      maximumLength: max(2 + Int(seed / 3 % 2), 2 + Int(seed / 6 % 4)), contiguity: contiguity, shuffleCount: 12,
      seed: seed)
    let database = try SequenceDatabase(sequences).withOwners(sequences.map { _ in -7 })
    let expected = try ShuffleTwin.findings(test, owner: -7, sequences)
    for limit in [13, 3, 1] {
      test.exceedanceLimit = limit
      let found = try #require(try test.findings(in: database).first)
      #expect(found.owner == -7 && found.sequenceCount == sequences.count)
      #expect(found.surprises.count == expected.all.count, "seed \(seed)")
      #expect(found.shuffleCount <= 12 && (limit == 1 || expected.all.isEmpty || found.shuffleCount > 1))
      let byItems = Dictionary(uniqueKeysWithValues: expected.all.map { ($0.items, $0) })
      for surprise in found.surprises {
        let twin = try #require(byItems[surprise.pattern.items])
        #expect(surprise.pattern.support == twin.support, "seed \(seed)")
        #expect(
          surprise.qValue == ShuffleTwin.qValue(of: twin.pValue * (1 + 1e-9), expected.minima, limit: limit),
          "seed \(seed)")
        #expect(agreeRelatively(surprise.pValue, twin.pValue, tolerance: 1e-10), "seed \(seed)")
      }
      let order = found.surprises.map { ($0.qValue, $0.pValue, -$0.pattern.support, $0.pattern.items.count) }
      #expect(zip(order, order.dropFirst()).allSatisfy { $0 <= $1 })
      // What is reported of less is the same, also where shuffles end earlier for it.
      for maximum in [0.1, 0.35] {
        var part = test
        part.maximumQValue = maximum
        #expect(try part.findings(in: database)[0].surprises == found.surprises.filter { $0.qValue <= maximum })
      }
      var few = test
      few.patternBudget = 5
      #expect(try few.findings(in: database)[0].surprises == Array(found.surprises.prefix(5)))
    }
  }

  @Test("a q-value is h / l where h of l shuffles were as small, and shuffles end there")
  func sequential() throws {
    // Most of the 20 orders of 111222 have a pattern in two of the three sequences, as the observed one.
    let database = SequenceDatabase([[1, 2], [1, 2], [2, 1]])
    let all = ShuffleTest(minimumSupport: 1, maximumLength: 2, shuffleCount: 50, exceedanceLimit: 51)
    let full = try all.findings(in: database)[0]
    #expect(full.shuffleCount == 50)
    var early = all
    early.exceedanceLimit = 4
    let found = try early.findings(in: database)[0]
    let best = try #require(found.surprises.first)
    #expect(best.qValue == 4 / Double(found.shuffleCount) && (4..<50).contains(found.shuffleCount))
    #expect(abs(best.qValue - (full.surprises.first?.qValue ?? 0)) < 0.4)
  }

  @Test("with early ends too, at most a share of random owners has any q-value as small, and planted paths are found")
  func validity() throws {
    for (contiguity, limit) in [(PatternContiguity.gapsAllowed, 5), (.contiguous, 5), (.gapsAllowed, 2)] {
      let test = ShuffleTest(
        minimumSupport: 2, contiguity: contiguity, shuffleCount: 49, exceedanceLimit: limit, seed: 11)
      let random = try test.findings(in: Self.histories(seed: 21, userCount: 600, strength: 0))
      for level in [0.1, 0.2, 0.5] {
        let share = Double(random.count { ($0.surprises.first?.qValue ?? 1) <= level }) / 600
        // Four standard errors above the level.
        let error = (level * (1 - level) / 600).squareRoot()
        #expect(share <= level + 4 * error, "\(contiguity), h = \(limit), level \(level)")
        // A q-value of 1 for all would be as valid.
        if level == 0.5 { #expect(share > 0.25) }
      }
    }
    let test = ShuffleTest(contiguity: .contiguous, shuffleCount: 99, exceedanceLimit: 5, maximumQValue: 0.05)
    let planted = try test.findings(in: Self.histories(seed: 22, userCount: 40, strength: 0.8))
    #expect(planted.count { ($0.surprises.first?.pattern.items).map { [[1, 2]].contains($0) } ?? false } >= 24)
  }

  @Test("decisions below h / shuffles are those of all shuffles")
  func sameDecisions() throws {
    let database = try Self.histories(seed: 31, userCount: 60, strength: 0.35)
    let early = ShuffleTest(maximumLength: 2, shuffleCount: 39, exceedanceLimit: 4)
    var full = early
    full.exceedanceLimit = 40
    let (some, all) = (try early.findings(in: database), try full.findings(in: database))
    let level = 4.0 / 40
    for (one, other) in zip(some, all) {
      #expect(one.surprises.filter { $0.qValue <= level } == other.surprises.filter { $0.qValue <= level })
    }
    #expect(some.reduce(0) { $0 + $1.shuffleCount } < all.reduce(0) { $0 + $1.shuffleCount })
    #expect(all.contains { $0.surprises.contains { $0.qValue <= level } })
  }

  @Test("of an owner with too many items the last sequences that fit count")
  func itemBudget() throws {
    let sequences: [[Int32]] = [[9, 9], [1, 2], [1, 2, 3, 4, 5], [1, 2], [1, 2, 3]]
    var test = ShuffleTest(minimumSupport: 2, shuffleCount: 20, itemBudget: 7)
    let found = try test.findings(in: SequenceDatabase(sequences))
    // From the back: 3 items, 2 more, 5 do not fit, 2 do.
    #expect(found[0].sequenceCount == 3)
    test.itemBudget = 100
    #expect(try test.findings(in: SequenceDatabase([[1, 2], [1, 2], [1, 2, 3]])) == found)
    test.itemBudget = 1
    #expect(try test.findings(in: SequenceDatabase(sequences))[0].sequenceCount == 0)
  }

  @Test("of an owner with too many kinds of items the most frequent make up patterns, and the others keep their places")
  func kindBudget() throws {
    // 1 and 2 occur four times each, 0 and 3 three times.
    let database = SequenceDatabase([[1, 0, 2, 3], [1, 0, 2, 3], [1, 0, 2, 3], [1, 2]])
    let all = try ShuffleTest(shuffleCount: 30).findings(in: database)[0].surprises
    let some = try ShuffleTest(shuffleCount: 30, kindBudget: 3).findings(in: database)[0].surprises
    #expect(Set(some.map(\.pattern.items)) == [[1, 2], [1, 0], [0, 2], [1, 0, 2]])
    #expect(all.count > some.count)
    // The model is still that of all items.
    for surprise in some { #expect(all.contains { $0.pValue == surprise.pValue && $0.pattern == surprise.pattern }) }
  }
}
