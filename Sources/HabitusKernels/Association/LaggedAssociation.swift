/// Whether one kind of event is followed by another within a given time more often than chance has it.
///
/// The null, user by user: the second kind of event falls independently of the first, at a constant rate over the
/// user's window, the user's own. An occasion is a stretch after a first event; overlapping ones are joined, and what
/// lies beyond the window is cut off, so that every second event counts once. Given a user's number n of second events,
/// the number within the occasions is binomial with n and the occasions' share of the window; users are added up.
///
/// Limits: the rate knows neither hours nor sessions. Two kinds of event that merely share the hours of the day or
/// sessions at which a user is active pass for an association, the more so the shorter the lag; a low p-value therefore
/// says "together in time", not "because of", and lags should be no shorter than a visit.
public struct LaggedAssociation: Hashable, Sendable, Codable {
  /// First events in all.
  public let occasionCount: Int
  /// Second events within the lag after a first one, each counted once.
  public let observed: Int
  /// How many there would be on average under the null.
  public let expected: Double
  /// Probability of as many or more under the null.
  public let pValue: Double
  /// First events that were followed within the lag, for how often it happens.
  public let followedCount: Int

  /// ``observed`` over ``expected``; `nil` where nothing was expected.
  public var ratio: Double? { expected > 0 ? Double(observed) / expected : nil }

  /// The events of one user.
  public struct Timeline: Hashable, Sendable {
    /// Times of the first kind, ascending.
    public let first: [Double]
    /// Times of the second kind, ascending.
    public let second: [Double]
    /// When the user was observed.
    public let window: ClosedRange<Double>

    /// Takes events.
    public init(first: [Double], second: [Double], window: ClosedRange<Double>) {
      self.first = first
      self.second = second
      self.window = window
    }
  }

  /// Counts what follows. O(events).
  ///
  /// An event counts as following if it comes after a first event by more than 0 and at most `lag`. The sum of the
  /// users' binomials is taken for a Poisson number of the same mean, which is on the safe side since it varies more;
  /// from a mean of 30 on, where it would waste power, for a normal number with the exact variance and correction for
  /// continuity, up to 4 standard deviations above the mean.
  ///
  /// - Parameter lag: positive.
  /// - Throws: ``KernelError``: `parameter` for a lag out of range, times that fall or that lie outside the window;
  ///   `notFinite`.
  public init(in timelines: some Sequence<Timeline>, lag: Double) throws(KernelError) {
    guard lag > 0, lag.isFinite else {
      throw .parameter(name: "lag", value: lag, allowed: "a finite number above 0")
    }
    var (occasions, observed, followed) = (0, 0, 0)
    var (expected, variance) = (0.0, 0.0)
    for timeline in timelines {
      for times in [timeline.first, timeline.second] {
        try requireAscending(times)
        if let outside = times.first(where: { !timeline.window.contains($0) }) {
          throw .parameter(name: "times", value: outside, allowed: "within the window")
        }
      }
      let length = timeline.window.upperBound - timeline.window.lowerBound
      guard length > 0 else { continue }
      let counted = Self.count(timeline, lag: lag)
      let share = min(1, counted.covered / length)
      let count = Double(timeline.second.count)
      occasions += timeline.first.count
      observed += counted.observed
      followed += counted.followed
      expected += count * share
      variance += count * share * (1 - share)
    }
    occasionCount = occasions
    self.observed = observed
    followedCount = followed
    self.expected = expected
    pValue = Self.upperTail(observed, expected: expected, variance: variance)
  }

  /// What lies within the lag after the first events, and how much time that is.
  private static func count(
    _ timeline: Timeline, lag: Double
  ) -> (observed: Int, followed: Int, covered: Double) {
    let (first, second) = (timeline.first, timeline.second)
    var (observed, followed, covered, next) = (0, 0, 0.0, 0)
    for (index, start) in first.enumerated() {
      while next < second.count, second[next] <= start { next += 1 }
      if next < second.count, second[next] <= start + lag { followed += 1 }
      let end = min(start + lag, timeline.window.upperBound)
      // Up to the following first event, whose own occasion goes on from there.
      let own = index + 1 < first.count ? min(end, first[index + 1]) : end
      covered += own - start
      var place = next
      while place < second.count, second[place] <= own {
        observed += 1
        place += 1
      }
    }
    return (observed, followed, covered)
  }

  private static func upperTail(_ observed: Int, expected: Double, variance: Double) -> Double {
    guard observed > 0 else { return 1 }
    let poisson = PoissonDistribution(mean: expected).upperTail(observed)
    guard expected >= 30, variance > 0 else { return poisson }
    let deviate = (Double(observed) - 0.5 - expected) / variance.squareRoot()
    return deviate < 4 ? NormalDistribution.cumulative(-deviate) : poisson
  }
}
