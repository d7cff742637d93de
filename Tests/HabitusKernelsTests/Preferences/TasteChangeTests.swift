import Foundation
import Testing

@testable import HabitusKernels

@Suite("Change of taste")
struct TasteChangeTests {
  @Test("the cost of a segment is worked by hand")
  func costByHand() throws {
    let cost = try MultinomialCost(counts: [[3, 1], [0, 0], [0, 4]])
    // 2·(4·ln 4 − 3·ln 3), and of all 2·(8·ln 8 − 3·ln 3 − 5·ln 5).
    func product(_ count: Double) -> Double { count * log(count) }
    let (first, all) = (2 * (product(4) - product(3)), 2 * (product(8) - product(3) - product(5)))
    #expect(agree(cost.cost(of: 0..<1), first) && agree(cost.cost(of: 0..<3), all))
    #expect(cost.cost(of: 1..<2) == 0 && cost.cost(of: 2..<3) == 0 && cost.parameterCount == 1)
    #expect(throws: KernelError.noSamples) { try MultinomialCost(counts: []) }
    #expect(throws: KernelError.columnCount(expected: 2, found: 1)) { try MultinomialCost(counts: [[1, 2], [1]]) }
    #expect(throws: KernelError.self) { try MultinomialCost(counts: [[-1]]) }
    let large = try MultinomialCost(counts: [[5_000, 1], [1, 5_000]])
    let both = 2 * (product(10_002) - 2 * product(5_001))
    #expect(agree(large.cost(of: 0..<2), both))
  }

  static func randomDays(_ generator: inout SplitMix64, days: Int, values: Int) -> [[Int]] {
    (0..<days).map { _ in (0..<values).map { _ in generator.nextIndex(below: 5) } }
  }

  @Test("no segmentation is cheaper, by exhaustive search", .tags(.differential), arguments: 0..<UInt64(30))
  func exhaustive(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let counts = Self.randomDays(&generator, days: 9, values: 2 + generator.nextIndex(below: 3))
    let cost = try MultinomialCost(counts: counts)
    let found = try PELT(penalty: .constant(4)).segmentation(of: cost)
    let least = (0..<256).map { subset in
      let cuts = (1..<9).filter { subset & 1 << ($0 - 1) != 0 }
      return cost.totalCost(breakpoints: cuts) + 4 * Double(cuts.count)
    }.min()
    #expect(agree(found.cost + 4 * Double(found.breakpoints.count), try #require(least), tolerance: 1e-9))
  }

  @Test("the gain of the best cut is that of trying every cut, in any order of days", .tags(.differential))
  func scan() throws {
    var generator = SplitMix64(seed: 4)
    for _ in 0..<30 {
      let days = Self.randomDays(&generator, days: 8, values: 4).filter { $0.contains { $0 > 0 } }
      let events = DailyEvents(try PreferenceTrendTests.state(days), valueLimit: 3)
      var scan = SplitScan(events)
      let order = days.indices.map { ($0 * 3 + 1) % days.count }
      guard Set(order).count == days.count else { continue }
      // The rarest value is taken with all others, of which there are none.
      let cost = try MultinomialCost(counts: order.map { days[$0] })
      let whole = cost.cost(of: 0..<days.count)
      let gains = (1..<days.count).map { whole - cost.totalCost(breakpoints: [$0]) }
      #expect(agree(scan.largestGain(order), try #require(gains.max()), tolerance: 1e-9))
    }
  }

