import Foundation
import HabitusModel
import Testing

@testable import Habitus

@Suite("Changes in a figure of the product")
struct MetricAnalysisTests {
  /// Quiet weekends.
  private static let weekdays = [1.2, 1.25, 1.2, 1.15, 1.1, 0.6, 0.5]
  private static let level = HabitusConfiguration.Patterns().falseDiscoveryLevel

  private func findings(_ counts: [Int]) throws -> MetricFindings {
    try MetricAnalysis(counts, firstWeekday: 0, HabitusConfiguration.Patterns()).findings()
  }

  /// What would be told if this were the only metric.
  private func told(_ counts: [Int]) throws -> (levels: [MetricFindings.Level], stretches: [MetricFindings.Stretch]) {
    let found = try findings(counts)
    let limit = Self.level / 2
    return (found.levels.filter { $0.pValue <= limit }, found.stretches.filter { $0.pValue <= limit })
  }

  private func means(_ days: Int, _ level: (Double) -> Double) -> [Double] {
    (0..<days).map { level(Double($0)) * Self.weekdays[$0 % 7] }
  }

  @Test("a planted level stands on its day, with the levels on both sides, and leaves no unusual days behind")
  func plantedLevel() throws {
    var made = MadeActivity(seed: 3)
    for (days, place) in [(90, 45), (90, 80), (60, 12), (180, 100)] {
      let counts = made.largeCounts(means(days) { $0 < Double(place) ? 1000 : 1500 }, noise: 0.03)
      let found = try told(counts)
      let level = try #require(found.levels.first, "\(days), \(place)")
      #expect(found.levels.count == 1 && abs(level.after.lowerBound - place) <= 1, "\(days), \(place)")
      #expect(abs(level.levels.after / level.levels.before - 1.5) < 0.15, "\(days), \(place)")
      #expect(found.stretches.isEmpty, "\(days), \(place)")
    }
  }

  @Test("a day without service and a day of twice as much are unusual days, and no levels")
  func plantedDays() throws {
    var made = MadeActivity(seed: 4)
    var counts = made.largeCounts(means(90) { _ in 400 }, noise: 0.04)
    counts[20] = 0
    counts[60] *= 2
    let found = try told(counts)
    #expect(found.levels.isEmpty)
    #expect(found.stretches.map(\.days) == [20..<21, 60..<61])
    let outage = try #require(found.stretches.first)
    #expect(outage.count == 0 && abs(outage.expected - 200) < 30)
    #expect(try #require(outage.interval).contains(outage.expected))
  }

  @Test("four days of half as much again are one burst")
  func plantedBurst() throws {
    var made = MadeActivity(seed: 5)
    var means = means(90) { _ in 400 }
    for day in 50..<54 { means[day] *= 1.5 }
    let found = try told(made.largeCounts(means, noise: 0.03))
    #expect(found.levels.isEmpty)
    #expect(found.stretches.map(\.days) == [50..<54])
  }

  @Test("a trend is told with its rate, which its interval holds")
  func plantedTrend() throws {
    var made = MadeActivity(seed: 6)
    let counts = made.largeCounts(means(120) { 500 * exp($0 * 0.03 / 7) }, noise: 0.05)
    let trend = try #require(try findings(counts).trend)
    #expect(trend.pValue < 1e-6 && trend.interval.contains(0.03))
    let flat = made.largeCounts(means(120) { _ in 500 }, noise: 0.05)
    #expect(try #require(try findings(flat).trend).interval.contains(0))
  }

  @Test(
    "what never changes is left alone: at most 1 series of 20, whatever the week, the size, the noise and the growth")
  func falsePositives() throws {
    var made = MadeActivity(seed: 7)
    let shapes: [(String, (Double) -> Double)] = [
      ("level", { _ in 1 }), ("growth by the same number", { 1 + $0 / 45 }),
      ("growth by the same share", { exp($0 / 60) }), ("decline", { exp(-$0 / 60) }),
      ("growth that slows down", { 1 + 3 * $0 / ($0 + 40) }),
    ]
    var (seriesCount, falseCount) = (0, 0)
    var worst: [String: Int] = [:]
    for (name, shape) in shapes {
      for size in [40.0, 3000] {
        for days in [29, 89] {
          for _ in 0..<6 {
            let counts = made.largeCounts(means(days) { size * shape($0) }, noise: size > 100 ? 0.05 : 0)
            let found = try told(counts)
            seriesCount += 1
            guard !found.levels.isEmpty || !found.stretches.isEmpty else { continue }
            falseCount += 1
            worst[name, default: 0] += 1
          }
        }
      }
    }
    #expect(Double(falseCount) <= 0.05 * Double(seriesCount), "\(falseCount) of \(seriesCount): \(worst)")
  }

  @Test("days that resemble the day before are no levels: at most 1 series of 20 with a correlation of a half")
  func autocorrelation() throws {
    var made = MadeActivity(seed: 8)
    var falseCount = 0
    for _ in 0..<60 {
      var state = 0.0
      var counts: [Int] = []
      for mean in means(89, { _ in 2000 }) {
        state = 0.5 * state + 0.75.squareRoot() * made.normal()
        counts.append(Int(mean * (1 + 0.05 * state)))
      }
      let found = try told(counts)
      if !found.levels.isEmpty { falseCount += 1 }
    }
    #expect(falseCount <= 3)
  }

  @Test("few events a day are looked at as those of a user")
  func thin() throws {
    let counts = Array(repeating: 0, count: 30) + Array(repeating: 2, count: 30)
    let found = try findings(counts)
    #expect(found.levels.map(\.after) == [30..<60] && found.trend == nil && found.expected.isEmpty)
    #expect(found.levels.first?.levels.before == 0 && found.levels.first?.levels.after == 2)
  }

  @Test("short, empty and constant series have no change")
  func edges() throws {
    for counts in [[], [5], Array(repeating: 9, count: 13), Array(repeating: 0, count: 60)] {
      let found = try findings(counts)
      #expect(found.levels.isEmpty && found.stretches.isEmpty && found.trend == nil)
    }
    let constant = try told(Array(repeating: 1000, count: 60))
    #expect(constant.levels.isEmpty && constant.stretches.isEmpty)
    let weekly = try told((0..<70).map { $0 % 7 == 0 ? 500 : 0 })
    #expect(weekly.levels.isEmpty && weekly.stretches.isEmpty)
  }
}
