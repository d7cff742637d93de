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
    "equals the published results of other packages on tiny databases, of sets too", .tags(.reference),
    .enabled(if: SharedData.exists("sequences/small_cases.json"), "the folder of published data is not there"))
  func smallCases() throws {
    let cases = try #require(try SharedData.json("sequences/small_cases.json")["cases"] as? [[String: Any]])
    #expect(cases.count == 7)
    for small in cases {
      // Items are numbers or letters.
      let itemsets = try #require(small["database"] as? [[[Any]]])
      let names = Set(itemsets.joined().joined().map { "\($0)" }).sorted()
      func numbered(_ elements: [[Any]]) throws -> [[Int32]] {
        try elements.map { try $0.map { Int32(try #require(names.firstIndex(of: "\($0)"))) }.sorted() }
      }
      let expected = try #require(small["expected"] as? [[String: Any]]).map { entry in
        PrefixSpan.ItemsetPattern(
          elements: try numbered(try #require(entry["pattern"] as? [[Any]])),
          support: try #require(entry["support"] as? Int))
      }
      let parameters = PrefixSpan(
        minimumSupport: .count(try #require(small["minsup_count"] as? Int)),
        maximumLength: small["max_pattern_items"] as? Int,
        selection: small["kind"] as? String == "closed" ? .closed : .all)
      let sequences = try itemsets.map(numbered)
      let result = try parameters.patterns(in: ItemsetDatabase(sequences))
      #expect(Set(result.patterns) == Set(expected) && result.patterns.count == expected.count, "\(small["id"] ?? "")")
      if sequences.allSatisfy({ $0.allSatisfy { $0.count == 1 } }) {
        let singles = try parameters.patterns(in: SequenceDatabase(sequences.map { $0.flatMap { $0 } }))
        #expect(singles.patterns == SequenceTwin.single(result.patterns), "\(small["id"] ?? "")")
      }
      // The case that says which of its patterns are maximal.
      guard try #require(small["expected"] as? [[String: Any]])[0]["maximal"] != nil else { continue }
      let maximal = try PrefixSpan(minimumSupport: parameters.minimumSupport, selection: .maximal)
        .patterns(in: ItemsetDatabase(sequences))
      let flags = try #require(small["expected"] as? [[String: Any]]).map { $0["maximal"] as? Bool == true }
      #expect(Set(maximal.patterns) == Set(zip(expected, flags).filter(\.1).map(\.0)))
    }
  }

  static func published(_ name: String) throws -> SequenceDatabase {
    let file = "sequences/" + name + (name == "bms1_gazelle" ? ".txt.gz" : ".spmf.txt.gz")
    return SequenceDatabase(
      try SharedData.lines(file).map { line in
        line.split(separator: " ").compactMap { Int32($0) }.filter { $0 >= 0 }
      })
  }

  /// What a plain run looks at; with HABITUS_SLOW_TESTS in the environment all thresholds and lists are compared.
  static let lowestQuickThresholds = ["sign": 0.5, "bms1_gazelle": 0.01, "bike": 0.05]
  static let isSlowRun = ProcessInfo.processInfo.environment["HABITUS_SLOW_TESTS"] != nil

  @Test(
    "finds as many frequent and closed patterns as prefixspan 0.5.2 in published data, by length, and the same top ones",
    .tags(.reference),
    .enabled(if: SharedData.exists("sequences/expected_counts.json"), "the folder of published data is not there"),
    arguments: ["sign", "bms1_gazelle", "leviathan", "bike"])
  func publishedCounts(name: String) throws {
    let all = try #require(try SharedData.json("sequences/expected_counts.json")["reference_runs"] as? [String: Any])
    let runs = try #require((all["datasets"] as? [String: Any])?[name] as? [[String: Any]])
    guard Self.isSlowRun || Self.lowestQuickThresholds[name] != nil else { return }
    let database = try Self.published(name)
    for run in runs {
      let threshold = try #require(run["minsup_ratio"] as? Double)
      guard Self.isSlowRun || threshold >= Self.lowestQuickThresholds[name] ?? 1 else { continue }
      #expect(database.sequenceCount == run["sequences"] as? Int)
      let result = try PrefixSpan(minimumSupport: .fraction(threshold)).patterns(in: database)
      #expect(result.minimumCount == run["min_count"] as? Int)
      #expect(Self.byLength(result.patterns) == run["frequent_by_length"] as? [String: Int], "\(threshold)")
      let closed = try PrefixSpan(minimumSupport: .fraction(threshold), selection: .closed).patterns(in: database)
      #expect(Self.byLength(closed.patterns) == run["closed_by_length"] as? [String: Int], "\(threshold)")

      let top = try #require(run["top20"] as? [[String: Any]]).map { entry in
        Pattern(
          items: try #require(entry["pattern"] as? [Int]).map { Int32($0) },
          support: try #require(entry["support"] as? Int))
      }
      let topList = try PrefixSpan(minimumSupport: .fraction(threshold), topCount: top.count).patterns(in: database)
      #expect(topList.patterns == Array(result.patterns.prefix(top.count)), "\(threshold)")
      // Of those with the least support in the list, the list may hold any.
      let least = try #require(top.last).support
      #expect(Set(top).isSubset(of: result.patterns))
      #expect(
        Set(topList.patterns.filter { $0.support > least }) == Set(top.filter { $0.support > least }), "\(threshold)")
    }
  }

  static func byLength(_ patterns: [Pattern]) -> [String: Int] {
    Dictionary(grouping: patterns) { String($0.items.count) }.mapValues(\.count)
  }

  @Test(
    "finds the very frequent and closed patterns that prefixspan 0.5.2 finds in published sequences", .tags(.reference),
    .enabled(
      if: SharedData.exists("sequences/patterns/sign_minsup0.3.freq.txt.gz"),
      "the folder of published data is not there"),
    arguments: [
      ("bike", 0.01), ("leviathan", 0.1), ("bms1_gazelle", 0.0008), ("sign", 0.3),
    ])
  func publishedPatterns(name: String, threshold: Double) throws {
    guard Self.isSlowRun || name == "sign" else { return }
    let database = try Self.published(name)
    for (selection, kind) in [(PrefixSpan.Selection.all, "freq"), (.closed, "closed")] {
      let result = try PrefixSpan(minimumSupport: .fraction(threshold), selection: selection).patterns(in: database)
      let lines = result.patterns.map { pattern in
        pattern.items.map(String.init).joined(separator: " ") + " #SUP: \(pattern.support)"
      }
      let expected = try SharedData.lines("sequences/patterns/\(name)_minsup\(threshold).\(kind).txt.gz")
      #expect(!expected.isEmpty && lines.sorted() == expected.map(String.init).sorted(), "\(kind)")
    }
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
