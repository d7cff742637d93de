/// Spreads amounts over neighbouring positions of a circle, such as the hours of a day, so that 23:50 and 0:10 are
/// near.
///
/// The kernel is the von Mises distribution at the positions (Fisher, "Statistical Analysis of Circular Data", 1993,
/// section 2.4), scaled to sum to 1: the total stays.
public struct CircularSmoothing: Hashable, Sendable, Codable {
  /// What a position gets of the amount at each distance, from 0 upwards around the circle.
  public let kernel: [Double]

  /// Makes a kernel.
  ///
  /// - Parameters:
  ///   - positionCount: positions of the circle, at least 1.
  ///   - deviation: about the kernel's standard deviation, in positions; positive.
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for numbers out of range.
  public init(positionCount: Int = 24, deviation: Double = 1) throws(KernelError) {
    guard positionCount >= 1 else {
      throw .parameter(name: "positionCount", value: Double(positionCount), allowed: "1 or more")
    }
    guard deviation > 0, deviation.isFinite else {
      throw .parameter(name: "deviation", value: deviation, allowed: "a finite number above 0")
    }
    let unit = 2 * Double.pi / Double(positionCount)
    let concentration = 1 / (deviation * unit * deviation * unit)
    let sizes = (0..<positionCount).map { Double.exp(concentration * (Double.cos(Double($0) * unit) - 1)) }
    let sum = sizes.reduce(0, +)
    kernel = sizes.map { $0 / sum }
  }

  /// The smoothed amounts. O(positions²).
  ///
  /// - Throws: ``KernelError/columnCount(expected:found:)`` for another number of positions.
  public func smoothed(_ amounts: [Double]) throws(KernelError) -> [Double] {
    guard amounts.count == kernel.count else {
      throw .columnCount(expected: kernel.count, found: amounts.count)
    }
    return amounts.indices.map { position in
      amounts.indices.reduce(0) { sum, other in
        sum + amounts[other] * kernel[(position - other + kernel.count) % kernel.count]
      }
    }
  }
}

extension PreferenceEvidence {
  /// The same evidence spread over neighbouring positions, which are the values' codes; smooth the population alike.
  ///
  /// Totals, effective count and age stay; events are counted where they were.
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for a code that is no position.
  public func smoothed(by smoothing: CircularSmoothing) throws(KernelError) -> PreferenceEvidence {
    let positions = smoothing.kernel.count
    if let last = values.last, Int(last.value) >= positions {
      throw .parameter(name: "value", value: Double(last.value), allowed: "below the number of positions, \(positions)")
    }
    guard !values.isEmpty else { return self }
    var byPosition = (0..<positions).map { Value(value: UInt32($0)) }
    for value in values { byPosition[Int(value.value)] = value }
    let smoothedFor = try smoothing.smoothed(byPosition.map(\.evidenceFor))
    let smoothedAgainst = try smoothing.smoothed(byPosition.map(\.evidenceAgainst))
    for position in 0..<positions {
      byPosition[position].evidenceFor = smoothedFor[position]
      byPosition[position].evidenceAgainst = smoothedAgainst[position]
    }
    return replacing(byPosition)
  }
}
