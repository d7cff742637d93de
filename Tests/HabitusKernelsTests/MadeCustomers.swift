import Foundation
import HabitusKernels

/// A gamma-distributed number with rate 1: Marsaglia and Tsang, ACM TOMS 26 (2000).
func made(gammaOfShape shape: Double, _ generator: inout SplitMix64) -> Double {
  guard shape >= 1 else {
    return made(gammaOfShape: shape + 1, &generator) * pow(1 - generator.nextUnit(), 1 / shape)
  }
  let d = shape - 1.0 / 3
  while true {
    let normal = made(&generator)
    let root = 1 + normal / (9 * d).squareRoot()
    guard root > 0 else { continue }
    let cube = root * root * root
    if log(1 - generator.nextUnit()) < normal * normal / 2 + d * (1 - cube + log(cube)) { return d * cube }
  }
}

/// Customers who behave as the BG/NBD model has it.
struct MadeCustomer {
  let history: RecencyFrequency
  /// Purchases in the time after the observation.
  let laterCount: Int

  /// One customer that is observed for `age`, then for `later` more.
  init(_ model: BetaGeometricNBD, age: Double, later: Double, _ generator: inout SplitMix64) throws {
    let rate = made(gammaOfShape: model.r, &generator) / model.alpha
    let (first, second) = (made(gammaOfShape: model.a, &generator), made(gammaOfShape: model.b, &generator))
    var times: [Double] = []
    var clock = 0.0
    while true {
      clock += made(exponential: &generator) / rate
      guard clock <= age + later else { break }
      times.append(clock)
      if generator.nextUnit() < first / (first + second) { break }
    }
    let observed = times.filter { $0 <= age }
    history = try RecencyFrequency(frequency: observed.count, recency: observed.last ?? 0, age: age)
    laterCount = times.count - observed.count
  }

  /// Several, with ages spread evenly over `ages`.
  static func several(
    _ count: Int, _ model: BetaGeometricNBD, ages: ClosedRange<Double>, later: Double = 0, seed: UInt64
  ) throws -> [MadeCustomer] {
    var generator = SplitMix64(seed: seed)
    return try (0..<count).map { _ in
      let age = ages.lowerBound + generator.nextUnit() * (ages.upperBound - ages.lowerBound)
      return try MadeCustomer(model, age: age, later: later, &generator)
    }
  }
}
