/// Where on a circle, such as the 24 hours of a day, values lie, and how close together.
///
/// Mardia and Jupp, "Directional Statistics" (2000), chapter 2.
public struct CircularSummary: Hashable, Sendable {
  /// Length of the resultant vector: 1 where all values agree, 0 where they cancel out.
  public let concentration: Double
  /// The mean direction in `0..<period`; `nil` where the concentration is below 1e-6 and no direction stands out.
  public let mean: Double?

  /// Summarises `values` on a circle of length `period`; `nil` without values. NaN is left out. O(*n*).
  ///
  /// - Parameter weights: one a value, not negative; `nil` counts every value once.
  /// - Precondition: `period` is positive, and there are as many weights as values.
  public init?(of values: [Double], weights: [Double]? = nil, period: Double = 24) {
    precondition(period > 0, "the period of a circle is positive")
    precondition(weights.map { $0.count == values.count } ?? true, "a weight for every value")
    var (cosine, sine, total) = (0.0, 0.0, 0.0)
    for (index, value) in values.enumerated() where !value.isNaN {
      let angle = value / period * 2 * Double.pi
      let weight = weights?[index] ?? 1
      cosine += weight * Double.cos(angle)
      sine += weight * Double.sin(angle)
      total += weight
    }
    guard total > 0 else { return nil }
    concentration = min(1, (cosine * cosine + sine * sine).squareRoot() / total)
    guard concentration >= 1e-6 else {
      mean = nil
      return
    }
    let direction = Double.atan2(y: sine, x: cosine) / (2 * Double.pi) * period
    let positive = direction < 0 ? direction + period : direction
    mean = positive < period ? positive : 0
  }
}