  @Test("a change is found, dated to its day, with the tastes before and after")
  func dated() throws {
    var days = Array(repeating: [5, 2, 1], count: 12) + Array(repeating: [1, 2, 5], count: 9)
    days[14] = [0, 0, 0]
    let history = try TasteChangeDetection().history(of: PreferenceTrendTests.state(days, firstDay: 100))
    #expect(history.phases.map(\.firstDay) == [100, 112] && history.phases.map(\.lastDay) == [111, 120])
    #expect(history.latestChange == 112 && history.pValue == 0.005)
    #expect(history.phases.map(\.eventCount) == [96, 64])
    // 60 + 8, 24 + 40 and 40 of 160, so the order of values is 0, 2, 1.
    #expect(
      history.values == [0, 2, 1] && history.phases.map(\.shares) == [[0.625, 0.125, 0.25], [0.125, 0.625, 0.25]])
  }

  @Test("two changes are both found")
  func twice() throws {
    let days = [[6, 1, 1], [1, 6, 1], [1, 1, 6]].flatMap { Array(repeating: $0, count: 10) }
    let history = try TasteChangeDetection().history(of: PreferenceTrendTests.state(days))
    #expect(history.phases.map(\.firstDay) == [0, 10, 20])
  }

  @Test("no events, one day, one value, and days all alike have no change")
  func edges() throws {
    let detection = TasteChangeDetection()
    let none = try detection.history(of: PreferenceState())
    #expect(none.phases.isEmpty && none.values.isEmpty && none.pValue == 1 && none.latestChange == nil)
    for days in [[[9, 3]], Array(repeating: [7, 0], count: 9), Array(repeating: [3, 3], count: 9)] {
      let history = try detection.history(of: PreferenceTrendTests.state(days))
      #expect(history.phases.count == 1 && history.pValue == 1 && history.latestChange == nil)
    }
    // Two days leave no choice of order.
    #expect(try detection.history(of: PreferenceTrendTests.state([[90, 0], [0, 90]])).phases.count == 1)
    for wrong in [
      TasteChangeDetection(level: 0), TasteChangeDetection(permutationCount: 19), TasteChangeDetection(valueLimit: 0),
      TasteChangeDetection(level: .nan),
    ] {
      #expect(throws: KernelError.self) { try wrong.history(of: PreferenceState()) }
    }
  }

  /// The part of users with a change.
  static func rate(_ made: MadeTastes, seed: UInt64) throws -> Double {
    let decay = try ExponentialDecay(halfLife: .seconds(14 * 86_400))
    let users = try made.users(seed: seed, decay)
    let found = try users.enumerated().count { index, user in
      try TasteChangeDetection().history(of: user.state, seed: UInt64(index)).phases.count > 1
    }
    return Double(found) / Double(users.count)
  }

  @Test(
    "at most 5 % of users whose taste stays have a change, in bunches or not, up to chance",
    arguments: [
      MadeTastes(userCount: 200, eventCount: 30), MadeTastes(userCount: 150, eventCount: 100, valueCount: 60, bunch: 8),
    ])
  func falseAlarms(made: MadeTastes) throws {
    // 0.05 and two standard errors of 150 users.
    #expect(try Self.rate(made, seed: 31) <= 0.086)
  }

  @Test("most users with another taste are found")
  func power() throws {
    let made = MadeTastes(
      userCount: 60, eventCount: 150, valueCount: 10, strength: 3, movement: .switches(part: 1))
    #expect(try Self.rate(made, seed: 6) > 0.7)
  }

  @Test(
    "tables of false alarms and power",
    .enabled(if: ProcessInfo.processInfo.environment["HABITUS_COVERAGE_TABLE"] != nil, "prints a table for the docs"))
  func table() throws {
    for bunch in [1, 8] {
      for eventCount in [10, 30, 100, 300] {
        for valueCount in [5, 50] {
          let made = MadeTastes(userCount: 1_000, eventCount: eventCount, valueCount: valueCount, bunch: bunch)
          let trends = try PreferenceTrendTests.rates(made, seed: 5)
          print(
            String(
              format: "stays bunch %d n %3d V %2d | change %.3f trend of users %.3f of values %.4f", bunch, eventCount,
              valueCount, try Self.rate(made, seed: 5), trends.ofUsers, trends.ofValues))
        }
      }
    }
    for strength in [2.0, 10, 50] {
      for eventCount in [30, 100, 300] {
        let made = MadeTastes(
          userCount: 500, eventCount: eventCount, valueCount: 10, strength: strength, movement: .switches(part: 1))
        let decay = try ExponentialDecay(halfLife: .seconds(14 * 86_400))
        var (found, exact, near) = (0, 0, 0)
        for (index, user) in try made.users(seed: 9, decay).enumerated() {
          let history = try TasteChangeDetection().history(of: user.state, seed: UInt64(index))
          guard history.phases.count > 1, let switchDay = user.switchDay else { continue }
          found += 1
          let error = history.phases.dropFirst().map { abs($0.firstDay - switchDay) }.min() ?? 99
          exact += error <= 1 ? 1 : 0
          near += error <= 3 ? 1 : 0
        }
        print(
          String(
            format: "switch m %2.0f n %3d | found %.3f, of these within a day %.2f, three %.2f", strength, eventCount,
            Double(found) / 500, Double(exact) / Double(max(1, found)), Double(near) / Double(max(1, found))))
      }
    }
  }
}
