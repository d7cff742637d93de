import Foundation
import HabitusKernels
import Testing

/// References: scipy 1.17.1 by Scripts/reference/behaviour.py.
@Suite("Contingency table")
struct ContingencyTableTests {
  @Test("by hand: lift, phi, odds ratio")
  func byHand() throws {
    let table = ContingencyTable(both: 10, firstOnly: 20, secondOnly: 30, neither: 40)
    #expect(agree(try #require(table.expectedBoth), 12))
    #expect(agree(try #require(table.lift), 10.0 / 12))
    #expect(agree(try #require(table.phi), -200 / (30.0 * 70 * 40 * 60).squareRoot()))
    #expect(agree(table.oddsRatio, 10.5 * 40.5 / (20.5 * 30.5)))
    let interval = table.oddsRatioInterval(confidence: 0.95)
    let half = 1.959963984540054 * (1 / 10.5 + 1 / 20.5 + 1 / 30.5 + 1 / 40.5).squareRoot()
    #expect(agree(log(interval.upperBound), log(table.oddsRatio) + half))
    #expect(agree(log(interval.lowerBound), log(table.oddsRatio) - half))
  }

  @Test("tests equal scipy's", .tags(.reference))
  func reference() throws {
    for (a, b, c, d, fisher, chiSquare, ratio, ratioPValue) in [
      (10, 20, 30, 40, 0.5044757698516285, 0.7936507936507936, 0.8043486460964835, 0.36979636792989645),
      (3, 1, 1, 3, 0.48571428571428565, 2.0, 2.0929925750581915, 0.14797595938502317),
      (8, 2, 1, 5, 0.034965034965034975, 6.112169312169312, 6.5152716556872505, 0.010695198302387429),
      (0, 10, 12, 78, 0.6039236421432508, 1.5151515151515147, 2.70359415358253, 0.10012230669450387),
      (120, 380, 130, 9370, 1.2201548292857481e-91, 998.110661268556, 413.050889454537, 7.943869867040581e-92),
      (7, 0, 0, 5, 0.0012626262626262627, 11.999999999999998, 16.300638383796617, 5.404574088581701e-05),
      (1, 9, 11, 3, 0.0027594561852200836, 10.971428571428572, 12.22116970339398, 0.00047250298087596376),
    ] {
      let table = ContingencyTable(both: a, firstOnly: b, secondOnly: c, neither: d)
      #expect(agreeRelatively(table.fisherPValue, fisher, tolerance: 1e-9))
      #expect(agreeRelatively(try #require(table.chiSquare), chiSquare, tolerance: 1e-11))
      #expect(agreeRelatively(table.logLikelihoodRatio, ratio, tolerance: 1e-11))
      #expect(agreeRelatively(table.logLikelihoodPValue, ratioPValue, tolerance: 1e-9))
    }
  }

  @Test("Fisher's p-value is the sum over all tables of the same margins", .tags(.differential))
  func fisherByEnumeration() {
    func choose(_ n: Int, _ k: Int) -> Double {
      k < 0 || k > n ? 0 : (0..<k).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) }
    }
    var generator = SplitMix64(seed: 5)
    for _ in 0..<200 {
      let cells = (0..<4).map { _ in generator.nextIndex(below: 9) }
      let table = ContingencyTable(both: cells[0], firstOnly: cells[1], secondOnly: cells[2], neither: cells[3])
      let (first, second, total) = (table.firstCount, table.secondCount, table.unitCount)
      func probability(_ k: Int) -> Double { choose(first, k) * choose(total - first, second - k) }
      let whole = (0...total).reduce(0.0) { $0 + probability($1) }
      let own = probability(cells[0])
      let sum = (0...total).reduce(0.0) { $0 + (probability($1) <= own * (1 + 1e-7) ? probability($1) : 0) }
      #expect(agree(table.fisherPValue, sum / whole, tolerance: 1e-10))
    }
  }

  @Test("tables without variation")
  func edgeCases() {
    let empty = ContingencyTable(both: 0, firstOnly: 0, secondOnly: 0, neither: 0)
    #expect(empty.lift == nil && empty.phi == nil && empty.expectedBoth == nil && empty.fisherPValue == 1)
    #expect(empty.logLikelihoodRatio == 0 && empty.logLikelihoodPValue == 1 && empty.oddsRatio == 1)
    let always = ContingencyTable(both: 5, firstOnly: 0, secondOnly: 0, neither: 0)
    #expect(always.lift == 1 && always.phi == nil && always.fisherPValue == 1)
  }
}

@Suite("Associations of pairs")
struct AssociationSearchTests {
  private func sets(seed: UInt64, units: Int = 80, items: Int = 12) -> [[Int32]] {
    var generator = SplitMix64(seed: seed)
    return (0..<units).map { _ in
      var set = (0..<Int32(items)).filter { _ in generator.nextUnit() < 0.2 }
      // Item 3 comes with item 7.
      if set.contains(7), generator.nextUnit() < 0.8 { set.append(3) }
      return set
    }
  }

