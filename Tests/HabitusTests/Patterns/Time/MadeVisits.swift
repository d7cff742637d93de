import Foundation
import HabitusModel

@testable import Habitus

/// Makes users whose visits follow a routine, more or less.
struct MadeVisits {
  /// When visits come that follow the routine.
  enum Routine {
    /// Every day about an hour.
    case daily(hour: Double)
    /// Every week about an hour of a weekday, 0 for Monday.
    case weekly(weekday: Int, hour: Double)
    /// Every so many days, at any time of the day.
    case every(days: Double)
  }

  /// How probable an hour of the week is for visits without a routine; 0…1.
  enum Hours {
    case even
    /// Rare at night, most in the afternoon, half as many on Saturdays and Sundays.
    case daytime

    func weight(_ hourOfWeek: Double) -> Double {
      guard self == .daytime else { return 1 }
      let hour = hourOfWeek.truncatingRemainder(dividingBy: 24)
      let ofDay = hour < 7 || hour > 23 ? 0.05 : hour < 12 ? 0.5 : 1
      return hourOfWeek >= 120 ? ofDay / 2 : ofDay
    }
  }

  static let hour: Int64 = 3_600_000
  static let day = 24 * hour

  /// Midnight of a Monday in UTC.
  var start: Int64 = 1_767_571_200_000
  var days = 90
  var hours = Hours.even
  /// How far a visit of the routine lies from its time: the standard deviation in hours.
  var jitter = 0.75
  var random: SplitMix64

  init(days: Int = 90, hours: Hours = .even, seed: UInt64) {
    self.days = days
    self.hours = hours
    random = SplitMix64(seed: seed)
  }

  var end: Int64 { start + Int64(days) * Self.day }

  /// Times of visits: each occasion of the routine is followed with the probability `strength`, and in place of every
  /// one that is not comes a visit at any time.
  mutating func visits(_ routine: Routine, strength: Double) -> [Int64] {
    var times: [Int64] = []
    for occasion in occasions(routine) {
      let follows = Double.random(in: 0..<1, using: &random) < strength
      times.append(follows ? occasion + Int64(normal() * jitter * Double(Self.hour)) : anyTime())
    }
    return times.filter { $0 >= start && $0 < end }.sorted()
  }

  private mutating func occasions(_ routine: Routine) -> [Int64] {
    switch routine {
    case .daily(let hour): (0..<days).map { start + Int64($0) * Self.day + Int64(hour * Double(Self.hour)) }
    case .weekly(let weekday, let hour):
      (0..<(days + 6) / 7).map {
        start + Int64($0 * 7 + weekday) * Self.day + Int64(hour * Double(Self.hour))
      }
    case .every(let period):
      (0..<Int(Double(days) / period)).map { occasion in
        let atAnyHour = Double.random(in: 0..<1, using: &random)
        return start + Int64((Double(occasion) * period + atAnyHour) * Double(Self.day))
      }
    }
  }

  /// Poisson visits, so many on average.
  mutating func poissonVisits(_ mean: Double) -> [Int64] {
    var (times, time) = ([Int64](), Double(start))
    // Candidates at the highest rate, of which the hours keep their share.
    let share = (0..<168).reduce(0) { $0 + hours.weight(Double($1) + 0.5) } / 168
    let rate = mean / share / Double(end - start)
    while true {
      time += exponential() / rate
      guard time < Double(end) else { return times }
      if Double.random(in: 0..<1, using: &random) < hours.weight(hourOfWeek(Int64(time))) { times.append(Int64(time)) }
    }
  }

  private mutating func anyTime() -> Int64 {
    while true {
      let time = start + Int64(Double.random(in: 0..<1, using: &random) * Double(end - start))
      if Double.random(in: 0..<1, using: &random) < hours.weight(hourOfWeek(time)) { return time }
    }
  }

  private func hourOfWeek(_ time: Int64) -> Double {
    Double((time - start) % (7 * Self.day)) / Double(Self.hour)
  }

  /// The events of visits: one to thirty in a bunch each.
  mutating func events(_ visits: [Int64], type: String = "page_view") -> [SimpleEvent] {
    visits.flatMap { visit -> [SimpleEvent] in
      let clicks = min(29, Int(exponential() * 5))
      var time = visit
      return (0...clicks).map { click in
        if click > 0 { time += Int64(exponential() * 40_000) }
        return SimpleEvent(milliseconds: time, type: click == 0 ? type : "click")
      }
    }.sorted { $0.time < $1.time }
  }

  mutating func exponential() -> Double {
    -log(1 - Double.random(in: 0..<1, using: &random))
  }

  /// The sum of twelve uniform numbers less six.
  mutating func normal() -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
  }
}
