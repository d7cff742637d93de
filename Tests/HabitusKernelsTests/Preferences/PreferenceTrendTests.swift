import Foundation
import HabitusKernels
import Testing

@Suite("Preference trends")
struct PreferenceTrendTests {
  /// A state with so many events of each value on each day.
  static func state(_ days: [[Int]], firstDay: Int = 0) throws -> PreferenceState {
    let decay = try ExponentialDecay(halfLife: .seconds(14 * 86_400))
    var state = PreferenceState()
    for (day, counts) in days.enumerated() {
      for (value, count) in counts.enumerated() {
        for _ in 0..<count {
          try state.add(
            value: UInt32(value), day: firstDay + day, time: Int64(firstDay + day) * MadeTastes.day, decay)
        }
      }
    }
    return state
  }

  @Test("p-values of many active days are Fisher's, by scipy, where days bear them out", .tags(.reference))
  func fisher() throws {
    for expected in try ReferenceData.read("preferences", as: PreferenceReference.self).trends {
      let (recent, earlier) = (expected.table[0...1], expected.table[2...3])
      // One event a day, so that the test by days is no stricter.
      let days =
        (0..<earlier[3]).map { $0 < earlier[2] ? [1, 0] : [0, 1] }
        + (0..<recent[1]).map { $0 < recent[0] ? [1, 0] : [0, 1] }
      let detection = TrendDetection(recentDays: recent[1], permutationCount: 4_999)
      let trend = try #require(
        detection.trends(of: [0], in: Self.state(days), today: days.count - 1).first)
      if expected.p > 0.05 {
        #expect(agree(trend.pValue, expected.p) && trend.direction == .stable)
      } else {
        // Twice one side, where Fisher's test adds the less probable tables of the other side.
        #expect(trend.pValue >= expected.p - 1e-12 && trend.pValue < 2.3 * expected.p + 0.002)
        #expect(trend.direction == (trend.recentShare ?? 0 > trend.earlierShare ?? 0 ? .rising : .falling))
      }
      #expect(trend.recentShare == Double(recent[0]) / Double(recent[1]))
    }
  }

  @Test("a value that takes over rises, the other falls; a single busy day is no trend")
  func byHand() throws {
    let detection = TrendDetection(recentDays: 7)
    let turned = try Self.state(Array(repeating: [4, 1], count: 14) + Array(repeating: [1, 4], count: 7))
    let trends = try detection.trends(of: [1, 0, 5], in: turned, today: 20)
    #expect(trends.map(\.direction) == [.rising, .falling, .stable])
    #expect(trends.map(\.recentShare) == [0.8, 0.2, 0] && trends.map(\.earlierShare) == [0.2, 0.8, 0])
    #expect(trends[0].pValue < 0.003 && trends[0].qValue <= 0.003 && trends[2].pValue == 1)
    var days = Array(repeating: [4, 1], count: 21)
    days[20] = [0, 60]
    let busy = try detection.trends(of: [1], in: Self.state(days), today: 20)
    // The day is among 7 of 21 with probability 1/3.
    #expect(busy[0].direction == .stable && busy[0].pValue > 0.2 && busy[0].recentShare ?? 0 > 0.7)
  }

  @Test("without events, recent ones or earlier ones nothing rises; days after today do not count")
  func edges() throws {
    let detection = TrendDetection(recentDays: 3)
    let none = try detection.trends(of: [0], in: PreferenceState(), today: 5)
    #expect(none.map(\.direction) == [.stable] && none[0].recentShare == nil && none[0].pValue == 1)
    let old = try detection.trends(of: [0], in: Self.state([[50, 0], [50, 0]]), today: 90)
    #expect(old.map(\.direction) == [.stable] && old[0].recentShare == nil && old[0].earlierShare == 1)
    let days = Array(repeating: [9, 0], count: 6) + Array(repeating: [0, 9], count: 6)
    let before = try detection.trends(of: [1], in: Self.state(days), today: 5)
    #expect(before[0].recentShare == 0 && before[0].direction == .stable)
    #expect(try detection.trends(of: [], in: Self.state(days), today: 5).isEmpty)
    for wrong in [
      TrendDetection(recentDays: 0), TrendDetection(recentDays: 1, falseDiscoveryRate: .nan),
      TrendDetection(recentDays: 1, permutationCount: 0),
    ] {
      #expect(throws: KernelError.self) { try wrong.trends(of: [0], in: PreferenceState(), today: 0) }
    }
  }

  /// The parts of the users with a trend told, of the values told, and of switched users found.
  static func rates(_ made: MadeTastes, seed: UInt64) throws -> (ofUsers: Double, ofValues: Double) {
    let decay = try ExponentialDecay(halfLife: .seconds(14 * 86_400))
    var (users, values, told) = (0, 0, 0)
    let all = try made.users(seed: seed, decay)
    for (index, user) in all.enumerated() {
      let evidence = try PreferenceEvidence(user.state, at: made.now, today: made.dayCount - 1, decay)
      let scores = try PreferencePrior().scores(of: evidence, limit: 5) { made.populationShares[Int($0)] }
      let trends = try TrendDetection(recentDays: 10)
        .trends(of: scores.map(\.value), in: user.state, today: made.dayCount - 1, seed: UInt64(index))
      let found = trends.count { $0.direction != .stable }
      users += found > 0 ? 1 : 0
      values += found
      told += trends.count
    }
    return (Double(users) / Double(all.count), Double(values) / Double(told))
  }

  @Test(
    "at most 5 % of the values of users whose taste stays are told, in bunches or not",
    arguments: [MadeTastes(userCount: 150, eventCount: 60), MadeTastes(userCount: 150, eventCount: 120, bunch: 12)])
  func stable(made: MadeTastes) throws {
    // Of users, 0.05 and two standard errors.
    let rates = try Self.rates(made, seed: 21)
    #expect(rates.ofValues <= 0.05 && rates.ofUsers <= 0.086, "\(rates)")
  }
}