  @Test("counts equal those pair by pair, with q-values over all pairs of frequent items", .tags(.differential))
  func matchesPairwiseCounts() throws {
    let sets = sets(seed: 2)
    let search = AssociationSearch(minimumItemCount: 10, minimumPairCount: 2, findsAvoidance: false)
    let found = try search.pairs(in: ItemSets(sets, itemCount: 12))
    var expected: [[Int]] = []
    var frequent = 0
    for first in Int32(0)..<12 {
      let own = sets.count { $0.contains(first) }
      guard own >= 10 else { continue }
      frequent += 1
      for second in first + 1..<max(first + 1, 12) {
        let other = sets.count { $0.contains(second) }
        let both = sets.count { $0.contains(first) && $0.contains(second) }
        if other >= 10, both >= 2 { expected.append([Int(first), Int(second), both, own - both, other - both]) }
      }
    }
    let pairs = found.map { [Int($0.first), Int($0.second), $0.table.both, $0.table.firstOnly, $0.table.secondOnly] }
    #expect(pairs.sorted { $0.lexicographicallyPrecedes($1) } == expected)
    #expect(found.allSatisfy { $0.table.unitCount == 80 && $0.pValue == $0.table.fisherPValue })
    let qValues = Statistics.falseDiscoveryQValues(
      found.map(\.pValue), hypothesisCount: Double(frequent * (frequent - 1) / 2))
    #expect(found.map(\.qValue) == qValues)
    #expect(found.first?.first == 3 && found.first?.second == 7 && (found.first?.qValue ?? 1) < 0.01)
    #expect(zip(found, found.dropFirst()).allSatisfy { $0.pValue <= $1.pValue })
  }

  @Test("independent items are rarely reported; avoidance is found where it is asked for")
  func nullAndAvoidance() throws {
    var generator = SplitMix64(seed: 14)
    var reported = 0
    for _ in 0..<40 {
      let sets = (0..<60).map { _ in (0..<Int32(8)).filter { _ in generator.nextUnit() < 0.3 } }
      let found = try AssociationSearch(findsAvoidance: true).pairs(in: ItemSets(sets, itemCount: 8))
      #expect(found.count == 28)
      if found.contains(where: { $0.qValue <= 0.05 }) { reported += 1 }
    }
    #expect(reported <= 5)
    let apart = (0..<40).map { [Int32($0 % 2)] }
    let found = try AssociationSearch(findsAvoidance: true).pairs(in: ItemSets(apart, itemCount: 2))
    #expect(found.count == 1 && found[0].table.both == 0 && found[0].qValue < 1e-9)
    #expect(try AssociationSearch().pairs(in: ItemSets(apart, itemCount: 2)).isEmpty)
  }

  @Test("the same on any number of threads")
  func threads() throws {
    let sets = try ItemSets(sets(seed: 3, units: 200, items: 40), itemCount: 40)
    let found = try [1, 2, 3].map { try AssociationSearch(findsAvoidance: true).pairs(in: sets, threadCount: $0) }
    #expect(found[0] == found[1] && found[0] == found[2] && !found[0].isEmpty)
  }

  @Test("no units, repeated items and bad input")
  func edgeCases() throws {
    #expect(try AssociationSearch().pairs(in: ItemSets([], itemCount: 3)).isEmpty)
    #expect(try AssociationSearch().pairs(in: ItemSets([], itemCount: 0)).isEmpty)
    let repeated = try ItemSets([[2, 0, 2, 2], [], [0]], itemCount: 3)
    #expect(repeated.itemCounts == [2, 0, 1] && repeated.unitCount == 3)
    #expect(throws: KernelError.self) { try ItemSets([[3]], itemCount: 3) }
    #expect(throws: KernelError.self) { try ItemSets([[-1]], itemCount: 3) }
    #expect(throws: KernelError.self) { try AssociationSearch(minimumItemCount: 0).pairs(in: repeated) }
    #expect(throws: KernelError.self) { try AssociationSearch(minimumPairCount: 0).pairs(in: repeated) }
  }
}

@Suite("Lagged association")
struct LaggedAssociationTests {
  @Test("by hand: occasions joined and cut off at the window's end")
  func byHand() throws {
    // Occasions (10, 15], (13, 18] and (98, 100]: 8 + 2 of 100. Second events at 13, 14 and 99 lie within; 10 and 50
    // not.
    let timeline = LaggedAssociation.Timeline(first: [10, 13, 98], second: [10, 13, 14, 50, 99], window: 0...100)
    let found = try LaggedAssociation(in: [timeline], lag: 5)
    #expect(found.occasionCount == 3 && found.observed == 3 && found.followedCount == 3)
    #expect(agree(found.expected, 0.5))
    #expect(agree(try #require(found.ratio), 6))
    // Poisson with mean 1/2: 1 − e^−½ · (1 + ½ + ⅛).
    #expect(agreeRelatively(found.pValue, 1 - exp(-0.5) * 1.625, tolerance: 1e-9))
  }

