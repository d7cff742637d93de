/// The strongest period of events whose period is not known.
///
/// The periodogram of the events at the frequencies 1/T, 2/T, … of the window of length T (Bartlett, J. R. Statist.
/// Soc. B 25, 1963: |Σ exp(i·ω·t)|²/*n*, for which nothing has to be binned), and Fisher's g-test of its largest
/// ordinate (Proc. R. Soc. A 125, 1929). The null: events at independent, uniform times, as of a Poisson process at a
/// constant rate; the ordinates are then independent and exponential in large samples (from about 30 events).
///
/// Slow changes of the rate (growth, a holiday) are no noise under that null: they raise the lowest frequencies, which
/// `longestPeriod` should leave out. A routine that is not a sine also shows at 2, 3, … times its frequency; the
/// strongest of them is reported.
public struct PeriodSearch: Hashable, Sendable, Codable {
  /// The shortest period looked at, positive.
  public var shortestPeriod: Double
  /// The longest period looked at, longer than the shortest.
  public var longestPeriod: Double

  /// Makes parameters, in the unit of the times.
  public init(shortestPeriod: Double, longestPeriod: Double) {
    self.shortestPeriod = shortestPeriod
    self.longestPeriod = longestPeriod
  }

  /// What stands out most.
  public struct Peak: Hashable, Sendable, Codable {
    /// The period of the strongest frequency.
    public let period: Double
    /// The periods half a frequency step to either side: a period is not known any closer.
    public let resolution: ClosedRange<Double>
    /// |Σ exp(i·ω·t)|²/*n*: 1 on average under the null, *n* where all events have one phase.
    public let power: Double
    /// Probability under the null that the strongest of all frequencies looked at has as large a share of all power.
    public let pValue: Double
    /// How many frequencies were looked at.
    public let frequencyCount: Int
  }

  /// The strongest period; `nil` with fewer than 3 events, or where fewer than 2 frequencies lie between the shortest
  /// and the longest period. O(events · frequencies) time, the same to the bit on any number of threads.
  ///
  /// Of equally strong frequencies the lower one.
  ///
  /// - Parameters:
  ///   - times: of the events, within `window`, in any order.
  ///   - window: when events were observed.
  /// - Throws: ``KernelError``: `notFinite`; `parameter` for one out of range, a time outside the window, or more than
  ///   a million frequencies.
  public func strongestPeak(
    in times: [Double], window: ClosedRange<Double>, threadCount: Int? = nil
  ) throws(KernelError) -> Peak? {
    let length = window.upperBound - window.lowerBound
    try validate(times, window, length)
    let first = max(1, Int((length / longestPeriod).rounded(.up)))
    let last = Int((length / shortestPeriod).rounded(.down))
    guard times.count >= 3, last > first else { return nil }
    let turns = times.map { ($0 - window.lowerBound) / length }
    let powers = Chunks(rowCount: last - first + 1, minimumLength: 32).map(threadCount: threadCount) { rows in
      rows.map { Self.power(turns, frequency: Double(first + $0)) }
    }.flatMap { $0 }
    let total = powers.reduce(0, +)
    guard let greatest = powers.max(), let place = powers.firstIndex(of: greatest), total > 0 else { return nil }
    let frequency = Double(first + place)
    return Peak(
      period: length / frequency, resolution: length / (frequency + 0.5)...length / (frequency - 0.5),
      power: greatest, pValue: Self.fisher(greatest / total, powers.count), frequencyCount: powers.count)
  }

  private func validate(
    _ times: [Double], _ window: ClosedRange<Double>, _ length: Double
  ) throws(KernelError) {
    guard shortestPeriod > 0, longestPeriod > shortestPeriod, longestPeriod.isFinite else {
      throw .parameter(
        name: "shortestPeriod", value: shortestPeriod, allowed: "above 0 and below the longest period")
    }
    guard length > 0, length.isFinite else {
      throw .parameter(name: "window", value: length, allowed: "a finite length above 0")
    }
    guard length / shortestPeriod <= 1e6 else {
      throw .parameter(name: "shortestPeriod", value: shortestPeriod, allowed: "at least a millionth of the window")
    }
    if let index = times.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: index, column: 0) }
    if let outside = times.first(where: { !window.contains($0) }) {
      throw .parameter(name: "times", value: outside, allowed: "within the window")
    }
  }

  private static func power(_ turns: [Double], frequency: Double) -> Double {
    var (cosine, sine) = (0.0, 0.0)
    for turn in turns {
      let phase = turn * frequency
      let angle = 2 * Double.pi * (phase - phase.rounded(.down))
      cosine += Double.cos(angle)
      sine += Double.sin(angle)
    }
    return (cosine * cosine + sine * sine) / Double(turns.count)
  }

  /// Probability that the largest of `count` independent exponential numbers has at least `share` of their sum:
  /// Σⱼ (−1)ʲ⁻¹·C(m, j)·(1 − j·g)ᵐ⁻¹ over j up to 1/g.
  private static func fisher(_ share: Double, _ count: Int) -> Double {
    let m = Double(count)
    // Terms grow to the exponential of the first one before they fall: beyond this the sum is 1 to eight digits, and
    // the digits of its terms cancel out.
    guard m * Double.exp((m - 1) * Double.log(onePlus: -min(share, 1 - 1e-300))) < 18 else { return 1 }
    var (sum, sign) = (0.0, 1.0)
    for order in 1...count where Double(order) * share < 1 {
      let j = Double(order)
      let logarithm =
        Double.logGamma(m + 1) - Double.logGamma(j + 1) - Double.logGamma(m - j + 1)
        + (m - 1) * Double.log(onePlus: -j * share)
      let term = Double.exp(logarithm)
      sum += sign * term
      sign = -sign
      if order > 1, term < 1e-17 * abs(sum) { break }
    }
    return min(1, max(0, sum))
  }
}
