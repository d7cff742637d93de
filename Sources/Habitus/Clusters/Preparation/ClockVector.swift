internal import Foundation

/// A time of day as a point on the unit circle; midnight is (1, 0), 6:00 is (0, 1).
struct ClockVector {
  let x: Double
  let y: Double

  /// - Parameter hour: 0 to below 24.
  init(hour: Double) {
    let angle = hour / 12 * Double.pi
    (x, y) = (cos(angle), sin(angle))
  }
}