  @Test("counts equal those event by event", .tags(.differential), arguments: 0..<UInt64(20))
  func matchesEventByEvent(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    func times(_ count: Int) -> [Double] { (0..<count).map { _ in Double(generator.nextIndex(below: 60)) }.sorted() }
    let (first, second) = (times(6), times(15))
    let found = try LaggedAssociation(in: [.init(first: first, second: second, window: 0...60)], lag: 4)
    #expect(found.observed == second.count { b in first.contains { b > $0 && b <= $0 + 4 } })
    #expect(found.followedCount == first.count { a in second.contains { $0 > a && $0 <= a + 4 } })
    let covered = (0..<600).count { step in
      let time = (Double(step) + 0.5) / 10
      return first.contains { time > $0 && time <= $0 + 4 }
    }
    #expect(agree(found.expected, 15 * Double(covered) / 600, tolerance: 1e-9))
  }

  @Test("independent events are significant no more often than the level, few and many; followers are found")
  func significance() throws {
    var generator = SplitMix64(seed: 77)
    for (userCount, first, second) in [(10, 3, 4), (60, 10, 12)] {
      var (falselyFound, found) = (0, 0)
      for _ in 0..<150 {
        var (independent, following): ([LaggedAssociation.Timeline], [LaggedAssociation.Timeline]) = ([], [])
        for _ in 0..<userCount {
          let starts = (0..<first).map { _ in generator.nextUnit() * 100 }.sorted()
          let others = (0..<second).map { _ in generator.nextUnit() * 100 }
          let followers = starts.filter { _ in generator.nextUnit() < 0.3 }.map { min(100, $0 + generator.nextUnit()) }
          independent.append(.init(first: starts, second: others.sorted(), window: 0...100))
          following.append(.init(first: starts, second: (others + followers).sorted(), window: 0...100))
        }
        if try LaggedAssociation(in: independent, lag: 1).pValue <= 0.05 { falselyFound += 1 }
        if try LaggedAssociation(in: following, lag: 1).pValue <= 0.05 { found += 1 }
      }
      // 7.5 expected at most; three standard deviations above.
      #expect(falselyFound <= 15, "\(userCount) users")
      #expect(found > 140, "\(userCount) users")
    }
  }

  @Test("no events and bad input")
  func edgeCases() throws {
    let none = try LaggedAssociation(in: [], lag: 1)
    #expect(none.observed == 0 && none.pValue == 1 && none.ratio == nil)
    let still = try LaggedAssociation(in: [.init(first: [3], second: [3], window: 3...3)], lag: 1)
    #expect(still.pValue == 1)
    #expect(throws: KernelError.self) { try LaggedAssociation(in: [], lag: 0) }
    #expect(throws: KernelError.self) {
      try LaggedAssociation(in: [.init(first: [2, 1], second: [], window: 0...9)], lag: 1)
    }
    #expect(throws: KernelError.self) {
      try LaggedAssociation(in: [.init(first: [], second: [10], window: 0...9)], lag: 1)
    }
  }
}

@Suite("Rank correlations")
struct RankCorrelationTests {
  private var features: Matrix {
    var generator = SplitMix64(seed: 6)
    let first = (0..<30).map { _ in (generator.nextUnit() * 6).rounded(.down) }
    let second = first.map { $0 + (generator.nextUnit() * 8).rounded(.down) }
    let third = (0..<30).map { _ in generator.nextUnit() }
    return Matrix(rows: (0..<30).map { [first[$0], second[$0], 5, third[$0]] })
  }

  @Test("equal scipy's with ties; constant features have none", .tags(.reference))
  func reference() throws {
    let found = try RankCorrelation.all(of: features)
    #expect(found.map { [$0.first, $0.second] } == [[0, 1], [0, 3], [1, 3]])
    for (pair, expected) in zip(
      found,
      [
        (0.5116376015087073, 0.0038535464075487333), (-0.12470411803624236, 0.5114510196780809),
        (-0.3960652765573725, 0.030261940370262447),
      ])
    {
      #expect(agree(pair.coefficient, expected.0) && agreeRelatively(pair.pValue, expected.1, tolerance: 1e-9))
    }
    #expect(found.map(\.qValue) == Statistics.falseDiscoveryQValues(found.map(\.pValue)))
  }

  @Test("by hand, with increasing functions, threads and edge cases")
  func edgeCases() throws {
    // Ranks 1 2 3 and 1 3 2: 1 − 6 · 2/(3 · 8).
    let three = try RankCorrelation.all(of: Matrix(rows: [[1, 10], [2, 30], [30, 20]]))
    #expect(three.count == 1 && agree(three[0].coefficient, 0.5))
    let same = try RankCorrelation.all(of: Matrix(rows: (0..<9).map { [Double($0), exp(Double($0)), -Double($0)] }))
    #expect(same.map { $0.coefficient.rounded() } == [1, -1, -1])
    #expect(same.allSatisfy { $0.pValue < 1e-12 })
    let runs = try [1, 2, 3].map { try RankCorrelation.all(of: features, threadCount: $0) }
    #expect(runs[0] == runs[1] && runs[0] == runs[2])
    #expect(try RankCorrelation.all(of: Matrix(rows: [[1, 2], [2, 3]])).isEmpty)
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) {
      try RankCorrelation.all(of: Matrix(rows: [[1, 2], [.nan, 3], [3, 4]]))
    }
  }
}
