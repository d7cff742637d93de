import Foundation
import HabitusKernels
import Testing

@Suite("PrefixSpan")
struct PrefixSpanTests {
  typealias Pattern = PrefixSpan.Pattern

  @Test("finds the patterns of three sequences, in the documented order, worked by hand")
  func byHand() throws {
    let database = SequenceDatabase([[1, 2, 1, 3], [1, 3], [2, 1]])
    let result = try PrefixSpan(minimumSupport: .count(2)).patterns(in: database)
    #expect(
      result.patterns == [
        Pattern(items: [1], support: 3), Pattern(items: [2], support: 2), Pattern(items: [3], support: 2),
        Pattern(items: [1, 3], support: 2), Pattern(items: [2, 1], support: 2),
      ])
    #expect(result.sequenceCount == 3 && result.minimumCount == 2 && !result.isCutByBudget)
  }

  /// All patterns by trying every extension and counting its support anew.
  func bruteForce(_ database: SequenceDatabase, minimumCount: Int, lengths: ClosedRange<Int>) -> [Pattern] {
    let items = Set(database.items).sorted()
    var found: [Pattern] = []
    var level: [[Int32]] = [[]]
    for length in 1...lengths.upperBound {
      level = level.flatMap { prefix in items.map { prefix + [$0] } }.filter {
        database.support(of: $0) >= minimumCount
      }
      guard length >= lengths.lowerBound else { continue }
      found += level.map { Pattern(items: $0, support: database.support(of: $0)) }
    }
    return found.sorted {
      ($1.support, $0.items.count) != ($0.support, $1.items.count)
        ? ($1.support, $0.items.count) < ($0.support, $1.items.count)
        : $0.items.lexicographicallyPrecedes($1.items)
    }
  }

  static func randomDatabase(_ generator: inout SplitMix64) -> SequenceDatabase {
    let alphabet = 1 + generator.nextIndex(below: 4)
    return SequenceDatabase(
      (0..<generator.nextIndex(below: 9)).map { _ in
        (0..<generator.nextIndex(below: 7)).map { _ in Int32(generator.nextIndex(below: alphabet) - 1) }
      })
  }

  @Test("equals brute force, on one thread and on several", .tags(.differential), arguments: 0..<UInt64(60))
  func equalsBruteForce(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let database = Self.randomDatabase(&generator)
    let minimumCount = 1 + generator.nextIndex(below: 3)
    let shortest = 1 + generator.nextIndex(below: 3)
    let longest = shortest + generator.nextIndex(below: 4)
    let parameters = PrefixSpan(
      minimumSupport: .count(minimumCount), minimumLength: shortest, maximumLength: longest)
    let result = try parameters.patterns(in: database, threadCount: 1)
    #expect(
      result.patterns == bruteForce(database, minimumCount: minimumCount, lengths: shortest...longest), "seed \(seed)")
    #expect(try parameters.patterns(in: database, threadCount: 3) == result, "seed \(seed)")
  }

  @Test(
    "a budget keeps exactly the patterns of the least support that fits, in any order and on any number of threads",
    .tags(.differential), arguments: 0..<UInt64(30))
  func budget(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let database = Self.randomDatabase(&generator)
    let all = try PrefixSpan(minimumSupport: .count(1)).patterns(in: database)
    let budget = 1 + generator.nextIndex(below: 12)
    let parameters = PrefixSpan(minimumSupport: .count(1), patternBudget: budget)
    let kept = try parameters.patterns(in: database, threadCount: 1)
    #expect(kept.patterns.count <= budget, "seed \(seed)")
    #expect(kept.patterns == all.patterns.filter { $0.support >= kept.minimumCount }, "seed \(seed)")
    #expect(kept.isCutByBudget == (all.patterns.count > budget), "seed \(seed)")
    // One less would not have fitted.
    #expect(
      !kept.isCutByBudget || all.patterns.count { $0.support >= kept.minimumCount - 1 } > budget, "seed \(seed)")
    #expect(try parameters.patterns(in: database, threadCount: 3) == kept, "seed \(seed)")
    let reversed = SequenceDatabase((0..<database.sequenceCount).reversed().map { Array(database.sequence($0)) })
    #expect(try parameters.patterns(in: reversed) == kept, "seed \(seed)")
  }

  @Test(
    "equals the published results of other packages on tiny databases", .tags(.reference),
    .enabled(if: SharedData.exists("sequences/small_cases.json"), "the folder of published data is not there"))
  func smallCases() throws {
    let cases = try #require(try SharedData.json("sequences/small_cases.json")["cases"] as? [[String: Any]])
    var compared = 0
    for small in cases where small["kind"] as? String == "frequent" {
      // Items are numbers or letters.
      let itemsets = try #require(small["database"] as? [[[Any]]])
      guard itemsets.allSatisfy({ $0.allSatisfy { $0.count == 1 } }) else { continue }
      let names = Set(itemsets.joined().map { "\($0[0])" }).sorted()
      let sequences = itemsets.map { sequence in
        sequence.compactMap { names.firstIndex(of: "\($0[0])").map { Int32($0) } }
      }
      let expected = try #require(small["expected"] as? [[String: Any]]).map { entry in
        Pattern(
          items: try #require(entry["pattern"] as? [[Any]]).map { itemset in
            Int32(try #require(names.firstIndex(of: "\(itemset[0])")))
          },
          support: try #require(entry["support"] as? Int))
      }
      let parameters = PrefixSpan(
        minimumSupport: .count(try #require(small["minsup_count"] as? Int)),
        maximumLength: small["max_pattern_items"] as? Int)
      let result = try parameters.patterns(in: SequenceDatabase(sequences))
      #expect(Set(result.patterns) == Set(expected) && result.patterns.count == expected.count, "\(small["id"] ?? "")")
      compared += 1
    }
    #expect(compared == 4)
  }

  @Test(
    "finds as many patterns by length as prefixspan 0.5.2 in published data, and the same most frequent ones",
    .tags(.reference),
    .enabled(if: SharedData.exists("sequences/expected_counts.json"), "the folder of published data is not there"),
    arguments: [("sign", ".spmf.txt.gz", 0.6), ("bms1_gazelle", ".txt.gz", 0.01), ("bike", ".spmf.txt.gz", 0.05)])
  func publishedCounts(name: String, suffix: String, threshold: Double) throws {
    let all = try #require(try SharedData.json("sequences/expected_counts.json")["reference_runs"] as? [String: Any])
    let runs = try #require((all["datasets"] as? [String: Any])?[name] as? [[String: Any]])
    let run = try #require(runs.first { $0["minsup_ratio"] as? Double == threshold })
    let sequences = try SharedData.lines("sequences/" + name + suffix).map { line in
      line.split(separator: " ").compactMap { Int32($0) }.filter { $0 >= 0 }
    }
    #expect(sequences.count == run["sequences"] as? Int)
    let result = try PrefixSpan(minimumSupport: .fraction(threshold)).patterns(in: SequenceDatabase(sequences))
    #expect(result.minimumCount == run["min_count"] as? Int)
    #expect(result.patterns.count == run["frequent"] as? Int)
    let byLength = Dictionary(grouping: result.patterns) { String($0.items.count) }.mapValues(\.count)
    #expect(byLength == run["frequent_by_length"] as? [String: Int])
    let top = try #require(run["top20"] as? [[String: Any]]).map { entry in
      Pattern(
        items: try #require(entry["pattern"] as? [Int]).map { Int32($0) },
        support: try #require(entry["support"] as? Int))
    }
    let least = try #require(top.last).support
    // Of those with the least support in the list, the list may hold any.
    #expect(Set(top).isSubset(of: result.patterns))
    #expect(
      result.patterns.filter { $0.support > least }
        == top.filter { $0.support > least }
        .sorted { ($1.support, $0.items.count) < ($0.support, $1.items.count) })
  }

  @Test(
    "finds the very patterns that prefixspan 0.5.2 finds in published sequences", .tags(.reference),
    .enabled(
      if: SharedData.exists("sequences/patterns/sign_minsup0.3.freq.txt.gz"),
      "the folder of published data is not there"))
  func publishedPatterns() throws {
    let sequences = try SharedData.lines("sequences/sign.spmf.txt.gz").map { line in
      line.split(separator: " ").compactMap { Int32($0) }.filter { $0 >= 0 }
    }
    let result = try PrefixSpan(minimumSupport: .fraction(0.3)).patterns(in: SequenceDatabase(sequences))
    let lines = result.patterns.map { pattern in
      pattern.items.map(String.init).joined(separator: " ") + " #SUP: \(pattern.support)"
    }
    let expected = try SharedData.lines("sequences/patterns/sign_minsup0.3.freq.txt.gz").map(String.init)
    #expect(expected.count == 1_928 && lines.sorted() == expected.sorted())
  }

  @Test("repeats in a sequence count once, and any 32-bit item will do")
  func repeatsAndExtremes() throws {
    let database = SequenceDatabase([[.max, .max, .max], [.min, .max]])
    let result = try PrefixSpan(minimumSupport: .fraction(1)).patterns(in: database)
    #expect(result.patterns == [Pattern(items: [.max], support: 2)])
    let repeated = try PrefixSpan(minimumSupport: .count(1), minimumLength: 2).patterns(in: database)
    #expect(
      repeated.patterns == [
        Pattern(items: [.min, .max], support: 1), Pattern(items: [.max, .max], support: 1),
        Pattern(items: [.max, .max, .max], support: 1),
      ])
  }

  @Test("no sequences, empty sequences and unreachable support give no patterns")
  func nothing() throws {
    let parameters = PrefixSpan(minimumSupport: .fraction(0.5))
    #expect(try parameters.patterns(in: SequenceDatabase([])).patterns.isEmpty)
    #expect(try parameters.patterns(in: SequenceDatabase([[], []])).patterns.isEmpty)
    #expect(try PrefixSpan(minimumSupport: .count(3)).patterns(in: SequenceDatabase([[1], [1]])).patterns.isEmpty)
    #expect(try parameters.patterns(in: SequenceDatabase([[], [4]])).patterns == [Pattern(items: [4], support: 1)])
  }

  @Test("a fraction is rounded up to a count, but not by rounding errors", arguments: [(0.07, 100, 7), (0.34, 3, 2)])
  func fraction(share: Double, sequenceCount: Int, expected: Int) throws {
    let database = SequenceDatabase(Array(repeating: [1], count: sequenceCount))
    #expect(try PrefixSpan(minimumSupport: .fraction(share)).patterns(in: database).minimumCount == expected)
  }

  @Test("refuses parameters out of range")
  func refuses() {
    let database = SequenceDatabase([[1]])
    for parameters in [
      PrefixSpan(minimumSupport: .count(0)), PrefixSpan(minimumSupport: .fraction(0)),
      PrefixSpan(minimumSupport: .fraction(1.1)), PrefixSpan(minimumSupport: .fraction(.nan)),
      PrefixSpan(minimumSupport: .count(1), minimumLength: 0),
      PrefixSpan(minimumSupport: .count(1), minimumLength: 3, maximumLength: 2),
      PrefixSpan(minimumSupport: .count(1), patternBudget: 0),
    ] {
      #expect(throws: KernelError.self) { try parameters.patterns(in: database) }
    }
  }
}
