/// Whether and where in a period of known length (a day, a week) events gather.
///
/// Circular statistics of the events' phases: Mardia and Jupp, "Directional Statistics" (2000); Fisher, "Statistical
/// Analysis of Circular Data" (1993). The null: events fall independently and uniformly over the window of observation,
/// as those of a Poisson process at a constant rate do. Give independent events, such as the starts of visits, not the
/// clicks within them, which come in bunches and would pass for a rhythm.
///
/// One peak a period is looked for; several that balance one another (9 and 21 o'clock) are seen by ``kuiperPValue``
/// only.
public struct Rhythm: Hashable, Sendable, Codable {
  /// Number of events.
  public let eventCount: Int
  /// The mean resultant length, 0…1: 1 where all events have one phase.
  public let resultantLength: Double
  /// The mean phase as a time in 0..<period after the start of a period; `nil` where events cancel out (below 10⁻⁶).
  public let mean: Double?
  /// Half the width of the confidence interval about ``mean``, as a time; `nil` where the events fix no direction,
  /// which is so at least wherever the Rayleigh test is not significant at about the same level.
  public let meanMargin: Double?
  /// The concentration κ of the von Mises distribution of greatest likelihood; about 1/variance in radians where large;
  /// `nil` where all phases are the same, and it has no bound.
  public let concentration: Double?
  /// Rayleigh's test, in the window of observation: probability of events as much to one side if the null is true.
  public let rayleighPValue: Double
  /// Kuiper's test: probability of phases as far from uniform, in whatever shape, if the null is true.
  public let kuiperPValue: Double

  /// Summarises events. `nil` without events. O(*n* log *n*).
  ///
  /// Rayleigh's p-value is Zar's approximation, "Biostatistical Analysis" (1999), equation 27.4, to the third decimal
  /// from 10 events on. A window that is no whole number of periods sees some phases more often: there the resultant is
  /// measured from its expectation and with its covariance under the null, and the p-value is a large-sample one.
  /// Kuiper's is Stephens' (J. R. Statist. Soc. B 32, 1970), against the phases of a uniform window.
  ///
  /// The interval of the mean is Upton's, Biometrika 73 (1986), as in Zar, equations 26.23 to 26.26.
  ///
  /// - Parameters:
  ///   - times: of the events, all within `window` if there is one; any order and unit.
  ///   - period: in the same unit, positive.
  ///   - window: when events were observed; `nil` for a whole number of periods.
  ///   - confidence: of the interval, strictly between 0 and 1.
  /// - Throws: ``KernelError``: `notFinite`; `parameter` for one out of range or a time outside the window.
  public init?(
    of times: [Double], period: Double, window: ClosedRange<Double>? = nil, confidence: Double = 0.95
  ) throws(KernelError) {
    try Self.validate(times, period, window, confidence)
    guard !times.isEmpty else { return nil }
    let count = Double(times.count)
    let phases = times.map { time -> Double in
      let rest = time.truncatingRemainder(dividingBy: period) / period
      return rest < 0 ? rest + 1 : rest
    }
    let (cosine, sine) = phases.reduce((0.0, 0.0)) { sum, phase in
      (sum.0 + Double.cos(2 * .pi * phase), sum.1 + Double.sin(2 * .pi * phase))
    }
    let (x, y) = (cosine / count, sine / count)
    let length = min(1, (x * x + y * y).squareRoot())
    eventCount = times.count
    resultantLength = length
    if length >= 1e-6 {
      let turn = Double.atan2(y: y, x: x) / (2 * .pi)
      let place = (turn < 0 ? turn + 1 : turn) * period
      mean = place < period ? place : 0
    } else {
      mean = nil
    }
    meanMargin = Self.margin(length, count, confidence: confidence).map { $0 / (2 * .pi) * period }
    concentration = VonMises.concentration(resultantLength: length)
    let null = UniformPhases(period: period, window: window)
    rayleighPValue = Self.rayleigh(null.squaredResultant(x, y), count)
    kuiperPValue = Self.kuiper(phases.map(null.cumulative).sorted())
  }

  private static func validate(
    _ times: [Double], _ period: Double, _ window: ClosedRange<Double>?, _ confidence: Double
  ) throws(KernelError) {
    guard period > 0, period.isFinite else {
      throw .parameter(name: "period", value: period, allowed: "a finite number above 0")
    }
    guard confidence > 0, confidence < 1 else {
      throw .parameter(name: "confidence", value: confidence, allowed: "strictly between 0 and 1")
    }
    if let index = times.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: index, column: 0) }
    guard let window else { return }
    let length = window.upperBound - window.lowerBound
    guard length > 0, length.isFinite else {
      throw .parameter(name: "window", value: length, allowed: "a finite length above 0")
    }
    if let outside = times.first(where: { !window.contains($0) }) {
      throw .parameter(name: "times", value: outside, allowed: "within the window")
    }
  }

  /// Zar's approximation for a mean squared resultant of `square`.
  private static func rayleigh(_ square: Double, _ count: Double) -> Double {
    let (n, resultant) = (count, min(1, square) * count * count)
    // √(1 + 4n + 4(n² − R²)) − (1 + 2n), written so that it does not cancel out.
    let root = (1 + 4 * n + 4 * max(0, n * n - resultant)).squareRoot()
    return min(1, Double.exp(-4 * resultant / (root + 1 + 2 * n)))
  }

  /// Half the width of the interval of the mean direction, in radians.
  private static func margin(_ length: Double, _ count: Double, confidence: Double) -> Double? {
    let deviate = NormalDistribution.quantile(0.5 + confidence / 2)
    let (n, square) = (count, deviate * deviate)
    let resultant = n * length
    guard count > 1, length > (square / (2 * n)).squareRoot() else { return nil }
    let cosine =
      length <= 0.9
      ? (2 * n * (2 * resultant * resultant - n * square) / (4 * n - square)).squareRoot() / resultant
      : (n * n - (n * n - resultant * resultant) * Double.exp(square / n)).squareRoot() / resultant
    // Neither root is of use where too few events leave too much room.
    guard cosine >= -1, cosine <= 1 + 1e-12 else { return nil }
    return Double.atan2(y: max(0, 1 - cosine * cosine).squareRoot(), x: cosine)
  }

  /// Kuiper's test of ascending numbers that are uniform on 0…1 under the null.
  private static func kuiper(_ sorted: [Double]) -> Double {
    let count = Double(sorted.count)
    var (above, below) = (0.0, 0.0)
    for (index, value) in sorted.enumerated() {
      above = max(above, Double(index + 1) / count - value)
      below = max(below, value - Double(index) / count)
    }
    let scaled = (above + below) * (count.squareRoot() + 0.155 + 0.24 / count.squareRoot())
    // Below it the probability is 1 to seven digits, and the series slow.
    guard scaled > 0.4 else { return 1 }
    var sum = 0.0
    for order in 1...100 {
      let square = Double(order * order) * scaled * scaled
      let term = 2 * (4 * square - 1) * Double.exp(-2 * square)
      sum += term
      if abs(term) < 1e-16 { break }
    }
    return min(1, max(0, sum))
  }
}
