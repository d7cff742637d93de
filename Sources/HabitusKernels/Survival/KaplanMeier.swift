/// The share that an event has not yet happened to, by time, where some were watched for a shorter time than others:
/// for time to convert, and for retention.
///
/// Kaplan and Meier, "Nonparametric estimation from incomplete observations", JASA 53 (1958),
/// doi:10.1080/01621459.1958.10501452. Censoring must not depend on what was about to happen. A time that is censored
/// when events happen counts as at risk for these.
public struct KaplanMeier: Hashable, Sendable, Codable {
  /// A time at which events happen.
  public struct Step: Hashable, Sendable, Codable {
    /// The time.
    public let time: Double
    /// How many were watched up to it, without an event before it.
    public let atRiskCount: Int
    /// How many events happen at it.
    public let eventCount: Int
    /// The share without an event just after it.
    public let survival: Double
    /// Greenwood's standard error of ``survival``; 0 where nobody is left.
    public let standardError: Double
    /// The pointwise interval of ``survival``: by Greenwood's variance on the scale of log(−log S), within 0…1
    /// (Kalbfleisch and Prentice, "The Statistical Analysis of Failure Time Data", 2002, section 1.4); `nil` where
    /// nobody is left.
    public let interval: ClosedRange<Double>?
  }

  /// The times at which events happen, ascending.
  public let steps: [Step]
  /// Number of samples.
  public let sampleCount: Int
  /// The longest time that anybody was watched, beyond which nothing is known.
  public let lastTime: Double

  /// Estimates. O(*n* log *n*).
  ///
  /// - Parameters:
  ///   - times: to the event, or for how long there was none; not negative.
  ///   - isEvent: whether the event happened; `false` for censored times.
  ///   - confidence: of the intervals, strictly between 0 and 1.
  /// - Throws: ``KernelError``: `noSamples`; `sampleCount` unless there is a mark a time; `notFinite`; `parameter` for
  ///   a negative time or a confidence out of range.
  public init(times: [Double], isEvent: [Bool], confidence: Double = 0.95) throws(KernelError) {
    guard !times.isEmpty else { throw .noSamples }
    guard isEvent.count == times.count else { throw .sampleCount(expected: times.count, found: isEvent.count) }
    if let index = times.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: index, column: 0) }
    if let negative = times.first(where: { $0 < 0 }) {
      throw .parameter(name: "times", value: negative, allowed: "0 or more")
    }
    guard confidence > 0, confidence < 1 else {
      throw .parameter(name: "confidence", value: confidence, allowed: "strictly between 0 and 1")
    }
    let order = times.indices.sorted { times[$0] < times[$1] }
    let deviate = NormalDistribution.quantile(0.5 + confidence / 2)
    var steps: [Step] = []
    var (survival, variance) = (1.0, 0.0)
    var place = 0
    while place < order.count {
      let time = times[order[place]]
      let atRisk = order.count - place
      var events = 0
      while place < order.count, times[order[place]] == time {
        events += isEvent[order[place]] ? 1 : 0
        place += 1
      }
      guard events > 0 else { continue }
      survival *= Double(atRisk - events) / Double(atRisk)
      // Infinite where nobody is left, which the step leaves out.
      variance += Double(events) / (Double(atRisk) * Double(atRisk - events))
      steps.append(
        Step(
          time: time, atRiskCount: atRisk, eventCount: events, survival: survival,
          standardError: survival > 0 ? survival * variance.squareRoot() : 0,
          interval: survival > 0 ? Self.interval(survival, variance, deviate) : nil))
    }
    self.steps = steps
    sampleCount = times.count
    lastTime = times[order[order.count - 1]]
  }

  /// S^exp(±z·√variance / log S).
  private static func interval(_ survival: Double, _ variance: Double, _ deviate: Double) -> ClosedRange<Double> {
    let logarithm = Double.log(survival)
    let factor = Double.exp(deviate * variance.squareRoot() / -logarithm)
    return Double.exp(logarithm * factor)...Double.exp(logarithm / factor)
  }

  /// The share without an event just after `time`; `nil` beyond ``lastTime`` unless nobody is left. O(log steps).
  public func survival(at time: Double) -> Double? {
    let last = step(at: time)
    guard time <= lastTime || last?.survival == 0 else { return nil }
    return last?.survival ?? 1
  }

  /// The last step not after `time`; `nil` before the first event. O(log steps).
  public func step(at time: Double) -> Step? {
    var (low, high) = (0, steps.count)
    while low < high {
      let middle = (low + high) / 2
      if steps[middle].time <= time { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? steps[low - 1] : nil
  }

  /// The first time by which the event has happened to at least the share `probability`; `nil` where it never gets
  /// there.
  ///
  /// O(steps).
  ///
  /// - Precondition: `probability` is above 0 and at most 1.
  public func quantile(_ probability: Double) -> Double? {
    precondition(probability > 0 && probability <= 1, "a share is above 0 and at most 1")
    return steps.first { $0.survival <= 1 - probability + 1e-12 }?.time
  }

  /// The interval of ``quantile(_:)``: from where the lower to where the upper bound of the survival gets there
  /// (Brookmeyer and Crowley, Biometrics 38, 1982); an end is `nil` where its bound never does. O(steps).
  ///
  /// - Precondition: `probability` is above 0 and at most 1.
  public func quantileInterval(_ probability: Double) -> (lower: Double?, upper: Double?) {
    precondition(probability > 0 && probability <= 1, "a share is above 0 and at most 1")
    let level = 1 - probability + 1e-12
    return (
      steps.first { ($0.interval?.lowerBound ?? 0) <= level }?.time,
      steps.first { ($0.interval.map { $0.upperBound <= level }) ?? false }?.time
    )
  }
}
