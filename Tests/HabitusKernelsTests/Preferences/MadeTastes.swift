import Foundation
import HabitusKernels

/// The logarithm of a gamma number, so that tiny shapes do not underflow: Marsaglia and Tsang (2000), and for shapes
/// below 1 times U^(1/shape).
func made(logGamma shape: Double, _ generator: inout SplitMix64) -> Double {
  guard shape >= 1 else {
    return made(logGamma: shape + 1, &generator) + log(1 - generator.nextUnit()) / shape
  }
  let d = shape - 1.0 / 3
  while true {
    let x = made(&generator)
    let v = pow(1 + x / (9 * d).squareRoot(), 3)
    if v > 0, log(1 - generator.nextUnit()) < x * x / 2 + d - d * v + d * log(v) { return log(d * v) }
  }
}

/// Shares from their logarithms up to a constant.
func shares(ofLogarithms logarithms: [Double]) -> [Double] {
  let largest = logarithms.max() ?? 0
  let sizes = logarithms.map { exp($0 - largest) }
  let sum = sizes.reduce(0, +)
  return sizes.map { $0 / sum }
}

/// Users with known tastes, who act over some days.
struct MadeTastes {
  enum Movement: Equatable {
    case none
    /// The logarithm of every share takes a normal step a day.
    case randomWalk(step: Double)
    /// This part of the users has another taste from a random day on.
    case switches(part: Double)
  }

  var userCount = 400
  var eventCount = 50
  var valueCount = 20
  var strength = 10.0
  var dayCount = 30
  var movement = Movement.none
  /// Weights of events are drawn from these, whatever the value.
  var weights: [Double] = [1]
  /// The largest number of events of the same value in a row.
  var bunch = 1
  /// Users differ in activity by up to this factor either way.
  var activitySpread = 1.0

  static let day: Int64 = 86_400_000

  /// Zipf's law.
  var populationShares: [Double] {
    let sizes = (1...valueCount).map { 1 / Double($0) }
    let sum = sizes.reduce(0, +)
    return sizes.map { $0 / sum }
  }

  struct User {
    var state = PreferenceState()
    /// The shares on the last day.
    var truth: [Double] = []
    /// From this day on the taste is another.
    var switchDay: Int?
  }

  private func taste(_ generator: inout SplitMix64) -> [Double] {
    populationShares.map { max(-300, made(logGamma: strength * $0, &generator)) }
  }

  func users(seed: UInt64, _ decay: ExponentialDecay) throws -> [User] {
    var generator = SplitMix64(seed: seed)
    return try (0..<userCount).map { _ in try user(&generator, decay) }
  }

  func user(_ generator: inout SplitMix64, _ decay: ExponentialDecay) throws -> User {
    var user = User()
    var logarithms = taste(&generator)
    if case .switches(let part) = movement, generator.nextUnit() < part {
      user.switchDay = 1 + generator.nextIndex(below: dayCount - 1)
    }
    let factor = pow(activitySpread, 2 * generator.nextUnit() - 1)
    let count = max(1, Int((Double(eventCount) * factor).rounded()))
    var eventsByDay = Array(repeating: 0, count: dayCount)
    for _ in 0..<count { eventsByDay[generator.nextIndex(below: dayCount)] += 1 }
    for day in 0..<dayCount {
      if day > 0, case .randomWalk(let step) = movement {
        for index in logarithms.indices { logarithms[index] += step * made(&generator) }
      }
      if day == user.switchDay { logarithms = taste(&generator) }
      user.truth = shares(ofLogarithms: logarithms)
      var cumulative = 0.0
      let bounds = user.truth.map { share -> Double in
        cumulative += share
        return cumulative
      }
      var remaining = eventsByDay[day]
      while remaining > 0 {
        let draw = generator.nextUnit() * cumulative
        let value = UInt32(bounds.firstIndex { draw < $0 } ?? valueCount - 1)
        for _ in 0..<min(remaining, 1 + generator.nextIndex(below: bunch)) {
          let time = Int64(day) * Self.day + Int64(generator.nextIndex(below: Int(Self.day)))
          let weight = weights[generator.nextIndex(below: weights.count)]
          try user.state.add(weight, value: value, day: day, time: time, decay)
          remaining -= 1
        }
      }
    }
    return user
  }

  /// The moment of reading: the end of the last day.
  var now: Int64 { Int64(dayCount) * Self.day - 1 }
}
