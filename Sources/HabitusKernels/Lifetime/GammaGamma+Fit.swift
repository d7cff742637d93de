extension GammaGamma {
  /// Finds the parameters of greatest likelihood; equation 1a.
  ///
  /// Customers without repeats tell nothing and are left out. Those alike in both numbers are counted first; values may
  /// be in any unit. Newton's method with exact derivatives by the logarithms of the parameters, from those of an even
  /// sample where customers are many. The result is the same on any number of threads, and for any order of the
  /// customers.
  ///
  /// O(*n* log *n* + iterations · distinct customers).
  ///
  /// - Throws: ``KernelError``: `noSamples` without a customer with repeats; `parameter` for `maximumIterations` below
  ///   1; `noMaximum` where the likelihood rises for ever as parameters go to 0 or grow (as where customers differ no
  ///   more than by chance, or hardly any has two repeats); `notConverged`.
  public static func fit(
    _ customers: [RepeatValue], maximumIterations: Int = 200, threadCount: Int? = nil
  ) throws(KernelError) -> MaximumLikelihood<GammaGamma> {
    let likelihood = try GammaGammaLikelihood(customers, threadCount: threadCount)
    // Values that scatter moderately, about a mean of 1 over customers.
    var starts = [[2.0, 3, 1]]
    if let sample = likelihood.sample {
      let ascent = NewtonAscent(parameterNames: parameterNames, maximumIterations: maximumIterations)
      let rough = try? ascent.maximum(fromAnyOf: starts) { sample.point(at: $0, threadCount: threadCount) }
      if let rough { starts.insert(rough.logParameters.map { Double.exp($0) }, at: 0) }
    }
    return try MaximumLikelihood(
      from: starts, maximumIterations: maximumIterations, sampleCount: likelihood.sampleCount,
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
    /// ln(x·m).
    let logTotal: Double
    var count: Double
  }

  /// The unit that values are scaled by.
  let valueUnit: Double
  private(set) var sampleCount: Int
  /// Σ ln m, scaled.
  private var logMeans: Double
  /// Ascending, with how many customers have them.
  private var frequencies: [(value: Double, count: Double)] = []
  private var groups: [Group] = []
  private var chunks: Chunks

  init(_ customers: [RepeatValue], threadCount: Int?) throws(KernelError) {
    // Apart by frequency, so that plain numbers are sorted, on all threads.
    var unsorted: [Int: [Double]] = [:]
    for customer in customers where customer.frequency > 0 {
      unsorted[customer.frequency, default: []].append(customer.mean)
    }
    let byFrequency = unsorted.sorted { $0.key < $1.key }
    let means = concurrentMap(count: byFrequency.count, threadCount: threadCount) { byFrequency[$0].value.sorted() }
    guard let unit = Statistics.mean(of: means.lazy.joined()) else { throw .noSamples }
    (sampleCount, logMeans) = (0, 0)
    groups.reserveCapacity(means.reduce(0) { $0 + $1.count })
    for (index, means) in means.enumerated() {
      let frequency = Double(byFrequency[index].key)
      let logFrequency = Double.log(frequency)
      frequencies.append((frequency, Double(means.count)))
      sampleCount += means.count
      var (previous, logMean) = (Double.nan, 0.0)
      for mean in means {
        if mean == previous {
          groups[groups.count - 1].count += 1
        } else {
          logMean = Double.log(mean / unit)
          groups.append(
            Group(
              frequencyIndex: index, total: frequency * (mean / unit), logTotal: logFrequency + logMean, count: 1))
        }
        logMeans += logMean
        previous = mean
      }
    }
    valueUnit = unit
    chunks = Chunks(rowCount: groups.count)
  }

  /// The likelihood of evenly spread groups, up to a constant; `nil` where groups are few.
  var sample: GammaGammaLikelihood? {
    let every = groups.count / Self.sampledGroupCount
    guard every >= 4 else { return nil }
    var sample = self
    sample.groups = stride(from: every / 2, to: groups.count, by: every).map { groups[$0] }
    for index in frequencies.indices { sample.frequencies[index].count = 0 }
    for group in sample.groups { sample.frequencies[group.frequencyIndex].count += group.count }
    sample.sampleCount = Int(sample.groups.reduce(0) { $0 + $1.count })
    sample.logMeans = 0
    sample.chunks = Chunks(rowCount: sample.groups.count)
    return sample
  }

  /// Enough for parameters to a few per cent.
  private static let sampledGroupCount = 8192

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
    let logV = Double.log(v)
    for group in groups[indices] {
      let (shape, count) = (p * frequencies[group.frequencyIndex].value, group.count)
      // The logarithms differ by ln(c/v), and adding its size to the smaller one loses no digits.
      let isAbove = group.total > v
      let smaller = Double.log(onePlus: isAbove ? v / group.total : group.total / v)
      let larger = smaller + abs(group.logTotal - logV)
      let own = shape * (isAbove ? smaller : larger)
      let others = q * (isAbove ? larger : smaller)
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
