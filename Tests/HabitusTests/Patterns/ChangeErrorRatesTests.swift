import HabitusModel
import Testing

@testable import Habitus

/// Made users with known rates; docs/changes.md has the tables of longer runs.
@Suite("Error rates of changes in how often users come")
struct ChangeErrorRatesTests {
  private let search = ChangePatterns(HabitusConfiguration.Patterns())

  private func patterns(_ counts: [Int], _ made: inout MadeActivity) throws -> [Pattern] {
    guard let timeline = try timeline(of: made.events(visits: counts, from: monday), days: counts.count) else {
      return []
    }
    return try search.patterns(of: timeline, user: "u")
  }

  @Test("of users who never change at most 1 in 20 has a change, whatever they do in a session, by day and by week")
  func falsePositives() throws {
    var made = MadeActivity(seed: 21)
    var (userCount, falseCount) = (0, 0)
    for rate in [0.3, 1, 4] {
      for week in [[1.0], [1.4, 1.4, 1.4, 1.4, 1.4, 0, 0], [0.2, 0.2, 0.2, 0.2, 0.2, 3, 3]] {
        for _ in 0..<20 {
          let counts = made.counts((0..<59).map { rate * week[$0 % week.count] })
          userCount += 1
          if !(try patterns(counts, &made)).isEmpty { falseCount += 1 }
        }
      }
    }
    #expect(Double(falseCount) <= 0.05 * Double(userCount), "\(falseCount) of \(userCount)")
  }

  @Test("visits that bunch on some days, twice as spread as chance would have it, are no changes")
  func bunchedVisits() throws {
    var made = MadeActivity(seed: 22)
    var falseCount = 0
    for _ in 0..<100 {
      // Pairs of visits: a dispersion of 2.
      let counts = made.counts(Array(repeating: 0.6, count: 59)).map { 2 * $0 }
      if !(try patterns(counts, &made)).isEmpty { falseCount += 1 }
    }
    #expect(falseCount <= 5)
  }

  @Test("clear changes are found, 9 in 10: three times as much, or a fifth, of a visit a day and more")
  func power() throws {
    var made = MadeActivity(seed: 23)
    for (before, after) in [(1.0, 4.0), (2, 6), (3, 0.6), (1.5, 0)] {
      var foundCount = 0
      for _ in 0..<20 {
        let counts = made.counts((0..<59).map { $0 < 29 ? before : after })
        let places = try patterns(counts, &made).filter { $0.kind == .levelChange }.compactMap {
          $0.period.map { Int(($0.lowerBound.milliseconds - monday) / 86_400_000) }
        }
        if places.contains(where: { abs($0 - 29) <= 7 }) { foundCount += 1 }
      }
      #expect(foundCount >= 18, "\(before) to \(after): \(foundCount) of 20")
    }
  }
}
