/// Stretches in which events come much faster than on the whole.
///
/// The two-state automaton of Kleinberg, "Bursty and hierarchical structure in streams", Data Mining and Knowledge
/// Discovery 7 (2003; KDD 2002), doi:10.1023/A:1024940629314: gaps are exponential, at the rate of the whole stream in
/// the base state and at `rateRatio` times it in a burst; entering a burst costs `transitionCost` · log(number of
/// gaps), leaving one nothing; the cheapest sequence of states is found exactly (Viterbi). Each burst also gets a
/// p-value against events at random times, which the automaton lacks.
public struct BurstDetection: Hashable, Sendable, Codable {
  /// The rate in a burst over the rate of the whole stream, above 1.
  public var rateRatio: Double
  /// Kleinberg's γ, not negative: the larger, the stronger a burst has to be.
  public var transitionCost: Double

  /// Makes parameters; the defaults are Kleinberg's.
  public init(rateRatio: Double = 2, transitionCost: Double = 1) {
    self.rateRatio = rateRatio
    self.transitionCost = transitionCost
  }

  /// A stretch of fast events.
  public struct Burst: Hashable, Sendable, Codable {
    /// Its events, by index in the times given; at least 2.
    public let events: Range<Int>
    /// The time of its first event.
    public let start: Double
    /// The time of its last event.
    public let end: Double
    /// Kleinberg's weight: how much cheaper the gaps are in the burst than in the base state; positive.
    public let weight: Double
    /// Probability that, of as many events at independent uniform times between the first and the last, any stretch is
    /// as improbably short for its number of events: a bound, by Bonferroni over all stretches, at most 1.
    public let pValue: Double
  }

  /// The bursts, in order. O(*n* log *n*).
  ///
  /// Fewer than three events, or all at one time, make no burst.
  ///
  /// - Parameter times: ascending, finite, in any unit; several events may share a time.
  /// - Throws: ``KernelError``: `parameter` for one out of range or times that fall, `notFinite`.
  public func bursts(in times: [Double]) throws(KernelError) -> [Burst] {
    guard rateRatio > 1, rateRatio.isFinite else {
      throw .parameter(name: "rateRatio", value: rateRatio, allowed: "a finite number above 1")
    }
    guard transitionCost >= 0, transitionCost.isFinite else {
      throw .parameter(name: "transitionCost", value: transitionCost, allowed: "a finite number of 0 or more")
    }
    try requireAscending(times)
    guard times.count >= 3, let first = times.first, let last = times.last, last > first else { return [] }
    let gaps = zip(times.dropFirst(), times).map { ($0 - $1) / (last - first) }
    let isFast = states(gaps)
    var bursts: [Burst] = []
    var index = 0
    while index < gaps.count {
      guard isFast[index] else {
        index += 1
        continue
      }
      let start = index
      while index < gaps.count, isFast[index] { index += 1 }
      bursts.append(burst(start..<index, gaps: gaps, times: times))
    }
    return bursts
  }

  /// How much more a gap costs in the base state than in a burst; gaps are shares of the whole stretch.
  private func gain(_ gap: Double, _ count: Double) -> Double {
    Double.log(rateRatio) - (rateRatio - 1) * count * gap
  }

  /// By gap: whether it belongs to a burst in the cheapest sequence of states, which begins in the base state.
  private func states(_ gaps: [Double]) -> [Bool] {
    let count = Double(gaps.count)
    let entry = transitionCost * Double.log(count)
    // Costs relative to the base state all along.
    var (base, fast) = (0.0, Double.infinity)
    var cameFromFast: [(base: Bool, fast: Bool)] = []
    cameFromFast.reserveCapacity(gaps.count)
    for gap in gaps {
      let back = (base: fast < base, fast: fast <= base + entry)
      let nextFast = min(fast, base + entry) - gain(gap, count)
      (base, fast) = (min(base, fast), nextFast)
      cameFromFast.append(back)
    }
    var isFast = Array(repeating: false, count: gaps.count)
    var state = fast < base
    for index in gaps.indices.reversed() {
      isFast[index] = state
      state = state ? cameFromFast[index].fast : cameFromFast[index].base
    }
    return isFast
  }

  private func burst(_ range: Range<Int>, gaps: [Double], times: [Double]) -> Burst {
    let weight = range.reduce(0) { $0 + gain(gaps[$1], Double(gaps.count)) }
    // The first and the last event fix the stretch, so that n − 2 uniform times lie between; the span of k gaps of
    // the n − 1 is beta(k, n − 1 − k), David and Nagaraja, "Order Statistics" (2003), section 2.
    let share = (times[range.upperBound] - times[range.lowerBound]) / (times[gaps.count] - times[0])
    let (inside, outside) = (Double(range.count), Double(gaps.count - range.count))
    let single = outside > 0 ? BetaDistribution(alpha: inside, beta: outside).cumulative(share) : 1
    let stretchCount = Double(gaps.count) * Double(gaps.count + 1) / 2
    return Burst(
      events: range.lowerBound..<range.upperBound + 1, start: times[range.lowerBound], end: times[range.upperBound],
      weight: weight, pValue: min(1, single * stretchCount))
  }
}

/// Checks times of events.
///
/// - Throws: ``KernelError``: `notFinite` (rows are events), `parameter` for a time before the one before it.
func requireAscending(_ times: [Double]) throws(KernelError) {
  if let index = times.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: index, column: 0) }
  if let index = times.indices.dropFirst().first(where: { times[$0] < times[$0 - 1] }) {
    throw .parameter(name: "times", value: times[index], allowed: "not before the time before it")
  }
}
