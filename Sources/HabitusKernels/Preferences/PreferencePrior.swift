/// How users' tastes in one dimension lie around the population's, how they move, and what an event says about them.
///
/// A user's shares of the values have a Dirichlet prior with the population's shares as mean and the weight of
/// ``strength`` events (Gelman et al., "Bayesian Data Analysis", 3rd edition, section 3.4). Evidence counts by its
/// effective number of events: Kish's for weights that differ, times ``eventWorth`` for events that come in bunches,
/// and less the older it is where users turn to other tastes (``renewalPerDay``). Where tastes wander
/// (``driftPerDay``), or users differ more in large shares than in small ones (``userSpread``), intervals are wider.
/// ``fit(to:_:maximumUserCount:)`` learns all of it from everybody.
public struct PreferencePrior: Hashable, Sendable, Codable {
  /// How many events the population's shares weigh as much as; not negative. The larger, the more alike users are.
  public let strength: Double
  /// How many independent events one event is worth, above 0, at most 1.
  public let eventWorth: Double
  /// The variance that a share θ gains in a day by users turning to another taste, over θ·(1 − θ); not negative.
  public let renewalPerDay: Double
  /// The variance that the logit of a share gains in a day by a random walk; not negative.
  public let driftPerDay: Double
  /// The variance of the logit of a share over users beyond what the Dirichlet distribution has; not negative.
  public let userSpread: Double

  /// Takes a prior; without one that is fitted, the population weighs as much as ten events and tastes stay.
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for numbers out of range.
  public init(
    strength: Double = 10, eventWorth: Double = 1, renewalPerDay: Double = 0, driftPerDay: Double = 0,
    userSpread: Double = 0
  ) throws(KernelError) {
    guard eventWorth > 0, eventWorth <= 1 else {
      throw .parameter(name: "eventWorth", value: eventWorth, allowed: "above 0, at most 1")
    }
    let others = [
      ("strength", strength), ("renewalPerDay", renewalPerDay), ("driftPerDay", driftPerDay),
      ("userSpread", userSpread),
    ]
    if let (name, value) = others.first(where: { !($0.1 >= 0 && $0.1.isFinite) }) {
      throw .parameter(name: name, value: value, allowed: "a finite number of 0 or more")
    }
    self.init(
      checked: strength, eventWorth: eventWorth, renewalPerDay: renewalPerDay, driftPerDay: driftPerDay,
      userSpread: userSpread)
  }

  init(
    checked strength: Double, eventWorth: Double, renewalPerDay: Double, driftPerDay: Double, userSpread: Double
  ) {
    self.strength = strength
    self.eventWorth = eventWorth
    self.renewalPerDay = renewalPerDay
    self.driftPerDay = driftPerDay
    self.userSpread = userSpread
  }

  /// How many events of today evidence is worth: 1 / (1 / (``eventWorth`` · Kish's count) + ``renewalPerDay`` · age).
  ///
  /// The error of a share is what chance had in it and, independent of that, what the taste has changed since: where
  /// tastes change, no amount of old evidence is worth more than 1 / (``renewalPerDay`` · age). O(1).
  public func effectiveCount(of evidence: PreferenceEvidence) -> Double {
    effectiveCount(kish: evidence.effectiveCount, age: evidence.age)
  }

  @inline(__always)
  func effectiveCount(kish: Double, age: Double) -> Double {
    kish > 0 ? 1 / (1 / (eventWorth * kish) + renewalPerDay * age) : 0
  }

  /// The variance of the logit of a share beyond the Dirichlet distribution's: of the user's evidence what it has moved
  /// since, of the population's what users differ more, each as far as it enters the mean.
  @inline(__always)
  func logitVariance(count: Double, age: Double) -> Double {
    let total = strength + count
    guard total > 0 else { return 0 }
    let (own, others) = (count / total, strength / total)
    return own * own * driftPerDay * age + others * others * userSpread
  }
}
