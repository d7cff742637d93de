import HabitusModel
import Testing

@testable import Habitus

@Suite("Patterns of time")
struct TimePatternsTests {
  /// Midnight of a Monday in UTC.
  private let start: Int64 = 1_767_571_200_000

  private func at(_ day: Int, _ hour: Double) -> Int64 {
    start + Int64(day) * MadeVisits.day + Int64(hour * Double(MadeVisits.hour))
  }

  private func events(_ times: [Int64], type: String = "page_view", item: String? = nil) -> [SimpleEvent] {
    times.map { SimpleEvent(milliseconds: $0, type: type, item: item) }
  }

  /// Users who come at any time.
  private func others(_ count: Int, days: Int, seed: UInt64 = 2) -> [[SimpleEvent]] {
    var made = MadeVisits(days: days, seed: seed)
    return (0..<count).map { _ in made.events(made.poissonVisits(20)) }
  }

  @Test("tells of a visit every Tuesday evening: the hour, the week, the even gaps, the next visit")
  func everyTuesday() throws {
    let times = (0..<8).map { at($0 * 7 + 1, 19 + [0, 0.2, 0.1, -0.2, 0.05, 0.3, -0.1, 0.1][$0]) }
    let trial = try TimeTrial([events(times)], others: others(30, days: 56), start: start, days: 56)
    let patterns = try #require(try trial.found().first)
    let week = try #require(patterns.first { $0.kind == .routine && $0.elements == ["week"] })
    #expect(week.comparison?.standing == .own && week.figures["period_days"] == 7)
    #expect(
      week.sentence.english.hasPrefix("Comes back about every 7\u{202F}days, on Tuesdays around 19:00 ("), "\(week)")
    #expect(
      week.sentence.french.hasPrefix("Revient environ tous les 7\u{202F}jours, le mardi vers 19\u{202F}h ("), "\(week)")
    let day = try #require(patterns.first { $0.kind == .routine && $0.elements == ["day"] })
    // The mean of the eight hours, 19 + 0.45/8.
    #expect(abs(try #require(day.figures["mean_hour"]) - 19.056) < 0.01)
    // Seven of eight are the fewest that are 80 %: without the last or the first of them, 18.9 to 19.3 or 18.8 to 19.2.
    #expect(day.support == 7 && day.total == 8)
    let returns = try #require(patterns.first { $0.kind == .returns })
    #expect(returns.elements == ["even"] && returns.support == 7 && returns.total == 7)
    let next = try #require(patterns.first { $0.kind == .nextVisit }?.period)
    #expect(next.contains(Timestamp(milliseconds: at(57, 19))))
    let evidence = try #require(patterns.first { $0.kind == .returns }?.evidence)
    #expect(evidence.map(\.start.milliseconds) == times.suffix(5).reversed())
    // One event a visit: the action has the days of the visits.
    let action = try #require(patterns.first { $0.kind == .recurrentAction })
    #expect(action.elements == ["page_view"] && action.figures["interval_days"] == 7)
    #expect(
      action.sentence.english
        == "Repeats “page view” about every 7\u{202F}days (on 8 days), next around 3 March 2026.")
    #expect(action.sentence.french.contains("environ tous les 7\u{202F}jours (8 jours), prochain vers le 3 mars 2026"))
  }

  @Test("counts visits, not clicks: one long night is no habit")
  func oneNight() throws {
    let night = (0..<300).map { at(3, 3) + Int64($0) * 30_000 }
    let visits = [at(0, 9), at(2, 15), at(8, 20), at(11, 11), at(17, 13)]
    let trial = try TimeTrial(
      [events((visits + night).sorted())], others: others(20, days: 28), start: start, days: 28)
    let patterns = try #require(try trial.found().first)
    #expect(Set(patterns.map(\.kind)).isSubset(of: [.nextVisit, .slippingAway]), "\(patterns.map(\.sentence.english))")
  }

  @Test("nothing is told of no, one or two visits, nor of visits that are all on one day")
  func tooFew() throws {
    let oneDay = (0..<8).map { at(5, 8 + Double($0)) }
    let trial = try TimeTrial(
      [[], events([at(1, 8)]), events([at(1, 8), at(8, 8)]), events(oneDay)], others: others(20, days: 28),
      start: start,
      days: 28)
    let found = try trial.found()
    #expect(found.count == 3 && found[0].isEmpty && found[1].isEmpty)
    #expect(!found[2].contains { [.routine, .recurrentAction, .weekday].contains($0.kind) })
    let nobody = try TimeTrial([], start: start, days: 28)
    #expect(nobody.ofEverybody.isEmpty && nobody.reference.population == nil)
  }

  @Test("a habit keeps its hour when clocks are put forward")
  func summerTime() throws {
    // Paris: 18 o'clock is 17 o'clock UTC until 29 March 2026, then 16.
    let times = (0..<28).map { at(70 + $0, $0 + 70 < 83 ? 17 : 16) }
    let trial = try TimeTrial(
      [events(times)], others: others(20, days: 98), start: start, days: 98, timeZone: "Europe/Paris")
    let routine = try #require(try trial.found().first?.first { $0.kind == .routine && $0.elements == ["day"] })
    #expect(try #require(routine.figures["resultant_length"]) > 1 - 1e-9)
    #expect(abs(try #require(routine.figures["mean_hour"]) - 18) < 1e-9)
  }

  @Test("everybody's clock runs a week in a week, and slowly while nobody comes")
  func commonClock() throws {
    var made = MadeVisits(days: 56, hours: .daytime, seed: 5)
    let users = (0..<60).map { _ in made.events(made.poissonVisits(40)) }
    let reference = try TimeTrial(users, start: start, days: 56).reference
    func hours(_ day: Int, _ from: Double, _ to: Double) -> Double {
      24 * (reference.rescaledDay(of: at(day, to)) - reference.rescaledDay(of: at(day, from)))
    }
    #expect(abs(hours(3, 5, 5 + 168) - 168) < 1e-9)
    // At night one visit comes for twenty of the afternoon, on Saturdays one for two of Fridays.
    #expect(hours(2, 1, 5) < 0.15 * hours(2, 14, 18))
    #expect((0.4...0.6).contains(hours(5, 14, 18) / hours(4, 14, 18)))
  }

  @Test("where only dates are known no hours are told, but the weekday and the gap are")
  func datesOnly() throws {
    var made = MadeVisits(days: 70, seed: 3)
    let dates = (0..<10).map { at($0 * 7 + 4, 0) }
    let others = (0..<20).map { _ in
      events(Set(made.poissonVisits(15).map { ($0 - start) / MadeVisits.day }).sorted().map { at(Int($0), 0) })
    }
    let trial = try TimeTrial([events(dates)], others: others, start: start, days: 70)
    let patterns = try #require(try trial.found().first)
    #expect(!patterns.contains { [.hourOfDay, .hourOfWeek].contains($0.kind) || $0.elements == ["day"] })
    #expect(patterns.first { $0.kind == .weekday }?.elements == ["friday"])
    let week = try #require(patterns.first { $0.kind == .routine })
    #expect(week.sentence.english.hasPrefix("Comes back about every 7\u{202F}days, on Fridays ("), "\(week)")
    #expect(patterns.first { $0.kind == .returns }?.figures["gap_median_days"] == 7)
  }

  @Test("an action that recurs is told with its item, among visits at any time")
  func recurrentAction() throws {
    var made = MadeVisits(days: 84, seed: 6)
    let visits = events(made.poissonVisits(60))
    let orders = (0..<12).map { at($0 * 7 + [2, 3, 2, 2, 3, 2, 1, 2, 2, 2, 3, 2][$0], 12) }
    let all = (visits + events(orders, type: "order", item: "coffee")).sorted { $0.time < $1.time }
    let trial = try TimeTrial([all], others: others(20, days: 84), start: start, days: 84)
    let recurrent = try #require(try trial.found().first).filter { $0.kind == .recurrentAction }
    // The type alone was done on the same days, and is not told a second time.
    #expect(recurrent.map(\.elements) == [["order", "coffee"]])
    #expect(recurrent.first?.dimension == .item && recurrent.first?.support == 11)
    #expect(recurrent.first?.evidence.first?.start == Timestamp(milliseconds: orders[11]))
  }

  @Test("by hand: the share of everybody's visits in an arc, across the turn too")
  func arcShare() {
    let scale = SlotScale([1, 2, 3, 4])
    // Half of the second quarter and all of the third.
    #expect(abs(scale.share(from: 0.375, length: 0.375) - 0.4) < 1e-12)
    // The last quarter and half of the first.
    #expect(abs(scale.share(from: 0.75, length: 0.375) - 0.45) < 1e-12)
    #expect(abs(scale.share(from: 0, length: 1) - 1) < 1e-12 && scale.share(from: 0.5, length: 0) == 0)
    #expect(SlotScale([0, 0]).shares == [0.5, 0.5])
  }

  @Test("everybody's hours: by hand, what visits of users are worth")
  func designEffect() {
    // Two users of ten visits each in one slot: a pair of a user's visits is together in 180 of 180 cases, of anybody in
    // half: correlation 1, and 20 visits are worth 2.
    var slots = SlotCounts([10, 0])
    slots.add(SlotCounts([0, 10]))
    #expect(slots.designEffect == 10)
    // Two users of one visit in each slot: pairs of a user's visits are never together; never below 1.
    var spread = SlotCounts([1, 1])
    spread.add(SlotCounts([1, 1]))
    #expect(spread.designEffect == 1)
    #expect(SlotCounts([0, 0]).designEffect == 1)
  }

  @Test("a few busy users do not make an hour stand out for everybody; many users do")
  func everybody() throws {
    var made = MadeVisits(days: 28, seed: 12)
    var users = (0..<40).map { _ in made.events(made.poissonVisits(10)) }
    users.append(events((0..<28).map { at($0, 5.5) }))
    let few = try TimeTrial(users, start: start, days: 28)
    #expect(few.ofEverybody.isEmpty, "\(few.ofEverybody.map(\.sentence.english))")
    for _ in 0..<12 { users.append(events((0..<6).map { at($0 * 4, 5.5) })) }
    let many = try TimeTrial(users, start: start, days: 28)
    #expect(many.ofEverybody.contains { $0.kind == .hourOfDay && $0.elements == ["5"] })
  }
}
