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
    let found = try ShuffleTest(maximumLength: 2, shuffleCount: 4_000).findings(in: database)
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
    for test in [
      ShuffleTest(minimumSupport: 0), ShuffleTest(minimumLength: 1), ShuffleTest(minimumLength: 3, maximumLength: 2),
      ShuffleTest(shuffleCount: 0), ShuffleTest(patternBudget: 0),
    ] {
      #expect(throws: KernelError.self) { try test.findings(in: SequenceDatabase([[1, 2]])) }
    }
  }
}
