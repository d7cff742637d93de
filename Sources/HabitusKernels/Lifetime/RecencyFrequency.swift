/// A customer's, or visitor's, history in the three numbers that repeat-buying models need.
///
/// Invariants: all are finite; `frequency` is 0 and `recency` 0, or `frequency` is positive and
/// 0 < `recency` ≤ `age`; `age` is not negative. Times are in any unit, the same for all customers of a model.
public struct RecencyFrequency: Hashable, Sendable {
  /// Number of repeats: purchases or visits after the first, at most one a period.
  public let frequency: Int
  /// Time from the first to the *last* purchase, 0 without repeats; not the time since the last, which is
  /// `age` − `recency`.
  public let recency: Double
  /// Time from the first purchase to the end of the observation.
  public let age: Double

  /// Makes a history.
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for a number that breaks an invariant. A repeat at the
  ///   very time of the first purchase is refused too: with such repeats only, the likelihood has no maximum.
  public init(frequency: Int, recency: Double, age: Double) throws(KernelError) {
    guard frequency >= 0 else {
      throw .parameter(name: "frequency", value: Double(frequency), allowed: "0 or more")
    }
    guard age >= 0, age.isFinite else {
      throw .parameter(name: "age", value: age, allowed: "a finite number of 0 or more")
    }
    guard frequency > 0 ? recency > 0 && recency <= age : recency == 0 else {
      throw .parameter(
        name: "recency", value: recency,
        allowed: frequency > 0 ? "above 0 and at most the age, \(age)" : "0, for there are no repeats")
    }
    self.frequency = frequency
    self.recency = recency
    self.age = age
  }

  /// Summarises the numbers of the periods (such as local days) that saw a purchase or visit. O(*n* log *n*).
  ///
  /// Several in one period count once; the first period is no repeat. Recency and age are in periods: the age is
  /// `lastPeriod` less the first period, so that someone first seen in the last period has age 0. This is the
  /// convention of Fader and Hardie's data.
  ///
  /// - Parameters:
  ///   - periods: in any order, from the customer's very first one on; those after `lastPeriod` are left out.
  ///   - lastPeriod: the last period of the observation.
  /// - Returns: `nil` without a period up to the last one.
  public init?(periods: some Sequence<Int>, lastPeriod: Int) {
    let distinct = Set(periods.lazy.filter { $0 <= lastPeriod })
    guard let first = distinct.min(), let last = distinct.max() else { return nil }
    frequency = distinct.count - 1
    recency = Double(last) - Double(first)
    age = Double(lastPeriod) - Double(first)
  }

  /// Summarises times of purchases or visits by periods of equal length; see ``init(periods:lastPeriod:)``.
  ///
  /// A time *t* falls in period number ⌊*t* / `period`⌋, so that periods begin at multiples of their length: shift the
  /// times if they begin elsewhere. Where periods differ in length, as local days do, number them by a calendar.
  ///
  /// - Parameters:
  ///   - times: in any order and unit; those in periods after that of `lastTime` are left out.
  ///   - period: the length of a period in the same unit, positive.
  ///   - lastTime: the last moment of the observation, in the last period (not the start of the next one).
  /// - Returns: `nil` without a time up to the last period.
  /// - Throws: ``KernelError``: `notFinite` for a time that is not finite or beyond 2⁵³ periods from 0; `parameter` for
  ///   such a `lastTime`, or a length that is not finite and positive.
  public init?(times: [Double], period: Double, lastTime: Double) throws(KernelError) {
    guard period > 0, period.isFinite else {
      throw .parameter(name: "period", value: period, allowed: "a finite number above 0")
    }
    guard let lastPeriod = Self.number(of: lastTime, period) else {
      throw .parameter(name: "lastTime", value: lastTime, allowed: "finite, within 2^53 periods of 0")
    }
    var periods: [Int] = []
    periods.reserveCapacity(times.count)
    for (index, time) in times.enumerated() {
      guard let number = Self.number(of: time, period) else { throw .notFinite(row: index, column: 0) }
      periods.append(number)
    }
    self.init(periods: periods, lastPeriod: lastPeriod)
  }

  /// The number of the period in which `time` falls; `nil` where it has no exact number.
  private static func number(of time: Double, _ period: Double) -> Int? {
    let number = (time / period).rounded(.down)
    return abs(number) <= 0x1p53 ? Int(number) : nil
  }
}

extension RecencyFrequency: Codable {
  private enum CodingKeys: CodingKey { case frequency, recency, age }

  /// Decodes a history that keeps the invariants.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      frequency: values.decode(Int.self, forKey: .frequency), recency: values.decode(Double.self, forKey: .recency),
      age: values.decode(Double.self, forKey: .age))
  }
}
