extension GammaGamma {
  /// Finds the parameters of greatest likelihood; equation 1a.
  ///
  /// Customers without repeats tell nothing and are left out. Those alike in both numbers are counted first; values may
  /// be in any unit. Newton's method with exact derivatives by the logarithms of the parameters. The result is the same
  /// on any number of threads, and for any order of the customers.
  ///
  /// O(*n* log *n* + iterations · distinct customers).
  ///
  /// - Throws: ``KernelError``: `noSamples` without a customer with repeats; `parameter` for `maximumIterations` below
  ///   1; `noMaximum` where the likelihood rises for ever as parameters go to 0 or grow (as where customers differ no
  ///   more than by chance, or hardly any has two repeats); `notConverged`.
  public static func fit(
    _ customers: [RepeatValue], maximumIterations: Int = 200, threadCount: Int? = nil
  ) throws(KernelError) -> MaximumLikelihood<GammaGamma> {
    let likelihood = try GammaGammaLikelihood(customers)
    return try MaximumLikelihood(
      // Values that scatter moderately, about a mean of 1 over customers.
      from: [[2, 3, 1]], maximumIterations: maximumIterations, sampleCount: likelihood.sampleCount,
      // A density of each mean has the unit 1/value.
      logUnits: -Double(likelihood.sampleCount) * Double.log(likelihood.valueUnit), units: [1, 1, likelihood.valueUnit]
    ) { likelihood.point(at: $0, threadCount: threadCount) }
  }
}

/// The log-likelihood of gamma-gamma parameters, with first and second derivatives, for customers of whom equal ones
/// are counted.
///
/// With frequency x, mean value m and c = x·m it is
/// ln Γ(p·x + q)/(Γ(p·x)·Γ(q)) − p·x·ln(1 + v/c) − q·ln(1 + c/v) − ln m.
/// Values are in units of their mean over customers.
private struct GammaGammaLikelihood: Sendable {
  /// Customers that have both numbers in common.
  private struct Group {
    /// Index of the frequency among the distinct ones.
    let frequencyIndex: Int
    /// x·m.
    let total: Double
    var count: Double
  }

  /// The unit that values are scaled by.
  let valueUnit: Double
  let sampleCount: Int
  /// Σ ln m, scaled.
  private let logMeans: Double
  /// Ascending, with how many customers have them.
  private var frequencies: [(value: Double, count: Double)] = []
  private var groups: [Group] = []
  private let chunks: Chunks

  init(_ customers: [RepeatValue]) throws(KernelError) {
    let sorted = customers.filter { $0.frequency > 0 }.sorted { ($0.frequency, $0.mean) < ($1.frequency, $1.mean) }
    guard !sorted.isEmpty, let unit = Statistics.mean(of: sorted.lazy.map(\.mean)) else { throw .noSamples }
    var previous: RepeatValue?
    for customer in sorted {
      if customer == previous {
        groups[groups.count - 1].count += 1
      } else {
        let frequency = Double(customer.frequency)
        if customer.frequency != previous?.frequency { frequencies.append((frequency, 0)) }
        groups.append(
          Group(frequencyIndex: frequencies.count - 1, total: frequency * (customer.mean / unit), count: 1))
      }
      frequencies[frequencies.count - 1].count += 1
      previous = customer
    }
    valueUnit = unit
    sampleCount = sorted.count
    logMeans = sorted.reduce(0) { $0 + Double.log($1.mean / unit) }
    chunks = Chunks(rowCount: groups.count)
  }

  /// The mean log-likelihood of a customer at ln p, ln q and ln v; O(groups + distinct frequencies).
  func point(at logParameters: [Double], threadCount: Int?) -> LogLikelihoodPoint {
    let parameters = logParameters.map(Double.exp)
    let (p, q, v) = (parameters[0], parameters[1], parameters[2])
    var sums = frequencySums(p, q)
    sums.value -= logMeans
    for part in chunks.map(threadCount: threadCount, { groupSums($0, p, q, v) }) { sums.add(part) }
    return sums.mean(of: Double(sampleCount), order: 3)
  }

  /// The sum of the terms in frequencies alone: ln Γ(p·x + q)/(Γ(p·x)·Γ(q)).
  private func frequencySums(_ p: Double, _ q: Double) -> LogLikelihoodSums {
    var sums = LogLikelihoodSums()
    for (x, count) in frequencies {
      let shape = p * x
      let slopes = (shape * Double.digammaRise(shape, by: q), q * Double.digammaRise(q, by: shape))
      let both = Double.trigamma(shape + q)
      sums.value += count * (Double.logGammaRise(shape, by: q) - Double.logGamma(q))
      sums.gradient += count * SIMD4(slopes.0, slopes.1, 0, 0)
      sums.rows.0[0] += count * (slopes.0 + shape * shape * Double.trigammaRise(shape, by: q))
      sums.rows.0[1] += count * shape * q * both
      sums.rows.1[1] += count * (slopes.1 + q * q * Double.trigammaRise(q, by: shape))
    }
    return sums
  }

  /// The sum over some groups of −p·x·ln(1 + v/c) − q·ln(1 + c/v).
  private func groupSums(_ indices: Range<Int>, _ p: Double, _ q: Double, _ v: Double) -> LogLikelihoodSums {
    var sums = LogLikelihoodSums()
    for group in groups[indices] {
      let (shape, count) = (p * frequencies[group.frequencyIndex].value, group.count)
      let own = shape * Double.log(onePlus: v / group.total)
      let others = q * Double.log(onePlus: group.total / v)
      let share = v / (group.total + v)
      sums.value -= count * (own + others)
      sums.gradient += count * SIMD4(-own, -others, q * (1 - share) - shape * share, 0)
      sums.rows.0 += count * SIMD4(-own, 0, -shape * share, 0)
      sums.rows.1 += count * SIMD4(0, -others, q * (1 - share), 0)
      sums.rows.2[2] -= count * (shape + q) * share * (1 - share)
    }
    return sums
  }
}
