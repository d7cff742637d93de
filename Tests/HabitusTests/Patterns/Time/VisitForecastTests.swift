import Foundation
import HabitusModel
import Testing

@testable import Habitus

/// Gaps of the family that the forecast is made for: the logarithm is normal with a mean of each user's own.
@Suite("Expected visits")
struct VisitForecastTests {
  private let days = 180

  /// The mean and spread of the logarithm of the gaps of a user, in days.
  private func law(_ made: inout MadeVisits) -> (mean: Double, spread: Double) {
    (1.5 + 0.6 * made.normal(), [0.4, 0.7].randomElement(using: &made.random) ?? 0.4)
  }

  private func gap(_ law: (mean: Double, spread: Double), _ made: inout MadeVisits) -> Int64 {
    Int64(exp(law.mean + law.spread * made.normal()) * Double(MadeVisits.day)) + 2 * MadeVisits.hour
  }

  private func events(_ times: [Int64]) -> [SimpleEvent] { times.map { SimpleEvent(milliseconds: $0) } }

  /// Visits that began long before the window, as seen in it, and the first one after it.
  private func stationary(_ made: inout MadeVisits) -> (inside: [Int64], next: Int64) {
    let law = law(&made)
    var (time, inside) = (made.start - 1000 * MadeVisits.day, [Int64]())
    while time < made.end {
      if time >= made.start { inside.append(time) }
      time += gap(law, &made)
    }
    return (inside, time)
  }

  @Test("the interval of 80 % holds the next visit in 75 to 85 of 100 cases")
  func coverage() throws {
    var made = MadeVisits(days: days, seed: 31)
    let users = (0..<300).map { _ in stationary(&made) }
    let trial = try TimeTrial(users.map { events($0.inside) }, start: made.start, days: days)
    let seen = users.filter { !$0.inside.isEmpty }
    let periods = try trial.found().map { $0.first { $0.kind == .nextVisit }?.period }
    #expect(periods.count == seen.count)
    let forecasts = zip(periods, seen).compactMap { period, user in period.map { ($0, user.next) } }
    #expect(forecasts.count >= 230)
    let held = forecasts.count { $0.0.contains(Timestamp(milliseconds: $0.1)) }
    #expect((0.75...0.85).contains(Double(held) / Double(forecasts.count)), "\(held) of \(forecasts.count)")
  }

  @Test("nobody slips away who comes as ever, and nine of ten who have left are found")
  func slippingAway() throws {
    var made = MadeVisits(days: days, seed: 32)
    let faithful = (0..<200).map { _ in events(stationary(&made).inside) }
    let trial = try TimeTrial(faithful, start: made.start, days: days)
    let (found, testedCount) = try trial.slipping()
    #expect(testedCount >= 160 && found.isEmpty, "\(found)")
    // One in twenty by the user's own test at most, and four standard deviations.
    let expected = Double(testedCount) / 20
    let told = try trial.found().count { $0.contains { $0.kind == .slippingAway } }
    #expect(Double(told) <= expected + 4 * expected.squareRoot())
    // Who came about every 3 days until 60 days before the end.
    let left = (0..<30).map { _ -> [SimpleEvent] in
      var time = made.start
      var times: [Int64] = []
      while time < made.end - 60 * MadeVisits.day {
        times.append(time)
        time += gap((log(3), 0.4), &made)
      }
      return events(times)
    }
    let mixed = try TimeTrial(left + faithful, start: made.start, days: days).slipping()
    let numbers = mixed.found.compactMap { Int($0.user.rawValue) }
    #expect(numbers.count == mixed.found.count)
    #expect(numbers.count { $0 < 30 } >= 27)
    #expect(numbers.count { $0 >= 30 } <= 3)
    #expect(mixed.found.allSatisfy { $0.qValue >= $0.probability && $0.qValue <= 0.05 && $0.elapsedDays >= 20 })
  }

  @Test(
    "withheld with fewer own gaps than make a habit; the chance of a week grows with the share of gaps that are short")
  func evidence() throws {
    var made = MadeVisits(days: days, seed: 33)
    let others = (0..<50).map { _ in events(stationary(&made).inside) }
    func visits(every gap: Double, _ count: Int) -> [SimpleEvent] {
      events((1...count).reversed().map { made.end - Int64((Double($0) - 0.5) * gap * Double(MadeVisits.day)) })
    }
    let found = try TimeTrial(
      [visits(every: 5, 3), visits(every: 5, 4), visits(every: 20, 6)], others: others, start: made.start, days: days
    ).found().map { $0.first { $0.kind == .nextVisit } }
    #expect(found[0] == nil)
    let (often, seldom) = (try #require(found[1]), try #require(found[2]))
    #expect(try #require(often.figures["probability"]) > 0.7)
    #expect(try #require(seldom.figures["probability"]) < 0.5)
    #expect(often.sentence.english.hasPrefix("Next visit expected between "))
  }
}
