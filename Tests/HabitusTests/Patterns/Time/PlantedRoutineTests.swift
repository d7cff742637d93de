import HabitusModel
import Testing

@testable import Habitus

@Suite("Planted routines")
struct PlantedRoutineTests {
  private func others(_ made: inout MadeVisits) -> [[SimpleEvent]] {
    (0..<60).map { _ in made.events(made.poissonVisits(20)) }
  }

  @Test(
    "who comes by chance, in bursts of clicks, has a habit of their own in one of twenty cases at most",
    arguments: [MadeVisits.Hours.even, .daytime], [8.0, 40])
  func chance(hours: MadeVisits.Hours, visits: Double) throws {
    var made = MadeVisits(hours: hours, seed: 21)
    let users = (0..<80).map { _ in made.events(made.poissonVisits(visits)) }
    let found = try TimeTrial(users, others: others(&made), start: made.start, days: made.days).found()
    #expect(found.count { $0.contains(where: \.isOwnHabit) } <= 4)
    for kind in [Pattern.Kind.hourOfDay, .weekday, .hourOfWeek] {
      #expect(found.count { $0.contains { $0.kind == kind } } <= 4, "\(kind)")
    }
  }

  private enum Planted: CaseIterable {
    case daily, weekly, everyThreeDays

    var routine: MadeVisits.Routine {
      switch self {
      case .daily: .daily(hour: 19)
      case .weekly: .weekly(weekday: 1, hour: 19)
      case .everyThreeDays: .every(days: 3)
      }
    }

    /// Whether it is the planted one.
    func isFound(in patterns: [Pattern]) -> Bool {
      patterns.contains { pattern in
        guard pattern.kind == .routine, let period = pattern.figures["period_days"] else { return false }
        switch self {
        case .daily: return period == 1 && abs((pattern.figures["mean_hour"] ?? 0) - 19) < 1
        case .weekly: return period == 7 && pattern.comparison?.standing == .own
        case .everyThreeDays: return abs(period - 3) < 0.1
        }
      }
    }
  }

  @Test(
    "of clear routines, which nine of ten visits follow, nine of ten are found", arguments: Planted.allCases,
    [MadeVisits.Hours.even, .daytime])
  private func clear(_ planted: Planted, hours: MadeVisits.Hours) throws {
    var made = MadeVisits(hours: hours, seed: 22)
    let users = (0..<30).map { _ in made.events(made.visits(planted.routine, strength: 0.9)) }
    let found = try TimeTrial(users, others: others(&made), start: made.start, days: made.days).found()
    #expect(found.count { planted.isFound(in: $0) } >= 27)
  }

  @Test("a routine that everybody has is told as everybody's")
  func shared() throws {
    var made = MadeVisits(hours: .daytime, seed: 23)
    let users = (0..<40).map { _ in made.events(made.poissonVisits(60)) }
    let found = try TimeTrial(users, others: others(&made), start: made.start, days: made.days).found()
    let routines = found.flatMap { $0 }.filter { $0.kind == .routine && $0.elements == ["day"] }
    #expect(routines.count >= 30)
    #expect(routines.count { $0.comparison?.standing == .shared } >= routines.count - 2)
  }
}
